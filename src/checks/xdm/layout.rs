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
    /// The folder is where sets are looked for.
    placed: bool,
}

/// The tree of an archive.
pub(super) struct Layout {
    /// The folder that everything was put in (`DOSSIER/`), against the rule; empty in a sound archive.
    pub(super) top: String,
    /// The sets, in the order of their names.
    pub(super) subsets: Vec<Subset>,
}

/// Judges the tree.
pub(super) fn judge(archive: &Archive, file: &str, outcome: &mut Outcome) -> Layout {
    let top = top_folder(archive);
    if !top.is_empty() {
        let message = Text::new(
            format!("tout est dans le dossier « {top} » au lieu de la racine de l'archive"),
            format!("everything is in the folder '{top}' instead of the root of the archive"),
        );
        let finding = rule::FOLDER.at(Place::file(file).path(&*top), message);
        outcome.findings.push(finding.expected("IHE_XDM/SUBSET01"));
    }
    let homes = Homes::of(archive, &top);
    let mut subsets: BTreeMap<String, Subset> = BTreeMap::new();
    let mut root = Vec::new();
    let mut seen = BTreeSet::new();
    // A name that may not be used has been told of: it is not judged besides.
    let hidden = archive.members().iter().any(|member| member.unusable_name);
    for member in archive.members().iter().filter(|member| !member.unusable_name) {
        let Some(name) = member.name.strip_prefix(&top).filter(|name| !name.is_empty()) else {
            continue;
        };
        let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
        let last = parts.last().copied().unwrap_or_default();
        let home = homes.home(&parts, member.folder);
        // A set at the wrong place is one fault: the names of its folders are not judged besides.
        let judged = match &home {
            Some(home) if !is_home(home) => name.get(home.len()..).unwrap_or_default(),
            _ => name,
        };
        names(name, judged, &mut seen, file, outcome);
        if last.eq_ignore_ascii_case("AUTORUN.INF") {
            let message = Text::fixed("fichier de lancement automatique", "autorun file");
            outcome
                .findings
                .push(rule::AUTORUN.at(Place::file(file).path(name), message));
        }
        let Some(home) = home else {
            if parts.len() == 1 && !member.folder {
                root.push(last.to_owned());
            }
            continue;
        };
        let subset = subsets.entry(home.to_uppercase()).or_insert_with(|| {
            if !is_home(&home) {
                let shown = if home.is_empty() { "METADATA.XML" } else { &home };
                let message = Text::new(
                    format!("« {shown} » au lieu de IHE_XDM/SUBSETnn"),
                    format!("'{shown}' instead of IHE_XDM/SUBSETnn"),
                );
                let finding = rule::FOLDER.at(Place::file(file).path(shown), message);
                outcome.findings.push(finding.expected("IHE_XDM/SUBSET01"));
            }
            Subset {
                prefix: format!("{top}{home}"),
                placed: is_home(&home),
                ..Subset::default()
            }
        });
        let rest = name.get(home.len()..).unwrap_or_default();
        if rest.eq_ignore_ascii_case("METADATA.XML") && !member.folder {
            subset.metadata = Some(member.name.clone());
        } else if !rest.is_empty() && !member.folder {
            subset.files.push(member.name.clone());
        }
    }
    for (wanted, rule) in [("README.TXT", &rule::README), ("INDEX.HTM", &rule::INDEX)] {
        if archive.whole() && !root.iter().any(|name| name.eq_ignore_ascii_case(wanted)) {
            let message = Text::new(
                format!("{wanted} absent de la racine"),
                format!("{wanted} absent from the root"),
            );
            outcome
                .findings
                .push(rule.at(Place::file(file), message).expected(wanted));
        }
    }
    if subsets.is_empty() && !hidden && archive.whole() {
        let message = Text::fixed("aucun dossier IHE_XDM/SUBSETnn", "no folder IHE_XDM/SUBSETnn");
        outcome.findings.push(
            rule::FOLDER
                .at(Place::file(file), message)
                .expected("IHE_XDM/SUBSET01"),
        );
    }
    let count = subsets
        .values()
        .filter(|subset| subset.placed || subset.metadata.is_some())
        .count();
    if count > 1 {
        let message = Text::new(format!("{count} lots SUBSETnn"), format!("{count} SUBSETnn sets"));
        let finding = rule::SEVERAL_SUBSETS.at(Place::file(file).path("IHE_XDM"), message);
        outcome
            .findings
            .push(finding.expected("1").found(count.to_string()));
    }
    // A folder at the wrong place has been said.
    let incomplete = subsets
        .values()
        .filter(|subset| subset.placed && subset.metadata.is_none());
    for subset in incomplete {
        let message = Text::new(
            format!("{} sans METADATA.XML", subset.prefix),
            format!("{} without METADATA.XML", subset.prefix),
        );
        outcome
            .findings
            .push(rule::METADATA.at(Place::file(file).path(&*subset.prefix), message));
    }
    Layout {
        top,
        subsets: subsets.into_values().collect(),
    }
}

