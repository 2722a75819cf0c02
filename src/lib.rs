//! `conforme` checks a vendor's Ségur referencing dossier against the REM (référentiel d'exigences minimales)
//! of a DSR, and writes a proof-of-conformity report. Offline: nothing of the evidence leaves the machine.
//!
//! ```text
//! REM workbook ─ requirements ─┐
//!                              ├─ plan ─ checks ─ verdict ─ record ─ reports
//! dossier ─ dossier, evidence ─┘           ▲         ▲
//!                                        packs   waivers, reviews
//! ```
//!
//! Dependencies point one way: `cli` → `reports`, `verdict`, `checks` → `evidence` → `engines`. `engines` know
//! nothing of REM or dossiers; families under `checks` do not import each other; a report reads the record alone.

pub mod aptitude;
pub mod assess;
pub mod checks;
pub mod cli;
pub mod dossier;
pub mod engines;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod finding;
pub mod interrupt;
pub mod limits;
pub mod packs;
mod panics;
pub mod plan;
pub mod record;
pub mod reports;
pub mod requirements;
pub mod run;
pub mod seal;
pub mod shard;
pub mod testcases;
pub mod text;
pub mod validate;
pub mod verdict;
