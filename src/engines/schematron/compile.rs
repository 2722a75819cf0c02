//! Schema elements to a [`Schema`]: variables, phases, rules, `extends`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::error::{LoadError, LoadWarning, WarningKind};
use super::prepared::Prepared;
use super::schema::{
    Check, CheckKind, Compiled, Diagnostic, Pattern, Place, Rule, RuleItem, Schema, TextPart,
};
use super::source::{Child, Element, Source, schema_options};
use crate::engines::xml::ParseOptions;
use crate::engines::xpath::{PatternSet, Program, Resolver, Scope, StaticContext, Variable};

impl Schema {
    /// Loads and compiles the schema at an address that `resolver` can read, with all it includes.
    ///
    /// # Errors
    /// When nothing can be evaluated. What loses part of the schema only is a warning.
    pub fn load(address: &str, resolver: Arc<dyn Resolver>) -> Result<(Self, Vec<LoadWarning>), LoadError> {
        let (prepared, warnings) = Prepared::read(address, &*resolver)?;
        Ok(Self::compile(address, &prepared, warnings, resolver))
    }

    /// Compiles a prepared schema that was read at `address`; `warnings` are those of its reading, to which come those of
    /// its compilation.
    pub fn compile(
        address: &str,
        prepared: &Prepared,
        warnings: Vec<LoadWarning>,
        resolver: Arc<dyn Resolver>,
    ) -> (Self, Vec<LoadWarning>) {
        let Source { root, prefixes } = &prepared.0;
        let options = ParseOptions {
            depth: 512,
            ..schema_options()
        };
        let program = Program::new(resolver, options);
        let mut compiler = Compiler::new(address, prefixes.clone(), program, warnings);
        compiler.schema(root);
        (compiler.schema, compiler.warnings)
    }
}

/// Deepest chain of `extends`.
const DEEPEST_EXTENDS: usize = 32;

struct Compiler {
    schema: Schema,
    warnings: Vec<LoadWarning>,
    context: StaticContext,
    /// Global variables: those of the schema, its phases and all patterns.
    globals: Scope,
    /// The variable of each `let` outside rules, by the places of its owner and its own.
    owned: HashMap<(String, String), Variable>,
    diagnostics: HashMap<String, usize>,
    /// Abstract rules already compiled, by the element and the pattern that colours their variables.
    shared: HashMap<(usize, Option<usize>), Shared>,
}

/// Where abstract rules are found: those of the same pattern first.
struct AbstractRules<'a> {
    here: Vec<&'a Element>,
    everywhere: &'a HashMap<&'a str, Vec<&'a Element>>,
    /// The pattern, when it has variables of its own.
    owner: Option<usize>,
    /// How many variables are in scope where a rule of the pattern starts.
    variables: usize,
}

/// An abstract rule compiled at the start of a rule.
struct Shared {
    items: Vec<Arc<RuleItem>>,
    variables: Vec<(String, Variable)>,
    /// The first slot after those it uses.
    slots: usize,
}

fn attribute(element: &Element, name: &str) -> String {
    element.attribute(name).unwrap_or_default().to_owned()
}

/// Folds white space, as SVRL writes tests.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An expression without the mark that some files have where a space should be.
fn clean(text: &str) -> String {
    text.replace('\u{A0}', " ")
}

impl Compiler {
    fn new(
        address: &str,
        prefixes: Vec<(String, String)>,
        program: Program,
        warnings: Vec<LoadWarning>,
    ) -> Self {
        let context = StaticContext {
            namespaces: prefixes,
            element_namespace: String::new(),
            base_uri: address.to_owned(),
        };
        let schema = Schema {
            address: address.to_owned(),
            title: String::new(),
            schema_version: String::new(),
            default_phase: None,
            phases: Vec::new(),
            namespaces: Vec::new(),
            patterns: Vec::new(),
            rules: Vec::new(),
            diagnostics: Vec::new(),
            program,
            contexts: PatternSet::default(),
        };
        Self {
            schema,
            warnings,
            context,
            globals: Scope::default(),
            owned: HashMap::new(),
            diagnostics: HashMap::new(),
            shared: HashMap::new(),
        }
    }

