//! Ctrl-C: the first asks the check to stop with a partial record, the second ends the process at once.

use crate::interrupt::Interrupt;
use crate::text::{Language, text};

/// The exit code of a process that Ctrl-C ends, by the convention of shells: 128 and the number of the signal.
const ENDED_BY_CTRL_C: i32 = 130;

/// From now on Ctrl-C asks for the stop of what is given the interrupt. Where no handler can be installed, Ctrl-C ends
/// the process as everywhere else.
pub(crate) fn on_ctrl_c(language: Language) -> Interrupt {
    let interrupt = Interrupt::default();
    let asked = interrupt.clone();
    let installed = ctrlc::set_handler(move || {
        if asked.request() {
            end();
        }
        let message = text(
            "interruption : les fichiers en cours sont finis, l'enregistrement sera partiel ; Ctrl-C à nouveau arrête tout",
            "interrupted: the files under way are finished, the record will be partial; Ctrl-C again stops everything",
        );
        anstream::eprintln!("conforme: {}", message.get(language));
    });
    drop(installed);
    interrupt
}

#[expect(clippy::exit, reason = "the user asked twice: nothing is to be finished")]
fn end() {
    std::process::exit(ENDED_BY_CTRL_C);
}
