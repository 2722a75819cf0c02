//! The W3C QT3 test suite, the part that applies to XPath 2.0 without schema. `CONFORME_QT3` names a checkout of
//! `w3c/qt3tests`; `CONFORME_QT3_TABLE` a file to write the table of `docs/xpath-conformance.md` to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use conforme::engines::xml::{Doctype, Document, NodeId, ParseOptions};
use conforme::engines::xpath::{
    Evaluator, Expression, Focus, NodeRef, Program, Resolver, Scope, StaticContext, Variable, XPathError,
};

const CATALOG: &str = "http://www.w3.org/2010/09/qt-fots-catalog";

/// Test sets outside XPath 2.0 without schema, or about what is not offered on purpose.
const LEFT_OUT: [&str; 9] = [
    "prod-AxisStep.static-typing",
    "prod-SchemaImport",
    "fn-collection",
    "fn-uri-collection",
    "fn-unparsed-text",
    "fn-unparsed-text-lines",
    "fn-environment-variable",
    "prod-ModuleImport",
    "fn-transform",
];

struct Files {
    addresses: BTreeMap<String, PathBuf>,
}

impl Resolver for Files {
    fn resolve(&self, base: &str, reference: &str) -> String {
        if self.addresses.contains_key(reference) || reference.contains("://") {
            return reference.to_owned();
        }
        match base.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{reference}"),
            None => reference.to_owned(),
        }
    }

    fn read(&self, address: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(
            self.addresses
                .get(address)
                .map_or(Path::new(address), PathBuf::as_path),
        )
    }
}

#[derive(Clone, Default)]
struct Environment {
    context: Option<PathBuf>,
    addresses: BTreeMap<String, PathBuf>,
    namespaces: Vec<(String, String)>,
    parameters: Vec<(String, String)>,
    base: String,
    unsupported: bool,
}

#[derive(Default, Clone, Copy)]
struct Count {
    passed: usize,
    failed: usize,
    left_out: usize,
}

fn options() -> ParseOptions {
    ParseOptions {
        doctype: Doctype::Skip,
        ..ParseOptions::default()
    }
}

fn elements<'a>(document: &'a Document, node: NodeId, name: &'a str) -> impl Iterator<Item = NodeId> + 'a {
    document.children_named(node, CATALOG, name)
}

fn attribute(document: &Document, node: NodeId, name: &str) -> String {
    document.attribute(node, "", name).unwrap_or_default().to_owned()
}

fn environment(document: &Document, node: NodeId, folder: &Path) -> Environment {
    let mut made = Environment::default();
    for child in document.child_elements(node) {
        let at = |name: &str| attribute(document, child, name);
        match document.local_name(child) {
            "source" => {
                let path = folder.join(at("file"));
                if at("role") == "." {
                    made.context = Some(path.clone());
                } else if !at("role").is_empty() {
                    made.unsupported = true;
                }
                if !at("uri").is_empty() {
                    made.addresses.insert(at("uri"), path.clone());
                }
                made.unsupported |= matches!(at("validation").as_str(), "strict" | "lax");
            }
            "namespace" => made.namespaces.push((at("prefix"), at("uri"))),
            "param" => made.parameters.push((at("name"), at("select"))),
            "static-base-uri" => made.base = at("uri"),
            "description" | "created" | "modified" => {}
            _ => made.unsupported = true,
        }
    }
    made
}

/// Whether the dependencies of a test set or case are met.
fn applies(document: &Document, node: NodeId) -> bool {
    elements(document, node, "dependency").all(|dependency| {
        let value = attribute(document, dependency, "value");
        let wanted = attribute(document, dependency, "satisfied") != "false";
        match attribute(document, dependency, "type").as_str() {
            "spec" => value.split(' ').any(|spec| matches!(spec, "XP20" | "XP20+")),
            "feature" => !wanted,
            // The lexical forms of XML Schema 1.1, as Saxon: the year 0000 is one.
            "xsd-version" => (value == "1.1") == wanted,
            "xml-version" => !value.starts_with("1.1"),
            _ => false,
        }
    })
}

/// One test: the expression, its environment, what to check.
struct Test<'d> {
    document: &'d Document,
    expression: String,
    environment: Environment,
    result: NodeId,
}

struct Running<'a> {
    evaluator: &'a Evaluator<'a>,
    focus: Focus<'a>,
    outcome: Result<(), XPathError>,
    assertions: &'a BTreeMap<NodeId, Result<Expression, XPathError>>,
}

