//! The exit codes, a promise to CI pipelines.

use std::process::ExitCode;

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
