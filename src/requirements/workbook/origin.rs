//! Which DSR and which wave a workbook is of: its own column first, then its rows, its layout, its file name.

use super::super::catalogue::{Dsr, catalogue};
use super::super::normalise::fold;
use super::build::Tally;

/// The wave of a workbook.
pub(super) fn wave(tally: &Tally, layout: Option<u8>, file: &str) -> Option<u8> {
    let most = |waves: [u64; 2]| match waves {
        [0, 0] => None,
        [first, second] if first >= second => Some(1),
        _ => Some(2),
    };
    most(tally.scope_waves)
        .or(layout)
        .or_else(|| most(tally.id_waves))
        .or_else(|| wave_of_name(file))
}

fn wave_of_name(file: &str) -> Option<u8> {
    let folded = fold(file);
    [
        (1, "va1"),
        (2, "va2"),
        (1, "vague1"),
        (2, "vague2"),
        (1, "vague 1"),
        (2, "vague 2"),
    ]
    .into_iter()
    .find(|(_, word)| folded.contains(word))
    .map(|(wave, _)| wave)
}

/// The DSR that a workbook means by a code and a wave; without a wave, the only one that has the code.
pub(super) fn by_code(code: &str, wave: Option<u8>) -> Option<&'static Dsr> {
    if let Some(wave) = wave {
        catalogue().by_code(code, wave)
    } else {
        let folded = fold(code);
        let mut found = catalogue()
            .dsrs
            .iter()
            .filter(|dsr| dsr.codes.iter().any(|known| fold(known) == folded));
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }
}

/// The DSR of a workbook without a DSR column.
pub(super) fn dsr(tally: &Tally, wave: Option<u8>, file: &str) -> Option<&'static Dsr> {
    let stem = fold(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    let whole = catalogue().dsrs.iter().find(|dsr| stem.contains(&fold(&dsr.id)));
    whole.or_else(|| {
        // A fifth of the identifiers of a DRIMbox workbook carry its prefix; no other has any.
        let drimbox = tally.drimbox * 5 >= tally.requirement_ids.len() as u64 && tally.drimbox > 0;
        if drimbox {
            return by_code("DB", wave.or(Some(2)));
        }
        stem.split(|character: char| !character.is_alphanumeric())
            .find_map(|token| by_code(token, wave))
    })
}
