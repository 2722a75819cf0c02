//! `testcases/engines/xpath/*.toml`: an expression, and its items as text or its error.

use std::sync::Arc;

use conforme::engines::xml::{Document, NodeId, ParseOptions};
use conforme::engines::xpath::{
    Evaluator, Focus, Item, NoResolver, NodeRef, Program, Scope, StaticContext, XPathError,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: String,
    #[serde(default)]
    element_namespace: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    expression: String,
    expect: Option<Vec<String>>,
    error: Option<String>,
}

/// The items as text.
pub(crate) fn evaluate(
    document: &Document,
    expression: &str,
    namespace: &str,
) -> Result<Vec<String>, XPathError> {
    let context = StaticContext {
        namespaces: vec![("p".to_owned(), "urn:p".to_owned())],
        element_namespace: namespace.to_owned(),
        base_uri: String::new(),
    };
    let mut program = Program::new(Arc::new(NoResolver), ParseOptions::default());
    let compiled = program.compile(expression, &context, &Scope::default())?;
    let evaluator = Evaluator::new(&program, document, "", 5_000_000);
    let value = evaluator.value(&compiled, &Focus::node(NodeRef::main(NodeId::DOCUMENT)))?;
    let text = |item: Item<'_>| match item {
        Item::Node(node) => document.string_value(node.node).into_owned(),
        Item::Atomic(atomic) => atomic.to_text().into_owned(),
    };
    Ok(value.iter().map(text).collect())
}

#[test]
fn expressions_give_what_the_cases_say() {
    super::on_large_stack(|| {
        let mut count = 0;
        let mut wrong = Vec::new();
        let mut files: Vec<_> = std::fs::read_dir(super::cases("xpath"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for path in files {
            let file: File = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let document = Document::parse_text(&file.document, &ParseOptions::default()).unwrap();
            for case in file.case {
                count += 1;
                let found = evaluate(&document, &case.expression, &file.element_namespace);
                let right = match (&found, &case.expect, &case.error) {
                    (Ok(items), Some(expected), None) => items == expected,
                    (Err(error), None, Some(code)) => error.code() == code,
                    _ => false,
                };
                if !right {
                    wrong.push(format!(
                        "{}: {found:?}, expected {:?}{:?}",
                        case.expression, case.expect, case.error
                    ));
                }
            }
        }
        assert!(count > 90, "{count} cases");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn deep_expressions_are_refused() {
    let document = Document::parse_text("<r/>", &ParseOptions::default()).unwrap();
    for text in [
        format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("1{}", " + 1".repeat(100_000)),
        format!("a{}", "[a".repeat(100_000)),
        format!("{}1", "if (1) then 1 else ".repeat(100_000)),
    ] {
        let code = evaluate(&document, &text, "").unwrap_err().code().to_owned();
        assert_eq!(code, "XPST0003");
    }
    assert_eq!(
        evaluate(&document, "count(1 to 1000000000)", "")
            .unwrap_err()
            .code(),
        "XPDY0130"
    );
    let items = evaluate(
        &document,
        &format!("count(({}))", vec!["a"; 10_000].join("|")),
        "",
    )
    .unwrap();
    assert_eq!(items, ["0"]);
}

proptest::proptest! {
    #[test]
    fn any_expression_is_evaluated_or_refused(
        text in "([a-c1-9@/*.$|(),'\\[\\]=<>+-]| and | or | div |//|::|count\\(|not\\(|name\\(\\)|position\\(\\)|for \\$a in | return |matches\\(|xs:date\\(){1,25}"
    ) {
        let document = Document::parse_text("<a b='1'><b>x</b><c/></a>", &ParseOptions::default()).unwrap();
        let _ = evaluate(&document, &text, "");
    }
}
