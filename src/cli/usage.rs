//! What is wrong with a command line, in the language of the user: clap finds the fault, its words are ours.

use std::error::Error as _;
use std::ffi::OsString;
use std::fmt::Write as _;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::text::{Language, Text, text};

/// Why a value of the command line is refused, in both languages. The error of our own value parsers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub(crate) struct Refused(pub(crate) Text);

/// The message for a command line that clap refuses: what is wrong, what was probably meant, how to write it. None
/// for what is no fault of the command line: help and version.
pub(super) fn message(
    error: &clap::Error,
    root: &mut Command,
    words: &[OsString],
    language: Language,
) -> Option<String> {
    let fault = fault(error)?;
    let mut message = format!("conforme: {}\n", fault.get(language));
    if let Some(hint) = hint(error) {
        let _ = writeln!(message, "  {}", hint.get(language));
    }
    root.build();
    let (path, mut command) = asked(root, words);
    let colon = if language == Language::Fr { " :" } else { ":" };
    let usage_word = text("Utilisation", "Usage");
    let usage = usage(&mut command);
    let _ = writeln!(message, "\n{}{colon} {usage}", usage_word.get(language));
    let more = text("Aide", "Help");
    let _ = writeln!(message, "{}{colon} {path} --help", more.get(language));
    Some(message)
}

/// What is wrong.
fn fault(error: &clap::Error) -> Option<Text> {
    let argument = || strings(error, ContextKind::InvalidArg).join(", ");
    let value = || one(error, ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = one(error, ContextKind::InvalidSubcommand);
            Text::new(
                format!("« {name} » : commande inconnue"),
                format!("'{name}': unknown command"),
            )
        }
        ErrorKind::UnknownArgument => unknown(&argument()),
        ErrorKind::InvalidValue => {
            invalid_value(&argument(), &value(), &strings(error, ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let (argument, value, reason) = (argument(), value(), reason(error));
            Text::new(
                format!("« {value} » n'est pas une valeur de {argument} : {}", reason.fr),
                format!("'{value}' is no value of {argument}: {}", reason.en),
            )
        }
        ErrorKind::NoEquals => {
            let argument = argument();
            Text::new(
                format!("{argument} : la valeur s'écrit après « = »"),
                format!("{argument}: the value is written after '='"),
            )
        }
        ErrorKind::TooManyValues => {
            let (argument, value) = (argument(), value());
            Text::new(
                format!("« {value} » est de trop pour {argument}"),
                format!("'{value}' is too much for {argument}"),
            )
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            let argument = argument();
            Text::new(
                format!("{argument} : il manque une valeur"),
                format!("{argument}: a value is missing"),
            )
        }
        ErrorKind::ArgumentConflict => conflict(&argument(), &strings(error, ContextKind::PriorArg)),
        ErrorKind::MissingRequiredArgument => {
            let missing = argument();
            Text::new(format!("il manque {missing}"), format!("missing: {missing}"))
        }
        ErrorKind::MissingSubcommand => Text::fixed("il manque une commande", "a command is missing"),
        ErrorKind::InvalidUtf8 => Text::fixed(
            "un argument n'est pas écrit en UTF-8",
            "an argument is not written in UTF-8",
        ),
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        // What is left has no words of its own: output errors and what a later clap may add.
        _ => Text::verbatim(error.kind().to_string()),
    })
}

fn unknown(argument: &str) -> Text {
    if argument.starts_with('-') {
        Text::new(
            format!("« {argument} » : option inconnue"),
            format!("'{argument}': unknown option"),
        )
    } else {
        Text::new(
            format!("« {argument} » est de trop"),
            format!("'{argument}' is one argument too many"),
        )
    }
}

fn invalid_value(argument: &str, value: &str, valid: &[String]) -> Text {
    let list = valid.join(", ");
    let (list_fr, list_en) = if list.is_empty() {
        Default::default()
    } else {
        (format!(" ; possibles : {list}"), format!("; possible: {list}"))
    };
    if value.is_empty() {
        Text::new(
            format!("{argument} : il manque une valeur{list_fr}"),
            format!("{argument}: a value is missing{list_en}"),
        )
    } else {
        Text::new(
            format!("« {value} » n'est pas une valeur de {argument}{list_fr}"),
            format!("'{value}' is no value of {argument}{list_en}"),
        )
    }
}

fn conflict(argument: &str, prior: &[String]) -> Text {
    if prior.is_empty() || prior.iter().any(|prior| prior == argument) {
        return Text::new(
            format!("{argument} est donné plusieurs fois"),
            format!("{argument} is given several times"),
        );
    }
    let prior = prior.join(", ");
    Text::new(
        format!("{argument} ne va pas avec {prior}"),
        format!("{argument} does not go with {prior}"),
    )
}

/// Why a value parser refused its value.
fn reason(error: &clap::Error) -> Text {
    let Some(source) = error.source() else {
        return Text::fixed("valeur refusée", "value refused");
    };
    if let Some(refused) = source.downcast_ref::<Refused>() {
        refused.0.clone()
    } else if let Some(error) = source.downcast_ref::<crate::shard::ShardError>() {
        error.text()
    } else if source.is::<std::num::ParseIntError>() {
        Text::fixed("un nombre entier est attendu", "a whole number is wanted")
    } else if source.is::<jiff::Error>() {
        Text::fixed("une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is wanted")
    } else {
        Text::verbatim(source.to_string())
    }
}

/// What was probably meant.
fn hint(error: &clap::Error) -> Option<Text> {
    let near: Vec<String> = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .flat_map(|kind| strings(error, kind))
    .collect();
    let (fr, en): (Vec<String>, Vec<String>) = near
        .iter()
        .map(|name| (format!("« {name} »"), format!("'{name}'")))
        .unzip();
    (!near.is_empty()).then(|| {
        Text::new(
            format!("peut-être : {}", fr.join(" ou ")),
            format!("perhaps: {}", en.join(" or ")),
        )
    })
}

/// The subcommand that the words ask for, and how it is called.
fn asked(root: &Command, words: &[OsString]) -> (String, Command) {
    let mut path = root.get_name().to_owned();
    let mut command = root;
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(sub) = command.find_subcommand(word) {
            path.push(' ');
            path.push_str(sub.get_name());
            command = sub;
        } else if !command.has_subcommands() {
            break;
        }
    }
    (path, command.clone())
}

/// How the command is written, without the title that clap puts before.
fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    let written = usage.split_once(": ").map_or(usage.as_str(), |(_, usage)| usage);
    written.trim().to_owned()
}

/// The only word, or the first, that clap gives for `kind`.
fn one(error: &clap::Error, kind: ContextKind) -> String {
    strings(error, kind).into_iter().next().unwrap_or_default()
}

/// The words that clap gives for `kind`.
fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    }
}
