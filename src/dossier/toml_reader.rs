//! Reading TOML written by people: every key is accounted for, every fault has a line and a column.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::requirements::nearest;
use crate::text::Text;

/// A fault in a TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlFault {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong and how to mend it.
    pub message: Text,
}

/// One table of a TOML file, with what was asked of it.
///
/// Ask for the keys you know, then call [`Table::finish`]: what was not asked for is a fault with a suggestion.
pub struct Table<'s, 'f> {
    text: &'s str,
    name: String,
    span: Range<usize>,
    table: &'s DeTable<'s>,
    asked: BTreeSet<&'static str>,
    faults: &'f mut Vec<TomlFault>,
}

/// Parses `text` and hands its root table to `read`; gives what `read` made of it and every fault found.
pub fn read_toml<T>(text: &str, read: impl FnOnce(&mut Table<'_, '_>) -> T) -> (Option<T>, Vec<TomlFault>) {
    let mut faults = Vec::new();
    let parsed = match DeTable::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            let (line, column) = position(text, offset);
            let message = Text::new(
                format!("ce n'est pas du TOML : {}", error.message()),
                format!("this is not TOML: {}", error.message()),
            );
            return (
                None,
                vec![TomlFault {
                    line,
                    column,
                    message,
                }],
            );
        }
    };
    let span = parsed.span();
    let mut table = Table {
        text,
        name: String::new(),
        span,
        table: parsed.get_ref(),
        asked: BTreeSet::new(),
        faults: &mut faults,
    };
    let value = read(&mut table);
    table.finish();
    (Some(value), faults)
}

/// Line and column, both from 1, of a byte offset.
pub(crate) fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (
        u32::try_from(line).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    )
}

