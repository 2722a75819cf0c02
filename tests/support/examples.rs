//! The examples of `conforme explain` that are made of the cases of a family: what a case changes is what fails, what
//! it changed is what passes. A change is shown where it is: under the elements that hold it, at the field of its
//! segment, beside its neighbours when a line came or went. `CONFORME_BLESS=1` writes the file anew.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Most lines of an example, and most characters of a line.
const LINES: usize = 8;
const WIDTH: usize = 110;
/// Most elements named above a change.
const ANCESTORS: usize = 3;

/// How a text is cut into what is compared and shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Xml,
    Hl7,
    Lines,
}

impl Shape {
    fn of(text: &str) -> Self {
        let text = text.trim_start();
        if text.starts_with('<') {
            Self::Xml
        } else if text.starts_with("MSH|") || text.contains("\rMSH|") {
            Self::Hl7
        } else {
            Self::Lines
        }
    }
}

/// What differs between two texts, as (before, after). None when the change cannot be shown: too many lines, or nothing
/// but blanks and long encoded content.
pub fn difference(before: &str, after: &str) -> Option<(String, String)> {
    let shape = Shape::of(before);
    let (before, after) = without_content(before, after);
    let (mut old, mut new) = (lines(&before), lines(&after));
    let (mut from_old, mut from_new) = changed(&old, &new);
    let long = |lines: &[String]| lines.iter().any(|line| line.chars().count() > WIDTH);
    if shape == Shape::Xml && (long(&old[from_old.clone()]) || long(&new[from_new.clone()])) {
        old = by_element(&old, &from_old);
        new = by_element(&new, &from_new);
        (from_old, from_new) = changed(&old, &new);
    }
    let came_or_went = from_old.is_empty() || from_new.is_empty();
    let single = from_old.len() == 1 && from_new.len() == 1;
    let shown = |all: &[String], own: &Range<usize>, other: Option<&str>| {
        let mut shown = Vec::new();
        if came_or_went && own.start > 0 {
            shown.push(neighbour_before(all, own.start - 1, shape));
        }
        let own_lines = collapsed(&all[own.clone()], shape);
        shown.extend(own_lines.iter().map(|line| match other {
            Some(other) => shortened(line, other, shape),
            None => cut(line, 0),
        }));
        if came_or_went && own.end < all.len() {
            shown.extend(neighbour_after(all, own.end, shape));
        }
        shown
    };
    let beside = |lines: &[String], at: usize| single.then(|| lines[at].clone());
    let passes = shown(&old, &from_old, beside(&new, from_new.start).as_deref());
    let fails = shown(&new, &from_new, beside(&old, from_old.start).as_deref());
    if passes == fails || passes.is_empty() || fails.is_empty() {
        return None;
    }
    if passes.len().max(fails.len()) > LINES {
        return None;
    }
    let above = match shape {
        Shape::Xml => {
            // A neighbour that opens an element is shown: it need not stand above itself.
            let opens = came_or_went && from_old.start > 0 && !closes(&old[from_old.start - 1]);
            ancestors(&old[..from_old.start - usize::from(opens)])
        }
        Shape::Hl7 if single => field(&old[from_old.start], &new[from_new.start]),
        Shape::Hl7 | Shape::Lines => None,
    };
    let page = |lines: Vec<String>| above.iter().cloned().chain(lines).collect::<Vec<_>>().join("\n");
    Some((page(passes), page(fails)))
}

fn lines(text: &str) -> Vec<String> {
    text.split(['\r', '\n'])
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

/// The lines that changed, in the old text and in the new one.
fn changed(old: &[String], new: &[String]) -> (Range<usize>, Range<usize>) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - start;
    let end = (0..room)
        .take_while(|back| old[old.len() - 1 - back] == new[new.len() - 1 - back])
        .count();
    (start..old.len() - end, start..new.len() - end)
}

/// The lines of a range with one element on each, so that a change in a long line stands alone.
fn by_element(all: &[String], range: &Range<usize>) -> Vec<String> {
    let mut split = Vec::new();
    for (index, line) in all.iter().enumerate() {
        if range.contains(&index) {
            let apart = line.replace("><", ">\n<");
            split.extend(apart.lines().map(str::to_owned));
        } else {
            split.push(line.clone());
        }
    }
    split
}

/// The line before a change: a closing tag alone says nothing, its element does.
fn neighbour_before(all: &[String], at: usize, shape: Shape) -> String {
    let line = all[at].trim();
    let Some(name) = line.strip_prefix("</").map(|rest| rest.trim_end_matches('>')) else {
        return cut(line, 0);
    };
    if shape != Shape::Xml || name.contains(['<', '>', '/']) {
        return cut(line, 0);
    }
    format!("<{name}>…</{name}>")
}

/// The line after a change; none when it only closes what is around it.
fn neighbour_after(all: &[String], at: usize, shape: Shape) -> Option<String> {
    let line = all[at].trim();
    if shape != Shape::Xml {
        return Some(cut(line, 0));
    }
    if line.starts_with("</") {
        return None;
    }
    let name = tag_name(line)?;
    Some(if closes(line) {
        cut(line, 0)
    } else {
        format!("<{name}>…</{name}>")
    })
}

/// Whether what a line opens is closed on it.
fn closes(line: &str) -> bool {
    line.ends_with("/>") || line.contains("</")
}

/// The element that a line opens.
fn tag_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('<')?;
    let end = rest.find([' ', '>', '/']).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|name| name.starts_with(char::is_alphabetic))
}

