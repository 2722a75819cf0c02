//! The pre-flight of every XML file: encoding, byte order mark, document type, limits, well-formedness, before any
//! other rule looks at it. Families call [`read`] and keep their own rules for what the document says.

use std::sync::Arc;

use crate::engines::xml::{BeforeDeclaration, DecodingNote, Document, NodeId, ParseOptions, XmlErrorKind};
use crate::evidence::Evidence;
use crate::finding::{Finding, Place, Rule, Severity};
use crate::limits::Limits;
use crate::text::{Text, text};

/// The file is not well-formed XML.
pub static WELL_FORMED: Rule = Rule::fixed(
    "XML-WELLFORMED",
    Severity::Error,
    text("Le fichier est du XML bien formé", "The file is well-formed XML"),
    text(
        "Un fichier mal formé n'est lu par aucun logiciel : rien d'autre n'a pu être contrôlé.",
        "No software reads a malformed file: nothing else could be checked.",
    ),
    text(
        "Corriger à la ligne et à la colonne indiquées ; produire le XML avec une bibliothèque, jamais par concaténation.",
        "Correct at the line and column given; produce XML with a library, never by joining strings.",
    ),
    "W3C, Extensible Markup Language (XML) 1.0, fifth edition",
);

/// The encoding found is not the one declared.
pub static ENCODING: Rule = Rule::fixed(
    "XML-ENCODING",
    Severity::Error,
    text(
        "Le fichier est dans l'encodage qu'il déclare",
        "The file is in the encoding it declares",
    ),
    text(
        "Un encodage mal déclaré abîme les accents des noms ou fait refuser le fichier par le destinataire.",
        "A wrong declaration spoils the accents of names or makes the receiver refuse the file.",
    ),
    text(
        "Écrire en UTF-8 et déclarer encoding=\"UTF-8\".",
        "Write in UTF-8 and declare encoding=\"UTF-8\".",
    ),
    "W3C, XML 1.0, section 4.3.3",
);

/// Characters that could not be decoded.
pub static CHARACTERS: Rule = Rule::fixed(
    "XML-CHARACTERS",
    Severity::Error,
    text(
        "Tous les caractères se lisent dans l'encodage du fichier",
        "All characters can be read in the encoding of the file",
    ),
    text(
        "Des octets qui ne forment aucun caractère sont des textes perdus : souvent un fichier coupé ou transcodé deux fois.",
        "Bytes that form no character are lost text: often a file cut short or transcoded twice.",
    ),
    text(
        "Produire à nouveau le fichier en UTF-8.",
        "Produce the file again in UTF-8.",
    ),
    "W3C, XML 1.0, section 4.3.3",
);

/// A byte order mark in front of UTF-8.
pub static BYTE_ORDER_MARK: Rule = Rule::fixed(
    "XML-BOM",
    Severity::Info,
    text(
        "Pas de marque d'ordre des octets devant l'UTF-8",
        "No byte order mark in front of UTF-8",
    ),
    text(
        "Elle est permise, mais plusieurs chaînes de réception la prennent pour du texte avant la déclaration XML et refusent le fichier.",
        "It is allowed, but several receiving systems take it for text before the XML declaration and refuse the file.",
    ),
    text(
        "Écrire l'UTF-8 sans marque (« UTF-8 sans BOM »).",
        "Write UTF-8 without mark.",
    ),
    "W3C, XML 1.0, section 4.3.3 and appendix F",
);

/// White space before the declaration or the root.
pub static LEADING_SPACE: Rule = Rule::fixed(
    "XML-LEADING-SPACE",
    Severity::Warning,
    text(
        "Le fichier commence par la déclaration XML ou par l'élément racine",
        "The file begins with the XML declaration or the root element",
    ),
    text(
        "Des blancs avant la déclaration XML la rendent invalide ; avant la racine d'un fichier sans déclaration, ils sont permis mais inutiles.",
        "White space before the XML declaration makes it invalid; before the root of a file without declaration it is allowed and useless.",
    ),
    text("Supprimer ce qui précède.", "Remove what comes first."),
    "W3C, XML 1.0, section 2.8",
);

/// A document type declaration or an entity.
pub static DOCTYPE: Rule = Rule::fixed(
    "XML-DOCTYPE",
    Severity::Error,
    text(
        "Le fichier n'a ni DOCTYPE ni déclaration d'entité",
        "The file has neither DOCTYPE nor entity declaration",
    ),
    text(
        "Une entité peut lire des fichiers du serveur ou en épuiser la mémoire : aucun récepteur prudent ne les accepte.",
        "An entity can read files of the server or exhaust its memory: no careful receiver accepts them.",
    ),
    text(
        "Retirer la déclaration DOCTYPE.",
        "Remove the DOCTYPE declaration.",
    ),
    "OWASP, XML External Entity Prevention; W3C, XML 1.0, section 2.8",
);

