//! `jsonl`: one JSON object per line, each with its `type`, for tools that read streams.

use std::io::Write;

use serde::Serialize;

use super::ReportError;
use crate::record::{
    Counts, DossierIdentity, EvidenceRecord, FindingRecord, PackIdentity, ProofRecord, Record,
    ReferentialIdentity, Tool, ValidatedFile, ValidationRecord,
};
use crate::verdict::Verdict;

/// A line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Run {
        schema_version: &'a str,
        tool: &'a Tool,
        dossier: &'a DossierIdentity,
        referential: &'a ReferentialIdentity,
        packs: &'a [PackIdentity],
    },
    ValidationRun {
        schema_version: &'a str,
        tool: &'a Tool,
        packs: &'a [PackIdentity],
    },
    Requirement {
        id: &'a str,
        profile: &'a str,
        section: &'a str,
        nature: &'a str,
        verdict: Verdict,
    },
    Proof {
        requirement: &'a str,
        scenario: &'a str,
        #[serde(flatten)]
        proof: &'a ProofRecord,
    },
    Evidence(&'a EvidenceRecord),
    File(&'a ValidatedFile),
    Finding(&'a FindingRecord),
    Summary {
        verdict: Verdict,
        counts: &'a Counts,
    },
}

/// A record as lines.
pub(super) fn record(record: &Record, out: &mut dyn Write) -> Result<(), ReportError> {
    line(
        out,
        &Line::Run {
            schema_version: &record.schema_version,
            tool: &record.tool,
            dossier: &record.dossier,
            referential: &record.referential,
            packs: &record.packs,
        },
    )?;
    for requirement in &record.requirements {
        line(
            out,
            &Line::Requirement {
                id: &requirement.id,
                profile: &requirement.profile,
                section: &requirement.section,
                nature: &requirement.nature,
                verdict: requirement.verdict,
            },
        )?;
        for scenario in &requirement.scenarios {
            for proof in &scenario.proofs {
                line(
                    out,
                    &Line::Proof {
                        requirement: &requirement.id,
                        scenario: &scenario.id,
                        proof,
                    },
                )?;
            }
        }
    }
    for evidence in &record.evidence {
        line(out, &Line::Evidence(evidence))?;
    }
    for finding in &record.findings {
        line(out, &Line::Finding(finding))?;
    }
    line(
        out,
        &Line::Summary {
            verdict: record.verdict,
            counts: &record.counts,
        },
    )
}

/// Files judged alone, as lines.
pub(super) fn validation(record: &ValidationRecord, out: &mut dyn Write) -> Result<(), ReportError> {
    line(
        out,
        &Line::ValidationRun {
            schema_version: &record.schema_version,
            tool: &record.tool,
            packs: &record.packs,
        },
    )?;
    for file in &record.files {
        line(out, &Line::File(file))?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, line: &Line<'_>) -> Result<(), ReportError> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    Ok(())
}