/// The changed lines; a whole element of many lines is shown by its first and its last.
fn collapsed(lines: &[String], shape: Shape) -> Vec<String> {
    if shape != Shape::Xml || lines.len() <= LINES - 2 {
        return lines.to_vec();
    }
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    match tag_name(first.trim()) {
        Some(name) if last.trim() == format!("</{name}>") => {
            vec![first.clone(), "…".to_owned(), last.clone()]
        }
        _ => lines.to_vec(),
    }
}

/// The elements open after `lines`, outermost first, with what tells one from its like.
fn ancestors(lines: &[String]) -> Option<String> {
    let text = lines.join("\n");
    let mut open: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find('<') {
        let tag = &rest[start + 1..];
        let (closer, skipped) = if tag.starts_with("!--") {
            ("-->", true)
        } else {
            (">", tag.starts_with(['?', '!']))
        };
        let Some(end) = tag.find(closer) else { break };
        let inside = &tag[..end];
        if inside.starts_with('/') {
            open.pop();
        } else if !skipped && !inside.ends_with('/') {
            open.push(named(inside));
        }
        rest = &tag[end + closer.len()..];
    }
    let skipped = open.len().saturating_sub(ANCESTORS);
    let mut shown: Vec<String> = open.split_off(skipped);
    if skipped > 0 {
        shown.insert(0, "…".to_owned());
    }
    (!shown.is_empty()).then(|| shown.join(" › "))
}

/// An element with the attribute that tells it from its like.
fn named(tag: &str) -> String {
    let name = tag.split_whitespace().next().unwrap_or(tag);
    let attribute = ["name", "Name", "typeCode"].into_iter().find_map(|attribute| {
        let (_, rest) = tag.split_once(&format!(" {attribute}=\""))?;
        rest.split('"').next()
    });
    match attribute {
        Some(value) => format!("{name} ({value})"),
        None => name.to_owned(),
    }
}

/// The field of a segment that two lines do not share (`PID-8`).
fn field(old: &str, new: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('|').collect(), new.split('|').collect());
    let segment = *old.first()?;
    if new.first() != Some(&segment) || segment.chars().count() != 3 {
        return None;
    }
    let at = (1..old.len().max(new.len())).find(|at| old.get(*at) != new.get(*at))?;
    // MSH-1 is the separator itself.
    let number = if segment == "MSH" { at + 1 } else { at };
    Some(format!("{segment}-{number}"))
}

/// A line cut to [`WIDTH`] where it says nothing of what differs from `other`: whole attributes, whole fields.
fn shortened(line: &str, other: &str, shape: Shape) -> String {
    let line = line.trim();
    if line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    let by_parts = match shape {
        Shape::Xml => attributes(line, other),
        Shape::Hl7 => fields(line, other),
        Shape::Lines => None,
    };
    by_parts.unwrap_or_else(|| {
        let same = line.chars().zip(other.trim().chars()).take_while(|(a, b)| a == b);
        cut(line, same.count())
    })
}

/// A tag with the attributes that differ, and as many of the others as there is room for.
fn attributes(line: &str, other: &str) -> Option<String> {
    let end = line.find('>')?;
    let (tag, after) = line.split_at(end);
    let parts: Vec<&str> = tag.split("\" ").collect();
    let (first, rest) = (parts.first()?.split_once(' ')?, &parts[1..]);
    let mut all = vec![first.1];
    all.extend(rest);
    let fixed = first.0.chars().count() + after.chars().count();
    let differs = |part: &str| !other.contains(part.trim_end_matches(['"', '/']));
    let mut room = WIDTH.checked_sub(fixed)?;
    let mut kept: Vec<bool> = all.iter().map(|part| differs(part)).collect();
    for (part, kept) in all.iter().zip(&mut kept) {
        let length = part.chars().count() + 2;
        if *kept || length <= room {
            room = room.saturating_sub(length);
            *kept = true;
        }
    }
    let mut text = first.0.to_owned();
    let last = all.len() - 1;
    for (index, part) in all.iter().enumerate() {
        if kept[index] {
            let quote = if index == last { "" } else { "\"" };
            text.push_str(&format!(" {part}{quote}"));
        } else if !text.ends_with('…') {
            text.push_str(" …");
        }
    }
    text.push_str(after);
    (text.chars().count() <= 2 * WIDTH).then_some(text)
}

/// A segment with its name and the fields around the one that differs.
fn fields(line: &str, other: &str) -> Option<String> {
    let (own, other): (Vec<&str>, Vec<&str>) = (line.split('|').collect(), other.split('|').collect());
    let at = (1..own.len()).find(|at| own.get(*at) != other.get(*at))?;
    let width = |range: &Range<usize>| {
        own[range.clone()]
            .iter()
            .map(|field| field.chars().count() + 1)
            .sum::<usize>()
    };
    let mut range = at..at + 1;
    loop {
        let fits = |range: &Range<usize>| width(range) <= WIDTH - 10;
        let before = (range.start > 1).then(|| range.start - 1..range.end);
        let after = (range.end < own.len()).then(|| range.start..range.end + 1);
        match (before.filter(fits), after.filter(fits)) {
            (Some(before), Some(after)) => {
                let both = before.start..after.end;
                range = if fits(&both) { both } else { after };
            }
            (Some(grown), None) | (None, Some(grown)) => range = grown,
            (None, None) => break,
        }
    }
    let mut shown = vec![own[0].to_owned()];
    if range.start > 1 {
        shown.push("…".to_owned());
    }
    let alone = cut(own[at], 0);
    shown.extend(own[range.clone()].iter().map(|field| {
        if range.len() == 1 {
            alone.clone()
        } else {
            (*field).to_owned()
        }
    }));
    if range.end < own.len() {
        shown.push("…".to_owned());
    }
    Some(shown.join("|"))
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
