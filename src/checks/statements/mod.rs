//! Written statements: attestations, CNDA approvals, intrusion test forms, written answers, extracts of
//! configuration. Each kind and its marks are data (`testcases/statements/statements.toml`); what no machine can
//! read (scans, handwriting) is left to a human with the list of what to look at.

mod business;
mod marks;
mod table;

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::words::{NoWords, Words, fold};
use crate::finding::Rule;
use crate::text::Text;

use table::{STATEMENTS, Statement};

/// The check on one kind of statement, named as in the table.
#[derive(Debug)]
pub struct StatementCheck(pub &'static str);

impl StatementCheck {
    fn statement(&self) -> Option<&'static Statement> {
        STATEMENTS
            .kinds
            .iter()
            .find(|statement| statement.check == self.0)
    }
}

impl SetCheck for StatementCheck {
    fn id(&self) -> &'static str {
        self.0
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules: Vec<&'static Rule> = self
            .statement()
            .into_iter()
            .flat_map(|statement| statement.marks.iter().map(|mark| &mark.rule))
            .collect();
        if self.0 == "questionnaire" {
            rules.extend(business::rules());
        }
        rules.push(&marks::FIELD);
        rules
    }

    /// `parameters.fields`: labels that must stand in the documents, each followed by a value.
    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let Some(statement) = self.statement() else {
            return outcome;
        };
        let mut read: Vec<Document<'_>> = Vec::new();
        let (mut pictures, mut unread) = (Vec::new(), Vec::new());
        for file in files {
            match Words::read(file.evidence, context.limits) {
                Ok(words) => read.push(Document {
                    path: file.evidence.path(),
                    folded: fold(&words.text),
                    words,
                }),
                Err(NoWords::Picture) => pictures.push(file.evidence.name()),
                Err(NoWords::Unread) => unread.push(file.evidence.name()),
                // Its own check says why.
                Err(NoWords::Broken) => {}
            }
        }
        marks::judge(
            statement,
            &read,
            !pictures.is_empty() || !unread.is_empty(),
            &mut outcome,
        );
        if self.0 == "questionnaire" {
            business::judge(&read, &mut outcome);
        }
        marks::judge_fields(&read, parameters, &mut outcome);
        let unseen: Vec<&str> = pictures.into_iter().chain(unread).collect();
        if !unseen.is_empty() {
            outcome.to_review.push(look_at(statement, &unseen));
        }
        outcome
    }
}

/// A document whose words were read.
struct Document<'a> {
    path: &'a str,
    folded: String,
    words: Words,
}

/// What a human must look for in files that give no words.
fn look_at(statement: &Statement, files: &[&str]) -> Text {
    let labels = |pick: fn(&Text) -> &str| {
        let labels: Vec<&str> = statement.marks.iter().map(|mark| pick(&mark.label)).collect();
        labels.join(", ")
    };
    let names = files.join(", ");
    Text::new(
        format!(
            "{} : lire {names} (image, numérisation ou format non lu) et y vérifier : {}",
            statement.name.fr,
            labels(|text| &text.fr)
        ),
        format!(
            "{}: read {names} (picture, scan or format not read) and verify: {}",
            statement.name.en,
            labels(|text| &text.en)
        ),
    )
}
