//! The main job, end to end: a dossier in, a record out.

use std::path::Path;

use crate::aptitude;
use crate::checks::StatisticsOptions;
use crate::dossier::diagnostics::{INTERRUPTED, LIMITS_CHANGED, WORKBOOK};
use crate::dossier::{Dossier, DossierError, MANIFEST, Manifest, REVIEWS, SourceError, WAIVERS, assign};
use crate::finding::{Finding, Place, Severity};
use crate::interrupt::Interrupt;
use crate::limits::Limits;
use crate::packs::{self, Cache, PackSet};
use crate::plan;
use crate::record::Record;
use crate::requirements::{
    Dsr, ImportOptions, ProfileError, Referential, calendar, catalogue, embedded_referential, import_bytes,
};
use crate::run;
use crate::shard::Shard;
use crate::text::Text;
use crate::verdict::reviews::Reviews;
use crate::verdict::waivers::Waivers;
use crate::verdict::{Case, judge};

/// How to assess.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Limits on what input controls.
    pub limits: Limits,
    /// The day on which waivers are judged, `YYYY-MM-DD`; none leaves every waiver in force.
    pub today: Option<String>,
    /// Ignore waivers: what an examiner wants to see.
    pub no_waivers: bool,
    /// Packs to load besides those of the dossier: folders, archives, or names of added packs.
    pub packs: Vec<String>,
    /// Leave out the packs that the user added: the outcome then depends on the dossier alone.
    pub isolated: bool,
    /// Check this part of the proofs only.
    pub shard: Option<Shard>,
    /// What is known of packs from earlier runs; none by default.
    pub cache: Cache,
    /// Asks the run to stop before its end.
    pub interrupt: Interrupt,
}

/// Why a dossier cannot be assessed at all.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// The dossier cannot be opened.
    #[error(transparent)]
    Dossier(#[from] DossierError),
    /// The manifest names a DSR that the catalogue does not know.
    #[error("unknown DSR '{dsr}'")]
    UnknownDsr {
        /// As written.
        dsr: String,
        /// Line and column in the manifest.
        position: (u32, u32),
        /// The one probably meant.
        nearest: Option<String>,
    },
    /// The profiles do not go together, or do not exist.
    #[error("{} fault(s) in the profiles", faults.len())]
    Profiles {
        /// Each fault.
        faults: Vec<ProfileError>,
        /// Line and column in the manifest.
        position: (u32, u32),
    },
    /// No REM is embedded for the DSR: the official workbook is needed.
    #[error("no embedded REM for {dsr}")]
    NoReferential {
        /// The DSR.
        dsr: String,
    },
    /// A pack cannot be loaded.
    #[error("{}", .0.en)]
    Pack(Text),
    /// A pack is not the one that the manifest pins.
    #[error("{id}: another content than the one pinned")]
    PackMismatch {
        /// The pack.
        id: String,
        /// SHA-256 pinned.
        expected: String,
        /// SHA-256 found.
        found: String,
    },
    /// The workbook of the manifest is not in the dossier or cannot be used.
    #[error("{file}: {}", reason.en)]
    Workbook {
        /// As the manifest names it.
        file: String,
        /// Why.
        reason: Text,
    },
}

