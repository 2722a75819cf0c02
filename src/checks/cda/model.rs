//! Which model a document follows, and so which schematron of a pack judges it besides the general ones.
//!
//! The templateId with the longest root under the branch of French models names the model, its extension the version;
//! a document with a non-XML body follows no model, except the few whose code says so. Facts: `testcases/packs/models.tsv`.

use std::sync::LazyLock;

use crate::evidence::cda_header::{BodyLevel, CdaHeader};
use crate::text::Text;

static MODELS_TSV: &str = include_str!("../../../testcases/packs/models.tsv");

/// The branch of the OIDs of French document models; its `.1` is the header that all have.
const BRANCH: &str = "1.2.250.1.213.1.1.1.";
const HEADER: &str = "1.2.250.1.213.1.1.1.1";

/// A version of a document model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Name, without version (`VAC`).
    pub name: &'static str,
    /// Version (`2023.01`).
    pub version: &'static str,
    /// Root of its templateId; empty when the code alone tells.
    pub root: &'static str,
    /// Extensions of its templateId seen; an empty one when there is none.
    extensions: Vec<&'static str>,
    /// Codes of documents of this model.
    codes: Vec<&'static str>,
    /// File name of its schematron.
    pub schematron: &'static str,
}

impl Model {
    /// Name and version, as the schematron is called.
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    MODELS_TSV
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let mut next = || cells.next();
            Some(Model {
                name: next()?,
                version: next()?,
                root: next()?,
                extensions: next()?
                    .split('|')
                    .map(|one| if one == "-" { "" } else { one })
                    .collect(),
                codes: next()?.split('|').filter(|code| !code.is_empty()).collect(),
                schematron: next()?,
            })
        })
        .collect()
});

/// Every model known.
pub fn models() -> &'static [Model] {
    &MODELS
}

