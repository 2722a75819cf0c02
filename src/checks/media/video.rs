//! Videos.

use std::time::Duration;

use crate::checks::Outcome;
use crate::engines::media::{MediaError, read_video};
use crate::evidence::Evidence;
use crate::finding::Place;
use crate::text::{Text, text};

use super::{is_proof, rules, unreadable};

/// Below this a video cannot show a scenario.
const SHORTEST: Duration = Duration::from_secs(2);

pub(super) fn judge(evidence: &Evidence) -> Outcome {
    let mut outcome = Outcome::default();
    let video = evidence
        .reader()
        .map_err(|error| MediaError::Io(error.to_string()))
        .and_then(|reader| read_video(reader, evidence.size()));
    let video = match video {
        Ok(video) => video,
        Err(error) => {
            unreadable(evidence, &error, &mut outcome);
            return outcome;
        }
    };
    let place = || Place::file(evidence.path());
    let Some((width, height)) = video.size else {
        outcome.findings.push(rules::NO_PICTURE.at(
            place(),
            text(
                "aucune piste d'images dans le fichier",
                "no picture track in the file",
            ),
        ));
        return outcome;
    };
    if let Some(duration) = video.duration.filter(|duration| *duration < SHORTEST) {
        outcome.findings.push(
            rules::SHORT
                .at(
                    place(),
                    Text::new(
                        format!("la vidéo dure {:.1} s", duration.as_secs_f64()),
                        format!("the video lasts {:.1} s", duration.as_secs_f64()),
                    ),
                )
                .found(format!("{:.1} s", duration.as_secs_f64())),
        );
    }
    // A code of four letters is filled up with blanks.
    let codec = video.codec.as_deref().map_or("?", str::trim);
    let format = video.format;
    let (lasts_fr, lasts_en) = match video.duration {
        Some(duration) => (clock(duration), clock(duration)),
        None => ("durée non dite".to_owned(), "duration not told".to_owned()),
    };
    outcome.verified.push(Text::new(
        format!("vidéo {format} ({codec}), {width}×{height}, {lasts_fr}, conteneur complet"),
        format!("video {format} ({codec}), {width}×{height}, {lasts_en}, container complete"),
    ));
    if is_proof(evidence) {
        outcome.to_review.push(text(
            "Regarder la vidéo : chaque étape du scénario y est-elle montrée, dans l'ordre, lisiblement, avec un patient de test et la version du logiciel déposé ?",
            "Watch the video: is each step of the scenario shown, in order, legibly, with a test patient and the version of the software that is filed?",
        ));
    }
    outcome
}

/// `3 min 12 s`.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, seconds) => format!("{hours} h {minutes:02} min {seconds:02} s"),
    }
}
