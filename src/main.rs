//! The `conforme` binary: it turns what the command line says into an exit code, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    conforme::cli::main()
}