/// A limit on size, depth or count.
pub static LIMITS: Rule = Rule::fixed(
    "XML-LIMITS",
    Severity::Error,
    text(
        "Le fichier reste dans les limites de taille et de profondeur",
        "The file stays within the limits on size and depth",
    ),
    text(
        "Au-delà, un fichier est une attaque ou une erreur de production ; il n'est pas lu.",
        "Beyond them a file is an attack or a production fault; it is not read.",
    ),
    text(
        "Réduire le fichier ; les limites sont documentées.",
        "Reduce the file; the limits are documented.",
    ),
    "conforme, docs/limits.md",
);

/// The rules of the pre-flight.
pub fn rules() -> Vec<&'static Rule> {
    vec![
        &WELL_FORMED,
        &ENCODING,
        &CHARACTERS,
        &BYTE_ORDER_MARK,
        &LEADING_SPACE,
        &DOCTYPE,
        &LIMITS,
    ]
}

/// What the pre-flight gives.
#[derive(Debug)]
pub struct Preflight {
    /// The document, when it can be read at all.
    pub document: Option<Arc<Document>>,
    /// What is wrong with the file as XML.
    pub findings: Vec<Finding>,
}

/// How files are read as XML: faults that leave the rest readable are reported, not refused, so that everything else
/// is checked in the same run.
pub fn options(limits: &Limits) -> ParseOptions {
    ParseOptions {
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::from(limits)
    }
}

/// The file with its document, for a container that looks into what it holds before the check of the file does: it is
/// read once. As it was when it cannot be read, which that check tells.
pub fn keep(evidence: Evidence, limits: &Limits) -> Evidence {
    let bytes = evidence.bytes(limits.file_bytes).ok();
    match bytes.and_then(|bytes| Document::parse(&bytes, &options(limits)).ok()) {
        Some(document) => evidence.with_document(document),
        None => evidence,
    }
}

/// Reads a file as XML and judges it as such.
pub fn read(evidence: &Evidence, limits: &Limits) -> Preflight {
    let file = evidence.path();
    if let Some(document) = evidence.document() {
        return Preflight {
            findings: notes(document, file),
            document: Some(Arc::clone(document)),
        };
    }
    let bytes = match evidence.bytes(limits.file_bytes) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = Text::new(
                format!("fichier non lu : {error}"),
                format!("file not read: {error}"),
            );
            return Preflight {
                document: None,
                findings: vec![LIMITS.at(Place::file(file), message)],
            };
        }
    };
    match Document::parse(&bytes, &options(limits)) {
        Ok(document) => {
            let findings = notes(&document, file);
            Preflight {
                document: Some(Arc::new(document)),
                findings,
            }
        }
        Err(error) => {
            let rule = match error.kind {
                XmlErrorKind::Doctype | XmlErrorKind::EntityDeclaration => &DOCTYPE,
                XmlErrorKind::TooLarge { .. }
                | XmlErrorKind::TooDeep { .. }
                | XmlErrorKind::TooManyAttributes { .. }
                | XmlErrorKind::TooManyNamespaces { .. } => &LIMITS,
                XmlErrorKind::UnknownEncoding { .. } => &ENCODING,
                _ => &WELL_FORMED,
            };
            let place = Place::file(file).line_column(error.position.line, error.position.column);
            let finding = rule.at(place, error.kind.text());
            let line = line_of(&bytes, error.position.line);
            Preflight {
                document: None,
                findings: vec![match line {
                    Some(line) => finding.snippet(line),
                    None => finding,
                }],
            }
        }
    }
}