impl<'s> Table<'s, '_> {
    fn fault_at(&mut self, offset: usize, message: Text) {
        let (line, column) = position(self.text, offset);
        self.faults.push(TomlFault {
            line,
            column,
            message,
        });
    }

    /// Reports a fault at the value of `key`, or at the table when the key is absent.
    pub fn fault(&mut self, key: &str, message: Text) {
        let offset = self
            .table
            .get(key)
            .map_or(self.span.start, |value| value.span().start);
        self.fault_at(offset, message);
    }

    fn qualified(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.asked.insert(key);
        self.table.get(key)
    }

    fn wrong_type(&mut self, key: &str, wanted_fr: &str, wanted_en: &str) {
        let name = self.qualified(key);
        self.fault(
            key,
            Text::new(
                format!("« {name} » attend {wanted_fr}"),
                format!("'{name}' wants {wanted_en}"),
            ),
        );
    }

    /// Line and column of the value of `key`.
    pub fn position(&self, key: &str) -> (u32, u32) {
        position(
            self.text,
            self.table
                .get(key)
                .map_or(self.span.start, |value| value.span().start),
        )
    }

    /// An optional string.
    pub fn string(&mut self, key: &'static str) -> Option<String> {
        match self.value(key)?.get_ref() {
            DeValue::String(value) => Some(value.to_string()),
            _ => {
                self.wrong_type(key, "une chaîne entre guillemets", "a string in quotes");
                None
            }
        }
    }

    /// A string that must be there and not blank.
    pub fn required(&mut self, key: &'static str) -> String {
        if !self.table.contains_key(key) {
            self.asked.insert(key);
            let name = self.qualified(key);
            self.fault(
                key,
                Text::new(
                    format!("il manque la clé « {name} »"),
                    format!("the key '{name}' is missing"),
                ),
            );
            return String::new();
        }
        let value = self.string(key).unwrap_or_default();
        if value.trim().is_empty()
            && matches!(
                self.table.get(key).map(Spanned::get_ref),
                Some(DeValue::String(_))
            )
        {
            let name = self.qualified(key);
            self.fault(
                key,
                Text::new(format!("« {name} » est vide"), format!("'{name}' is empty")),
            );
        }
        value
    }

    /// An optional integer.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        match self.value(key)?.get_ref() {
            DeValue::Integer(value) => match i64::from_str_radix(value.as_str(), value.radix()) {
                Ok(number) => Some(number),
                Err(_) => {
                    self.wrong_type(key, "un entier raisonnable", "a reasonable integer");
                    None
                }
            },
            _ => {
                self.wrong_type(key, "un entier", "an integer");
                None
            }
        }
    }

    /// An optional date, written as a TOML date or as a string; given back as written.
    pub fn date(&mut self, key: &'static str) -> Option<String> {
        let written = match self.value(key)?.get_ref() {
            DeValue::String(value) => value.to_string(),
            DeValue::Datetime(value) => value.to_string(),
            _ => String::new(),
        };
        if written.parse::<jiff::civil::Date>().is_ok() {
            return Some(written);
        }
        self.wrong_type(key, "une date AAAA-MM-JJ", "a date YYYY-MM-DD");
        None
    }

    /// A list of strings, empty when absent.
    pub fn strings(&mut self, key: &'static str) -> Vec<String> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "une liste de chaînes", "a list of strings");
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items {
            if let DeValue::String(text) = item.get_ref() {
                strings.push(text.to_string());
            } else {
                self.wrong_type(key, "une liste de chaînes", "a list of strings");
            }
        }
        strings
    }

    /// A table of free keys with string values, in order of key.
    pub fn string_map(&mut self, key: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "une table", "a table");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in table {
            if let DeValue::String(text) = value.get_ref() {
                pairs.push((name.get_ref().to_string(), text.to_string()));
            } else {
                self.wrong_type(key, "des chaînes", "strings");
            }
        }
        pairs.sort();
        pairs
    }

    /// A sub-table, if it is there.
    pub fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Table<'_, '_>) -> T) -> Option<T> {
        let value = self.value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "une table", "a table");
            return None;
        };
        Some(self.sub_table(key, value.span(), table, read))
    }

    /// Every table of an array of tables.
    pub fn tables<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Table<'_, '_>) -> T) -> Vec<T> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "des tables [[…]]", "tables [[…]]");
            return Vec::new();
        };
        let mut made = Vec::new();
        for item in items {
            if let DeValue::Table(table) = item.get_ref() {
                made.push(self.sub_table(key, item.span(), table, &mut read));
            } else {
                self.wrong_type(key, "des tables [[…]]", "tables [[…]]");
            }
        }
        made
    }

    fn sub_table<T>(
        &mut self,
        key: &'static str,
        span: Range<usize>,
        table: &'s DeTable<'s>,
        read: impl FnOnce(&mut Table<'_, '_>) -> T,
    ) -> T {
        let name = self.qualified(key);
        let mut sub = Table {
            text: self.text,
            name,
            span,
            table,
            asked: BTreeSet::new(),
            faults: &mut *self.faults,
        };
        let made = read(&mut sub);
        sub.finish();
        made
    }

    /// Reports every key that was not asked for, with the nearest known one.
    fn finish(&mut self) {
        let unknown: Vec<(String, usize)> = self
            .table
            .iter()
            .filter(|(key, _)| !self.asked.contains(key.get_ref().as_ref()))
            .map(|(key, _)| (key.get_ref().to_string(), key.span().start))
            .collect();
        let known: Vec<&str> = self.asked.iter().copied().collect();
        for (key, offset) in unknown {
            let name = self.qualified(&key);
            let list = known.join(", ");
            let (hint_fr, hint_en) = match nearest(&key, known.iter().copied()) {
                Some(near) => (
                    format!(" ; vouliez-vous « {near} » ?"),
                    format!("; did you mean '{near}'?"),
                ),
                None => (
                    format!(" ; clés admises : {list}"),
                    format!("; known keys: {list}"),
                ),
            };
            self.fault_at(
                offset,
                Text::new(
                    format!("clé inconnue « {name} »{hint_fr}"),
                    format!("unknown key '{name}'{hint_en}"),
                ),
            );
        }
    }
}
