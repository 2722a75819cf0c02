//! The examples of `conforme explain` that are made of the cases of a family: what a case changes is what fails, what
//! it changed is what passes. `CONFORME_BLESS=1` writes the file anew.

use std::collections::BTreeMap;
use std::path::Path;

/// Most lines of an example, and most characters of a line.
const LINES: usize = 3;
const WIDTH: usize = 110;

/// What differs between two texts, as (before, after): the lines that changed, cut around the change. None when the
/// change cannot be shown: too many lines, or nothing but blanks and long encoded content.
pub fn difference(before: &str, after: &str) -> Option<(String, String)> {
    let split = |text: &str| -> Vec<String> {
        text.split(['\r', '\n'])
            .filter(|line| !line.trim().is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = without_content(before, after);
    let (old, new) = (split(&before), split(&after));
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - start;
    let end = (0..room)
        .take_while(|back| old[old.len() - 1 - back] == new[new.len() - 1 - back])
        .count();
    let (mut from, mut upto_old, mut upto_new) = (start, old.len() - end, new.len() - end);
    // A line that came or went is shown beside its neighbour.
    if from == upto_old || from == upto_new {
        if from > 0 {
            from -= 1;
        } else {
            upto_old = (upto_old + 1).min(old.len());
            upto_new = (upto_new + 1).min(new.len());
        }
    }
    let (old, new) = (&old[from..upto_old], &new[from..upto_new]);
    if old == new || old.len() > LINES || new.len() > LINES || old.is_empty() || new.is_empty() {
        return None;
    }
    let at = old[0]
        .chars()
        .zip(new[0].chars())
        .take_while(|(a, b)| a == b)
        .count();
    let shown = |lines: &[String]| {
        let lines: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(index, line)| cut(line, if index == 0 && lines.len() == 1 { at } else { 0 }))
            .collect();
        lines.join("\n")
    };
    let (old, new) = (shown(old), shown(new));
    (old != new).then_some((old, new))
}

/// Both texts with the base64 that they share cut short: it says nothing to a reader.
fn without_content(before: &str, after: &str) -> (String, String) {
    let (mut before, mut after) = (before.to_owned(), after.to_owned());
    let encoded = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let runs: Vec<String> = before
        .split(|c| !encoded(c))
        .filter(|run| run.len() > 70)
        .map(str::to_owned)
        .collect();
    for run in runs {
        if !after.contains(&run) {
            continue;
        }
        let short = format!("{}…", &run[..12]);
        before = before.replace(&run, &short);
        after = after.replace(&run, &short);
    }
    (before, after)
}

/// A line of at most [`WIDTH`] characters around the one at `at`.
fn cut(line: &str, at: usize) -> String {
    let line = line.trim_end();
    let lead = line.chars().take_while(|c| c.is_whitespace()).count();
    let characters: Vec<char> = line.chars().skip(lead).collect();
    let at = at.saturating_sub(lead);
    if characters.len() <= WIDTH {
        return characters.into_iter().collect();
    }
    let start = at.saturating_sub(WIDTH / 2).min(characters.len() - WIDTH);
    let middle: String = characters[start..start + WIDTH].iter().collect();
    let (before, after) = (start > 0, start + WIDTH < characters.len());
    format!(
        "{}{middle}{}",
        if before { "…" } else { "" },
        if after { "…" } else { "" }
    )
}

/// The shortest of several examples of one rule.
pub fn shortest(examples: impl IntoIterator<Item = (String, String)>) -> Option<(String, String)> {
    examples
        .into_iter()
        .min_by_key(|(pass, fail)| pass.chars().count() + fail.chars().count())
}

/// The rules whose examples are told in words.
pub fn told() -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/examples/told.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Compares the examples made of the cases of a family with its file, or writes the file.
pub fn agree(file: &str, family: &str, made: &BTreeMap<String, (String, String)>) {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut text = format!(
        "# Examples of {family}, made of its cases: `CONFORME_BLESS=1 cargo test examples` writes this file anew.\n"
    );
    for (rule, (pass, fail)) in made {
        text.push_str(&format!(
            "\n[{}]\npass = {}\nfail = {}\n",
            quoted(rule),
            quoted(pass),
            quoted(fail)
        ));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testcases/examples")
        .join(file);
    if std::env::var_os("CONFORME_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    } else {
        let known = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(
            known == text,
            "testcases/examples/{file} is not made of the cases any more: CONFORME_BLESS=1 cargo test examples"
        );
    }
}
