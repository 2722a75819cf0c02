//! Why a text is not a document we accept, and where.

use crate::text::Text;

use super::Position;

/// A refusal, at a place of the decoded text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {kind}", position.line, position.column)]
pub struct XmlError {
    /// What is wrong.
    pub kind: XmlErrorKind,
    /// Where, in the decoded text.
    pub position: Position,
}

/// What is wrong with a text that should be XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// More bytes than the limit.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Elements nested deeper than the limit.
    #[error("elements nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: u32,
    },
    /// More attributes on one element than the limit.
    #[error("more than {limit} attributes on one element")]
    TooManyAttributes {
        /// The limit.
        limit: u32,
    },
    /// More namespace declarations in scope than the limit.
    #[error("more than {limit} namespace declarations in scope")]
    TooManyNamespaces {
        /// The limit.
        limit: u32,
    },
    /// A document type declaration: refused because entities could be hidden in it.
    #[error("a document type declaration (DOCTYPE) is refused")]
    Doctype,
    /// An entity declaration.
    #[error("an entity declaration is refused")]
    EntityDeclaration,
    /// White space or text before the XML declaration, which must be the first thing.
    #[error("something stands before the XML declaration")]
    BeforeDeclaration,
    /// An encoding this reader does not know.
    #[error("unknown encoding '{label}'")]
    UnknownEncoding {
        /// The label as declared, or the name of the encoding found.
        label: String,
    },
    /// An element is never closed.
    #[error("element '{name}' is never closed")]
    Unclosed {
        /// Its name.
        name: String,
    },
    /// An end tag that closes another element than the one open.
    #[error("end tag '{found}' where '{expected}' is open")]
    Mismatched {
        /// The element open.
        expected: String,
        /// The end tag found.
        found: String,
    },
    /// A prefix without declaration.
    #[error("prefix '{prefix}' is not declared")]
    UndeclaredPrefix {
        /// The prefix.
        prefix: String,
    },
    /// The same attribute twice on one element.
    #[error("attribute '{name}' appears twice")]
    DuplicateAttribute {
        /// Its name.
        name: String,
    },
    /// A reference to an entity that XML does not define (`&eacute;`).
    #[error("entity '{name}' is not defined")]
    UnknownEntity {
        /// Its name.
        name: String,
    },
    /// A character that XML forbids.
    #[error("character U+{code:04X} is forbidden in XML")]
    ForbiddenCharacter {
        /// The character.
        code: u32,
    },
    /// No element at all.
    #[error("no element")]
    NoElement,
    /// Anything else, in the words of the parser.
    #[error("{detail}")]
    Malformed {
        /// The words of the parser, in English.
        detail: String,
    },
}

impl XmlErrorKind {
    /// What a user reads, in both languages, with the remedy where one is known.
    pub fn text(&self) -> Text {
        let french = match self {
            Self::Empty => "le fichier est vide".to_owned(),
            Self::TooLarge { limit } => format!("le fichier dépasse {limit} octets"),
            Self::TooDeep { limit } => format!("éléments imbriqués sur plus de {limit} niveaux"),
            Self::TooManyAttributes { limit } => format!("plus de {limit} attributs sur un élément"),
            Self::TooManyNamespaces { limit } => {
                format!("plus de {limit} déclarations d'espaces de noms en vigueur")
            }
            Self::Doctype => {
                "une déclaration de type de document (DOCTYPE) est refusée : la retirer".to_owned()
            }
            Self::EntityDeclaration => "une déclaration d'entité est refusée : la retirer".to_owned(),
            Self::BeforeDeclaration => "la déclaration XML n'est pas au tout début du fichier".to_owned(),
            Self::UnknownEncoding { label } => format!("encodage « {label} » inconnu"),
            Self::Unclosed { name } => format!("l'élément « {name} » n'est jamais fermé"),
            Self::Mismatched { expected, found } => {
                format!("la balise fermante « {found} » ne ferme pas l'élément ouvert « {expected} »")
            }
            Self::UndeclaredPrefix { prefix } => format!("le préfixe « {prefix} » n'est pas déclaré"),
            Self::DuplicateAttribute { name } => format!("l'attribut « {name} » est écrit deux fois"),
            Self::UnknownEntity { name } => format!("l'entité « {name} » n'est pas définie"),
            Self::ForbiddenCharacter { code } => format!("le caractère U+{code:04X} est interdit en XML"),
            Self::NoElement => "aucun élément".to_owned(),
            Self::Malformed { detail } => format!("XML mal formé ({detail})"),
        };
        Text::new(french, self.to_string())
    }
}
