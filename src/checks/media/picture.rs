//! Pictures.

use crate::checks::{Context, Outcome};
use crate::engines::media::read_picture;
use crate::evidence::Evidence;
use crate::finding::{Place, Severity};
use crate::text::{Text, text};

use super::{is_proof, rules, unreadable};

/// Smallest picture on which words can be read, in pixels.
const READABLE_SIZE: (u32, u32) = (200, 100);

pub(super) fn judge(evidence: &Evidence, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
        return outcome;
    };
    let picture = match read_picture(&bytes) {
        Ok(picture) => picture,
        Err(error) => {
            unreadable(evidence, &error, &mut outcome);
            return outcome;
        }
    };
    let size = format!("{} {}×{}", picture.format, picture.width, picture.height);
    let proof = is_proof(evidence);
    if picture.uniform == Some(true) {
        let finding = rules::BLANK.at(
            Place::file(evidence.path()),
            Text::new(
                format!("tous les pixels de l'image ({size}) ont la même couleur"),
                format!("all pixels of the picture ({size}) have the same colour"),
            ),
        );
        // A blank picture inside a document may be a separator of its layout.
        outcome.findings.push(if proof {
            finding
        } else {
            finding.severity(Severity::Info)
        });
    }
    if proof && (picture.width < READABLE_SIZE.0 || picture.height < READABLE_SIZE.1) {
        outcome.findings.push(
            rules::SMALL
                .at(
                    Place::file(evidence.path()),
                    Text::new(
                        format!("image de {}×{} pixels", picture.width, picture.height),
                        format!("picture of {}×{} pixels", picture.width, picture.height),
                    ),
                )
                .found(format!("{}×{}", picture.width, picture.height)),
        );
    }
    outcome.verified.push(match picture.uniform {
        Some(_) => Text::new(
            format!("image {size} pixels, décodée en entier"),
            format!("picture {size} pixels, wholly decoded"),
        ),
        None => Text::new(
            format!("image {size} pixels, conteneur lu, pixels non décodés"),
            format!("picture {size} pixels, container read, pixels not decoded"),
        ),
    });
    if proof {
        outcome.to_review.push(text(
            "Regarder l'image : montre-t-elle ce que la preuve demande, lisiblement, avec un patient de test et la version du logiciel déposé ?",
            "Look at the picture: does it show what the proof asks, legibly, with a test patient and the version of the software that is filed?",
        ));
    }
    outcome
}
