//! The XSD of a pack: each violation becomes a finding, once whatever the number of packs that see it.

use crate::engines::xml::Document;
use crate::engines::xsd::{SimpleFault, Violation, ViolationKind};
use crate::finding::{Finding, Place, Rule, Severity};
use crate::packs::Pack;
use crate::text::{Text, text};

const SOURCE: &str = "HL7 CDA R2, CDA.xsd extended by the ANS (CDA_extended.xsd); W3C XML Schema 1.0";

macro_rules! rules {
    ($($name:ident $id:literal $title_fr:literal $title_en:literal $fix_fr:literal $fix_en:literal;)+) => {
        $(
            #[doc = $title_en]
            pub(super) static $name: Rule = Rule::fixed(
                $id,
                Severity::Error,
                text($title_fr, $title_en),
                text(
                    "Un document que le schéma refuse est rejeté par les récepteurs avant toute lecture de son contenu.",
                    "A document that the schema refuses is rejected by receivers before its content is read.",
                ),
                text($fix_fr, $fix_en),
                SOURCE,
            );
        )+
        /// The rules of the XSD.
        pub(super) fn rules() -> Vec<&'static Rule> {
            vec![$(&$name,)+]
        }
    };
}

rules! {
    ROOT "CDA-XSD-ROOT"
        "L'élément racine est connu du schéma" "The root element is known to the schema"
        "La racine est ClinicalDocument dans l'espace de noms urn:hl7-org:v3."
        "The root is ClinicalDocument in the namespace urn:hl7-org:v3.";
    ELEMENT "CDA-XSD-ELEMENT"
        "Chaque élément est à une place permise" "Each element stands where it may"
        "Déplacer ou retirer l'élément ; l'ordre des éléments compte."
        "Move or remove the element; the order of elements matters.";
    MISSING "CDA-XSD-MISSING"
        "Aucun élément obligatoire ne manque" "No mandatory element is missing"
        "Ajouter l'un des éléments attendus, à sa place." "Add one of the expected elements, in its place.";
    TEXT "CDA-XSD-TEXT"
        "Pas de texte entre les éléments" "No text between elements"
        "Retirer le texte ou le mettre dans l'élément qui doit le porter."
        "Remove the text or put it in the element that must hold it.";
    EMPTY "CDA-XSD-EMPTY"
        "Un élément vide par définition reste vide" "An element that is empty by definition stays empty"
        "Retirer le contenu, blancs compris." "Remove the content, white space included.";
    VALUE "CDA-XSD-VALUE"
        "Chaque valeur est du type attendu" "Each value is of the expected type"
        "Écrire une valeur du type, du motif ou de la liste indiqués."
        "Write a value of the type, pattern or list given.";
    ATTRIBUTE "CDA-XSD-ATTRIBUTE"
        "Chaque attribut est permis sur son élément" "Each attribute is allowed on its element"
        "Retirer l'attribut ou corriger son nom." "Remove the attribute or correct its name.";
    ATTRIBUTE_MISSING "CDA-XSD-ATTRIBUTE-MISSING"
        "Aucun attribut obligatoire ne manque" "No mandatory attribute is missing"
        "Ajouter l'attribut." "Add the attribute.";
    FIXED "CDA-XSD-FIXED"
        "Les valeurs fixées par le schéma sont respectées" "Values fixed by the schema are kept"
        "Écrire la valeur fixée." "Write the fixed value.";
    IDENTIFIER "CDA-XSD-ID"
        "Chaque identifiant XML est unique dans le document" "Each XML identifier is unique in the document"
        "Donner à chaque attribut ID une valeur propre." "Give each ID attribute a value of its own.";
    TYPE "CDA-XSD-TYPE"
        "xsi:type nomme un type permis à cette place" "xsi:type names a type allowed here"
        "Nommer dans xsi:type un type du schéma dérivé du type attendu."
        "Name in xsi:type a type of the schema derived from the expected one.";
    NIL "CDA-XSD-NIL"
        "xsi:nil est employé comme le schéma le permet" "xsi:nil is used as the schema allows"
        "Retirer xsi:nil ou le contenu ; dans un CDA, l'absence se dit par nullFlavor."
        "Remove xsi:nil or the content; in a CDA, absence is said by nullFlavor.";
}

/// Judges a document with the XSD of a pack. None when the pack has no XSD; a text when its XSD cannot be used.
pub(super) fn check(
    document: &Document,
    file: &str,
    pack: &Pack,
    limit: usize,
) -> Option<Result<Vec<Finding>, Text>> {
    let schema = match pack.xsd()? {
        Ok(schema) => schema,
        Err(error) => {
            return Some(Err(Text::new(
                format!("XSD de {} inutilisable : {error}", pack.label()),
                format!("XSD of {} cannot be used: {error}", pack.label()),
            )));
        }
    };
    let findings = schema
        .validate(document, limit)
        .iter()
        .map(|violation| finding(document, file, violation).pack(pack.label()))
        .collect();
    Some(Ok(findings))
}

fn finding(document: &Document, file: &str, violation: &Violation) -> Finding {
    let node = violation.attribute.unwrap_or(violation.element);
    let place = Place::file(file)
        .line_column(violation.position.line, violation.position.column)
        .path(document.xpath(node));
    let (rule, message, expected, found) = words(&violation.kind);
    let mut finding = rule.at(place, message);
    if let Some(expected) = expected {
        finding = finding.expected(expected);
    }
    if let Some(found) = found {
        finding = finding.found(found);
    }
    let line = usize::try_from(violation.position.line).unwrap_or(1);
    match document.source().lines().nth(line.saturating_sub(1)) {
        Some(text) => finding.snippet(text.trim()),
        None => finding,
    }
}