/// The expression over `$result` that an assertion stands for.
fn assertion_text(document: &Document, node: NodeId) -> Option<String> {
    let text = document.string_value(node).trim().to_owned();
    Some(match document.local_name(node) {
        "assert" => text,
        "assert-eq" => format!("$result eq ({text})"),
        "assert-deep-eq" => format!("deep-equal($result, ({text}))"),
        "assert-count" => format!("count($result) eq ({text})"),
        "assert-type" => format!("$result instance of {text}"),
        "assert-empty" => "empty($result)".to_owned(),
        "assert-true" => "$result instance of xs:boolean and $result".to_owned(),
        "assert-false" => "$result instance of xs:boolean and not($result)".to_owned(),
        "assert-permutation" => {
            format!(
                "count($result) eq count(({text})) and (every $i in $result satisfies some $j in ({text}) satisfies deep-equal($i, $j))"
            )
        }
        "assert-string-value" => {
            let raw = document.string_value(node).replace('\'', "''");
            let joined = "string-join(for $x in $result return string($x), ' ')";
            if attribute(document, node, "normalize-space") == "true" {
                format!("normalize-space({joined}) eq normalize-space('{raw}')")
            } else {
                format!("{joined} eq '{raw}'")
            }
        }
        _ => return None,
    })
}

fn collect(document: &Document, node: NodeId, found: &mut Vec<(NodeId, String)>) -> bool {
    match document.local_name(node) {
        "all-of" | "any-of" | "not" | "result" => {
            let children: Vec<_> = document.child_elements(node).collect();
            children.into_iter().all(|child| collect(document, child, found))
        }
        "error" => true,
        _ => match assertion_text(document, node) {
            Some(text) => {
                found.push((node, text));
                true
            }
            None => false,
        },
    }
}

fn holds(document: &Document, node: NodeId, running: &Running<'_>) -> bool {
    let mut children = document.child_elements(node);
    match document.local_name(node) {
        "all-of" | "result" => children.all(|child| holds(document, child, running)),
        "any-of" => children.any(|child| holds(document, child, running)),
        "not" => children
            .next()
            .is_some_and(|child| !holds(document, child, running)),
        "error" => {
            let code = attribute(document, node, "code");
            running
                .outcome
                .as_ref()
                .is_err_and(|error| code == "*" || error.code() == code)
        }
        _ => {
            running.outcome.is_ok()
                && match running.assertions.get(&node) {
                    Some(Ok(expression)) => {
                        running.evaluator.restart();
                        running
                            .evaluator
                            .boolean(expression, &running.focus)
                            .unwrap_or(false)
                    }
                    _ => false,
                }
        }
    }
}

/// Whether a test passes; none when one of its assertions is not of those known.
fn run(test: &Test<'_>) -> Option<bool> {
    let mut wanted = Vec::new();
    if !collect(test.document, test.result, &mut wanted) {
        return None;
    }
    let environment = &test.environment;
    let mut namespaces = vec![
        (
            "fn".to_owned(),
            "http://www.w3.org/2005/xpath-functions".to_owned(),
        ),
        ("xs".to_owned(), "http://www.w3.org/2001/XMLSchema".to_owned()),
    ];
    let mut element_namespace = String::new();
    for (prefix, uri) in &environment.namespaces {
        if prefix.is_empty() {
            element_namespace.clone_from(uri);
        }
        namespaces.push((prefix.clone(), uri.clone()));
    }
    let context = StaticContext {
        namespaces,
        element_namespace,
        base_uri: environment.base.clone(),
    };
    let resolver = Files {
        addresses: environment.addresses.clone(),
    };
    let mut program = Program::new(Arc::new(resolver), options());
    let mut scope = Scope::default();
    for (name, select) in &environment.parameters {
        let variable = program.reserve_global();
        if program
            .define_global(variable, select, &context, &Scope::default())
            .is_err()
        {
            return None;
        }
        scope.declare(name.clone(), variable);
    }
    let compiled = program.compile(&test.expression, &context, &scope);
    let slot = program.reserve_slot();
    scope.declare("result", Variable::Local(slot));
    let assertions: BTreeMap<NodeId, _> = wanted
        .into_iter()
        .map(|(node, text)| (node, program.compile(&text, &context, &scope)))
        .collect();
    let bytes = match &environment.context {
        Some(path) => std::fs::read(path).ok()?,
        None => b"<none/>".to_vec(),
    };
    let document = Document::parse(&bytes, &options()).ok()?;
    let address = environment
        .context
        .as_ref()
        .map(|path| format!("file://{}", path.display()))
        .unwrap_or_default();
    let evaluator = Evaluator::new(&program, &document, &address, 3_000_000);
    let focus = match environment.context {
        Some(_) => Focus::node(NodeRef::main(NodeId::DOCUMENT)),
        None => Focus::none(),
    };
    let outcome = match &compiled {
        Ok(expression) => {
            evaluator.set_lazy(slot, expression, &focus);
            evaluator.value(expression, &focus).map(|_| ())
        }
        Err(error) => Err(error.clone()),
    };
    let running = Running {
        evaluator: &evaluator,
        focus,
        outcome,
        assertions: &assertions,
    };
    Some(holds(test.document, test.result, &running))
}

