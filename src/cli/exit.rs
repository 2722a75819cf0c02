//! The exit codes, a promise to CI pipelines.

use std::process::ExitCode;

use crate::finding::Severity;
use crate::record::{FindingRecord, Record};
use crate::reports::diff::Difference;
use crate::verdict::Verdict;

/// Why the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: conform.
    Conform,
    /// 1: at least one non-conformity.
    NonConform,
    /// 2: usage or configuration.
    Usage,
    /// 3: nothing to check.
    Nothing,
    /// 4: something missing, to review or not evaluated, nothing non-conform.
    Incomplete,
    /// 5: a hash, a signature or a pack does not match.
    Integrity,
    /// 70: internal error.
    Internal,
}

impl Exit {
    /// The code that says a verdict.
    pub const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::NonConform => Self::NonConform,
            Verdict::Missing | Verdict::NotEvaluated | Verdict::ToReview => Self::Incomplete,
            Verdict::Conform | Verdict::Waived | Verdict::NotApplicable => Self::Conform,
        }
    }

    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Conform => 0,
            Self::NonConform => 1,
            Self::Usage => 2,
            Self::Nothing => 3,
            Self::Incomplete => 4,
            Self::Integrity => 5,
            Self::Internal => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The least grave thing that makes the exit code say failure; each level holds those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Level {
    /// A non-conformity (1).
    NonConform,
    /// Something missing, not evaluated or to review (4).
    #[default]
    Incomplete,
    /// A fault that a waiver accepts (1).
    Waived,
    /// A warning (1).
    Warning,
    /// A remark (1).
    Info,
}

/// Options on the exit code, shared by the subcommands that judge.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct ExitArguments {
    /// Ce qui fait échouer, et tout ce qui est plus grave : non-conform, incomplete (par défaut), waived, warning, info
    #[arg(
        long,
        value_enum,
        value_name = "NIVEAU",
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true
    )]
    fail_on: Level,
    /// Sortir avec le code 0 même en cas de non-conformité
    #[arg(long, conflicts_with = "fail_on")]
    exit_zero: bool,
}

impl ExitArguments {
    /// The exit code of a checked dossier.
    pub(crate) fn of_record(self, record: &Record) -> Exit {
        self.judge(record.verdict, &record.findings)
    }

    /// The exit code of a verdict and the findings it rests on.
    pub(crate) fn judge<'f>(
        self,
        verdict: Verdict,
        findings: impl IntoIterator<Item = &'f FindingRecord>,
    ) -> Exit {
        if self.exit_zero {
            return Exit::Conform;
        }
        match Exit::of(verdict) {
            Exit::Incomplete if self.fail_on < Level::Incomplete => Exit::Conform,
            Exit::Conform if findings.into_iter().any(|finding| self.reaches(finding)) => Exit::NonConform,
            exit => exit,
        }
    }

    /// The exit code against an earlier record: only what is new fails, always with 1.
    pub(crate) fn against(self, difference: &Difference, after: &Record) -> Exit {
        let fails = match self.fail_on {
            _ if self.exit_zero => false,
            Level::NonConform => difference.newly_non_conform(after),
            _ => {
                difference.fails(after)
                    || difference
                        .findings
                        .new
                        .iter()
                        .any(|finding| self.reaches(finding))
            }
        };
        if fails { Exit::NonConform } else { Exit::Conform }
    }

    /// True when the level asked for is that of a finding which does not make a verdict by itself.
    fn reaches(self, finding: &FindingRecord) -> bool {
        match (finding.waiver, finding.severity) {
            (Some(_), _) => self.fail_on >= Level::Waived,
            (None, Severity::Warning) => self.fail_on >= Level::Warning,
            (None, Severity::Info) => self.fail_on >= Level::Info,
            (None, Severity::Error) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;
    use crate::text::Text;

    fn finding(severity: Severity, waiver: Option<usize>) -> FindingRecord {
        let rule = crate::checks::rules().into_iter().next().unwrap();
        let finding = rule
            .at(Place::file("a"), Text::fixed("x", "x"))
            .severity(severity);
        FindingRecord {
            waiver,
            ..FindingRecord::from(&finding)
        }
    }

    #[test]
    fn each_level_holds_those_before_it() {
        let code = |fail_on, verdict, findings: &[FindingRecord]| {
            ExitArguments {
                fail_on,
                exit_zero: false,
            }
            .judge(verdict, findings)
            .code()
        };
        let waived = [finding(Severity::Error, Some(0))];
        let warned = [finding(Severity::Warning, None)];
        let remarked = [finding(Severity::Info, None)];
        let levels = [
            Level::NonConform,
            Level::Incomplete,
            Level::Waived,
            Level::Warning,
            Level::Info,
        ];
        let codes = |verdict, findings: &[FindingRecord]| levels.map(|level| code(level, verdict, findings));
        assert_eq!(codes(Verdict::NonConform, &[]), [1; 5]);
        assert_eq!(codes(Verdict::Missing, &warned), [0, 4, 4, 4, 4]);
        assert_eq!(codes(Verdict::Waived, &waived), [0, 0, 1, 1, 1]);
        assert_eq!(codes(Verdict::Conform, &warned), [0, 0, 0, 1, 1]);
        assert_eq!(codes(Verdict::Conform, &remarked), [0, 0, 0, 0, 1]);
        assert_eq!(codes(Verdict::Conform, &[]), [0; 5]);
    }
}