    fn warn(&mut self, place: &Place, kind: WarningKind) {
        self.warnings.push(LoadWarning {
            place: place.clone(),
            kind,
        });
    }

    fn schema(&mut self, root: &Element) {
        self.schema.schema_version = attribute(root, "schemaVersion");
        self.schema.default_phase = root
            .attribute("defaultPhase")
            .map(str::trim)
            .filter(|phase| *phase != "#ALL")
            .map(str::to_owned);
        if let Some(title) = root.named("title").next() {
            self.schema.title = fold(&title.text());
        }
        let binding = root.attribute("queryBinding").unwrap_or("xslt2");
        if !matches!(binding, "xslt2" | "xslt" | "xpath2" | "xpath") {
            self.warn(
                &root.place,
                WarningKind::QueryBinding {
                    name: binding.to_owned(),
                },
            );
        }
        for declaration in root.named("ns") {
            let pair = (attribute(declaration, "prefix"), attribute(declaration, "uri"));
            self.context.namespaces.push(pair.clone());
            self.schema.namespaces.push(pair);
        }
        for phase in root.named("phase") {
            let active = phase
                .named("active")
                .map(|active| attribute(active, "pattern"))
                .collect();
            self.schema.phases.push((attribute(phase, "id"), active));
        }
        self.globals(root);
        self.diagnostics(root);
        let mut abstract_rules: HashMap<&str, Vec<&Element>> = HashMap::new();
        for rule in root
            .named("pattern")
            .chain(root.named("rules"))
            .flat_map(|pattern| pattern.named("rule"))
        {
            if let Some(id) = rule.attribute("id") {
                abstract_rules.entry(id).or_default().push(rule);
            }
        }
        for pattern in root.named("pattern") {
            self.pattern(pattern, &abstract_rules);
        }
    }

    /// Variables of the schema, of phases and of patterns: visible everywhere, in any order.
    fn globals(&mut self, root: &Element) {
        let owners = std::iter::once(root)
            .chain(root.named("phase"))
            .chain(root.named("pattern"));
        let mut found: Vec<(&Element, &Element, Variable)> = Vec::new();
        for owner in owners {
            let mut seen = HashSet::new();
            for declaration in owner.named("let") {
                let name = attribute(declaration, "name").trim().to_owned();
                let variable = self.schema.program.reserve_global();
                if !seen.insert(name.clone()) {
                    self.warn(
                        &declaration.place,
                        WarningKind::DuplicateVariable { name: name.clone() },
                    );
                }
                self.globals.declare(self.variable_key(&name), variable);
                self.owned
                    .insert((owner.place.to_string(), declaration.place.to_string()), variable);
                found.push((owner, declaration, variable));
            }
        }
        for (owner, declaration, variable) in found {
            let text = let_value(declaration);
            let scope = self.scope_of(owner);
            let defined = self
                .schema
                .program
                .define_global(variable, &text, &self.context, &scope);
            if let Err(error) = defined {
                self.warn(
                    &declaration.place,
                    WarningKind::Expression {
                        expression: fold(&text),
                        error,
                    },
                );
            }
        }
    }

    /// The key of a variable in scopes: its prefix resolved as the expression compiler does.
    fn variable_key(&self, name: &str) -> String {
        let Some((prefix, local)) = name.split_once(':') else {
            return name.to_owned();
        };
        let uri = self
            .context
            .namespaces
            .iter()
            .rev()
            .find(|(known, _)| known == prefix);
        uri.map_or_else(|| name.to_owned(), |(_, uri)| format!("{{{uri}}}{local}"))
    }

    fn diagnostics(&mut self, root: &Element) {
        let scope = self.globals.clone();
        for diagnostic in root
            .named("diagnostics")
            .flat_map(|list| list.named("diagnostic"))
        {
            let id = attribute(diagnostic, "id");
            let text = self.text(diagnostic, &scope);
            self.diagnostics.insert(id.clone(), self.schema.diagnostics.len());
            self.schema.diagnostics.push(Diagnostic { id, text });
        }
    }

