//! A rule explained, and the documentation of all of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::examples::{self, Example};
use super::page::{Line, Page};
use crate::finding::{Rule, Severity};
use crate::text::{Language, Text};

/// The explanation of a rule.
pub fn rule(rule: &Rule) -> Page {
    let severity = match rule.severity {
        Severity::Error => Text::fixed("erreur", "error"),
        Severity::Warning => Text::fixed("avertissement", "warning"),
        Severity::Info => Text::fixed("information", "info"),
    };
    let mut page = Page {
        title: Text::new(
            format!("{} ({})", rule.id, severity.fr),
            format!("{} ({})", rule.id, severity.en),
        ),
        subtitle: rule.title.clone(),
        parts: Vec::new(),
    };
    page.part(
        Text::fixed("Pourquoi", "Why"),
        vec![Line::Words(rule.why.clone())],
    );
    page.part(
        Text::fixed("Comment corriger", "How to fix"),
        vec![Line::Words(rule.fix.clone())],
    );
    if let Some(example) = examples::of_rule(&rule.id) {
        add_example(&mut page, example);
    }
    page.part(
        Text::fixed("Source", "Source"),
        vec![Line::Words(Text::verbatim(rule.source.to_string()))],
    );
    page
}

/// What passes and what fails.
pub(super) fn add_example(page: &mut Page, example: &Example) {
    for (heading, words) in [
        (
            Text::fixed("Un exemple qui passe", "An example that passes"),
            example.pass(),
        ),
        (
            Text::fixed("Un exemple qui échoue", "An example that fails"),
            example.fail(),
        ),
    ] {
        let line = if example.is_evidence() {
            Line::Code(words.fr.to_string())
        } else {
            Line::Words(words)
        };
        page.part(heading, vec![line]);
    }
}

/// The rules by family: the first word of their identifiers, in lower case.
pub fn families() -> BTreeMap<String, Vec<&'static Rule>> {
    let mut families: BTreeMap<String, Vec<&'static Rule>> = BTreeMap::new();
    for rule in crate::checks::rules() {
        let family = rule.id.split('-').next().unwrap_or(&rule.id).to_lowercase();
        families.entry(family).or_default().push(rule);
    }
    families
}

/// The documentation of a family, French first.
pub fn markdown(family: &str, rules: &[&Rule]) -> String {
    let mut text = format!(
        "<!-- Made by `CONFORME_BLESS=1 cargo test --test reports explain`: change the rules, not this file. -->\n\n\
         # {}\n\n[Français](#français) · [English](#english)\n",
        family.to_uppercase()
    );
    for (language, heading) in [(Language::Fr, "Français"), (Language::En, "English")] {
        let _ = write!(text, "\n## {heading}\n");
        for one in rules {
            let _ = write!(text, "\n{}", rule(one).markdown(language));
        }
    }
    text
}
