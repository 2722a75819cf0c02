//! The value set "circuit de la biologie": told by the caller, or found in the user's packs.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::checks::Context;
use crate::evidence::{check_digit, fold};

/// The codes of the value set; `None` when no pack holds it.
pub(super) fn codes(context: &Context<'_>) -> Option<Arc<BTreeSet<String>>> {
    if let Some(codes) = &context.options.loinc_codes {
        return Some(Arc::clone(codes));
    }
    context.packs.external().find_map(|pack| {
        let files = pack.files();
        let path = files.paths().find(|path| is_circuit(path))?.to_owned();
        let bytes = files.read(&path).ok()?;
        let codes = parse(&bytes)?;
        (!codes.is_empty()).then(|| Arc::new(codes))
    })
}

/// A file named after the circuit of biology (`JDV_CircuitBiologie.xml` and its spellings).
fn is_circuit(path: &str) -> bool {
    let name = fold::words(path.rsplit('/').next().unwrap_or(path)).replace(' ', "");
    name.contains("circuit") && name.contains("bio") && name.ends_with("xml")
}

/// The codes of a value set in SVS form: the `code` attributes that are LOINC codes.
fn parse(bytes: &[u8]) -> Option<BTreeSet<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let document = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).ok()?;
    let codes = document
        .descendants()
        .filter_map(|node| node.attribute("code"))
        .filter(|code| check_digit::loinc_shape(code))
        .map(str::to_owned)
        .collect();
    Some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_set_is_known_by_its_name_and_read() {
        assert!(is_circuit("jdv/JDV_Circuit-Biologie-CISIS.xml"));
        assert!(!is_circuit("jdv/JDV_J07-TypeCode.xml"));
        let set = br#"<RetrieveValueSetResponse><ConceptList><Concept code="718-7"/><Concept code="X"/></ConceptList></RetrieveValueSetResponse>"#;
        assert_eq!(parse(set).unwrap().into_iter().collect::<Vec<_>>(), ["718-7"]);
        assert!(parse(b"<a").is_none());
    }
}
