//! The program: parse the arguments, run the command, say what went wrong, exit.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            cli::say(&format!("error: {error:#}"));
            ExitCode::from(cli::COULD_NOT_RUN)
        }
    }
}
