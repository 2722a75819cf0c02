//! Which files answer which proof: the folder-per-proof convention, and what the manifest declares.

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::diagnostics::{FILE_UNUSED, MANIFEST_FAULT, PATTERN_EMPTY, PROOF_NOT_ASKED, PROOF_UNKNOWN};
use super::manifest::{DeclaredProof, leaves_dossier};
use super::{Dossier, MANIFEST, PROOFS_FOLDER, REVIEWS, WAIVERS};
use crate::finding::{Finding, Place};
use crate::requirements::nearest;
use crate::text::Text;

/// Files by proof.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slots {
    /// Indices into the files of the dossier, by proof identifier, each list sorted.
    pub files: BTreeMap<String, Vec<usize>>,
    /// Why a proof does not apply, by proof identifier.
    pub not_applicable: BTreeMap<String, String>,
    /// Unknown proofs, unused files, empty patterns.
    pub findings: Vec<Finding>,
}

/// The folder of a proof: its identifier with `/` written `_`.
pub fn folder_name(proof: &str) -> String {
    proof.replace(['/', '\\', ':'], "_")
}

/// Sorts the files of `dossier` into the proofs of the referential.
///
/// `asked` are the proofs the chosen profiles ask for; `known` all proofs of the referential.
pub fn assign(dossier: &Dossier, asked: &BTreeSet<&str>, known: &BTreeSet<&str>) -> Slots {
    let mut slots = Slots::default();
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let by_folder: BTreeMap<String, &str> = known.iter().map(|id| (folder_name(id), *id)).collect();
    for declared in &dossier.manifest.proofs {
        declared_files(dossier, declared, known, &mut slots, &mut used);
    }
    let mut unknown_folders: BTreeSet<&str> = BTreeSet::new();
    for (index, file) in dossier.files.iter().enumerate() {
        let Some((folder, name)) = file
            .path
            .strip_prefix(PROOFS_FOLDER)
            .and_then(|rest| rest.strip_prefix('/'))
            .and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        if is_leaflet(name) {
            used.insert(index);
        } else if let Some(id) = by_folder.get(folder) {
            used.insert(index);
            slots.files.entry((*id).to_owned()).or_default().push(index);
        } else if !used.contains(&index) {
            used.insert(index);
            if unknown_folders.insert(folder) {
                slots.findings.push(unknown_folder(folder, &by_folder));
            }
        }
    }
    for files in slots.files.values_mut() {
        files.sort_unstable();
        files.dedup();
    }
    not_asked(asked, &mut slots);
    unused(dossier, &used, &mut slots);
    slots
}

fn declared_files(
    dossier: &Dossier,
    declared: &DeclaredProof,
    known: &BTreeSet<&str>,
    slots: &mut Slots,
    used: &mut BTreeSet<usize>,
) {
    let (line, column) = declared.position;
    let place = || Place::file(MANIFEST).line_column(line, column);
    if !known.contains(declared.id.as_str()) {
        slots.findings.push(unknown_proof(&declared.id, place(), known));
    }
    if let Some(reason) = &declared.not_applicable {
        slots.not_applicable.insert(declared.id.clone(), reason.clone());
    }
    for pattern in declared.files.iter().filter(|pattern| !leaves_dossier(pattern)) {
        let matcher = match matcher(pattern) {
            Ok(matcher) => matcher,
            Err(cause) => {
                slots.findings.push(MANIFEST_FAULT.at(
                    place(),
                    Text::new(
                        format!("motif « {pattern} » inexact : {cause}"),
                        format!("wrong pattern '{pattern}': {cause}"),
                    ),
                ));
                continue;
            }
        };
        let mut matched = false;
        for (index, file) in dossier.files.iter().enumerate() {
            if matcher.is_match(&file.path) {
                matched = true;
                used.insert(index);
                slots.files.entry(declared.id.clone()).or_default().push(index);
            }
        }
        if !matched {
            slots.findings.push(
                PATTERN_EMPTY
                    .at(
                        place(),
                        Text::new(
                            format!(
                                "« {pattern} », déclaré pour la preuve {}, ne désigne aucun fichier",
                                declared.id
                            ),
                            format!(
                                "'{pattern}', declared for the proof {}, matches no file",
                                declared.id
                            ),
                        ),
                    )
                    .found(pattern),
            );
        }
    }
}

