//! The words of an error that ends the process, in the language of the user.

use crate::evidence::io_reason;
use crate::reports::ReportError;
use crate::seal::SealError;
use crate::text::Language;

/// The chain of causes on one line, each once: what was being done, then why it failed.
pub(super) fn describe(error: &anyhow::Error, language: Language) -> String {
    let colon = if language == Language::Fr { " : " } else { ": " };
    let mut said = String::new();
    for cause in error.chain() {
        let words = words(cause, language);
        // A cause that quotes its own cause has said it already.
        if said.contains(&words) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(colon);
        }
        said.push_str(&words);
    }
    said
}

/// One cause, in `language` where the error knows both.
fn words(cause: &(dyn std::error::Error + 'static), language: Language) -> String {
    if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        io_reason(error).get(language).to_owned()
    } else if let Some(error) = cause.downcast_ref::<ReportError>() {
        error.text().get(language).to_owned()
    } else if let Some(error) = cause.downcast_ref::<SealError>() {
        error.text().get(language).to_owned()
    } else {
        cause.to_string()
    }
}

/// True when the reader of standard output went away (`conforme rules | head`): their choice, not a fault.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let broken = std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        if let Some(error) = cause.downcast_ref::<std::io::Error>() {
            error.kind() == broken
        } else if let Some(error) = cause.downcast_ref::<serde_json::Error>() {
            error.io_error_kind() == Some(broken)
        } else {
            cause
                .downcast_ref::<ReportError>()
                .is_some_and(ReportError::is_closed_pipe)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once_and_in_the_language_asked() {
        let io = std::io::Error::from(std::io::ErrorKind::NotFound);
        let error = anyhow::Error::new(io).context("thème.css");
        assert_eq!(
            describe(&error, Language::Fr),
            "thème.css : le fichier n'existe pas ou a disparu"
        );
        assert_eq!(
            describe(&error, Language::En),
            "thème.css: the file does not exist or is gone"
        );
        let full = ReportError::File {
            path: "r.html".to_owned(),
            cause: std::io::Error::from(std::io::ErrorKind::StorageFull),
        };
        let error = anyhow::Error::new(full);
        assert_eq!(
            describe(&error, Language::Fr),
            "r.html : plus de place sur le disque"
        );
        assert_eq!(
            describe(&error, Language::En),
            "r.html: no space left on the disk"
        );
    }
}