type Words = (&'static Rule, Text, Option<String>, Option<String>);

fn words(kind: &ViolationKind) -> Words {
    use ViolationKind as Kind;
    let en = kind.to_string();
    let say = |rule: &'static Rule, fr: String, expected: Option<String>, found: Option<String>| -> Words {
        (rule, Text::new(fr, en.clone()), expected, found)
    };
    match kind {
        Kind::UnknownRoot { name } => say(
            &ROOT,
            format!("l'élément racine « {name} » n'est pas déclaré par le schéma"),
            Some("ClinicalDocument (urn:hl7-org:v3)".to_owned()),
            Some(name.clone()),
        ),
        Kind::UnexpectedElement {
            name,
            parent,
            expected,
        } => {
            let wanted = list(expected);
            let fr = if expected.is_empty() {
                format!("l'élément « {name} » n'est pas permis ici : « {parent} » est complet")
            } else {
                format!("l'élément « {name} » n'est pas attendu ici dans « {parent} » ; attendu : {wanted}")
            };
            say(&ELEMENT, fr, Some(wanted), Some(name.clone()))
        }
        Kind::MissingElement { name, expected } => say(
            &MISSING,
            format!(
                "il manque un élément dans « {name} » ; attendu : {}",
                list(expected)
            ),
            Some(list(expected)),
            None,
        ),
        Kind::UnexpectedText { name, text } => say(
            &TEXT,
            format!("texte « {text} » dans « {name} », qui ne contient que des éléments"),
            None,
            Some(text.clone()),
        ),
        Kind::NotEmpty { name, found } => say(
            &EMPTY,
            format!("l'élément « {name} » doit être vide"),
            None,
            Some(found.clone()),
        ),
        Kind::ElementInValue { name, child } => say(
            &ELEMENT,
            format!("« {name} » contient une valeur et aucun élément ; trouvé : « {child} »"),
            None,
            Some(child.clone()),
        ),
        Kind::ContentValue { name, value, wrong } => say(
            &VALUE,
            format!(
                "« {value} » n'est pas une valeur de l'élément « {name} » : {}",
                fault(wrong)
            ),
            Some(wrong.expected.clone()),
            Some(value.clone()),
        ),
        Kind::AttributeValue { name, value, wrong } => say(
            &VALUE,
            format!(
                "« {value} » n'est pas une valeur de l'attribut « {name} » : {}",
                fault(wrong)
            ),
            Some(wrong.expected.clone()),
            Some(value.clone()),
        ),
        Kind::ContentFixed { name, value, fixed } => say(
            &FIXED,
            format!("l'élément « {name} » vaut « {value} » ; seul « {fixed} » est permis"),
            Some(fixed.clone()),
            Some(value.clone()),
        ),
        Kind::AttributeFixed { name, value, fixed } => say(
            &FIXED,
            format!("l'attribut « {name} » vaut « {value} » ; seul « {fixed} » est permis"),
            Some(fixed.clone()),
            Some(value.clone()),
        ),
        Kind::AttributeNotAllowed { name, element } => say(
            &ATTRIBUTE,
            format!("l'attribut « {name} » n'est pas permis sur « {element} »"),
            None,
            Some(name.clone()),
        ),
        Kind::AttributeMissing { name, element } => say(
            &ATTRIBUTE_MISSING,
            format!("l'attribut « {name} » manque sur « {element} »"),
            Some(name.clone()),
            None,
        ),
        Kind::DuplicateId { value } => say(
            &IDENTIFIER,
            format!("l'identifiant « {value} » est employé deux fois"),
            None,
            Some(value.clone()),
        ),
        Kind::UnknownType { name } => say(
            &TYPE,
            format!("le type « {name} » de xsi:type n'existe pas"),
            None,
            Some(name.clone()),
        ),
        Kind::TypeNotDerived { name, declared } => say(
            &TYPE,
            format!("le type « {name} » de xsi:type ne peut pas remplacer le type « {declared} »"),
            Some(declared.clone()),
            Some(name.clone()),
        ),
        Kind::AbstractType { name } => say(
            &TYPE,
            format!("le type « {name} » est abstrait : xsi:type doit nommer l'un de ses dérivés"),
            Some(name.clone()),
            None,
        ),
        Kind::AbstractElement { name } => say(
            &ELEMENT,
            format!("l'élément « {name} » est abstrait : un autre doit tenir sa place"),
            None,
            Some(name.clone()),
        ),
        Kind::NotNillable { name } => say(
            &NIL,
            format!("l'élément « {name} » n'admet pas xsi:nil"),
            None,
            None,
        ),
        Kind::NilNotEmpty { name } => say(
            &NIL,
            format!("l'élément « {name} » porte xsi:nil=\"true\" et doit être vide"),
            None,
            None,
        ),
        Kind::Undeclared { name } => say(
            &ELEMENT,
            format!("l'élément « {name} » n'est pas déclaré par le schéma"),
            None,
            Some(name.clone()),
        ),
        other => say(&ELEMENT, other.to_string(), None, None),
    }
}

fn list(names: &[String]) -> String {
    names.join(", ")
}

/// Why a value is refused, in French.
fn fault(fault: &SimpleFault) -> String {
    let expected = &fault.expected;
    match fault.facet {
        None => format!("type attendu : {expected}"),
        Some("enumeration") => format!("valeurs permises : {expected}"),
        Some("pattern") => format!("motif attendu : {expected}"),
        Some(_) => format!("contrainte {expected}"),
    }
}
