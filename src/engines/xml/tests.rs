//! The tree against roxmltree's, and hostile files.

use super::*;

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), &ParseOptions::default()).unwrap()
}

fn refused(text: &str) -> XmlError {
    Document::parse(text.as_bytes(), &ParseOptions::default()).unwrap_err()
}

#[test]
fn nodes_are_in_document_order_with_names_and_places() {
    let document = parse(
        "<?xml version=\"1.0\"?>\n<a xmlns='u' xmlns:p='v'>\n  <p:b c=\"1\" p:d='2&amp;'>é<!--x-->é</p:b><b/></a>",
    );
    let root = document.root_element();
    assert_eq!(document.namespace(root), "u");
    let first = document.child_named(root, "v", "b").unwrap();
    assert_eq!(document.qualified_name(first), "p:b");
    assert_eq!(document.attribute(first, "", "c"), Some("1"));
    assert_eq!(document.attribute(first, "v", "d"), Some("2&"));
    let attribute = document.attribute_node(first, "v", "d").unwrap();
    assert_eq!(document.qualified_name(attribute), "p:d");
    assert_eq!(document.position(attribute), Position { line: 3, column: 14 });
    assert_eq!(document.string_value(first), "éé");
    assert_eq!(document.xpath(first), "/a/p:b");
    assert_eq!(document.xpath(attribute), "/a/p:b/@p:d");
    assert_eq!(document.namespace_in_scope(first, "p"), Some("v"));
    assert_eq!(document.namespace_in_scope(first, "q"), None);
    assert_eq!(document.string_value(NodeId::DOCUMENT).trim(), "éé");
    assert_eq!(
        document
            .source()
            .get(document.offset(first)..document.start_tag_end(first)),
        Some("<p:b c=\"1\" p:d='2&amp;'>")
    );
    let last = document.last_child(root).unwrap();
    assert_eq!(document.xpath(last), "/a/b");
    assert_eq!(document.previous_sibling(last), Some(first));
}

#[test]
fn overridden_namespaces_are_seen() {
    let document = parse("<a xmlns='u' xmlns:p='v'><b xmlns='w'><c xmlns=''/></b></a>");
    let b = document.child_elements(document.root_element()).next().unwrap();
    let c = document.child_elements(b).next().unwrap();
    assert_eq!((document.namespace(b), document.namespace(c)), ("w", ""));
    assert_eq!(document.namespace_in_scope(b, ""), Some("w"));
    assert_eq!(document.namespace_in_scope(c, ""), None);
    assert_eq!(
        document.namespaces_in_scope(c),
        [("p", "v"), ("xml", "http://www.w3.org/XML/1998/namespace")]
    );
}

#[test]
fn errors_say_what_and_where() {
    let cases = [
        ("<a><b></a>", "end tag 'a' where 'b' is open", (1, 7)),
        ("<a>\n <b>\n", "element 'b' is never closed", (2, 2)),
        ("<a>\n <p:b/></a>", "prefix 'p' is not declared", (2, 3)),
        ("<a b='1' b='2'/>", "attribute 'b' appears twice", (1, 10)),
        ("<a>&eacute;</a>", "entity 'eacute' is not defined", (1, 4)),
        ("", "the file is empty", (1, 1)),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "a document type declaration (DOCTYPE) is refused",
            (1, 1),
        ),
        (
            "\n<?xml version='1.0'?><a/>",
            "something stands before the XML declaration",
            (1, 1),
        ),
    ];
    for (text, words, (line, column)) in cases {
        let error = refused(text);
        assert_eq!(error.kind.to_string(), words, "{text}");
        assert_eq!(error.position, Position { line, column }, "{text}");
    }
}

#[test]
fn space_before_the_declaration_can_be_accepted() {
    let options = ParseOptions {
        before_declaration: BeforeDeclaration::Skip,
        ..ParseOptions::default()
    };
    let document = Document::parse(b"\n <?xml version='1.0'?>\n<a/>", &options).unwrap();
    assert_eq!(
        document.decoding().notes,
        [DecodingNote::SpaceBeforeDeclaration { count: 2 }]
    );
    assert_eq!(
        document.position(document.root_element()),
        Position { line: 3, column: 1 }
    );
}

#[test]
fn hostile_files_are_bounded_errors() {
    let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
    assert_eq!(refused(&deep).kind, XmlErrorKind::TooDeep { limit: 512 });
    let many = (0..5000).fold(String::new(), |text, number| text + &format!(" a{number}='x'"));
    assert_eq!(
        refused(&format!("<a{many}/>")).kind,
        XmlErrorKind::TooManyAttributes { limit: 1024 }
    );
    let namespaces = (0..500).fold(String::new(), |text, number| {
        text + &format!(" xmlns:a{number}='x'")
    });
    assert_eq!(
        refused(&format!("<a{namespaces}/>")).kind,
        XmlErrorKind::TooManyNamespaces { limit: 256 }
    );
    let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>";
    let skip = ParseOptions {
        doctype: Doctype::Skip,
        ..ParseOptions::default()
    };
    assert_eq!(
        Document::parse_text(laughs, &skip).unwrap_err().kind,
        XmlErrorKind::EntityDeclaration
    );
    assert!(Document::parse_text("<!DOCTYPE html [<!-- > -->]><html/>", &skip).is_ok());
    let giant = format!("<a b='{}'/>", "x".repeat(8 << 20));
    assert_eq!(
        parse(&giant)
            .attribute(parse(&giant).root_element(), "", "b")
            .map(str::len),
        Some(8 << 20)
    );
    let small = ParseOptions {
        bytes: 1000,
        ..ParseOptions::default()
    };
    assert_eq!(
        Document::parse_text(&giant, &small).unwrap_err().kind,
        XmlErrorKind::TooLarge { limit: 1000 }
    );
}

proptest::proptest! {
    #[test]
    fn the_tree_is_the_parsers_tree(text in "(<a( b='[a-c&;#]{0,3}')?>[x-z \n]{0,3}|</a>|<c/>|<!--[a-]-->){1,30}") {
        let text = format!("<r>{text}</r>");
        let ours = Document::parse_text(&text, &ParseOptions::default());
        match roxmltree::Document::parse(&text) {
            Ok(tree) => {
                let document = ours.unwrap();
                let seen: Vec<_> = document.descendants(NodeId::DOCUMENT)
                    .map(|id| (document.local_name(id).to_owned(), document.text(id).to_owned(), document.offset(id))).collect();
                let wanted: Vec<_> = tree.root().descendants().skip(1)
                    .map(|node| (node.tag_name().name().to_owned(), if node.is_element() { "" } else { node.text().unwrap_or_default() }.to_owned(), node.range().start)).collect();
                assert_eq!(seen, wanted);
            }
            Err(_) => assert!(ours.is_err()),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = Document::parse(&bytes, &ParseOptions::default());
    }
}
