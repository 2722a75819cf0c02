//! The HL7 v2 data types in which XDS metadata write identifiers, people and organisations.

use crate::facts::Identifier;

/// An identifier with its type: `CX` (`id^^^&OID&ISO^NH`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cx {
    /// CX.1.
    pub id: String,
    /// CX.4.2: OID of the assigning authority.
    pub authority: String,
    /// CX.4.3: must be `ISO`.
    pub authority_type: String,
    /// CX.5: `NH` for an INS, `PI` for a local identifier.
    pub kind: String,
    /// No component stands where none is expected.
    pub well_shaped: bool,
}

impl Cx {
    /// Reads a `CX`.
    pub fn parse(text: &str) -> Self {
        let components: Vec<&str> = text.split('^').collect();
        let (_, authority, authority_type) = hierarchic(component(&components, 4));
        Self {
            id: component(&components, 1).trim().to_owned(),
            authority: authority.to_owned(),
            authority_type: authority_type.to_owned(),
            kind: component(&components, 5).trim().to_owned(),
            well_shaped: components.len() <= 5
                && component(&components, 2).is_empty()
                && component(&components, 3).is_empty(),
        }
    }

    /// As an identifier of facts.
    pub fn identifier(&self) -> Identifier {
        Identifier {
            root: self.authority.clone(),
            extension: self.id.clone(),
        }
    }
}

/// A person or a device: `XCN` (`id^nom^prénom^^^^^^&OID&ISO^D^^^IDNPS`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Xcn {
    /// XCN.1.
    pub id: String,
    /// XCN.2: family name, or name of the software.
    pub family: String,
    /// XCN.3: given name, or model of the software.
    pub given: String,
    /// XCN.9.2: OID of the assigning authority.
    pub authority: String,
    /// XCN.9.3: must be `ISO`.
    pub authority_type: String,
    /// XCN.10: `D` for a person, `U` for a device.
    pub name_type: String,
    /// XCN.13: `IDNPS`, `EI`, `RI`, `NH`, `PI`.
    pub kind: String,
    /// How many components were written.
    pub components: usize,
}

impl Xcn {
    /// Reads an `XCN`.
    pub fn parse(text: &str) -> Self {
        let components: Vec<&str> = text.split('^').collect();
        let (_, authority, authority_type) = hierarchic(component(&components, 9));
        let part = |index| component(&components, index).trim().to_owned();
        Self {
            id: part(1),
            family: part(2),
            given: part(3),
            authority: authority.to_owned(),
            authority_type: authority_type.to_owned(),
            name_type: part(10),
            kind: part(13),
            components: components.len(),
        }
    }
}

/// An organisation: `XON` (`nom^^^^^&OID&ISO^IDNST^^^id`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Xon {
    /// XON.1.
    pub name: String,
    /// XON.6.2: OID of the assigning authority.
    pub authority: String,
    /// XON.7: `IDNST`.
    pub kind: String,
    /// XON.10: national identifier of the structure.
    pub id: String,
    /// Something stands in components 2 to 5, which the French profile leaves empty.
    pub stray: bool,
}

impl Xon {
    /// Reads an `XON`.
    pub fn parse(text: &str) -> Self {
        let components: Vec<&str> = text.split('^').collect();
        let (_, authority, _) = hierarchic(component(&components, 6));
        let part = |index| component(&components, index).trim().to_owned();
        Self {
            name: part(1),
            authority: authority.to_owned(),
            kind: part(7),
            id: part(10),
            stray: (2..=5).any(|index| !part(index).is_empty()),
        }
    }
}

/// The component at `index`, from 1 as in the standard; empty when absent.
pub fn component<'a>(components: &[&'a str], index: usize) -> &'a str {
    index
        .checked_sub(1)
        .and_then(|index| components.get(index))
        .copied()
        .unwrap_or_default()
}

/// The three parts of an `HD` written as sub-components.
fn hierarchic(text: &str) -> (&str, &str, &str) {
    let mut parts = text.split('&').map(str::trim);
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

/// Whether `text` is an OID: numbers separated by dots, the first 0, 1 or 2, no leading zero, at most 64 characters.
pub fn is_oid(text: &str) -> bool {
    let mut arcs = text.split('.');
    text.len() <= 64
        && matches!(arcs.next(), Some("0" | "1" | "2"))
        && text.contains('.')
        && arcs.all(|arc| {
            !arc.is_empty()
                && arc.bytes().all(|byte| byte.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'))
        })
}

/// The forms of PS_IdNat: `8` and an RPPS of 11 digits, `0` and an ADELI, or a structure, a `/` and a local id.
pub fn national_identifier(id: &str) -> bool {
    let Some((kind, rest)) = id.split_at_checked(1) else {
        return false;
    };
    match kind {
        "8" => rest.len() == 11 && rest.bytes().all(|byte| byte.is_ascii_digit()),
        "0" => rest.len() == 9 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "1" | "3" | "4" | "5" | "6" => rest.split_once('/').is_some_and(|(structure, local)| {
            !structure.is_empty()
                && structure.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !local.is_empty()
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_taken_apart() {
        let cx = Cx::parse("279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH");
        assert_eq!(
            (cx.id.as_str(), cx.authority.as_str(), cx.kind.as_str()),
            ("279035121518989", "1.2.250.1.213.1.4.10", "NH")
        );
        assert!(cx.well_shaped && cx.authority_type == "ISO");
        assert!(!Cx::parse("1^x^^&1.2&ISO^NH").well_shaped);
    }

    #[test]
    fn people_and_organisations_are_taken_apart() {
        let xcn = Xcn::parse("801234534765^CAMPARINI^Marcel^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS");
        assert_eq!(
            (xcn.id.as_str(), xcn.kind.as_str(), xcn.name_type.as_str()),
            ("801234534765", "IDNPS", "D")
        );
        assert_eq!(xcn.authority, "1.2.250.1.71.4.2.1");
        let xon = Xon::parse("Laboratoire^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1120459876");
        assert_eq!(
            (xon.name.as_str(), xon.id.as_str(), xon.kind.as_str()),
            ("Laboratoire", "1120459876", "IDNST")
        );
    }

    #[test]
    fn oids() {
        assert!(is_oid("1.2.250.1.71.4.2.2.1120459876") && is_oid("2.0.1"));
        for wrong in [
            "",
            "1",
            "3.1",
            "1..2",
            "1.02",
            "1.2.x",
            &format!("1.{}", "2".repeat(70)),
        ] {
            assert!(!is_oid(wrong), "{wrong}");
        }
    }

    #[test]
    fn national_identifiers() {
        for good in ["801234534765", "0123456789", "3750000001/12", "5123/x"] {
            assert!(national_identifier(good), "{good}");
        }
        for wrong in [
            "",
            "8",
            "80123453476",
            "8012345347651",
            "901234534765",
            "3750000001",
            "é",
        ] {
            assert!(!national_identifier(wrong), "{wrong}");
        }
    }
}
