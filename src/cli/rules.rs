//! `conforme rules`: every rule of the binary.

use std::io::Write as _;

use super::{Exit, Global};

/// Options of `conforme rules`.
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArguments {
    /// Format : human ou json
    #[arg(long, value_enum, default_value = "human")]
    format: RulesFormat,
}

/// Output formats of `conforme rules`.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum RulesFormat {
    Human,
    Json,
}

/// Prints the rules, sorted by identifier.
pub(crate) fn run(arguments: &RulesArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        RulesFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &crate::checks::rules())?;
            writeln!(out)?;
        }
        RulesFormat::Human => {
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