/// The folder around everything, when there is one and IHE_XDM is right under it.
fn top_folder(archive: &Archive) -> String {
    let mut names = archive.members().iter().map(|member| member.name.as_str());
    let top = names
        .next()
        .and_then(|name| name.split_once('/'))
        .map(|(folder, _)| format!("{folder}/"))
        .filter(|top| !top.eq_ignore_ascii_case("IHE_XDM/"))
        .unwrap_or_default();
    let inside = |name: &str| {
        name.strip_prefix(&top)
            .and_then(|rest| rest.get(..8))
            .is_some_and(|rest| rest.eq_ignore_ascii_case("IHE_XDM/"))
    };
    let members = archive.members();
    let whole = members.iter().all(|member| member.name.starts_with(&top));
    if !top.is_empty() && whole && members.iter().any(|member| inside(&member.name)) {
        top
    } else {
        String::new()
    }
}

/// Where the sets of an archive are: at their place, or wherever a METADATA.XML is.
struct Homes {
    /// Folders outside of `IHE_XDM/x/` that hold a METADATA.XML, the longest first.
    elsewhere: Vec<String>,
}

impl Homes {
    fn of(archive: &Archive, top: &str) -> Self {
        let mut elsewhere: Vec<String> = archive
            .members()
            .iter()
            .filter_map(|member| member.name.strip_prefix(top))
            .map(|name| {
                name.rsplit_once('/')
                    .map_or(("", name), |(folder, last)| (folder, last))
            })
            .filter(|(folder, last)| {
                let parts: Vec<&str> = folder.split('/').collect();
                last.eq_ignore_ascii_case("METADATA.XML") && expected_home(&parts, true).is_none()
            })
            .map(|(folder, _)| {
                if folder.is_empty() {
                    String::new()
                } else {
                    format!("{folder}/")
                }
            })
            .collect();
        elsewhere.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        Self { elsewhere }
    }

    /// The folder of the set that a member belongs to, with its final `/`; none for the texts at the root.
    fn home(&self, parts: &[&str], folder: bool) -> Option<String> {
        if let Some(home) = expected_home(parts, folder) {
            return Some(home);
        }
        let name = parts.join("/");
        let text = ["README.TXT", "INDEX.HTM", "AUTORUN.INF"]
            .iter()
            .any(|text| name.eq_ignore_ascii_case(text));
        self.elsewhere
            .iter()
            .find(|home| !folder && !text && name.starts_with(home.as_str()))
            .cloned()
    }
}

/// `IHE_XDM/x/` when the member is in such a folder or is that folder.
fn expected_home(parts: &[&str], folder: bool) -> Option<String> {
    match parts {
        [xdm, subset, rest @ ..] if xdm.eq_ignore_ascii_case("IHE_XDM") => {
            (folder || !rest.is_empty()).then(|| format!("{xdm}/{subset}/"))
        }
        _ => None,
    }
}

/// Whether a folder is `IHE_XDM/SUBSETnn/`, case aside.
fn is_home(home: &str) -> bool {
    matches!(home.split('/').collect::<Vec<_>>().as_slice(), [xdm, subset, ""]
        if xdm.eq_ignore_ascii_case("IHE_XDM") && is_subset(subset))
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

/// Upper case and 8.3 of the end `judged` of a name, each folder or file once: `seen` has the paths judged already.
fn names(name: &str, judged: &str, seen: &mut BTreeSet<String>, file: &str, outcome: &mut Outcome) {
    let before = name.len().saturating_sub(judged.len());
    let mut path = name
        .get(..before)
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned();
    for part in judged.split('/').filter(|part| !part.is_empty()) {
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