impl AssessError {
    /// True when the dossier is empty: there is nothing to check.
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Dossier(DossierError::NoManifest { empty: true, .. }))
    }

    /// True when a hash does not match.
    pub const fn is_integrity(&self) -> bool {
        matches!(self, Self::PackMismatch { .. })
    }

    /// The faults that have a place of their own, to be shown as findings.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Dossier(DossierError::Manifest { faults, .. }) => faults,
            _ => &[],
        }
    }

    /// What is wrong, where, and what to do.
    pub fn message(&self) -> Text {
        match self {
            Self::Dossier(error) => dossier_message(error),
            Self::UnknownDsr {
                dsr,
                position: (line, column),
                nearest,
            } => {
                let (hint_fr, hint_en) = match nearest {
                    Some(near) => (
                        format!("vouliez-vous « {near} » ?"),
                        format!("did you mean '{near}'?"),
                    ),
                    None => (
                        "`conforme rem list` les donne tous".to_owned(),
                        "`conforme rem list` gives them all".to_owned(),
                    ),
                };
                Text::new(
                    format!("{MANIFEST}:{line}:{column} : DSR inconnu « {dsr} » ; {hint_fr}"),
                    format!("{MANIFEST}:{line}:{column}: unknown DSR '{dsr}'; {hint_en}"),
                )
            }
            Self::Profiles {
                faults,
                position: (line, column),
            } => {
                let all = |pick: fn(&Text) -> &str| {
                    faults
                        .iter()
                        .map(|fault| pick(&fault.message()).to_owned())
                        .collect::<Vec<_>>()
                        .join("\n  ")
                };
                Text::new(
                    format!("{MANIFEST}:{line}:{column} : {}", all(|text| &text.fr)),
                    format!("{MANIFEST}:{line}:{column}: {}", all(|text| &text.en)),
                )
            }
            Self::NoReferential { dsr } => Text::new(
                format!(
                    "aucun REM n'est embarqué pour {dsr} : donner le classeur officiel dans {MANIFEST}, [referential] file = \"…xlsx\""
                ),
                format!(
                    "no REM is embedded for {dsr}: give the official workbook in {MANIFEST}, [referential] file = \"…xlsx\""
                ),
            ),
            Self::Pack(text) => text.clone(),
            Self::PackMismatch { id, expected, found } => Text::new(
                format!(
                    "{id} : le jeu de règles a changé : {expected} épinglé dans {MANIFEST}, {found} trouvé"
                ),
                format!("{id}: the pack has changed: {expected} pinned in {MANIFEST}, {found} found"),
            ),
            Self::Workbook { file, reason } => Text::new(
                format!("{file} : {}", reason.fr),
                format!("{file}: {}", reason.en),
            ),
        }
    }
}

fn dossier_message(error: &DossierError) -> Text {
    match error {
        DossierError::NoManifest { path, empty: true } => Text::new(
            format!(
                "{path} : dossier vide, rien à vérifier ; `conforme init --dsr HOP-PFI-Va1 DOSSIER` en prépare un"
            ),
            format!(
                "{path}: empty folder, nothing to check; `conforme init --dsr HOP-PFI-Va1 FOLDER` prepares one"
            ),
        ),
        DossierError::NoManifest { path, empty: false } => Text::new(
            format!(
                "{path} : pas de manifeste {MANIFEST} ; `conforme init` en écrit un, `conforme validate FICHIER` juge des fichiers sans dossier"
            ),
            format!(
                "{path}: no manifest {MANIFEST}; `conforme init` writes one, `conforme validate FILE` judges files without a dossier"
            ),
        ),
        DossierError::Manifest { path, faults } => Text::new(
            format!("{path} : le manifeste a {} faute(s)", faults.len()),
            format!("{path}: the manifest has {} fault(s)", faults.len()),
        ),
        DossierError::Source(error) => source_message(error),
    }
}

fn source_message(error: &SourceError) -> Text {
    match error {
        SourceError::Io { path, source } => {
            let reason = crate::evidence::io_reason(source);
            Text::new(
                format!("{path} : {}", reason.fr),
                format!("{path}: {}", reason.en),
            )
        }
        SourceError::Neither { path, cause } => {
            let cause = cause
                .as_ref()
                .map(|cause| format!(" ({cause})"))
                .unwrap_or_default();
            Text::new(
                format!("{path} : ni un dossier ni une archive zip lisible{cause}"),
                format!("{path}: neither a folder nor a readable zip archive{cause}"),
            )
        }
        SourceError::Evidence(error) => error.text(),
    }
}

