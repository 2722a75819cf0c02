//! Node tests and sequence types, in the grammar.

use super::ast::{ItemType, Name, NodeTest, Occurrence, SequenceType};
use super::error::{Result, XPathError};
use super::lexer::{Token, is_ncname};
use super::parser::{Parser, describe};

impl Parser {
    pub(super) fn node_test(&mut self) -> Result<NodeTest> {
        let offset = self.offset();
        match self.peek().clone() {
            Token::Symbol("*") => {
                self.at += 1;
                Ok(NodeTest::Any)
            }
            Token::AnyPrefix(local) => {
                self.at += 1;
                Ok(NodeTest::AnyPrefix(local))
            }
            Token::AnyLocal(prefix) => {
                self.at += 1;
                Ok(NodeTest::AnyLocal(Name {
                    prefix: Some(prefix),
                    local: String::new(),
                    offset,
                }))
            }
            Token::Name(None, name) if self.is_ahead(1, "(") && is_kind_test(&name) => self.kind_test(&name),
            Token::Name(..) => Ok(NodeTest::Name(self.name()?)),
            other => self.fail(format!("expected a node test, found {}", describe(&other))),
        }
    }

    pub(super) fn kind_test(&mut self, kind: &str) -> Result<NodeTest> {
        self.at += 2;
        let test = match kind {
            "node" => NodeTest::Node,
            "text" => NodeTest::Text,
            "comment" => NodeTest::Comment,
            "document-node" if self.is(")") => NodeTest::Document(None),
            "document-node" => match self.peek().clone() {
                Token::Name(None, name) if matches!(name.as_str(), "element" | "schema-element") => {
                    NodeTest::Document(Some(Box::new(self.node_test()?)))
                }
                other => {
                    return self.fail(format!(
                        "expected the test of an element, found {}",
                        describe(&other)
                    ));
                }
            },
            "element" | "attribute" => {
                let name = if self.is(")") || self.take("*") {
                    None
                } else {
                    Some(self.name()?)
                };
                let kind_name = if self.take(",") { Some(self.name()?) } else { None };
                if kind_name.is_some() {
                    self.take("?");
                }
                if kind == "element" {
                    NodeTest::Element(name, kind_name)
                } else {
                    NodeTest::Attribute(name, kind_name)
                }
            }
            "processing-instruction" => match self.peek().clone() {
                Token::Name(None, target) => {
                    self.at += 1;
                    NodeTest::Instruction(Some(target))
                }
                Token::String(target) => {
                    self.at += 1;
                    let target = target.split_whitespace().collect::<Vec<_>>().join(" ");
                    if !is_ncname(&target) {
                        return Err(XPathError::type_error(
                            "the target of an instruction must be a name",
                        ));
                    }
                    NodeTest::Instruction(Some(target))
                }
                _ => NodeTest::Instruction(None),
            },
            _ => NodeTest::Schema(self.name()?),
        };
        self.want(")")?;
        Ok(test)
    }

    pub(super) fn sequence_type(&mut self) -> Result<SequenceType> {
        if self.keyword("empty-sequence") && self.is_ahead(1, "(") {
            self.at += 2;
            self.want(")")?;
            return Ok(SequenceType::Empty);
        }
        let item = match self.keyword_ahead(0) {
            Some("item") if self.is_ahead(1, "(") => {
                self.at += 2;
                self.want(")")?;
                ItemType::Item
            }
            Some(kind) if self.is_ahead(1, "(") && is_kind_test(kind) => {
                let kind = kind.to_owned();
                ItemType::Node(self.kind_test(&kind)?)
            }
            _ => ItemType::Atomic(self.name()?),
        };
        let occurrence = if self.take("?") {
            Occurrence::Optional
        } else if self.take("*") {
            Occurrence::Any
        } else if self.take("+") {
            Occurrence::Many
        } else {
            Occurrence::One
        };
        Ok(SequenceType::Of(item, occurrence))
    }

    pub(super) fn single_type(&mut self) -> Result<(Name, bool)> {
        let name = self.name()?;
        Ok((name, self.take("?")))
    }
}

/// Whether a name before a parenthesis is a kind of node.
pub(super) fn is_kind_test(name: &str) -> bool {
    matches!(
        name,
        "node"
            | "text"
            | "comment"
            | "document-node"
            | "element"
            | "attribute"
            | "processing-instruction"
            | "schema-element"
            | "schema-attribute"
    )
}
