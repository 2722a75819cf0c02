//! `conforme review next`: what is left to examine, one proof after the other.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::card::card;
use super::{Asked, Exit, Global, proofs, record};
use crate::text::Text;
use crate::verdict::Verdict;

/// Options of `conforme review next`.
#[derive(Debug, clap::Args)]
pub(super) struct NextArguments {
    /// Le dossier
    #[arg(default_value = ".", value_name = "DOSSIER")]
    dossier: PathBuf,
    /// Toutes celles qui restent, non la seule prochaine
    #[arg(long)]
    all: bool,
    /// Celle qui suit cette preuve : ce qui vient avant est laissé pour plus tard
    #[arg(long, value_name = "PREUVE", conflicts_with = "all")]
    after: Option<String>,
}

/// Shows the next proof that waits, or all of them. Exit 4 as long as one waits.
pub(super) fn run(arguments: &NextArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let record = record(&arguments.dossier, global)?;
    let all = proofs(&record);
    let start = match &arguments.after {
        None => 0,
        Some(id) => match all.iter().position(|asked| asked.proof.id == *id) {
            Some(position) => position + 1,
            None => anyhow::bail!(super::set::unknown(id, &all).get(language).to_owned()),
        },
    };
    let waiting: Vec<Asked<'_>> = all.iter().copied().filter(Asked::waits).collect();
    let rest: Vec<Asked<'_>> = all.iter().copied().skip(start).filter(Asked::waits).collect();
    let before = waiting.len() - rest.len();
    let shown = if arguments.all { rest.len() } else { 1 };
    for (index, asked) in rest.iter().take(shown).enumerate() {
        let rank = (before + index + 1, waiting.len());
        anstream::print!("{}\n", card(&arguments.dossier, &record, *asked, rank, language));
    }
    if rest.is_empty() && !waiting.is_empty() {
        let message = Text::fixed("plus rien après cette preuve", "nothing left after this proof");
        anstream::println!("{}", message.get(language));
    }
    anstream::println!("{}", progress(&all, waiting.len()).get(language));
    Ok(if waiting.is_empty() {
        Exit::Conform
    } else {
        Exit::Incomplete
    })
}

/// How far the examination is, and what it cannot decide.
fn progress(all: &[Asked<'_>], waiting: usize) -> Text {
    let decided = all.iter().filter(|asked| {
        let review = asked.proof.review.as_ref();
        review.is_some_and(|review| !review.stale)
    });
    let decided = decided.count();
    let without = all
        .iter()
        .filter(|asked| asked.proof.verdict == Verdict::ToReview && asked.proof.files.is_empty());
    let without = without.count();
    let (mut fr, mut en) = if waiting == 0 {
        (
            format!("plus rien à examiner ; preuves décidées : {decided}"),
            format!("nothing left to review; proofs decided: {decided}"),
        )
    } else {
        (
            format!("preuves à examiner : {waiting} ; décidées : {decided}"),
            format!("proofs to review: {waiting}; decided: {decided}"),
        )
    };
    if without > 0 {
        let _ = write!(fr, " ; à vérifier mais sans fichier : {without}");
        let _ = write!(en, "; to review but without a file: {without}");
    }
    Text::new(fr, en)
}
