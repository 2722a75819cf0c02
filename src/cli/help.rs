//! The help of the command line in both languages: French beside the code, English in `help_en.toml`.

use std::collections::BTreeMap;

use clap::Command;

use crate::text::Language;

/// English help: one table per subcommand path, `about` and one key per argument.
static ENGLISH: &str = include_str!("help_en.toml");

/// The English texts by dotted key (`check.report_dir`, `waiver.add.reason`).
fn english() -> BTreeMap<String, String> {
    fn flatten(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
        for (key, value) in table {
            let path = if prefix.is_empty() {
                key.clone()
            } else {
                format!("{prefix}.{key}")
            };
            match value {
                toml::Value::Table(inner) => flatten(&path, inner, into),
                toml::Value::String(text) => {
                    into.insert(path, text.clone());
                }
                _ => {}
            }
        }
    }
    let mut texts = BTreeMap::new();
    flatten("", &ENGLISH.parse().unwrap_or_default(), &mut texts);
    texts
}

/// Puts the help of `command` and its subcommands in `language`.
pub(crate) fn localise(command: Command, language: Language) -> Command {
    let texts = match language {
        Language::Fr => None,
        Language::En => Some(english()),
    };
    localise_one(command, "", texts.as_ref())
}

fn localise_one(command: Command, path: &str, english: Option<&BTreeMap<String, String>>) -> Command {
    let key = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    let mut command = command
        .next_line_help(false)
        .help_template(match english {
            None => "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}",
            Some(_) => "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}",
        })
        .subcommand_help_heading(if english.is_some() {
            "Commands"
        } else {
            "Commandes"
        })
        .disable_help_flag(true)
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .display_order(110)
                .help(if english.is_some() {
                    "Print help"
                } else {
                    "Afficher l'aide"
                }),
        );
    if path.is_empty() {
        command = command.disable_version_flag(true).arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .display_order(111)
                .help(if english.is_some() {
                    "Print the version"
                } else {
                    "Afficher la version"
                }),
        );
    }
    if let Some(texts) = english {
        if let Some(about) = texts.get(&key("about")) {
            command = command.about(about.clone());
        }
        let names: Vec<String> = command
            .get_arguments()
            .map(|argument| argument.get_id().to_string())
            .collect();
        for name in names {
            // A global option has one text, at the root.
            if let Some(text) = texts.get(&key(&name)).or_else(|| texts.get(&name)) {
                command = command.mut_arg(&name, |argument| argument.help(text.clone()));
            }
        }
    }
    let subcommands: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in subcommands {
        let path = key(&name);
        command = command.mut_subcommand(&name, |sub| localise_one(sub, &path, english));
    }
    command
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// Walks the commands and names every help text that has no English.
    fn untranslated(
        command: &Command,
        path: &str,
        texts: &BTreeMap<String, String>,
        missing: &mut Vec<String>,
    ) {
        let key = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        let mut wants = vec![key("about")];
        wants.extend(
            command
                .get_arguments()
                .filter(|a| a.get_help().is_some())
                .map(|a| key(a.get_id().as_str())),
        );
        // What several subcommands share stands once, at the root.
        let known = |want: &str| {
            let shared = want.rsplit('.').next().filter(|name| *name != "about");
            texts.contains_key(want) || shared.is_some_and(|name| texts.contains_key(name))
        };
        missing.extend(wants.into_iter().filter(|want| !known(want)));
        for sub in command.get_subcommands() {
            untranslated(sub, &key(sub.get_name()), texts, missing);
        }
    }

    #[test]
    fn every_help_text_has_an_english_one() {
        let mut missing = Vec::new();
        untranslated(&crate::cli::Arguments::command(), "", &english(), &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn both_languages_build() {
        for language in [Language::Fr, Language::En] {
            localise(crate::cli::Arguments::command(), language).debug_assert();
        }
    }
}
