//! Screenshots and videos: readable, whole, not blank, with their size and duration. What they show stays to a human.

mod picture;
mod rules;
mod video;

use crate::checks::{Check, Context, Outcome};
use crate::engines::media::MediaError;
use crate::evidence::{Evidence, Kind};
use crate::finding::{NESTED, Place, Rule};
use crate::text::Text;

/// The check on pictures.
#[derive(Debug)]
pub struct PictureCheck;

/// The check on videos.
#[derive(Debug)]
pub struct VideoCheck;

impl Check for PictureCheck {
    fn id(&self) -> &'static str {
        "picture"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Image
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![
            &rules::READABLE,
            &rules::TRUNCATED,
            &rules::CHECKSUM,
            &rules::BLANK,
            &rules::SMALL,
        ]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        picture::judge(evidence, context)
    }
}

impl Check for VideoCheck {
    fn id(&self) -> &'static str {
        "video"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Video
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![
            &rules::READABLE,
            &rules::TRUNCATED,
            &rules::NO_PICTURE,
            &rules::SHORT,
        ]
    }

    fn run(&self, evidence: &Evidence, _context: &Context<'_>) -> Outcome {
        video::judge(evidence)
    }
}

/// Whether the file is a proof of its own, and not a part of a document: in the dossier, or in a zip of proofs.
fn is_proof(evidence: &Evidence) -> bool {
    match evidence.path().rsplit_once(NESTED) {
        None => true,
        Some((container, _)) => container.to_lowercase().ends_with(".zip"),
    }
}

/// A file that cannot be read whole.
fn unreadable(evidence: &Evidence, error: &MediaError, outcome: &mut Outcome) {
    let place = || Place::file(evidence.path());
    let (rule, text): (&Rule, Text) = match error {
        MediaError::Truncated(cause) => (
            &rules::TRUNCATED,
            Text::new(
                "le fichier est incomplet : il s'arrête avant la fin de son contenu".to_owned(),
                format!("the file is incomplete: {cause}"),
            ),
        ),
        MediaError::Checksum(cause) => (
            &rules::CHECKSUM,
            Text::new(
                "le fichier est abîmé : une somme de contrôle est fausse".to_owned(),
                format!("the file is damaged: {cause}"),
            ),
        ),
        MediaError::Broken(cause) => (
            &rules::READABLE,
            Text::new(
                "le fichier ne peut pas être lu : son format n'est pas respecté".to_owned(),
                format!("the file cannot be read: {cause}"),
            ),
        ),
        MediaError::Unsupported(cause) => {
            outcome.to_review.push(Text::new(
                format!("format reconnu mais non analysé ({cause}) : ouvrir le fichier"),
                format!("format recognised but not analysed ({cause}): open the file"),
            ));
            return;
        }
        MediaError::TooLarge(cause) | MediaError::Io(cause) => {
            outcome.not_evaluated.push(Text::new(
                format!("fichier non analysé : {cause}"),
                format!("file not analysed: {cause}"),
            ));
            return;
        }
    };
    outcome
        .findings
        .push(rule.at(place(), text).found(error.to_string()));
}
