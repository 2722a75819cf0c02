//! Text out of cells that hold HTML.

use std::borrow::Cow;

/// The HTML elements met in REM workbooks. Anything else between `<` and `>` is text of the author (`<NOM>`,
/// `<date de naissance>`) and stays.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "col",
    "colgroup",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "del",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Entities that Convergence writes, beside numeric ones.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("eacute", 'é'),
    ("Eacute", 'É'),
    ("egrave", 'è'),
    ("Egrave", 'È'),
    ("agrave", 'à'),
    ("Agrave", 'À'),
    ("ugrave", 'ù'),
    ("ocirc", 'ô'),
    ("ecirc", 'ê'),
    ("Ecirc", 'Ê'),
    ("acirc", 'â'),
    ("icirc", 'î'),
    ("ucirc", 'û'),
    ("iuml", 'ï'),
    ("euml", 'ë'),
    ("ccedil", 'ç'),
    ("Ccedil", 'Ç'),
    ("oelig", 'œ'),
    ("deg", '°'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("rsquo", '’'),
    ("lsquo", '‘'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("bull", '•'),
    ("euro", '€'),
    ("sect", '§'),
    ("times", '×'),
    ("rarr", '→'),
    ("ge", '≥'),
    ("le", '≤'),
    ("middot", '·'),
];

/// The text of a cell: HTML elements removed (paragraphs, breaks and list items become line breaks), entities decoded,
/// blank lines and trailing blanks dropped. Cells without markup are borrowed as they are, trimmed.
pub(super) fn plain(cell: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'<', b'&', cell.as_bytes()).is_none() {
        return Cow::Borrowed(cell.trim());
    }
    let mut out = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some((name, length)) = element(from) {
            match name.as_str() {
                "br" | "p" | "div" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => out.push('\n'),
                "li" if !from.starts_with("</") => out.push_str("\n* "),
                "td" | "th" => out.push(' '),
                _ => {}
            }
            rest = from.get(length..).unwrap_or_default();
        } else if let Some((character, length)) = entity(from) {
            out.push(character);
            rest = from.get(length..).unwrap_or_default();
        } else {
            // A lone `<` or `&` is a character of the text; both are one byte long.
            out.push_str(from.get(..1).unwrap_or_default());
            rest = from.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Cow::Owned(tidy(&out))
}

/// The lower-case name and the length of the HTML tag that `text` begins with.
fn element(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('<')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name: String = inner
        .chars()
        .take(11)
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    if !ELEMENTS.contains(&name.as_str()) {
        return None;
    }
    // What follows the name must be the end, a blank or a slash: `<prénom>` is no `<p>`.
    let after = inner.get(name.len()..)?;
    if !after.starts_with(['>', '/', ' ', '\t', '\n', '\r']) {
        return None;
    }
    let end = text.find('>')?;
    Some((name, end + 1))
}

/// The character and the length of the entity that `text` begins with.
fn entity(text: &str) -> Option<(char, usize)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(10).position(|byte| byte == b';')?;
    let name = inner.get(..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
                .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))?
        }
        None => ENTITIES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, character)| *character)?,
    };
    Some((character, end + 2))
}

fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::plain;

    #[test]
    fn markup_becomes_text() {
        for (cell, wanted) in [
            ("  simple ", "simple"),
            (
                "<p class=\"mb-1\">Le syst&egrave;me</p><p>suite</p>",
                "Le système\nsuite",
            ),
            ("<ul><li>un</li><li>deux</li></ul>", "* un\n* deux"),
            (
                "XDM/1.0/DDM+<libellé> <NOM> <prénom> <date de naissance>",
                "XDM/1.0/DDM+<libellé> <NOM> <prénom> <date de naissance>",
            ),
            ("a < b && c &inconnu; d", "a < b && c &inconnu; d"),
            ("&#233;&#xe9;&#0;", "éé&#0;"),
            ("<strong>gras</strong> <p", "gras <p"),
        ] {
            assert_eq!(plain(cell), wanted, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn any_cell_is_read(cell in "[<>/&;#a-zé \n]{0,60}") {
            let once = plain(&cell).into_owned();
            prop_assert!(once.len() <= cell.len() * 3 + 3);
        }
    }
}
