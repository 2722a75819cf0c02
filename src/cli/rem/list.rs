//! `conforme rem list`: the DSRs known, and how much of each a machine judges.

use std::collections::BTreeSet;
use std::io::Write;

use serde::Serialize;

use super::{Exit, Global};
use crate::cli::shape::{Shape, Shaped};
use crate::requirements::catalogue::RemSource;
use crate::requirements::class::MachineShare;
use crate::requirements::{Dsr, Profile, ProfileKind, catalogue, embedded_referential};
use crate::testcases::expectation;
use crate::text::{Language, Text, text};

/// Options of `conforme rem list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    output: Shaped,
}

#[derive(Serialize)]
struct Listing<'a> {
    dsrs: Vec<DsrRow<'a>>,
}

#[derive(Serialize)]
struct DsrRow<'a> {
    id: &'a str,
    name: &'a str,
    corridor: &'a str,
    wave: u8,
    source: &'static str,
    /// For people alone: `source` says it to programs.
    #[serde(skip)]
    note: String,
    profiles: Vec<ProfileRow<'a>>,
    counts: CountsRow,
    machine: MachineRow,
}

#[derive(Serialize)]
struct ProfileRow<'a> {
    name: &'a str,
    kind: ProfileKind,
    group: Option<&'a str>,
}

#[derive(Default, Serialize)]
struct CountsRow {
    requirements: usize,
    scenarios: usize,
    proofs: usize,
}

/// How many proofs a machine judges fully, partly, not at all.
#[derive(Default, Serialize)]
struct MachineRow {
    full: usize,
    partial: usize,
    none: usize,
}

/// Prints the DSRs in the order of the catalogue.
pub(super) fn run(arguments: &ListArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let listing = Listing {
        dsrs: catalogue().dsrs.iter().map(|dsr| row(dsr, language)).collect(),
    };
    let mut out = anstream::AutoStream::new(std::io::stdout().lock(), global.color_choice());
    match arguments.output.format {
        Shape::Json => {
            serde_json::to_writer_pretty(&mut out, &listing)?;
            writeln!(out)?;
        }
        Shape::Human => human(&mut out, &listing, language)?,
    }
    Ok(Exit::Conform)
}

const fn source(rem: RemSource) -> &'static str {
    match rem {
        RemSource::Embedded => "reconstruction",
        RemSource::Scope => "scope",
        RemSource::OfficialOnly => "official_workbook_needed",
    }
}

/// What a user must know of the source.
fn note(dsr: &Dsr) -> Text {
    match dsr.rem {
        RemSource::Embedded => text(
            "référentiel reconstitué ; le classeur officiel, donné dans le manifeste, le remplace",
            "rebuilt referential; the official workbook, named in the manifest, replaces it",
        ),
        RemSource::Scope => text(
            "référentiel bâti sur le périmètre publié, identifiants propres à conforme ; le classeur officiel le remplace",
            "referential built from the published scope, identifiers of conforme’s own; the official workbook replaces it",
        ),
        RemSource::OfficialOnly => text(
            "pas de référentiel embarqué : le classeur officiel est nécessaire",
            "no embedded referential: the official workbook is needed",
        ),
    }
}

fn row(dsr: &Dsr, language: Language) -> DsrRow<'_> {
    let mut counts = CountsRow::default();
    let mut machine = MachineRow::default();
    if let Some(referential) = embedded_referential(&dsr.id) {
        let requirements: BTreeSet<&str> = referential
            .requirements
            .iter()
            .map(|requirement| requirement.id.as_str())
            .collect();
        let scenarios: BTreeSet<&str> = referential
            .requirements
            .iter()
            .flat_map(|requirement| &requirement.scenarios)
            .map(|scenario| scenario.id.as_str())
            .collect();
        counts = CountsRow {
            requirements: requirements.len(),
            scenarios: scenarios.len(),
            proofs: referential.proofs().count(),
        };
        for place in referential.proofs() {
            match expectation(&dsr.id, &place.proof.id, place.proof.class).machine {
                MachineShare::Full => machine.full += 1,
                MachineShare::Partial => machine.partial += 1,
                MachineShare::None => machine.none += 1,
            }
        }
    }
    DsrRow {
        id: &dsr.id,
        name: dsr.name.get(language),
        corridor: &dsr.corridor,
        wave: dsr.wave,
        source: source(dsr.rem),
        note: note(dsr).get(language).to_owned(),
        profiles: dsr
            .profiles
            .iter()
            .map(
                |Profile {
                     name, kind, group, ..
                 }| ProfileRow {
                    name,
                    kind: *kind,
                    group: group.as_deref(),
                },
            )
            .collect(),
        counts,
        machine,
    }
}

fn human(out: &mut dyn Write, listing: &Listing<'_>, language: Language) -> anyhow::Result<()> {
    let say = |fr: &'static str, en: &'static str| text(fr, en).get(language).to_owned();
    for dsr in &listing.dsrs {
        writeln!(out, "{:<18} {} — {}", dsr.id, dsr.corridor, dsr.name)?;
        for profile in &dsr.profiles {
            let kind = match profile.kind {
                ProfileKind::Mandatory => say("obligatoire", "mandatory"),
                ProfileKind::Conditional => say("conditionnel", "conditional"),
                ProfileKind::Exclusive => {
                    format!(
                        "{} « {} »",
                        say("un seul du groupe", "exactly one of group"),
                        profile.group.unwrap_or_default()
                    )
                }
            };
            writeln!(out, "    {} ({kind})", profile.name)?;
        }
        let total = dsr.machine.full + dsr.machine.partial + dsr.machine.none;
        if total > 0 {
            let share = |count: usize| count * 100 / total;
            let counts = Text::new(
                format!(
                    "{} exigences, {} scénarios, {} preuves ; jugées par la machine : {} entièrement ({} %), {} en partie ({} %), {} non",
                    dsr.counts.requirements,
                    dsr.counts.scenarios,
                    dsr.counts.proofs,
                    dsr.machine.full,
                    share(dsr.machine.full),
                    dsr.machine.partial,
                    share(dsr.machine.partial),
                    dsr.machine.none
                ),
                format!(
                    "{} requirements, {} scenarios, {} proofs; judged by the machine: {} fully ({} %), {} partly ({} %), {} not",
                    dsr.counts.requirements,
                    dsr.counts.scenarios,
                    dsr.counts.proofs,
                    dsr.machine.full,
                    share(dsr.machine.full),
                    dsr.machine.partial,
                    share(dsr.machine.partial),
                    dsr.machine.none
                ),
            );
            writeln!(out, "    {}", counts.get(language))?;
        }
        writeln!(out, "    {}\n", dsr.note)?;
    }
    Ok(())
}
