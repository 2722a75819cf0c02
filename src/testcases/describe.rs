//! What a binding asks, in words: for `explain` and `rem show`.

use super::bindings::Expectation;
use crate::text::Text;

impl Expectation {
    /// The checks of each file, then those of the files together with their parameters, one line each.
    pub fn describe(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        let options = &self.options;
        let mut asked: Vec<String> = Vec::new();
        for (name, value) in [
            ("profil HL7", &options.hl7_profile),
            ("modèle CDA", &options.cda_model),
            ("indicateur", &options.indicator),
        ] {
            asked.extend(value.as_ref().map(|value| format!("{name} {value}")));
        }
        if options.pdfa_required {
            asked.push("PDF/A-1".to_owned());
        }
        let asked = if asked.is_empty() {
            String::new()
        } else {
            format!(" ({})", asked.join(", "))
        };
        if !self.checks.is_empty() {
            let checks = self.checks.join(", ");
            lines.push(Text::new(
                format!("chaque pièce : {checks}{asked}"),
                format!("each piece: {checks}{asked}"),
            ));
        }
        for set in &self.sets {
            let parameters: Vec<String> = set
                .parameters
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            let parameters = if parameters.is_empty() {
                String::new()
            } else {
                format!(" ({})", parameters.join(", "))
            };
            let (fr, en) = if set.with.is_empty() {
                (String::new(), String::new())
            } else {
                let with = set.with.join(", ");
                (
                    format!(", avec les pièces de {with}"),
                    format!(", with the pieces of {with}"),
                )
            };
            let check = &set.check;
            lines.push(Text::new(
                format!("pièces ensemble : {check}{parameters}{fr}"),
                format!("pieces together: {check}{parameters}{en}"),
            ));
        }
        lines
    }
}