/// What the decoding noted.
fn notes(document: &Document, file: &str) -> Vec<Finding> {
    let decoding = document.decoding();
    let start = || Place::file(file).line_column(1, 1);
    let mut findings = Vec::new();
    if decoding.bom && decoding.found == "UTF-8" {
        let message = text(
            "une marque d'ordre des octets précède l'UTF-8",
            "a byte order mark precedes the UTF-8",
        );
        findings.push(BYTE_ORDER_MARK.at(start(), message));
    }
    for note in &decoding.notes {
        findings.push(match note {
            DecodingNote::Mismatch { declared, found, .. } => ENCODING
                .at(
                    start(),
                    Text::new(
                        format!("encodage déclaré {declared}, trouvé {found}"),
                        format!("encoding declared {declared}, found {found}"),
                    ),
                )
                .expected(declared.clone())
                .found(*found),
            DecodingNote::LooksLikeUtf8 { declared } => ENCODING
                .at(
                    start(),
                    Text::new(
                        format!("encodage déclaré {declared}, mais les octets sont ceux de l'UTF-8"),
                        format!("encoding declared {declared}, but the bytes are those of UTF-8"),
                    ),
                )
                .expected(declared.clone())
                .found("UTF-8"),
            DecodingNote::Replaced { count } => CHARACTERS.at(
                start(),
                Text::new(
                    format!("{count} caractère(s) illisible(s) en {}", decoding.found),
                    format!("{count} character(s) cannot be read as {}", decoding.found),
                ),
            ),
            DecodingNote::SpaceBeforeDeclaration { count } => LEADING_SPACE
                .at(
                    start(),
                    Text::new(
                        format!("{count} blanc(s) avant la déclaration XML"),
                        format!("{count} blank(s) before the XML declaration"),
                    ),
                )
                .severity(Severity::Error),
            DecodingNote::SpaceBeforeRoot { count } => LEADING_SPACE.at(
                start(),
                Text::new(
                    format!("{count} blanc(s) avant l'élément racine"),
                    format!("{count} blank(s) before the root element"),
                ),
            ),
        });
    }
    findings
}

/// One line of the bytes, for the snippet of a file that could not be parsed.
fn line_of(bytes: &[u8], line: u32) -> Option<String> {
    let (text, _) = crate::engines::xml::decode(bytes).ok()?;
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    text.lines().nth(index).map(str::trim).map(str::to_owned)
}

/// Starts a finding at a node of a document: line, column, XPath and the line itself.
pub fn at(rule: &Rule, file: &str, document: &Document, node: NodeId, message: Text) -> Finding {
    let position = document.position(node);
    let place = Place::file(file)
        .line_column(position.line, position.column)
        .path(document.xpath(node));
    rule.at(place, message)
        .snippet(document.excerpt(node, Finding::SNIPPET_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(bytes: &[u8]) -> Vec<(String, Severity)> {
        let evidence = Evidence::memory("a.xml", bytes.to_vec());
        read(&evidence, &Limits::default())
            .findings
            .into_iter()
            .map(|finding| (finding.rule, finding.severity))
            .collect()
    }

    #[test]
    fn each_rule_has_its_file() {
        use Severity::{Error, Info, Warning};
        let one = |rule: &str, severity| vec![(rule.to_owned(), severity)];
        assert_eq!(rules_of(b"<a/>"), []);
        assert_eq!(
            rules_of("<?xml version='1.0' encoding='UTF-8'?><a>é</a>".as_bytes()),
            []
        );
        assert_eq!(rules_of(b"<a><b></a>"), one("XML-WELLFORMED", Error));
        assert_eq!(rules_of(b"<a>"), one("XML-WELLFORMED", Error));
        assert_eq!(rules_of("\u{feff}<a/>".as_bytes()), one("XML-BOM", Info));
        assert_eq!(rules_of(b"<!DOCTYPE a><a/>"), one("XML-DOCTYPE", Error));
        assert_eq!(
            rules_of(b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
            one("XML-DOCTYPE", Error)
        );
        assert_eq!(
            rules_of(b"<?xml version='1.0' encoding='UTF-8'?><a>\xE9</a>").first(),
            Some(&("XML-ENCODING".to_owned(), Error))
        );
        assert_eq!(
            rules_of("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>".as_bytes()),
            one("XML-ENCODING", Error)
        );
        assert_eq!(rules_of(b"  <a/>"), one("XML-LEADING-SPACE", Warning));
        assert_eq!(
            rules_of(b" <?xml version='1.0'?><a/>"),
            one("XML-LEADING-SPACE", Error)
        );
        let deep = "<a>".repeat(100_000);
        assert_eq!(rules_of(deep.as_bytes()), one("XML-LIMITS", Error));
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let evidence = Evidence::memory("a.xml", b"<a>\n <b>\n</a>".to_vec());
        let found = read(&evidence, &Limits::default());
        let finding = &found.findings[0];
        assert_eq!((finding.place.line, finding.place.column), (Some(3), Some(1)));
        assert_eq!(finding.snippet.as_deref(), Some("</a>"));
        assert!(found.document.is_none());
    }
}