fn run_set(
    root: &Path,
    file: &str,
    shared: &BTreeMap<String, Environment>,
    failures: &mut Vec<String>,
) -> Option<Count> {
    let path = root.join(file);
    let folder = path.parent()?.to_owned();
    let document = Document::parse(&std::fs::read(&path).ok()?, &options()).ok()?;
    let set = document.root_element();
    let mut count = Count::default();
    let set_applies = applies(&document, set);
    let own: BTreeMap<String, Environment> = elements(&document, set, "environment")
        .map(|node| {
            (
                attribute(&document, node, "name"),
                environment(&document, node, &folder),
            )
        })
        .collect();
    for case in elements(&document, set, "test-case") {
        let found = document.child_named(case, CATALOG, "environment").map(|node| {
            match attribute(&document, node, "ref").as_str() {
                "" => environment(&document, node, &folder),
                name => own
                    .get(name)
                    .or_else(|| shared.get(name))
                    .cloned()
                    .unwrap_or(Environment {
                        unsupported: true,
                        ..Environment::default()
                    }),
            }
        });
        let environment = found.unwrap_or_default();
        let (Some(test), Some(result)) = (
            document.child_named(case, CATALOG, "test"),
            document.child_named(case, CATALOG, "result"),
        ) else {
            continue;
        };
        let usable = set_applies
            && applies(&document, case)
            && !environment.unsupported
            && document.attribute(test, "", "file").is_none();
        let expression = document.string_value(test).into_owned();
        let outcome = usable
            .then(|| {
                run(&Test {
                    document: &document,
                    expression: expression.clone(),
                    environment,
                    result,
                })
            })
            .flatten();
        match outcome {
            None => count.left_out += 1,
            Some(true) => count.passed += 1,
            Some(false) => {
                count.failed += 1;
                failures.push(format!(
                    "{}: {}",
                    attribute(&document, case, "name"),
                    expression.split_whitespace().collect::<Vec<_>>().join(" ")
                ));
            }
        }
    }
    Some(count)
}

#[test]
fn w3c_suite() {
    let Some(root) = std::env::var("CONFORME_QT3")
        .ok()
        .map(PathBuf::from)
        .filter(|root| root.join("catalog.xml").is_file())
    else {
        eprintln!(
            "REFERENCE DATA ABSENT: set CONFORME_QT3 to a checkout of w3c/qt3tests to run the W3C suite"
        );
        return;
    };
    super::on_large_stack(move || {
        let catalog = Document::parse(&std::fs::read(root.join("catalog.xml")).unwrap(), &options()).unwrap();
        let top = catalog.root_element();
        let shared: BTreeMap<String, Environment> = elements(&catalog, top, "environment")
            .map(|node| {
                (
                    attribute(&catalog, node, "name"),
                    environment(&catalog, node, &root),
                )
            })
            .collect();
        let mut table = String::from("| test set | passed | failed | left out |\n|---|---:|---:|---:|\n");
        let mut failures = Vec::new();
        let mut total = Count::default();
        for set in elements(&catalog, top, "test-set") {
            let name = attribute(&catalog, set, "name");
            if LEFT_OUT.contains(&name.as_str()) {
                continue;
            }
            let Some(count) = run_set(&root, &attribute(&catalog, set, "file"), &shared, &mut failures)
            else {
                continue;
            };
            if count.passed + count.failed > 0 {
                let _ = writeln!(
                    table,
                    "| {name} | {} | {} | {} |",
                    count.passed, count.failed, count.left_out
                );
            }
            total.passed += count.passed;
            total.failed += count.failed;
            total.left_out += count.left_out;
        }
        let _ = writeln!(
            table,
            "| **all** | **{}** | **{}** | **{}** |",
            total.passed, total.failed, total.left_out
        );
        println!("{table}");
        for failure in failures
            .iter()
            .take(if std::env::var_os("CONFORME_QT3_FAILURES").is_some() {
                usize::MAX
            } else {
                40
            })
        {
            println!("{failure}");
        }
        if let Ok(file) = std::env::var("CONFORME_QT3_TABLE") {
            std::fs::write(file, table).unwrap();
        }
        // What docs/xpath-conformance.md says: a change that makes it worse must say so there.
        assert!(
            total.passed >= 13_885 && total.failed <= 134,
            "{} passed, {} failed",
            total.passed,
            total.failed
        );
    });
}