/// Assesses the dossier at `location`: a folder or a zip archive.
///
/// # Errors
/// Only what leaves nothing to judge: no dossier, no manifest, no DSR, no REM. All else is a finding of the record.
pub fn assess(location: &Path, settings: &Settings) -> Result<Record, AssessError> {
    let limits = &settings.limits;
    let mut dossier = Dossier::open(location, limits)?;
    let manifest = &dossier.manifest;
    let Some(dsr) = catalogue().dsr(&manifest.dsr) else {
        let nearest = catalogue().nearest(&manifest.dsr).map(str::to_owned);
        return Err(AssessError::UnknownDsr {
            dsr: manifest.dsr.clone(),
            position: manifest.dsr_position,
            nearest,
        });
    };
    let profiles = dsr
        .resolve_profiles(&manifest.profiles)
        .map_err(|faults| AssessError::Profiles {
            faults,
            position: manifest.profiles_position,
        })?;
    let (referential, oddities) = referential(&dossier, &dsr.id, limits)?;
    dossier.findings.extend(oddities);
    let dates = calendar_findings(&dossier.manifest, dsr);
    dossier.findings.extend(dates);
    let packs = packs(location, &dossier.manifest, settings)?;
    let va = aptitude::findings(&dossier, &dsr.id, &packs, limits);
    dossier.findings.extend(va);
    dossier.findings.extend(changed_limits(limits));
    let manifest = &dossier.manifest;
    let asked = plan::asked(&referential, &profiles);
    let known = referential
        .proofs()
        .map(|place| place.proof.id.as_str())
        .collect();
    let slots = assign(&dossier, &asked, &known);
    let statistics = StatisticsOptions {
        extraction: manifest
            .dates
            .extraction
            .as_deref()
            .and_then(|date| date.parse().ok()),
        window: manifest.window.clone(),
        ..StatisticsOptions::default()
    };
    let mut plan = plan::plan(&referential, &profiles, &slots, &statistics);
    if let Some(shard) = settings.shard {
        plan.compares_all = false;
        plan.elsewhere = shard.elsewhere(&plan, |index| {
            dossier.files.get(index).map_or(0, |file| file.size)
        });
    }
    let plan = plan;
    let results = run::run(&dossier, &plan, &packs, limits, &settings.interrupt);
    dossier.findings.extend(interrupted(&results));
    let dossier = dossier;
    let manifest = &dossier.manifest;
    let waivers = match root_file(&dossier, WAIVERS, limits)? {
        Some(bytes) if !settings.no_waivers => Waivers::parse(&bytes, settings.today.as_deref()),
        _ => Waivers::default(),
    };
    let reviews = root_file(&dossier, REVIEWS, limits)?
        .map(|bytes| Reviews::parse(&bytes))
        .unwrap_or_default();
    let case = Case {
        dossier: &dossier,
        dsr,
        profiles: &profiles,
        referential: &referential,
        workbook: manifest.referential.clone(),
        packs: packs.identities(),
        missing_packs: missing_packs(manifest, &packs),
        slots: &slots,
        plan: &plan,
        results: &results,
        shard: settings.shard,
    };
    Ok(judge(&case, waivers, reviews))
}

/// The packs of the command line and of the manifest; a pinned one with another content is refused.
fn packs(location: &Path, manifest: &Manifest, settings: &Settings) -> Result<PackSet, AssessError> {
    let mut locations = Vec::new();
    for name in &settings.packs {
        locations.push(packs::store::find(name).map_err(|error| AssessError::Pack(error.text()))?);
    }
    locations.extend(
        manifest
            .packs
            .use_folders
            .iter()
            .map(|folder| location.join(folder)),
    );
    if settings.isolated && locations.is_empty() {
        return Ok(PackSet::embedded().clone());
    }
    let set =
        PackSet::load_with(&locations, &settings.cache).map_err(|error| AssessError::Pack(error.text()))?;
    for (id, expected) in &manifest.packs.pinned {
        let found = set.identities().into_iter().find(|pack| pack.id == *id);
        if let Some(found) = found.filter(|pack| !pack.sha256.eq_ignore_ascii_case(expected)) {
            return Err(AssessError::PackMismatch {
                id: id.clone(),
                expected: expected.clone(),
                found: found.sha256,
            });
        }
    }
    Ok(set)
}

