//! Replacement and deletion, told by a slot in a mail and by an association in a request.

use super::Comparison;
use super::words as rule;
use crate::evidence::xds::Submission;
use crate::evidence::xds::rules::Setting;
use crate::text::Text;

/// The slot that says what to do with a document sent by mail.
const ACTION_SLOT: &str = "urn:action:extraMetadataSlot";

impl Comparison<'_> {
    pub(super) fn replacement(&mut self, submission: &Submission, setting: Setting) {
        let (entry, header) = (self.entry, self.header);
        let replaces = header.replaces().is_some();
        let version: u32 = header
            .version
            .as_ref()
            .and_then(|version| version.value.parse().ok())
            .unwrap_or(1);
        let action = entry.value(ACTION_SLOT);
        let linked = submission.associations.iter().any(|association| {
            association
                .association_type
                .as_deref()
                .is_some_and(|kind| kind.ends_with(":RPLC"))
                && association
                    .source
                    .as_deref()
                    .is_some_and(|source| source.eq_ignore_ascii_case(&entry.id))
        });
        if let Some(action) = action {
            let unknown = !matches!(action.value.as_str(), "C" | "D");
            let first = action.value == "C" && !replaces && version <= 1;
            if unknown || first {
                let message = if unknown {
                    Text::new(
                        format!("action « {} » inconnue", action.value),
                        format!("unknown action '{}'", action.value),
                    )
                } else {
                    Text::fixed(
                        "action C, mais le CDA ne remplace aucun document et porte la version 1",
                        "action C, but the CDA replaces no document and is version 1",
                    )
                };
                self.findings.push(
                    rule::ACTION
                        .at(action.spot.place(self.file), message)
                        .expected("C, D")
                        .found(&*action.value),
                );
            }
        }
        let announced = match setting {
            Setting::Archive => action.is_some(),
            Setting::Registry => linked,
        };
        if replaces && !announced {
            let message = Text::fixed(
                "le CDA remplace un document, les métadonnées ne l'annoncent pas",
                "the CDA replaces a document, the metadata do not announce it",
            );
            self.findings
                .push(rule::REPLACEMENT.at(entry.spot.place(self.file), message));
        }
        if linked && !replaces {
            let message = Text::fixed(
                "les métadonnées annoncent un remplacement, le CDA n'en déclare pas",
                "the metadata announce a replacement, the CDA declares none",
            );
            self.findings
                .push(rule::REPLACEMENT.at(entry.spot.place(self.file), message));
        }
    }
}