fn matcher(pattern: &str) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    let pattern = pattern.trim_start_matches("./");
    set.add(GlobBuilder::new(pattern).literal_separator(true).build()?);
    // A folder means all that is in it.
    set.add(
        GlobBuilder::new(&format!("{}/**", pattern.trim_end_matches('/')))
            .literal_separator(true)
            .build()?,
    );
    set.build()
}

fn suggestion(wanted: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> (String, String) {
    let known: Vec<String> = known.into_iter().map(|id| id.as_ref().to_owned()).collect();
    match nearest(wanted, known.iter().map(String::as_str)) {
        Some(near) => (
            format!(" ; vouliez-vous « {near} » ?"),
            format!("; did you mean '{near}'?"),
        ),
        None => (String::new(), String::new()),
    }
}

fn unknown_proof(id: &str, place: Place, known: &BTreeSet<&str>) -> Finding {
    let (hint_fr, hint_en) = suggestion(id, known);
    PROOF_UNKNOWN
        .at(
            place,
            Text::new(
                format!("le REM n'a pas de preuve « {id} »{hint_fr}"),
                format!("the REM has no proof '{id}'{hint_en}"),
            ),
        )
        .found(id)
}

fn unknown_folder(folder: &str, by_folder: &BTreeMap<String, &str>) -> Finding {
    let (hint_fr, hint_en) = suggestion(folder, by_folder.keys());
    PROOF_UNKNOWN
        .at(
            Place::file(format!("{PROOFS_FOLDER}/{folder}")),
            Text::new(
                format!("ce dossier ne porte le nom d'aucune preuve du REM{hint_fr}"),
                format!("this folder bears the name of no proof of the REM{hint_en}"),
            ),
        )
        .found(folder)
}

/// Files of proofs that the profiles do not ask for: told, taken out of what is judged.
fn not_asked(asked: &BTreeSet<&str>, slots: &mut Slots) {
    let superfluous: Vec<String> = slots
        .files
        .keys()
        .filter(|id| !asked.contains(id.as_str()))
        .cloned()
        .collect();
    for id in superfluous {
        slots.files.remove(&id);
        slots.findings.push(PROOF_NOT_ASKED.at(
            Place::file(format!("{PROOFS_FOLDER}/{}", folder_name(&id))),
            Text::new(
                format!("la preuve {id} n'est pas demandée par les profils choisis (autre profil, ou exigence obsolète) : elle n'est pas jugée"),
                format!("the proof {id} is not asked for by the chosen profiles (another profile, or an obsolete requirement): it is not judged"),
            ),
        ));
    }
}

fn unused(dossier: &Dossier, used: &BTreeSet<usize>, slots: &mut Slots) {
    let referential = dossier
        .manifest
        .referential
        .as_deref()
        .map(|path| path.trim_start_matches("./"));
    let va = &dossier.manifest.va;
    let va: Vec<&String> = va.document.iter().chain(&va.statistics).collect();
    for (index, file) in dossier.files.iter().enumerate() {
        let service = matches!(
            file.path.as_str(),
            MANIFEST | WAIVERS | REVIEWS | "MANIFEST.sha256" | "MANIFEST.sha256.sig"
        ) || Some(file.path.as_str()) == referential
            || dossier
                .manifest
                .packs
                .use_folders
                .iter()
                .any(|folder| file.path.starts_with(folder.trim_start_matches("./")))
            || va.iter().any(|path| file.path == path.trim_start_matches("./"))
            || file.path.rsplit('/').next().is_some_and(is_leaflet);
        if used.contains(&index) || service {
            continue;
        }
        slots.findings.push(FILE_UNUSED.at(
            Place::file(file.path.clone()),
            Text::fixed(
                "ce fichier n'est rattaché à aucune preuve : il n'est pas jugé",
                "this file belongs to no proof: it is not judged",
            ),
        ));
    }
}

/// The short notices that `conforme init` writes, and a README of the vendor's.
fn is_leaflet(name: &str) -> bool {
    matches!(
        name,
        "LISEZMOI.md" | "LISEZMOI.txt" | "README.md" | "README.txt" | ".gitignore"
    )
}
