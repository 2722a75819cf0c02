//! The platforms and the reports they write.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::text::Text;

/// A test platform.
#[derive(Debug)]
pub(super) struct Platform {
    pub(super) name: Text,
    pub(super) host: Regex,
    pub(super) path: Regex,
    pub(super) near: Regex,
    pub(super) example: String,
    /// A run may be given by its number alone.
    pub(super) number: bool,
}

/// A kind of report in XML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    pub(super) name: String,
    pub(super) element: String,
    pub(super) attribute: Option<String>,
    pub(super) passed: Vec<String>,
    pub(super) failed: Vec<String>,
    /// Elements whose text tells what the report is about.
    pub(super) about: Vec<String>,
}

/// The whole table.
#[derive(Debug)]
pub(super) struct Testing {
    pub(super) platforms: Vec<Platform>,
    pub(super) reports: Vec<Report>,
    pub(super) passed: Regex,
    pub(super) failed: Regex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    platform: Vec<PlatformRow>,
    report: Vec<Report>,
    words: Verdicts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformRow {
    name: Text,
    host: String,
    path: String,
    near: String,
    example: String,
    #[serde(default)]
    number: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdicts {
    passed: String,
    failed: String,
}

pub(super) static PLATFORMS: LazyLock<Testing> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, read by a test")]
    // invariant: the test below reads the embedded table and compiles its patterns.
    read(include_str!("../../../testcases/test-runs/platforms.toml"))
        .expect("testcases/test-runs/platforms.toml")
});

fn read(text: &str) -> Result<Testing, Box<dyn std::error::Error>> {
    let table: Table = toml::from_str(text)?;
    let whole = |pattern: &str| Regex::new(&format!("^(?:{pattern})$"));
    let platforms = table.platform.into_iter().map(|row| {
        Ok(Platform {
            name: row.name,
            host: whole(&row.host)?,
            path: Regex::new(&format!("^(?:{})", row.path))?,
            near: whole(&row.near)?,
            example: row.example,
            number: row.number,
        })
    });
    Ok(Testing {
        platforms: platforms.collect::<Result<_, regex::Error>>()?,
        reports: table.report,
        passed: Regex::new(&table.words.passed)?,
        failed: Regex::new(&table.words.failed)?,
    })
}

#[cfg(test)]
mod tests {
    use super::PLATFORMS;

    #[test]
    fn no_host_is_its_own_misprint_alone() {
        assert!(
            PLATFORMS
                .platforms
                .iter()
                .any(|platform| platform.host.is_match("interop.esante.gouv.fr"))
        );
        let mistyped = "tests-editeur.espacedeconfiance.mssante.f";
        assert!(
            PLATFORMS
                .platforms
                .iter()
                .any(|platform| platform.near.is_match(mistyped))
        );
        assert!(
            !PLATFORMS
                .platforms
                .iter()
                .any(|platform| platform.host.is_match(mistyped))
        );
    }
}
