//! The command line: one file for each subcommand.

mod annotate;
mod convert;
mod evaluate;
mod output_file;
mod progress;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use copydesk::model::{self, config::Config};
use copydesk::record::FORMAT;

/// Exit code: all good.
pub(crate) const GOOD: u8 = 0;
/// Exit code: some articles failed, or a minimum was missed.
pub(crate) const SOME_FAILED: u8 = 1;
/// Exit code: could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;
/// Exit code: stopped by Ctrl-C, as shells count it.
pub(crate) const INTERRUPTED: u8 = 130;

/// Reads news articles and says who said what about whom.
#[derive(Parser)]
#[command(
    name = "copydesk",
    arg_required_else_help = true,
    after_help = "\
Examples:
  copydesk annotate corpus -o out             annotate a folder of articles
  copydesk evaluate corpus/gold.jsonl out     score that run against hand-tagged articles
  copydesk convert --from conllu dev.conllu -o gold.jsonl
                                              gold in another format to records
  copydesk annotate --help                    all that a command can do"
)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Annotate articles: files and folders of text or JSON lines in, JSON lines out
    Annotate(annotate::Annotate),
    /// Convert gold in other formats (CoNLL, CoNLL-U, brat, Citron) to annotation records
    Convert(convert::Convert),
    /// Score annotations against gold
    Evaluate(evaluate::Evaluate),
}

/// Parses the arguments and runs the command; the exit code.
pub(crate) fn run() -> anyhow::Result<u8> {
    let matches = Args::command().version(version()).get_matches();
    match Args::from_arg_matches(&matches)?.command {
        Command::Annotate(args) => annotate::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
    }
}

/// Program, format and model; the model as `annotate` would find it without `--model`.
fn version() -> String {
    let name = model::find(None).and_then(|folder| Config::read(&folder)).map_or("none found".into(), |c| c.name);
    format!("{} (format {FORMAT}, model {name})", env!("CARGO_PKG_VERSION"))
}

/// A line on stderr; nobody listening is no error.
pub(crate) fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
