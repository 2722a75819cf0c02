//! The help of the command line in both languages: French beside the code, English in `help_en.toml`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use clap::{Arg, Command};

use crate::text::{Language, text};

/// English help: one table per subcommand path, `about` and one key per argument; `value_names` translates the names
/// of values.
static ENGLISH: &str = include_str!("help_en.toml");

/// The English texts by dotted key (`check.report_dir`, `waiver.add.reason`).
static ENGLISH_TEXTS: LazyLock<Texts> = LazyLock::new(english);

type Texts = BTreeMap<String, String>;

fn english() -> Texts {
    fn flatten(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
        for (key, value) in table {
            let path = join(prefix, key);
            match value {
                toml::Value::Table(inner) => flatten(&path, inner, into),
                toml::Value::String(text) => {
                    into.insert(path, text.clone());
                }
                _ => {}
            }
        }
    }
    let mut texts = Texts::new();
    flatten("", &ENGLISH.parse().unwrap_or_default(), &mut texts);
    texts
}

/// The key of `name` under the subcommand path `prefix`.
fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// Puts the help of `command` and its subcommands in `language`.
pub(crate) fn localise(command: Command, language: Language) -> Command {
    let texts = match language {
        Language::Fr => None,
        Language::En => Some(&*ENGLISH_TEXTS),
    };
    localise_one(command, "", language, texts)
}

fn localise_one(
    command: Command,
    path: &str,
    language: Language,
    english: Option<&'static Texts>,
) -> Command {
    let say = |fr, en| text(fr, en).get(language).to_owned();
    let mut command = command
        .next_line_help(false)
        .subcommand_value_name(match language {
            Language::Fr => "COMMANDE",
            Language::En => "COMMAND",
        })
        .disable_help_flag(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .display_order(110)
                .help(say("Afficher l'aide", "Print help")),
        );
    if path.is_empty() {
        command = command.disable_version_flag(true).arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .display_order(111)
                .help(say("Afficher la version", "Print the version")),
        );
    }
    let template = template(&command, language);
    command = command.help_template(template);
    if let Some(texts) = english
        && let Some(about) = texts.get(&join(path, "about"))
    {
        command = command.about(about.clone());
    }
    command = command.mut_args(|argument| match english {
        Some(texts) => in_english(argument, path, texts),
        None => in_french(argument),
    });
    let subcommands: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in subcommands {
        let path = join(path, &name);
        command = command.mut_subcommand(&name, |sub| localise_one(sub, &path, language, english));
    }
    command
}

/// The parts of a help page, under their titles.
fn template(command: &Command, language: Language) -> String {
    let say = |fr, en| text(fr, en).get(language).to_owned();
    let mut template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n",
        say("Utilisation :", "Usage:")
    );
    for (there, title, part) in [
        (
            command.has_subcommands(),
            say("Commandes :", "Commands:"),
            "{subcommands}",
        ),
        (
            command.get_positionals().next().is_some(),
            say("Arguments :", "Arguments:"),
            "{positionals}",
        ),
        (true, say("Options :", "Options:"), "{options}"),
    ] {
        if there {
            let end = if part == "{options}" { "" } else { "\n\n" };
            let _ = write!(template, "{title}\n{part}{end}");
        }
    }
    template.push_str("{after-help}");
    template
}

/// The English help and value names of an argument. A global option has one text, at the root.
fn in_english(argument: Arg, path: &str, texts: &'static Texts) -> Arg {
    let id = argument.get_id().to_string();
    let names: Option<Vec<&'static str>> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| texts.get(&join("value_names", name)).map(String::as_str))
        .collect();
    let argument = match names {
        Some(names) if !names.is_empty() => argument.value_names(names),
        _ => argument,
    };
    match texts.get(&join(path, &id)).or_else(|| texts.get(&id)) {
        Some(text) => argument.help(text.clone()),
        None => argument,
    }
}

/// The French help of an argument, with what clap would say in English: the default.
fn in_french(argument: Arg) -> Arg {
    let default: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if default.is_empty() || argument.is_hide_default_value_set() {
        return argument;
    }
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    argument
        .help(format!("{help} [par défaut : {}]", default.join(", ")))
        .hide_default_value(true)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// Calls `visit` with every subcommand and its path.
    fn walk(command: &Command, path: &str, visit: &mut dyn FnMut(&Command, &str)) {
        visit(command, path);
        for sub in command.get_subcommands() {
            walk(sub, &join(path, sub.get_name()), visit);
        }
    }

    #[test]
    fn every_help_text_and_value_name_has_an_english_one() {
        let texts = english();
        let mut missing = Vec::new();
        walk(&crate::cli::Arguments::command(), "", &mut |command, path| {
            let mut wants = vec![join(path, "about")];
            for argument in command.get_arguments() {
                let key = join(path, argument.get_id().as_str());
                // Every text is asked for: an argument without French help is no help either.
                wants.push(key.clone());
                if argument.get_action().takes_values() {
                    match argument.get_value_names() {
                        Some(names) => wants.extend(names.iter().map(|name| join("value_names", name))),
                        None => missing.push(format!("{key}: value_name")),
                    }
                }
                if argument.get_help().is_none() {
                    missing.push(format!("{key}: help"));
                }
            }
            // What several subcommands share stands once, at the root.
            let known = |want: &str| {
                let shared = want.rsplit('.').next().filter(|name| *name != "about");
                texts.contains_key(want) || shared.is_some_and(|name| texts.contains_key(name))
            };
            missing.extend(wants.into_iter().filter(|want| !known(want)));
        });
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn every_page_of_help_is_in_one_language() {
        for (language, foreign) in [
            (
                Language::Fr,
                [
                    "[default",
                    "[possible",
                    "Usage",
                    "COMMAND>",
                    "Print",
                    "FILE",
                    "FOLDER",
                    "REASON",
                    " the ",
                ],
            ),
            (
                Language::En,
                [
                    "[par défaut",
                    "Utilisation",
                    "COMMANDE",
                    "Afficher",
                    "FICHIER",
                    "RÉPERTOIRE",
                    "RAISON",
                    " le ",
                    " : ",
                ],
            ),
        ] {
            let mut command = localise(crate::cli::Arguments::command(), language);
            command.build();
            let mut pages = 0;
            walk(&command, "", &mut |command, path| {
                let page = command.clone().render_long_help().to_string();
                for word in foreign {
                    assert!(!page.contains(word), "{language:?} {path}: {word:?} in\n{page}");
                }
                pages += 1;
            });
            assert!(pages > 25, "{pages} pages");
        }
    }

    #[test]
    fn both_languages_build() {
        for language in [Language::Fr, Language::En] {
            localise(crate::cli::Arguments::command(), language).debug_assert();
        }
    }
}
