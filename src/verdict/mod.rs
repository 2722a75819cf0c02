//! Verdicts: of a proof, a scenario, a requirement, a profile, the dossier; and how they add up.

mod judge;
mod ledger;
mod merge;
mod proofs;
mod requirements;
pub mod reviews;
mod summary;
pub mod waivers;

use serde::{Deserialize, Serialize};

pub use judge::{Case, judge};
pub use merge::{MergeError, merge};
pub use summary::rule_records;

use crate::text::{Text, text};

/// What is concluded. The order is the order of gravity: the worst of several is the greatest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Does not apply to this dossier: other profile, no proof asked, or declared so with a reason.
    NotApplicable,
    /// Everything asked was verified and holds.
    Conform,
    /// Holds but for faults that a waiver accepts.
    Waived,
    /// A human must look.
    ToReview,
    /// A check could not run: pack absent, file unreadable, internal fault.
    NotEvaluated,
    /// Nothing was filed.
    Missing,
    /// At least one error.
    NonConform,
}

impl Verdict {
    /// Every verdict, gravest first: the order of summaries.
    pub const ALL: [Self; 7] = [
        Self::NonConform,
        Self::Missing,
        Self::NotEvaluated,
        Self::ToReview,
        Self::Waived,
        Self::Conform,
        Self::NotApplicable,
    ];

    /// The word of JSON outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Conform => "conform",
            Self::Waived => "waived",
            Self::ToReview => "to_review",
            Self::NotEvaluated => "not_evaluated",
            Self::Missing => "missing",
            Self::NonConform => "non_conform",
        }
    }

    /// The word for people.
    pub const fn label(self) -> Text {
        match self {
            Self::NotApplicable => text("non applicable", "not applicable"),
            Self::Conform => text("conforme", "conform"),
            Self::Waived => text("dérogée", "waived"),
            Self::ToReview => text("à vérifier", "to review"),
            Self::NotEvaluated => text("non évaluée", "not evaluated"),
            Self::Missing => text("manquante", "missing"),
            Self::NonConform => text("non conforme", "non-conform"),
        }
    }

    /// A sign that says the verdict without colour.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::NotApplicable => "–",
            Self::Conform => "✓",
            Self::Waived => "≈",
            Self::ToReview => "?",
            Self::NotEvaluated => "!",
            Self::Missing => "○",
            Self::NonConform => "✗",
        }
    }

    /// The worst of several verdicts; not applicable when there is none.
    pub fn worst(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().max().unwrap_or(Self::NotApplicable)
    }
}

/// The rules on waivers and reviews.
pub fn rules() -> Vec<&'static crate::finding::Rule> {
    vec![
        &waivers::WAIVER_FAULT,
        &waivers::WAIVER_EXPIRED,
        &waivers::WAIVER_UNUSED,
        &reviews::REVIEW_FAULT,
        &reviews::REVIEW_STALE,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worst_follows_the_contract() {
        let descending = Verdict::ALL;
        for pair in descending.windows(2) {
            assert_eq!(Verdict::worst(pair.iter().copied()), pair[0]);
        }
        assert_eq!(Verdict::worst([]), Verdict::NotApplicable);
        assert_eq!(
            Verdict::worst([Verdict::NotApplicable, Verdict::Conform]),
            Verdict::Conform
        );
    }
}