    fn pattern(&mut self, pattern: &Element, everywhere: &HashMap<&str, Vec<&Element>>) {
        let index = self.schema.patterns.len();
        let title = pattern
            .named("title")
            .next()
            .map(|title| fold(&title.text()))
            .unwrap_or_default();
        self.schema.patterns.push(Pattern {
            id: attribute(pattern, "id"),
            name: title,
        });
        let scope = self.scope_of(pattern);
        let here: Vec<&Element> = pattern.named("rule").collect();
        let owner = pattern.named("let").next().map(|_| index);
        let rules = AbstractRules {
            here,
            everywhere,
            owner,
            variables: scope.len(),
        };
        for rule in pattern
            .named("rule")
            .filter(|rule| rule.attribute("abstract") != Some("true"))
        {
            let Some(context) = rule.attribute("context") else {
                let kind = WarningKind::MissingAttribute {
                    element: "rule".to_owned(),
                    attribute: "context",
                };
                self.warn(&rule.place, kind);
                continue;
            };
            self.rule(rule, context, index, &scope, &rules);
        }
    }

    /// All global variables; those of the owner win over others of the same name.
    fn scope_of(&self, owner: &Element) -> Scope {
        let mut scope = self.globals.clone();
        for declaration in owner.named("let") {
            let key = (owner.place.to_string(), declaration.place.to_string());
            if let Some(variable) = self.owned.get(&key) {
                scope.declare(
                    self.variable_key(attribute(declaration, "name").trim()),
                    *variable,
                );
            }
        }
        scope
    }

    fn rule(
        &mut self,
        rule: &Element,
        context: &str,
        pattern: usize,
        scope: &Scope,
        rules: &AbstractRules<'_>,
    ) {
        let number = self.schema.rules.len();
        let mark = self.schema.program.mark_slots();
        let text = clean(context);
        let added = self
            .schema
            .contexts
            .add(&text, number, &mut self.schema.program, &self.context, scope);
        if let Err(error) = added {
            self.warn(
                &rule.place,
                WarningKind::Expression {
                    expression: fold(context),
                    error,
                },
            );
        }
        let mut items = Vec::new();
        let mut visible = scope.clone();
        self.items(rule, rules, &mut visible, &mut items, &mut Vec::new());
        self.schema.program.release_slots(mark);
        self.schema.rules.push(Rule {
            pattern,
            context: fold(context),
            id: attribute(rule, "id"),
            role: attribute(rule, "role"),
            flag: attribute(rule, "flag"),
            items,
        });
    }

    /// What a rule does, `extends` replaced by what the abstract rules do.
    fn items(
        &mut self,
        rule: &Element,
        rules: &AbstractRules<'_>,
        scope: &mut Scope,
        items: &mut Vec<Arc<RuleItem>>,
        open: &mut Vec<String>,
    ) {
        for element in rule.elements() {
            match element.name.as_str() {
                "let" => {
                    let text = let_value(element);
                    let value = self.expression(&text, scope, &element.place);
                    let slot = self.schema.program.reserve_slot();
                    scope.declare(
                        self.variable_key(attribute(element, "name").trim()),
                        Variable::Local(slot),
                    );
                    items.push(Arc::new(RuleItem::Let { slot, value }));
                }
                "assert" | "report" => {
                    if let Some(check) = self.check(element, scope) {
                        items.push(Arc::new(RuleItem::Check(Box::new(check))));
                    }
                }
                "extends" => self.extends(element, rules, scope, items, open),
                _ => {}
            }
        }
    }

