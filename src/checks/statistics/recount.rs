//! The numbers of a file against the messages, archives and mails filed beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{Dimension, Filter, indicator};
use super::load::load;
use super::model::{ALL, bit};
use super::read::Read;
use super::rules;
use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::Kind;
use crate::finding::Rule;
use crate::text::Text;

/// Recounts the distinct documents of the proof's files, by type, against each statistics file of the proof.
///
/// Parameters: `indicator`; `channel`, the channel that the filed flows stand for (all channels together otherwise).
pub struct Recount;

impl SetCheck for Recount {
    fn id(&self) -> &'static str {
        "statistics-recount"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&rules::RECOUNT]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let documents = distinct_documents(files);
        if documents.is_empty() {
            return outcome;
        }
        let parameter = |name: &str| parameters.get(name).and_then(toml::Value::as_str);
        let known = parameter("indicator")
            .or(context.options.indicator.as_deref())
            .and_then(indicator);
        let mut filter: Filter = Filter::from([("unit".to_owned(), "documents".to_owned())]);
        filter.insert("result".to_owned(), "reussite".to_owned());
        if let Some(channel) = parameter("channel") {
            filter.insert("channel".to_owned(), channel.to_owned());
        }
        for file in files {
            if !matches!(file.evidence.kind(), Kind::Csv | Kind::Workbook | Kind::Json) {
                continue;
            }
            let Some(Read::Table { table, missing, .. }) = load(file.evidence, context, known).read else {
                continue;
            };
            if !missing.is_empty() {
                continue;
            }
            let selection = table.select(&filter);
            let counted = if table.sendings.is_empty() {
                table.everything(&selection, bit(Dimension::DocType))
            } else {
                table.distinct_documents(&selection, bit(Dimension::DocType))
            };
            for (key, sum) in counted {
                let symbol = key.get(Dimension::DocType.rank()).copied().unwrap_or(ALL);
                let kind = table.symbols.text(symbol);
                let filed = if symbol == ALL {
                    documents.values().map(BTreeSet::len).sum::<usize>()
                } else {
                    documents.get(kind).map_or(0, BTreeSet::len)
                };
                if i64::try_from(filed) == Ok(sum.value) {
                    outcome.verified.push(Text::new(
                        format!("{filed} documents recomptés {kind}"),
                        format!("{filed} documents recounted {kind}"),
                    ));
                    continue;
                }
                outcome.findings.push(
                    rules::RECOUNT
                        .at(
                            table.locator.cell(sum.row, usize::from(sum.column)),
                            Text::new(
                                format!(
                                    "{} documents {kind} déclarés, {filed} distincts dans les flux déposés",
                                    sum.value
                                ),
                                format!(
                                    "{} documents {kind} declared, {filed} distinct in the filed flows",
                                    sum.value
                                ),
                            ),
                        )
                        .expected(filed.to_string())
                        .found(sum.value.to_string()),
                );
            }
        }
        outcome
    }
}

/// Distinct documents of the filed flows, by type code; a replacement counts with the document it replaces.
fn distinct_documents(files: &[Judged<'_>]) -> BTreeMap<String, BTreeSet<String>> {
    let mut replaced: BTreeMap<String, String> = BTreeMap::new();
    let mut met: BTreeMap<String, String> = BTreeMap::new();
    for document in files.iter().flat_map(|file| &file.outcome.facts.documents) {
        let name = |id: &crate::facts::Identifier| format!("{}^{}", id.root, id.extension);
        let Some(id) = document.id.as_ref().map(name) else {
            continue;
        };
        if let Some(before) = document.replaces.as_ref().map(name) {
            replaced.insert(id.clone(), before);
        }
        let kind = document
            .type_code
            .as_ref()
            .map(|code| code.code.clone())
            .unwrap_or_default();
        met.entry(id).or_insert(kind);
    }
    let mut documents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, kind) in &met {
        let mut root = id;
        let mut steps = 0;
        while let Some(before) = replaced.get(root).filter(|_| steps < 1000) {
            root = before;
            steps += 1;
        }
        documents.entry(kind.clone()).or_default().insert(root.clone());
    }
    documents
}
