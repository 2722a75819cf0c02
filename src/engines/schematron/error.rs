//! What goes wrong when a schema is loaded.

use crate::engines::xml::XmlError;
use crate::engines::xpath::XPathError;
use crate::text::Text;

use super::schema::Place;

/// A schema that cannot be used at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The schema file cannot be read.
    #[error("{address}: {error}")]
    Unreadable {
        /// Its address.
        address: String,
        /// Why.
        error: std::io::Error,
    },
    /// The schema file is no XML.
    #[error("{address}:{error}")]
    Xml {
        /// Its address.
        address: String,
        /// Why and where.
        error: XmlError,
    },
    /// The outermost element is not `schema` of ISO Schematron.
    #[error("{address}: the outermost element is not 'schema' of ISO Schematron")]
    NotSchematron {
        /// Its address.
        address: String,
    },
    /// A phase that the schema does not have.
    #[error("the schema has no phase '{phase}'")]
    UnknownPhase {
        /// The phase asked for.
        phase: String,
    },
    /// More included files than the limit, or includes nested too deeply.
    #[error("{place}: more than {limit} included files, or included too deeply")]
    TooManyIncludes {
        /// Where.
        place: Place,
        /// The limit.
        limit: usize,
    },
}

impl LoadError {
    /// What a user reads.
    pub fn text(&self) -> Text {
        let french = match self {
            Self::Unreadable { address, error } => format!("{address} : lecture impossible ({error})"),
            Self::Xml { address, error } => {
                let position = error.position;
                format!(
                    "{address}:{}:{} : {}",
                    position.line,
                    position.column,
                    error.kind.text().fr
                )
            }
            Self::NotSchematron { address } => {
                format!("{address} : l'élément racine n'est pas « schema » d'ISO Schematron")
            }
            Self::UnknownPhase { phase } => format!("le schéma n'a pas de phase « {phase} »"),
            Self::TooManyIncludes { place, limit } => {
                format!("{place} : plus de {limit} fichiers inclus, ou inclusions trop profondes")
            }
        };
        Text::new(french, self.to_string())
    }
}

/// A fault of a schema that does not keep the rest from being used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadWarning {
    /// Where in the schema.
    pub place: Place,
    /// What.
    pub kind: WarningKind,
}

/// The faults of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// An included file was found under a name that differs by case only.
    CaseMismatch {
        /// As written.
        reference: String,
        /// The file read.
        found: String,
    },
    /// An included file is missing or cannot be read; what it holds is not evaluated.
    MissingInclude {
        /// As written.
        reference: String,
        /// Why.
        reason: String,
    },
    /// An abstract pattern that does not exist; the pattern is not evaluated.
    UnknownAbstractPattern {
        /// As written in `is-a`.
        name: String,
    },
    /// An abstract rule that does not exist; the rule runs without it.
    UnknownAbstractRule {
        /// As written in `extends`.
        name: String,
    },
    /// A rule extends itself through others.
    CircularExtends {
        /// The rule.
        name: String,
    },
    /// A diagnostic that does not exist.
    UnknownDiagnostic {
        /// Its identifier.
        name: String,
    },
    /// An expression that does not compile; what it decides is not evaluated.
    Expression {
        /// The expression.
        expression: String,
        /// Why.
        error: XPathError,
    },
    /// A rule without context or a check without test: not evaluated.
    MissingAttribute {
        /// The element.
        element: String,
        /// The attribute.
        attribute: &'static str,
    },
    /// The same variable twice: the last one counts.
    DuplicateVariable {
        /// Its name.
        name: String,
    },
    /// A query binding that this engine does not know: it is read as `xslt2`.
    QueryBinding {
        /// As written.
        name: String,
    },
}

impl LoadWarning {
    /// True when something of the schema is not evaluated because of it.
    pub fn loses_checks(&self) -> bool {
        !matches!(
            self.kind,
            WarningKind::CaseMismatch { .. }
                | WarningKind::DuplicateVariable { .. }
                | WarningKind::QueryBinding { .. }
                | WarningKind::UnknownDiagnostic { .. }
        )
    }

    /// What a user reads, the place left out.
    pub fn text(&self) -> Text {
        use WarningKind as K;
        let (french, english) = match &self.kind {
            K::CaseMismatch { reference, found } => (
                format!("« {reference} » n'existe pas avec cette casse ; « {found} » est lu à sa place"),
                format!("'{reference}' does not exist in this case; '{found}' is read instead"),
            ),
            K::MissingInclude { reference, reason } => (
                format!(
                    "le fichier inclus « {reference} » manque ({reason}) ; ce qu'il contient n'est pas évalué"
                ),
                format!(
                    "the included file '{reference}' is missing ({reason}); what it holds is not evaluated"
                ),
            ),
            K::UnknownAbstractPattern { name } => (
                format!("le motif abstrait « {name} » n'existe pas ; ce motif n'est pas évalué"),
                format!("there is no abstract pattern '{name}'; this pattern is not evaluated"),
            ),
            K::UnknownAbstractRule { name } => (
                format!("la règle abstraite « {name} » n'existe pas"),
                format!("there is no abstract rule '{name}'"),
            ),
            K::CircularExtends { name } => (
                format!("la règle « {name} » s'étend elle-même"),
                format!("the rule '{name}' extends itself"),
            ),
            K::UnknownDiagnostic { name } => (
                format!("le diagnostic « {name} » n'existe pas"),
                format!("there is no diagnostic '{name}'"),
            ),
            K::Expression { expression, error } => (
                format!("expression fautive « {expression} » ({error}) ; ce qu'elle décide n'est pas évalué"),
                format!("wrong expression '{expression}' ({error}); what it decides is not evaluated"),
            ),
            K::MissingAttribute { element, attribute } => (
                format!("« {element} » sans attribut « {attribute} » ; non évalué"),
                format!("'{element}' without attribute '{attribute}'; not evaluated"),
            ),
            K::DuplicateVariable { name } => (
                format!("la variable « {name} » est définie deux fois ; la dernière définition compte"),
                format!("the variable '{name}' is defined twice; the last definition counts"),
            ),
            K::QueryBinding { name } => (
                format!("langage de requête « {name} » inconnu ; lu comme « xslt2 »"),
                format!("unknown query binding '{name}'; read as 'xslt2'"),
            ),
        };
        Text::new(french, english)
    }
}