/// What the choice gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This model.
    Model(&'static Model),
    /// One of these versions of a model, oldest first: the document does not say which.
    OneOf(Vec<&'static Model>),
    /// No model applies: a non-XML body.
    NonXml,
    /// No templateId of a French model.
    Unnamed,
    /// A model, or a version of one, that is not known.
    Unknown {
        /// The root of the templateId.
        root: String,
        /// Its extension.
        extension: String,
    },
    /// The user asked for a model that is not known.
    Asked(String),
}

impl Choice {
    /// How the choice is told.
    pub fn text(&self) -> Text {
        match self {
            Self::Model(model) => Text::new(
                format!("modèle {} ({})", model.label(), model.schematron),
                format!("model {} ({})", model.label(), model.schematron),
            ),
            Self::OneOf(models) => {
                let versions = models
                    .iter()
                    .map(|model| model.version)
                    .collect::<Vec<_>>()
                    .join(", ");
                let name = models.first().map_or("", |model| model.name);
                Text::new(
                    format!("modèle {name}, version non dite par le document ({versions})"),
                    format!("model {name}, version not said by the document ({versions})"),
                )
            }
            Self::NonXml => Text::fixed(
                "corps non XML (niveau 1) : aucun modèle structuré ne s'applique",
                "non-XML body (level 1): no structured model applies",
            ),
            Self::Unnamed => Text::fixed(
                "aucun templateId de modèle de document français",
                "no templateId of a French document model",
            ),
            Self::Unknown { root, extension } => Text::new(
                format!("modèle inconnu (templateId {root}, version « {extension} »)"),
                format!("unknown model (templateId {root}, version '{extension}')"),
            ),
            Self::Asked(name) => Text::new(
                format!("modèle demandé inconnu : « {name} »"),
                format!("unknown model asked for: '{name}'"),
            ),
        }
    }
}

/// Chooses the model of a document; `asked` is the choice of the user, by name, name and version, or schematron.
pub fn choose(header: &CdaHeader, asked: Option<&str>) -> Choice {
    if let Some(asked) = asked {
        return by_name(asked).map_or_else(|| Choice::Asked(asked.to_owned()), Choice::Model);
    }
    if header.body.level == Some(BodyLevel::NonXml) {
        let code = header.code.as_ref().map(|code| code.value.code.code.as_str());
        let by_code = MODELS
            .iter()
            .find(|model| model.root.is_empty() && code.is_some_and(|code| model.codes.contains(&code)));
        return by_code.map_or(Choice::NonXml, Choice::Model);
    }
    let named = header
        .templates
        .iter()
        .map(|template| &template.value)
        .filter(|template| template.root.starts_with(BRANCH) && template.root != HEADER)
        .filter(|template| !template.root.starts_with(&format!("{HEADER}.")))
        // The longest root; the last of equals.
        .max_by_key(|template| template.root.len());
    let Some(template) = named else {
        return Choice::Unnamed;
    };
    let unknown = || Choice::Unknown {
        root: template.root.clone(),
        extension: template.extension.clone(),
    };
    let mut versions: Vec<&Model> = MODELS
        .iter()
        .filter(|model| model.root == template.root)
        .collect();
    versions.sort_by_key(|model| model.version);
    let exact = versions.iter().find(|model| {
        model.version == template.extension
            || (!template.extension.is_empty() && model.extensions.contains(&template.extension.as_str()))
    });
    if let Some(model) = exact {
        return Choice::Model(model);
    }
    match (template.extension.is_empty(), versions.as_slice()) {
        (true, [only]) => Choice::Model(only),
        (true, [_, ..]) => Choice::OneOf(versions),
        _ => unknown(),
    }
}

fn by_name(asked: &str) -> Option<&'static Model> {
    let folded = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let asked = folded(
        asked
            .strip_prefix("CI-SIS_")
            .unwrap_or(asked)
            .trim_end_matches(".sch"),
    );
    let exact = MODELS.iter().find(|model| {
        folded(&format!("{}-{}", model.name, model.version)) == asked
            || folded(
                model
                    .schematron
                    .trim_start_matches("CI-SIS_")
                    .trim_end_matches(".sch"),
            ) == asked
    });
    exact.or_else(|| {
        MODELS
            .iter()
            .filter(|model| folded(model.name) == asked)
            .max_by_key(|model| model.version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::xml::{Document, ParseOptions};

    fn choice(templates: &str, body: &str, asked: Option<&str>) -> String {
        let xml = format!(
            "<ClinicalDocument xmlns='urn:hl7-org:v3'>{templates}<code code='85208-7'/><component>{body}</component></ClinicalDocument>"
        );
        let document = Document::parse_text(&xml, &ParseOptions::default()).unwrap();
        let header = CdaHeader::read(&document).unwrap();
        match choose(&header, asked) {
            Choice::Model(model) => model.label(),
            other => format!("{other:?}"),
        }
    }

    fn template(root: &str, extension: &str) -> String {
        format!(
            "<templateId root='1.2.250.1.213.1.1.1.1'/><templateId root='{root}' extension='{extension}'/>"
        )
    }

    #[test]
    fn the_template_id_names_the_model() {
        let body = "<structuredBody/>";
        let of = |root: &str, extension: &str| choice(&template(root, extension), body, None);
        assert_eq!(of("1.2.250.1.213.1.1.1.37", "2023.01"), "VAC 2023.01");
        assert_eq!(of("1.2.250.1.213.1.1.1.5.1", "2024.01"), "CSE-CS8 2024.01");
        assert_eq!(of("1.2.250.1.213.1.1.1.13", "201310"), "VSM 2022.01");
        assert!(of("1.2.250.1.213.1.1.1.55", "").starts_with("OneOf"));
        assert_eq!(of("1.2.250.1.213.1.1.1.15", ""), "AVC-AUNV 2022.01");
        assert!(of("1.2.250.1.213.1.1.1.55", "2031.01").starts_with("Unknown"));
        assert!(of("1.2.250.1.213.1.1.1.999", "2024.01").starts_with("Unknown"));
        assert_eq!(choice("<templateId root='1.2.3'/>", body, None), "Unnamed");
    }

    #[test]
    fn a_body_that_is_not_xml_has_no_model_unless_its_code_tells() {
        assert_eq!(choice("", "<nonXMLBody/>", None), "TLM-CR 2022.01");
        assert_eq!(
            choice(
                &template("1.2.250.1.213.1.1.1.37", "2023.01"),
                "<nonXMLBody/>",
                Some("vac")
            ),
            "VAC 2023.01"
        );
        assert!(choice("", "<structuredBody/>", Some("nothing")).starts_with("Asked"));
        assert_eq!(
            choice("", "<structuredBody/>", Some("CI-SIS_IPS-FR_2024.01.sch")),
            "IPS-FR 2024.01"
        );
    }
}
