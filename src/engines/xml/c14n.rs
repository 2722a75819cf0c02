//! Exclusive XML canonicalisation 1.0 without comments (W3C, 2002): the bytes that a signature digests.
//!
//! Attribute values and text are those of the tree, that is after the normalisation that XML asks of every parser.

use std::collections::BTreeMap;

use super::{Document, NodeId, NodeKind};

/// The canonical form of the subtree at `apex`, without the subtrees at `left_out` (an enveloped signature), with the
/// prefixes of `inclusive` always rendered (`InclusiveNamespaces/@PrefixList`, the default namespace as `#default`).
pub fn canonicalise(document: &Document, apex: NodeId, left_out: &[NodeId], inclusive: &[&str]) -> Vec<u8> {
    let mut writer = Writer {
        document,
        left_out,
        inclusive,
        out: String::new(),
    };
    writer.write(apex);
    writer.out.into_bytes()
}

struct Writer<'a> {
    document: &'a Document,
    left_out: &'a [NodeId],
    inclusive: &'a [&'a str],
    out: String,
}

/// What is still to be written; a stack of our own, so that depth costs no call stack.
enum Step<'a> {
    Node(NodeId, BTreeMap<&'a str, &'a str>),
    End(String),
}

impl<'a> Writer<'a> {
    fn write(&mut self, apex: NodeId) {
        let mut stack: Vec<Step<'a>> = vec![Step::Node(apex, BTreeMap::new())];
        while let Some(step) = stack.pop() {
            match step {
                Step::End(tag) => self.out.push_str(&tag),
                Step::Node(node, _) if self.left_out.contains(&node) => {}
                Step::Node(node, rendered) => match self.document.kind(node) {
                    NodeKind::Element => {
                        let (rendered, name) = self.start(node, rendered);
                        stack.push(Step::End(format!("</{name}>")));
                        let children: Vec<NodeId> = self.document.children(node).collect();
                        let steps = children
                            .into_iter()
                            .rev()
                            .map(|child| Step::Node(child, rendered.clone()));
                        stack.extend(steps);
                    }
                    NodeKind::Text => escape(self.document.text(node), false, &mut self.out),
                    NodeKind::ProcessingInstruction => {
                        let text = self.document.text(node);
                        let space = if text.is_empty() { "" } else { " " };
                        let target = self.document.local_name(node);
                        self.out.push_str(&format!("<?{target}{space}{text}?>"));
                    }
                    _ => {}
                },
            }
        }
    }

    /// Writes a start tag; gives the namespaces rendered so far and the name of the element.
    fn start(
        &mut self,
        node: NodeId,
        mut rendered: BTreeMap<&'a str, &'a str>,
    ) -> (BTreeMap<&'a str, &'a str>, String) {
        let document = self.document;
        let name = document.qualified_name(node);
        let attributes: Vec<NodeId> = document.attributes(node).collect();
        let scope: BTreeMap<&'a str, &'a str> =
            document.namespaces_in_scope(node).into_iter().rev().collect();
        let mut used: Vec<&str> = vec![document.prefix(node)];
        used.extend(
            attributes
                .iter()
                .map(|attribute| document.prefix(*attribute))
                .filter(|prefix| !prefix.is_empty()),
        );
        used.extend(
            self.inclusive
                .iter()
                .map(|prefix| if *prefix == "#default" { "" } else { *prefix }),
        );
        used.sort_unstable();
        used.dedup();
        self.out.push('<');
        self.out.push_str(&name);
        for prefix in used {
            let found = scope.get_key_value(prefix).map(|(key, uri)| (*key, *uri));
            let (key, uri) = match found {
                Some(found) => found,
                // An element without namespace under a rendered default one says so.
                None if prefix.is_empty() => ("", ""),
                None => continue,
            };
            let before = rendered.get(key).copied().unwrap_or_default();
            if prefix == "xml" || before == uri {
                continue;
            }
            let colon = if key.is_empty() { "" } else { ":" };
            self.out.push_str(&format!(" xmlns{colon}{key}=\""));
            escape(uri, true, &mut self.out);
            self.out.push('"');
            rendered.insert(key, uri);
        }
        let mut ordered: Vec<(&str, &str, NodeId)> = attributes
            .into_iter()
            .map(|attribute| {
                (
                    document.namespace(attribute),
                    document.local_name(attribute),
                    attribute,
                )
            })
            .collect();
        ordered.sort_unstable();
        for (_, _, attribute) in ordered {
            self.out.push(' ');
            self.out.push_str(&document.qualified_name(attribute));
            self.out.push_str("=\"");
            escape(document.text(attribute), true, &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
        (rendered, name)
    }
}

fn escape(text: &str, attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if !attribute => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\t' if attribute => out.push_str("&#x9;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::xml::ParseOptions;

    fn canonical(text: &str, local: &str, left_out: &str, inclusive: &[&str]) -> String {
        let document = Document::parse_text(text, &ParseOptions::default()).unwrap();
        let find = |name: &str| {
            document
                .descendants(NodeId::DOCUMENT)
                .find(|node| document.local_name(*node) == name)
        };
        let out: Vec<NodeId> = find(left_out).into_iter().collect();
        String::from_utf8(canonicalise(&document, find(local).unwrap(), &out, inclusive)).unwrap()
    }

    /// The example of the recommendation, section 2.2: the ancestors' unused declarations are not rendered.
    #[test]
    fn only_used_namespaces_are_rendered() {
        let text = "<n0:pdu xmlns:n0='http://a.example' xmlns:n2='http://foo.example' xml:lang='fr'><n1:elem2 xmlns:n1='http://b.example'><n3:stuff xmlns:n3='ftp://example.org'/></n1:elem2></n0:pdu>";
        assert_eq!(
            canonical(text, "elem2", "-", &[]),
            "<n1:elem2 xmlns:n1=\"http://b.example\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>"
        );
        assert!(
            canonical(text, "elem2", "-", &["n2"])
                .starts_with("<n1:elem2 xmlns:n1=\"http://b.example\" xmlns:n2=")
        );
    }

    #[test]
    fn attributes_are_sorted_text_escaped_comments_and_signature_dropped() {
        let text = "<a xmlns='u' xmlns:z='y' z:b='1' b=\"&quot;2&lt;\" a='&#10;'><!-- c -->x &gt; y<s>gone</s><?pi d?><e xmlns=''/></a>";
        assert_eq!(
            canonical(text, "a", "s", &[]),
            "<a xmlns=\"u\" xmlns:z=\"y\" a=\"&#xA;\" b=\"&quot;2&lt;\" z:b=\"1\">x &gt; y<?pi d?><e xmlns=\"\"></e></a>"
        );
    }
}
