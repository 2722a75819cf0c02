//! The stylesheet that a document names: receivers show the document with it.

use crate::engines::xml::{Document, NodeId, NodeKind};
use crate::evidence::xml;
use crate::finding::{Finding, Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "W3C, Associating Style Sheets with XML documents 1.0; CI-SIS, volet Structuration minimale de documents de santé, feuille de style";

/// The instruction that names a stylesheet can be understood.
pub(super) static INSTRUCTION: Rule = Rule::fixed(
    "CDA-STYLE-INSTRUCTION",
    Severity::Warning,
    text(
        "L'instruction xml-stylesheet est complète et à sa place",
        "The xml-stylesheet instruction is complete and in its place",
    ),
    text(
        "Une instruction sans href ou sans type, ou placée après le début de la racine, est ignorée : le document s'affiche sans mise en forme.",
        "An instruction without href or type, or after the start of the root, is ignored: the document is shown without layout.",
    ),
    text(
        "Écrire <?xml-stylesheet type=\"text/xsl\" href=\"...\"?> entre la déclaration XML et la racine.",
        "Write <?xml-stylesheet type=\"text/xsl\" href=\"...\"?> between the XML declaration and the root.",
    ),
    SOURCE,
);

/// The stylesheet does not come from the network.
pub(super) static REMOTE: Rule = Rule::fixed(
    "CDA-STYLE-REMOTE",
    Severity::Warning,
    text(
        "La feuille de style n'est pas à chercher sur le réseau",
        "The stylesheet does not have to be fetched from the network",
    ),
    text(
        "Un logiciel de santé n'exécute pas une transformation venue du réseau : le document resterait illisible, et l'adresse dirait à un tiers qui le lit.",
        "Health software does not run a transformation from the network: the document would stay unreadable, and the address would tell a third party who reads it.",
    ),
    text(
        "Fournir la feuille de style avec le document (adresse relative) ou dans le document auto-présentable.",
        "Provide the stylesheet with the document (relative address) or inside a self-presentable document.",
    ),
    SOURCE,
);

/// A stylesheet said to be inside the document is there.
pub(super) static INSIDE: Rule = Rule::fixed(
    "CDA-STYLE-INSIDE",
    Severity::Warning,
    text(
        "Une feuille de style désignée dans le document s'y trouve",
        "A stylesheet named inside the document is there",
    ),
    text(
        "href=\"#...\" désigne le document lui-même, qui doit alors être une feuille de style ou en contenir une.",
        "href=\"#...\" means the document itself, which must then be a stylesheet or contain one.",
    ),
    text(
        "Placer le document dans une feuille de style (document auto-présentable) ou désigner un fichier.",
        "Put the document inside a stylesheet (self-presentable document) or name a file.",
    ),
    SOURCE,
);

/// The rules on stylesheets.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&INSTRUCTION, &REMOTE, &INSIDE]
}

/// Judges the instructions that name a stylesheet.
pub(super) fn check(document: &Document, file: &str) -> Vec<Finding> {
    let root = document.root_element();
    let instructions = document.descendants(NodeId::DOCUMENT).filter(|node| {
        document.kind(*node) == NodeKind::ProcessingInstruction
            && document.local_name(*node) == "xml-stylesheet"
    });
    instructions
        .filter_map(|node| fault(document, root, node, file))
        .collect()
}

fn fault(document: &Document, root: NodeId, node: NodeId, file: &str) -> Option<Finding> {
    let at = |rule: &'static Rule, message: Text| xml::at(rule, file, document, node, message);
    if node > root {
        return Some(at(
            &INSTRUCTION,
            text(
                "instruction xml-stylesheet après le début de la racine : elle est ignorée",
                "xml-stylesheet instruction after the start of the root: it is ignored",
            ),
        ));
    }
    let data = document.text(node);
    let (kind, address) = (pseudo_attribute(data, "type"), pseudo_attribute(data, "href"));
    let (Some(kind), Some(address)) = (kind, address) else {
        return Some(
            at(
                &INSTRUCTION,
                text(
                    "instruction xml-stylesheet sans type ou sans href",
                    "xml-stylesheet instruction without type or href",
                ),
            )
            .found(data),
        );
    };
    if !matches!(
        kind,
        "text/xsl" | "text/xml" | "application/xml" | "application/xslt+xml" | "text/css"
    ) {
        let message = Text::new(
            format!("type « {kind} » de feuille de style inconnu"),
            format!("unknown stylesheet type '{kind}'"),
        );
        return Some(at(&INSTRUCTION, message).expected("text/xsl").found(kind));
    }
    let network = ["http:", "https:", "ftp:", "//"]
        .iter()
        .any(|start| address.to_ascii_lowercase().starts_with(start));
    if network {
        let message = Text::new(
            format!("la feuille de style est à une adresse du réseau : {address}"),
            format!("the stylesheet is at a network address: {address}"),
        );
        return Some(at(&REMOTE, message).found(address));
    }
    let inside = |node: NodeId| {
        document.namespace(node) == "http://www.w3.org/1999/XSL/Transform"
            && matches!(document.local_name(node), "stylesheet" | "transform")
    };
    if address.starts_with('#')
        && !std::iter::once(root)
            .chain(document.descendants(root))
            .any(inside)
    {
        let message = Text::new(
            format!("« {address} » désigne une feuille de style dans le document, qui n'en contient pas"),
            format!("'{address}' means a stylesheet inside the document, which holds none"),
        );
        return Some(at(&INSIDE, message).found(address));
    }
    None
}

/// The value of `name="value"` in the data of an instruction.
fn pseudo_attribute<'a>(data: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = data;
    loop {
        let (left, right) = rest.split_once('=')?;
        let right = right.trim_start();
        let quote = right.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = right.get(1..)?.split_once(quote)?;
        if left.trim() == name {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::pseudo_attribute;

    #[test]
    fn pseudo_attributes_are_read_in_any_order_and_quotes() {
        let data = r#"type = "text/xsl"  href='a "b".xsl'"#;
        assert_eq!(pseudo_attribute(data, "type"), Some("text/xsl"));
        assert_eq!(pseudo_attribute(data, "href"), Some(r#"a "b".xsl"#));
        assert_eq!(pseudo_attribute(data, "title"), None);
        assert_eq!(pseudo_attribute("href=", "href"), None);
        assert_eq!(pseudo_attribute("href='x", "href"), None);
    }
}