    fn extends(
        &mut self,
        element: &Element,
        rules: &AbstractRules<'_>,
        scope: &mut Scope,
        items: &mut Vec<Arc<RuleItem>>,
        open: &mut Vec<String>,
    ) {
        let name = attribute(element, "rule");
        if open.contains(&name) || open.len() >= DEEPEST_EXTENDS {
            self.warn(&element.place, WarningKind::CircularExtends { name });
            return;
        }
        let has_id = |rule: &&&Element| rule.attribute("id") == Some(name.as_str());
        let mut found: Vec<&Element> = rules.here.iter().filter(has_id).copied().collect();
        if found.is_empty() {
            found = rules.everywhere.get(name.as_str()).cloned().unwrap_or_default();
        }
        if found.is_empty() {
            self.warn(&element.place, WarningKind::UnknownAbstractRule { name });
            return;
        }
        open.push(name);
        for rule in found {
            // Before any variable of the rule, an abstract rule means the same in all rules of the pattern (in all
            // rules, when the pattern has no variable of its own): it is compiled once.
            let key = (std::ptr::from_ref(rule) as usize, rules.owner);
            let sharable = scope.len() == rules.variables;
            if sharable && let Some(known) = self.shared.get(&key) {
                items.extend(known.items.iter().cloned());
                for (name, variable) in &known.variables {
                    scope.declare(name.clone(), *variable);
                }
                self.schema.program.advance_slots(known.slots);
                continue;
            }
            let (first, declared) = (items.len(), scope.len());
            self.items(rule, rules, scope, items, open);
            if sharable {
                let shared = Shared {
                    items: items.get(first..).unwrap_or_default().to_vec(),
                    variables: scope.since(declared),
                    slots: self.schema.program.mark_slots(),
                };
                self.shared.insert(key, shared);
            }
        }
        open.pop();
    }

    fn expression(&mut self, text: &str, scope: &Scope, place: &Place) -> Compiled {
        let compiled = self.schema.program.compile(&clean(text), &self.context, scope);
        if let Err(error) = &compiled {
            let kind = WarningKind::Expression {
                expression: fold(text),
                error: error.clone(),
            };
            self.warn(place, kind);
        }
        compiled
    }

    fn check(&mut self, element: &Element, scope: &Scope) -> Option<Check> {
        let Some(test) = element.attribute("test") else {
            let kind = WarningKind::MissingAttribute {
                element: element.name.clone(),
                attribute: "test",
            };
            self.warn(&element.place, kind);
            return None;
        };
        let expression = self.expression(test, scope, &element.place);
        let subject = element
            .attribute("subject")
            .map(|subject| self.expression(subject, scope, &element.place));
        let text = self.text(element, scope);
        let mut diagnostics = Vec::new();
        for name in element
            .attribute("diagnostics")
            .unwrap_or_default()
            .split_whitespace()
        {
            match self.diagnostics.get(name) {
                Some(&index) => diagnostics.push(index),
                None => self.warn(
                    &element.place,
                    WarningKind::UnknownDiagnostic {
                        name: name.to_owned(),
                    },
                ),
            }
        }
        Some(Check {
            kind: if element.name == "assert" {
                CheckKind::Assert
            } else {
                CheckKind::Report
            },
            test: fold(test),
            role: attribute(element, "role"),
            flag: attribute(element, "flag"),
            id: attribute(element, "id"),
            see: attribute(element, "see"),
            place: element.place.clone(),
            expression,
            subject,
            text,
            diagnostics,
        })
    }

    /// The words of a check or a diagnostic.
    fn text(&mut self, element: &Element, scope: &Scope) -> Vec<TextPart> {
        let mut parts = Vec::new();
        for child in &element.children {
            match child {
                // White space alone between two values is lost, as XSLT strips it from the compiled skeleton.
                Child::Text(text) if text.trim().is_empty() => {}
                Child::Text(text) => parts.push(TextPart::Text(text.clone())),
                Child::Element(inner) => match inner.name.as_str() {
                    "value-of" => {
                        let select = attribute(inner, "select");
                        parts.push(TextPart::Value(self.expression(&select, scope, &inner.place)));
                    }
                    "name" => {
                        let path = inner.attribute("path").unwrap_or(".");
                        parts.push(TextPart::Value(self.expression(
                            &format!("name({path})"),
                            scope,
                            &inner.place,
                        )));
                    }
                    "emph" | "dir" | "span" => {
                        // White space around, rather than words run together.
                        parts.push(TextPart::Text(" ".to_owned()));
                        parts.extend(self.text(inner, scope));
                        parts.push(TextPart::Text(" ".to_owned()));
                    }
                    _ => parts.extend(self.text(inner, scope)),
                },
            }
        }
        parts
    }
}

/// The expression of a `let`: its `value`, or its text as a string.
fn let_value(element: &Element) -> String {
    match element.attribute("value") {
        Some(value) => clean(value),
        None => format!("'{}'", element.text().replace('\'', "''")),
    }
}
