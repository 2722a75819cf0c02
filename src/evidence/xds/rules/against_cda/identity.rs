//! What identifies the document: unique id, title, language, media type.

use super::Comparison;
use super::words as rule;
use crate::evidence::cda_header::Located;
use crate::evidence::xds::rules::words;
use crate::facts::Identifier;
use crate::text::Text;

impl Comparison<'_> {
    pub(super) fn identity(&mut self) {
        let (entry, header) = (self.entry, self.header);
        if let (Some(unique), Some(id)) = (entry.identifier("uniqueId"), &header.id) {
            let expected = joined(&id.value);
            if unique.value.trim() != expected && !unique.value.is_empty() {
                self.differs(
                    &rule::UNIQUE_ID,
                    &unique.spot,
                    ("uniqueId", "uniqueId"),
                    &expected,
                    &unique.value,
                );
            }
        }
        if let Some(title) = &header.title {
            let found = entry.name.clone().unwrap_or_else(|| Located {
                value: String::new(),
                spot: entry.spot.clone(),
            });
            if found.value != title.value {
                self.differs(
                    &rule::TITLE,
                    &found.spot,
                    ("titre", "title"),
                    &title.value,
                    &found.value,
                );
            }
            if title.value.chars().count() > 128 {
                let message = Text::new(
                    format!("titre de {} caractères", title.value.chars().count()),
                    format!("title of {} characters", title.value.chars().count()),
                );
                self.findings
                    .push(words::TITLE_LENGTH.at(found.spot.place(self.file), message));
            }
        }
        if let (Some(found), Some(language)) = (
            entry
                .value("languageCode")
                .filter(|found| !found.value.is_empty()),
            &header.language,
        ) && found.value != language.value
        {
            self.differs(
                &rule::LANGUAGE,
                &found.spot,
                ("languageCode", "languageCode"),
                &language.value,
                &found.value,
            );
        }
        let mime = entry.mime_type.as_deref().unwrap_or_default();
        let right = mime == "text/xml" || (header.self_presentable && mime == "application/xslt+xml");
        if !right {
            let message = Text::new(
                format!("mimeType « {mime} » pour un document CDA"),
                format!("mimeType '{mime}' for a CDA document"),
            );
            self.findings.push(
                rule::MIME
                    .at(entry.spot.place(self.file), message)
                    .expected("text/xml")
                    .found(mime),
            );
        }
    }
}

/// `root` or `root^extension`.
fn joined(id: &Identifier) -> String {
    if id.extension.is_empty() {
        id.root.clone()
    } else {
        format!("{}^{}", id.root, id.extension)
    }
}
