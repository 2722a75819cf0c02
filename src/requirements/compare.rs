//! What changed from one referential to another: requirements, scenarios, proofs, with the words that changed.

use std::collections::BTreeMap;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::model::{Nature, Referential, Requirement, Status};
use super::normalise::fold;

/// The kind of thing that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A requirement.
    Requirement,
    /// A scenario.
    Scenario,
    /// A proof.
    Proof,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Only in the second referential.
    Added,
    /// Only in the first.
    Removed,
    /// In both, with differences.
    Changed,
}

/// One run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// `same`, `removed` or `added`.
    pub tag: &'static str,
    /// The words.
    pub text: String,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Name of the field (`statement`, `profile`, `class`…).
    pub field: &'static str,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// Word by word, for texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Words>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Requirement, scenario or proof.
    pub level: Level,
    /// Added, removed or changed.
    pub action: Action,
    /// Its identifier.
    pub id: String,
    /// The requirement it belongs to.
    pub requirement: String,
    /// The fields that differ, for something changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Added.
    pub added: usize,
    /// Removed.
    pub removed: usize,
    /// Changed.
    pub changed: usize,
}

/// The differences of two referentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Requirements.
    pub requirements: Tally,
    /// Scenarios.
    pub scenarios: Tally,
    /// Proofs.
    pub proofs: Tally,
    /// The differences, by requirement in the order of the second referential, those removed last.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// True when nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn push(&mut self, change: Change) {
        let tally = match change.level {
            Level::Requirement => &mut self.requirements,
            Level::Scenario => &mut self.scenarios,
            Level::Proof => &mut self.proofs,
        };
        match change.action {
            Action::Added => tally.added += 1,
            Action::Removed => tally.removed += 1,
            Action::Changed => tally.changed += 1,
        }
        self.changes.push(change);
    }
}

/// The key of a requirement: its identifier, and its rank among those of the same identifier.
type Key<'a> = (&'a str, usize);

fn keyed(referential: &Referential) -> Vec<(Key<'_>, &Requirement)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    referential
        .requirements
        .iter()
        .map(|requirement| {
            let rank = seen.entry(requirement.id.as_str()).or_default();
            let key = (requirement.id.as_str(), *rank);
            *rank += 1;
            (key, requirement)
        })
        .collect()
}

/// Compares two referentials. A field that either source lacks altogether (an embedded REM has no statement) is left
/// out: its absence is no change.
pub fn compare(before: &Referential, after: &Referential) -> Comparison {
    let mut comparison = Comparison {
        requirements: Tally::default(),
        scenarios: Tally::default(),
        proofs: Tally::default(),
        changes: Vec::new(),
    };
    let old = keyed(before);
    let old_by_key: BTreeMap<Key<'_>, &Requirement> = old.iter().copied().collect();
    let texts = same_kind_of_text(before, after);
    let new = keyed(after);
    for (key, requirement) in &new {
        match old_by_key.get(key) {
            Some(known) => compare_requirement(known, requirement, texts, &mut comparison),
            None => whole(requirement, Action::Added, &mut comparison),
        }
    }
    let kept: std::collections::BTreeSet<Key<'_>> = new.iter().map(|(key, _)| *key).collect();
    for (_, requirement) in old.iter().filter(|(key, _)| !kept.contains(key)) {
        whole(requirement, Action::Removed, &mut comparison);
    }
    comparison
}

/// Texts of a workbook and titles of ours are not comparable.
fn same_kind_of_text(before: &Referential, after: &Referential) -> bool {
    before.origin.kind == after.origin.kind
}

fn change(level: Level, action: Action, id: &str, requirement: &str) -> Change {
    Change {
        level,
        action,
        id: id.to_owned(),
        requirement: requirement.to_owned(),
        fields: Vec::new(),
    }
}

/// A requirement added or removed with all it holds.
fn whole(requirement: &Requirement, action: Action, comparison: &mut Comparison) {
    comparison.push(change(
        Level::Requirement,
        action,
        &requirement.id,
        &requirement.id,
    ));
    for scenario in &requirement.scenarios {
        comparison.push(change(Level::Scenario, action, &scenario.id, &requirement.id));
        for proof in &scenario.proofs {
            comparison.push(change(Level::Proof, action, &proof.id, &requirement.id));
        }
    }
}

fn compare_requirement(before: &Requirement, after: &Requirement, texts: bool, comparison: &mut Comparison) {
    let mut fields = Fields::default();
    if texts {
        fields.text("statement", &before.statement, &after.statement);
        fields.text("comment", &before.comment, &after.comment);
    }
    fields.label("profile", &before.profile, &after.profile);
    fields.word("nature", nature(before.nature), nature(after.nature));
    fields.word("status", status(before.status), status(after.status));
    fields.label("criticality", &before.criticality, &after.criticality);
    fields.label("section", &before.section, &after.section);
    fields.label("block", &before.block, &after.block);
    fields.label("function", &before.function, &after.function);
    fields.push_into(Level::Requirement, &after.id, &after.id, comparison);

    for scenario in &after.scenarios {
        let Some(known) = before.scenarios.iter().find(|known| known.id == scenario.id) else {
            comparison.push(change(Level::Scenario, Action::Added, &scenario.id, &after.id));
            for proof in &scenario.proofs {
                comparison.push(change(Level::Proof, Action::Added, &proof.id, &after.id));
            }
            continue;
        };
        let mut fields = Fields::default();
        if texts {
            fields.text("text", &known.text, &scenario.text);
        }
        fields.push_into(Level::Scenario, &scenario.id, &after.id, comparison);
        for proof in &scenario.proofs {
            let Some(known) = known.proofs.iter().find(|known| known.id == proof.id) else {
                comparison.push(change(Level::Proof, Action::Added, &proof.id, &after.id));
                continue;
            };
            let mut fields = Fields::default();
            if texts {
                fields.text("text", &known.text.fr, &proof.text.fr);
            }
            fields.word("class", &known.class.id(), &proof.class.id());
            fields.push_into(Level::Proof, &proof.id, &after.id, comparison);
        }
        for gone in known
            .proofs
            .iter()
            .filter(|gone| !scenario.proofs.iter().any(|proof| proof.id == gone.id))
        {
            comparison.push(change(Level::Proof, Action::Removed, &gone.id, &after.id));
        }
    }
    for gone in before
        .scenarios
        .iter()
        .filter(|gone| !after.scenarios.iter().any(|kept| kept.id == gone.id))
    {
        comparison.push(change(Level::Scenario, Action::Removed, &gone.id, &after.id));
        for proof in &gone.proofs {
            comparison.push(change(Level::Proof, Action::Removed, &proof.id, &after.id));
        }
    }
}

const fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Exigence => "exigence",
        Nature::Preconisation => "preconisation",
        Nature::Unknown => "",
    }
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Draft => "draft",
        Status::Obsolete => "obsolete",
    }
}

/// The fields of one thing that differ.
#[derive(Default)]
struct Fields(Vec<FieldChange>);

impl Fields {
    /// A text, compared word by word; blanks do not count.
    fn text(&mut self, field: &'static str, before: &str, after: &str) {
        if before.split_whitespace().eq(after.split_whitespace()) {
            return;
        }
        self.0.push(FieldChange {
            field,
            before: before.to_owned(),
            after: after.to_owned(),
            words: words(before, after),
        });
    }

    /// A label, compared without accents, case and typography; an absent one is no change.
    fn label(&mut self, field: &'static str, before: &str, after: &str) {
        if !before.is_empty() && !after.is_empty() && fold(before) != fold(after) {
            self.0.push(FieldChange {
                field,
                before: before.to_owned(),
                after: after.to_owned(),
                words: Vec::new(),
            });
        }
    }

    /// A word of ours; an unknown one is no change.
    fn word(&mut self, field: &'static str, before: &str, after: &str) {
        if !before.is_empty() && !after.is_empty() && before != after {
            self.0.push(FieldChange {
                field,
                before: before.to_owned(),
                after: after.to_owned(),
                words: Vec::new(),
            });
        }
    }

    fn push_into(self, level: Level, id: &str, requirement: &str, comparison: &mut Comparison) {
        if !self.0.is_empty() {
            comparison.push(Change {
                fields: self.0,
                ..change(level, Action::Changed, id, requirement)
            });
        }
    }
}

/// The words of two texts, runs of the same kind joined. Bounded: two long texts that share nothing are one removal
/// and one addition, found in limited time.
fn words(before: &str, after: &str) -> Vec<Words> {
    let diff = TextDiff::configure()
        .timeout(std::time::Duration::from_secs(2))
        .diff_words(before, after);
    let mut out: Vec<Words> = Vec::new();
    for change in diff.iter_all_changes() {
        let tag = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Delete => "removed",
            ChangeTag::Insert => "added",
        };
        match out.last_mut() {
            Some(last) if last.tag == tag => last.text.push_str(change.value()),
            _ => out.push(Words {
                tag,
                text: change.value().to_owned(),
            }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Action, Level, compare, words};
    use crate::requirements::embedded_referential;

    #[test]
    fn a_referential_does_not_differ_from_itself() {
        let referential = embedded_referential("HOP-PFI-Va1").expect("PFI");
        assert!(compare(&referential, &referential).is_empty());
    }

    #[test]
    fn every_kind_of_change_is_told() {
        let before = embedded_referential("HOP-PFI-Va1").expect("PFI");
        let mut after = before.clone();
        after.requirements.remove(0);
        after.requirements[0].profile = "Opérateur Mailiz".to_owned();
        after.requirements[1].statement = "Le système DOIT recevoir".to_owned();
        after.requirements[1].scenarios[0].proofs[0].class = crate::requirements::Class::Doc;
        after.requirements[1].scenarios[0].proofs.remove(1);
        let mut added = after.requirements[0].clone();
        added.id = "NEW.01".to_owned();
        added.scenarios.clear();
        after.requirements.push(added);
        let found = compare(&before, &after);
        let has = |level: Level, action: Action| {
            found
                .changes
                .iter()
                .filter(|change| change.level == level && change.action == action)
                .count()
        };
        assert_eq!(has(Level::Requirement, Action::Added), 1);
        assert_eq!(has(Level::Requirement, Action::Removed), 1);
        assert_eq!(has(Level::Requirement, Action::Changed), 2);
        assert_eq!(has(Level::Proof, Action::Changed), 1);
        assert!(has(Level::Proof, Action::Removed) >= 2);
        assert_eq!(found.requirements.changed, 2);
    }

    #[test]
    fn words_are_marked() {
        let found = words("Le système DOIT envoyer", "Le système PEUT envoyer");
        let tags: Vec<(&str, &str)> = found.iter().map(|run| (run.tag, run.text.trim())).collect();
        assert_eq!(
            tags,
            [
                ("same", "Le système"),
                ("removed", "DOIT"),
                ("added", "PEUT"),
                ("same", "envoyer")
            ]
        );
    }
}
