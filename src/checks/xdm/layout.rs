//! Folders and names of the archive.

use std::collections::{BTreeMap, BTreeSet};

use super::words as rule;
use crate::checks::Outcome;
use crate::evidence::archive::Archive;
use crate::finding::Place;
use crate::text::Text;

/// One `IHE_XDM/SUBSETnn`.
#[derive(Debug, Default)]
pub(super) struct Subset {
    /// `IHE_XDM/SUBSET01/`, as stored.
    pub(super) prefix: String,
    /// Name of METADATA.XML as stored, when there is one.
    pub(super) metadata: Option<String>,
    /// Full names of the other files.
    pub(super) files: Vec<String>,
}

/// Judges the tree; gives the SUBSETs in the order of their names.
pub(super) fn judge(archive: &Archive, file: &str, outcome: &mut Outcome) -> Vec<Subset> {
    let mut subsets: BTreeMap<String, Subset> = BTreeMap::new();
    let mut root = Vec::new();
    let mut seen = BTreeSet::new();
    for member in archive.members() {
        let name = member.name.as_str();
        names(name, &mut seen, file, outcome);
        let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [only] if !member.folder => root.push((*only).to_owned()),
            [folder, rest @ ..] if folder.eq_ignore_ascii_case("IHE_XDM") => {
                let [subset, rest @ ..] = rest else { continue };
                if !is_subset(subset) {
                    let message = Text::new(
                        format!("« {subset} » n'est pas un dossier SUBSETnn"),
                        format!("'{subset}' is no SUBSETnn folder"),
                    );
                    outcome.findings.push(
                        rule::FOLDER
                            .at(Place::file(file).path(name), message)
                            .expected("SUBSET01"),
                    );
                    continue;
                }
                let found = subsets.entry(subset.to_uppercase()).or_insert_with(|| Subset {
                    prefix: format!("{folder}/{subset}/"),
                    ..Subset::default()
                });
                match rest {
                    [] => {}
                    [only] if only.eq_ignore_ascii_case("METADATA.XML") && !member.folder => {
                        found.metadata = Some(name.to_owned());
                    }
                    _ if member.folder => {}
                    _ => found.files.push(name.to_owned()),
                }
            }
            _ => {}
        }
        let last = parts.last().copied().unwrap_or_default();
        if last.eq_ignore_ascii_case("AUTORUN.INF") {
            let message = Text::fixed("fichier de lancement automatique", "autorun file");
            outcome
                .findings
                .push(rule::AUTORUN.at(Place::file(file).path(name), message));
        }
    }
    for (wanted, rule) in [("README.TXT", &rule::README), ("INDEX.HTM", &rule::INDEX)] {
        if !root.iter().any(|name| name.eq_ignore_ascii_case(wanted)) {
            let message = Text::new(
                format!("{wanted} absent de la racine"),
                format!("{wanted} absent from the root"),
            );
            outcome
                .findings
                .push(rule.at(Place::file(file), message).expected(wanted));
        }
    }
    if subsets.is_empty() {
        let message = Text::fixed("aucun dossier IHE_XDM/SUBSETnn", "no folder IHE_XDM/SUBSETnn");
        outcome.findings.push(
            rule::FOLDER
                .at(Place::file(file), message)
                .expected("IHE_XDM/SUBSET01"),
        );
    }
    if subsets.len() > 1 {
        let message = Text::new(
            format!("{} lots SUBSETnn", subsets.len()),
            format!("{} SUBSETnn sets", subsets.len()),
        );
        let finding = rule::SEVERAL_SUBSETS.at(Place::file(file).path("IHE_XDM"), message);
        outcome
            .findings
            .push(finding.expected("1").found(subsets.len().to_string()));
    }
    for subset in subsets.values().filter(|subset| subset.metadata.is_none()) {
        let message = Text::new(
            format!("{} sans METADATA.XML", subset.prefix),
            format!("{} without METADATA.XML", subset.prefix),
        );
        outcome
            .findings
            .push(rule::METADATA.at(Place::file(file).path(&*subset.prefix), message));
    }
    subsets.into_values().collect()
}

/// `SUBSET` and two digits.
fn is_subset(name: &str) -> bool {
    name.len() == 8
        && name
            .get(..6)
            .is_some_and(|word| word.eq_ignore_ascii_case("SUBSET"))
        && name
            .get(6..)
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Upper case and 8.3, each folder or file once: `seen` has the paths judged already.
fn names(name: &str, seen: &mut BTreeSet<String>, file: &str, outcome: &mut Outcome) {
    let mut path = String::new();
    for part in name.split('/').filter(|part| !part.is_empty()) {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(part);
        if !seen.insert(path.clone()) {
            continue;
        }
        let place = || Place::file(file).path(&*path);
        if part.chars().any(char::is_lowercase) {
            let message = Text::new(
                format!("« {path} » n'est pas en majuscules"),
                format!("'{path}' is not in upper case"),
            );
            let finding = rule::NAME_CASE.at(place(), message);
            outcome
                .findings
                .push(finding.expected(part.to_uppercase()).found(part));
        }
        if !is_short(part) {
            let message = Text::new(
                format!("« {path} » n'est pas un nom 8.3"),
                format!("'{path}' is no 8.3 name"),
            );
            outcome
                .findings
                .push(rule::NAME_LENGTH.at(place(), message).found(part));
        }
    }
}

/// At most 8 characters and an extension of 3, out of letters, digits and `_`.
fn is_short(part: &str) -> bool {
    let (base, extension) = part.rsplit_once('.').unwrap_or((part, ""));
    let allowed = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    !base.is_empty() && base.len() <= 8 && extension.len() <= 3 && allowed(base) && allowed(extension)
}
