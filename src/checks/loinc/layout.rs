//! The exact layouts of the six exchange files, read from `testcases/loinc/layouts.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A column of an exchange file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    /// Name in the data.
    pub(super) id: String,
    /// French name.
    pub(super) label: String,
    /// Folded titles of it.
    pub(super) headers: Vec<String>,
    /// Values known for it; empty when free.
    #[serde(default)]
    pub(super) values: Vec<String>,
}

/// How many distinct values a column should have in the conformity scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Minimum {
    /// The column.
    pub(super) column: String,
    /// The least number of distinct values.
    pub(super) count: usize,
}

/// One exchange file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    /// 1 to 6.
    pub(super) number: u8,
    /// Beginnings of the file name, before the date.
    pub(super) names: Vec<String>,
    /// Columns in order.
    pub(super) columns: Vec<String>,
    /// Columns never empty.
    pub(super) required: Vec<String>,
    /// Columns that together name a row.
    pub(super) key: Vec<String>,
    /// What the scenario wants at least.
    #[serde(default)]
    pub(super) minimum: Option<Minimum>,
    /// The column each value of which has one LOINC code at most.
    #[serde(default)]
    pub(super) one_code_for: Option<String>,
    /// The file it repeats with LOINC codes.
    #[serde(default)]
    pub(super) transcodes: Option<u8>,
}

/// The data of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layouts {
    column: Vec<Column>,
    layout: Vec<Layout>,
}

const SOURCE: &str = include_str!("../../../testcases/loinc/layouts.toml");

/// The layouts, read once.
#[expect(
    clippy::expect_used,
    reason = "embedded data, read by every test of this family"
)]
pub(super) fn layouts() -> &'static Layouts {
    // invariant: the file is part of the binary and a test reads it.
    static LAYOUTS: LazyLock<Layouts> = LazyLock::new(|| toml::from_str(SOURCE).expect("layouts.toml"));
    &LAYOUTS
}

impl Layouts {
    /// The layout of that number.
    pub(super) fn numbered(&self, number: u8) -> Option<&Layout> {
        self.layout.iter().find(|layout| layout.number == number)
    }

    /// All columns of all files.
    pub(super) fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.column.iter()
    }

    /// The column of that name.
    pub(super) fn column(&self, id: &str) -> Option<&Column> {
        self.column.iter().find(|column| column.id == id)
    }
}

impl Layout {
    /// Rank of a column, from 0.
    pub(super) fn rank(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == id)
    }

    /// French name of the column at `rank`.
    pub(super) fn label(&self, rank: usize) -> &'static str {
        self.columns
            .get(rank)
            .and_then(|id| layouts().column(id))
            .map_or("?", |column| column.label.as_str())
    }

    /// French names of all columns.
    pub(super) fn labels(&self) -> Vec<String> {
        (0..self.columns.len())
            .map(|rank| self.label(rank).to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layouts_are_sound() {
        for number in 1..=6 {
            let layout = layouts().numbered(number).unwrap();
            for id in layout.columns.iter().chain(&layout.required).chain(&layout.key) {
                assert!(layouts().column(id).is_some(), "{number}: {id}");
                assert!(layout.rank(id).is_some(), "{number}: {id}");
            }
        }
        let widths: Vec<usize> = (1..=6)
            .map(|number| layouts().numbered(number).unwrap().columns.len())
            .collect();
        assert_eq!(widths, [4, 9, 12, 6, 11, 14]);
    }
}
