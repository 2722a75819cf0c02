//! The content of a message apart from where it stands: to compare encodings, and to write messages.

use super::delimiters::{Delimiter, Delimiters};
use super::escape::escape;
use super::view::{MessageRef, Part};

/// The subcomponents of a component.
pub type ComponentTree = Vec<String>;
/// The components of a repetition.
pub type RepetitionTree = Vec<ComponentTree>;
/// The repetitions of a field.
pub type FieldTree = Vec<RepetitionTree>;

/// A segment: its name and its fields, field 1 first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentTree {
    /// Three characters.
    pub name: String,
    /// The fields; of MSH, field 1 first too, which is the separator.
    pub fields: Vec<FieldTree>,
}

/// A message: its segments. Empty ends (trailing separators) are not kept, so that equal contents are equal trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageTree {
    /// The segments in order.
    pub segments: Vec<SegmentTree>,
}

fn trimmed<T>(mut list: Vec<T>, blank: impl Fn(&T) -> bool) -> Vec<T> {
    while list.last().is_some_and(&blank) {
        list.pop();
    }
    list
}

fn component(part: Part<'_>) -> ComponentTree {
    let count = part.subcomponent_count();
    trimmed(
        (1..=count)
            .map(|number| part.subcomponent(number).text().into_owned())
            .collect(),
        String::is_empty,
    )
}

fn repetition(part: Part<'_>) -> RepetitionTree {
    let count = part.component_count();
    trimmed(
        (1..=count)
            .map(|number| component(part.component(number)))
            .collect(),
        Vec::is_empty,
    )
}

impl MessageTree {
    /// The content of a parsed message.
    pub fn of(message: MessageRef<'_>) -> Self {
        let segments = message
            .segments()
            .map(|segment| {
                let fields = (1..=segment.last_field())
                    .map(|number| {
                        let field = segment.field(number);
                        if segment.is("MSH") && number <= 2 {
                            return vec![vec![vec![field.written().into_owned()]]];
                        }
                        trimmed(field.repetitions().map(repetition).collect(), Vec::is_empty)
                    })
                    .collect();
                SegmentTree {
                    name: segment.name().to_owned(),
                    fields: trimmed(fields, Vec::is_empty),
                }
            })
            .collect();
        Self { segments }
    }
}

fn push(text: &mut String, delimiter: Delimiter) {
    text.push_str(&String::from_utf8_lossy(delimiter.as_bytes()));
}

/// Writes a message in ER7, segments ended by CR, with the given delimiters (MSH-1 and MSH-2 are made from them).
pub fn write_er7(tree: &MessageTree, delimiters: &Delimiters) -> String {
    let mut text = String::new();
    for segment in &tree.segments {
        text.push_str(&segment.name);
        let skip = if segment.name == "MSH" {
            for delimiter in [
                delimiters.field,
                delimiters.component,
                delimiters.repetition,
                delimiters.escape,
                delimiters.subcomponent,
            ] {
                push(&mut text, delimiter);
            }
            2
        } else {
            0
        };
        for field in segment.fields.iter().skip(skip) {
            push(&mut text, delimiters.field);
            for (rank, repetition) in field.iter().enumerate() {
                if rank > 0 {
                    push(&mut text, delimiters.repetition);
                }
                for (rank, component) in repetition.iter().enumerate() {
                    if rank > 0 {
                        push(&mut text, delimiters.component);
                    }
                    for (rank, subcomponent) in component.iter().enumerate() {
                        if rank > 0 {
                            push(&mut text, delimiters.subcomponent);
                        }
                        text.push_str(&escape(subcomponent, delimiters));
                    }
                }
            }
        }
        text.push('\r');
    }
    text
}

fn xml_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\r' => safe.push_str("&#13;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Writes a message in the XML encoding, without group elements. Data-type names, which ER7 does not carry, are
/// written `X`: readers go by the number after the point.
pub fn write_xml(tree: &MessageTree, structure: &str) -> String {
    use std::fmt::Write as _;
    let mut xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{structure} xmlns=\"urn:hl7-org:v2xml\">\n");
    for segment in &tree.segments {
        let name = &segment.name;
        let _ = writeln!(xml, "  <{name}>");
        for (index, field) in segment.fields.iter().enumerate() {
            let number = index + 1;
            for repetition in field {
                let _ = write!(xml, "    <{name}.{number}>");
                match repetition.as_slice() {
                    [single] if single.len() <= 1 => {
                        xml.push_str(&xml_text(single.first().map_or("", String::as_str)));
                    }
                    components => {
                        for (index, component) in
                            components.iter().enumerate().filter(|(_, one)| !one.is_empty())
                        {
                            let number = index + 1;
                            let _ = write!(xml, "<X.{number}>");
                            match component.as_slice() {
                                [single] => xml.push_str(&xml_text(single)),
                                subcomponents => {
                                    for (index, one) in subcomponents
                                        .iter()
                                        .enumerate()
                                        .filter(|(_, one)| !one.is_empty())
                                    {
                                        let number = index + 1;
                                        let _ = write!(xml, "<Y.{number}>{}</Y.{number}>", xml_text(one));
                                    }
                                }
                            }
                            let _ = write!(xml, "</X.{number}>");
                        }
                    }
                }
                let _ = writeln!(xml, "</{name}.{number}>");
            }
        }
        let _ = writeln!(xml, "  </{name}>");
    }
    let _ = writeln!(xml, "</{structure}>");
    xml
}
