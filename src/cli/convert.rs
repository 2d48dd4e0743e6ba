//! `copydesk convert`.

use super::output_file::OutputFile;
use super::{GOOD, SOME_FAILED, say};
use anyhow::{Context, bail, ensure};
use clap::ValueEnum;
use copydesk::convert::{self, Converted, Format, Labels, LeftOut, Options, Tagging};
use copydesk::input::Place;
use copydesk::input::sources;
use copydesk::record::Label;
use copydesk::records::Writer;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  copydesk convert --from conll2003 eng.testa -o gold.jsonl
  copydesk convert --from conllu treebank/ -o gold.jsonl
  copydesk convert --from brat annotated/ --labels Politician=PER,Quantity=- -o gold.jsonl

Each line of the output is an annotation record, in the order of the input. What cannot be converted is named on stderr,
with its file and line, and the rest is converted. docs/convert.md says what becomes of what.

Exit codes: 0 good, 1 some documents could not be converted, 2 could not run, or nothing could be converted.";

/// Convert gold in other formats to annotation records
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Convert {
    /// The format of the input
    #[arg(long, value_enum)]
    from: Input,
    /// The format of the output
    #[arg(long, value_enum, default_value = "jsonl")]
    to: Output,
    /// Files and folders, also .gz and .zst; - is stdin (not for brat)
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The file to write to, which is there when all of it is; - is stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// What labels of the input are in the format's; - drops one. Adds to those that are known
    #[arg(long, value_name = "NAME=LABEL,…", value_delimiter = ',', value_parser = label)]
    labels: Vec<(String, Option<Label>)>,
    /// The tagging scheme of CoNLL-2003 columns: what breaks it is an error [default: each is read, none checked]
    #[arg(long, value_enum, value_name = "SCHEME")]
    tagging: Option<Scheme>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Input {
    /// Columns: the word first, its tag (IOB1, IOB2 or IOBES) last
    Conll2003,
    /// Columns: coreference last, and names
    Conll2012,
    /// CoNLL-U, with the coreference of CorefUD (Entity=)
    Conllu,
    /// brat standoff: NAME.ann beside NAME.txt, or PolNeAR's folders
    Brat,
    /// The JSON of BBC Citron
    Citron,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// Annotation records, one a line
    Jsonl,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scheme {
    Iob1,
    Iob2,
    /// Also spelt BILOU
    Iobes,
}

fn label(text: &str) -> Result<(String, Option<Label>), String> {
    let (name, label) = text.split_once('=').ok_or("say it as NAME=LABEL, e.g. Politician=PER or Quantity=-")?;
    match (label, Label::from_name(label)) {
        ("-", _) => Ok((name.to_owned(), None)),
        (_, Some(label)) => Ok((name.to_owned(), Some(label))),
        _ => Err(format!("{label:?} is none of {} and -", Label::ALL.map(Label::name).join(", "))),
    }
}

/// Runs the command; gives the exit code.
///
/// # Errors
/// When an input does not exist, or the output cannot be written.
pub(crate) fn run(args: &Convert) -> anyhow::Result<u8> {
    sources::check(&args.inputs)?;
    let mut labels = Labels::default();
    for (name, label) in &args.labels {
        labels.add(name, *label);
    }
    let tagging = args.tagging.map(|scheme| match scheme {
        Scheme::Iob1 => Tagging::Iob1,
        Scheme::Iob2 => Tagging::Iob2,
        Scheme::Iobes => Tagging::Iobes,
    });
    let format = match args.from {
        Input::Conll2003 => Format::Conll2003,
        Input::Conll2012 => Format::Conll2012,
        Input::Conllu => Format::Conllu,
        Input::Brat => Format::Brat,
        Input::Citron => Format::Citron,
    };
    let Output::Jsonl = args.to;
    let options = Options { labels, tagging };
    if args.output == Path::new("-") {
        return match write(args, format, &options, io::stdout().lock()) {
            // Whoever reads has enough.
            Err(e) if is_broken_pipe(&e) => Ok(GOOD),
            other => other,
        };
    }
    let output = OutputFile::new(&args.output);
    let is_input = args.inputs.iter().any(|input| output.is(input));
    ensure!(!is_input, "{} is an input; name another file for the output", args.output.display());
    output.write(|to| write(args, format, &options, to))
}

/// Writes the records to `to`, and what failed to stderr.
fn write(args: &Convert, format: Format, options: &Options, to: impl Write) -> anyhow::Result<u8> {
    let mut writer = Writer::new(BufWriter::with_capacity(1 << 16, to));
    let (mut done, mut failed) = (0_u64, 0_u64);
    let mut all_left_out = LeftOut::default();
    for converted in convert::read(&args.inputs, format, options) {
        match converted {
            Ok(Converted { record, left_out }) => {
                done += 1;
                all_left_out += left_out;
                writer.write(&record)?;
            }
            Err(failure) => {
                failed += 1;
                let place = Place { source: failure.source, line: failure.line };
                let id = failure.id.map(|id| format!("{id}: ")).unwrap_or_default();
                say(&format!("{place}: {id}{}", failure.error));
            }
        }
    }
    writer.into_inner().flush().with_context(|| format!("cannot write {}", args.output.display()))?;
    if done + failed == 0 {
        bail!("no document found; of a folder the files that end in .{} are read", format.endings().join(", ."));
    }
    if done == 0 {
        bail!("none of {failed} documents could be converted; nothing is written");
    }
    let mut summary = Vec::new();
    if args.output != Path::new("-") {
        summary.push(format!("{done} documents converted, {failed} failed -> {}", args.output.display()));
    }
    if all_left_out != LeftOut::default() {
        summary.push(format!("left out, as records have no place for them (docs/convert.md): {all_left_out}"));
    }
    if !summary.is_empty() {
        say(&summary.join("; "));
    }
    Ok(if failed > 0 { SOME_FAILED } else { GOOD })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