/// The packs that the manifest requires or pins and that are not there.
fn missing_packs(manifest: &Manifest, packs: &PackSet) -> Vec<String> {
    let there: Vec<String> = packs.identities().into_iter().map(|pack| pack.id).collect();
    let mut missing: Vec<String> = manifest
        .packs
        .require
        .iter()
        .chain(manifest.packs.pinned.iter().map(|(id, _)| id))
        .filter(|id| !there.contains(id))
        .cloned()
        .collect();
    missing.sort();
    missing.dedup();
    missing
}

/// The limits that are not at their default, in one finding.
fn changed_limits(limits: &Limits) -> Option<Finding> {
    let changed: Vec<String> = limits
        .changed()
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let changed = changed.join(", ");
    (!changed.is_empty()).then(|| {
        LIMITS_CHANGED.at(
            Place::file(MANIFEST),
            Text::new(
                format!("limites changées : {changed}"),
                format!("limits changed: {changed}"),
            ),
        )
    })
}

/// Says that the run was stopped before its end, and how many files were left.
fn interrupted(results: &run::Results) -> Option<Finding> {
    let left = results.left;
    (left > 0).then(|| {
        INTERRUPTED.at(
            Place::file(MANIFEST),
            Text::new(
                format!("contrôle interrompu : {left} fichier(s) non jugé(s)"),
                format!("check interrupted: {left} file(s) not judged"),
            ),
        )
    })
}

/// What the calendar of the scheme says of the dates declared.
fn calendar_findings(manifest: &Manifest, dsr: &Dsr) -> Vec<Finding> {
    let day = |date: &Option<String>| date.as_deref().and_then(|date| date.parse().ok());
    let dates = calendar::Dates {
        order: day(&manifest.dates.order),
        extraction: day(&manifest.dates.extraction),
        filing: day(&manifest.dates.filing),
        referencing: day(&manifest.dates.referencing),
        va: day(&manifest.dates.va),
    };
    calendar::check(MANIFEST, dsr.wave, &dsr.corridor, &dates)
}

fn root_file(dossier: &Dossier, name: &str, limits: &Limits) -> Result<Option<Vec<u8>>, AssessError> {
    dossier
        .root_file(name, limits)
        .map_err(|error| AssessError::Dossier(DossierError::Source(error)))
}

/// The workbook of the manifest, with a finding for each of its oddities, or the embedded REM.
fn referential(
    dossier: &Dossier,
    dsr: &str,
    limits: &Limits,
) -> Result<(Referential, Vec<Finding>), AssessError> {
    let Some(file) = &dossier.manifest.referential else {
        let embedded =
            embedded_referential(dsr).ok_or_else(|| AssessError::NoReferential { dsr: dsr.to_owned() })?;
        return Ok((embedded, Vec::new()));
    };
    let failed = |reason: Text| AssessError::Workbook {
        file: file.clone(),
        reason,
    };
    let bytes = dossier
        .root_file(file.trim_start_matches("./"), limits)
        .map_err(|error| failed(source_message(&error)))?
        .ok_or_else(|| {
            failed(Text::fixed(
                "ce classeur n'est pas dans le dossier",
                "this workbook is not in the dossier",
            ))
        })?;
    let options = ImportOptions {
        limits: limits.clone(),
        ..ImportOptions::default()
    };
    let import = import_bytes(file, &bytes, &options).map_err(|refusal| failed(refusal.message.clone()))?;
    let Some(referential) = import.referential(Some(dsr)) else {
        let held: Vec<&str> = import
            .referentials
            .iter()
            .map(|referential| referential.dsr.as_str())
            .collect();
        let held = held.join(", ");
        return Err(failed(Text::new(
            format!("ce classeur est celui de {held}, non de {dsr}"),
            format!("this workbook is the one of {held}, not of {dsr}"),
        )));
    };
    let findings = import
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let cell = format!("{}!{}", import.sheet, diagnostic.cell());
            WORKBOOK
                .at(Place::file(file.clone()).path(cell), diagnostic.message())
                .severity(diagnostic.code.severity.max(Severity::Warning))
        })
        .collect();
    let mut referential = referential.clone();
    dsr.clone_into(&mut referential.dsr);
    Ok((referential, findings))
}
