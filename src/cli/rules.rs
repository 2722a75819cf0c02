//! `conforme rules`: every rule of the binary.

use std::io::Write as _;

use super::shape::{Shape, Shaped};
use super::{Exit, Global};

/// Options of `conforme rules`.
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArguments {
    #[command(flatten)]
    output: Shaped,
}

/// Prints the rules, sorted by identifier.
pub(crate) fn run(arguments: &RulesArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let mut out = anstream::stdout().lock();
    match arguments.output.format {
        Shape::Json => {
            serde_json::to_writer_pretty(&mut out, &crate::checks::rules())?;
            writeln!(out)?;
        }
        Shape::Human => {
            for rule in crate::checks::rules() {
                writeln!(
                    out,
                    "{:<24} {:<8} {}",
                    rule.id,
                    rule.severity.as_str(),
                    rule.title.get(language)
                )?;
            }
        }
    }
    Ok(Exit::Conform)
}
