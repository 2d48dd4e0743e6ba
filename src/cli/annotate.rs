//! `copydesk annotate`.

use super::progress::Progress;
use super::{GOOD, INTERRUPTED, SOME_FAILED, say};
use clap::Args;
use copydesk::input::article::{self, Fields};
use copydesk::input::{items, sources};
use copydesk::model::{self, config::Precision};
use copydesk::pipeline::SCHEME;
use copydesk::run::batch::{self, Outcome};
use copydesk::run::ids::Ids;
use copydesk::run::manifest::{Counts, Manifest, ModelId, Settings, Status};
use copydesk::run::output::{ANNOTATIONS, ERRORS, Output};
use copydesk::{Error, Kind, Options, Pipeline, Stages};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

#[derive(Args)]
#[command(after_help = "\
Examples:
  copydesk annotate                                   corpus -> out
  copydesk annotate archive more.jsonl.zst -o run1    a folder and a file
  copydesk annotate news.jsonl --text-field body --id-field url -o run2
  cat news.jsonl | copydesk annotate - -o - --stages entities > entities.jsonl

OUT gets annotations.jsonl (a record a line, in the order of the input), errors.jsonl (what failed, and why)
and manifest.json. A run that was stopped or killed goes on when the same command is given again.
Exit code: 0 all good, 1 some articles failed, 2 could not run, 130 stopped by Ctrl-C.")]
pub(crate) struct Annotate {
    /// Files and folders: .txt (an article a file) and .jsonl (an article a line), also .gz and .zst; - is JSON lines on stdin
    #[arg(value_name = "INPUT", default_value = "corpus")]
    inputs: Vec<PathBuf>,
    /// The folder to write to; - writes the records to stdout and errors to stderr, as JSON lines
    #[arg(short, long, value_name = "OUT", default_value = "out")]
    output: PathBuf,
    /// The model's folder [default: COPYDESK_MODEL, else models/copydesk beside the program or above it, else here]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// The layers to write; the others stay empty
    #[arg(long, value_delimiter = ',', value_name = "LIST", default_value = "sentences,entities,quotes,chains")]
    stages: Vec<String>,
    /// The annotation scheme: copydesk, or that of a corpus the model was trained on (worldwide, conll2003, …)
    #[arg(long, value_name = "NAME", default_value = SCHEME)]
    scheme: String,
    /// The number format of the network [default: as the model recommends]
    #[arg(long)]
    precision: Option<Precision>,
    /// The field of a JSON object that holds the article's text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_field: String,
    /// The field of a JSON object that holds its id
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// Articles to work on side by side [default: the number of cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Bytes of text beyond which an article is an error; K and M are understood
    #[arg(long, value_name = "BYTES", default_value = "16M", value_parser = size)]
    max_article: usize,
    /// Start over: throw away what an earlier run wrote to OUT
    #[arg(long)]
    restart: bool,
    /// Show no progress
    #[arg(short, long)]
    quiet: bool,
}

/// A number of bytes: `500`, `64K`, `16M`, `1G`.
fn size(value: &str) -> Result<usize, String> {
    let (digits, unit) = match value.char_indices().last() {
        Some((at, 'k' | 'K')) => (&value[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&value[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&value[..at], 1 << 30),
        _ => (value, 1),
    };
    let number = digits.parse::<usize>().ok().and_then(|n| n.checked_mul(unit));
    number.filter(|n| *n > 0).ok_or_else(|| "a number of bytes is wanted, as 500, 64K or 16M".to_owned())
}

/// Bytes in a source for each byte of text: JSON escapes few characters, UTF-16 doubles them at most.
const SOURCE_BYTES: usize = 4;

pub(crate) fn run(args: &Annotate) -> anyhow::Result<u8> {
    sources::check(&args.inputs)?;
    let stages = Stages::from_names(&args.stages)?;
    let options = Options { stages, scheme: args.scheme.clone(), precision: args.precision };
    let unread = [
        (args.model.is_some(), "--model"),
        (args.precision.is_some(), "--precision"),
        (args.scheme != SCHEME, "--scheme"),
    ];
    if let Some((_, flag)) = unread.iter().find(|(given, _)| *given && !stages.need_model()) {
        let message = format!("{flag} changes nothing: sentences are found without the network");
        return Err(Error::new(Kind::Usage, message).into());
    }
    let folder = stages.need_model().then(|| model::find(args.model.as_deref())).transpose()?;
    let pipeline = Pipeline::new(folder.as_deref(), &options)?;
    let stop = stop_on_ctrl_c()?;
    keep_panics_of_lanes_quiet();
    if args.output == Path::new("-") { filter(args, &pipeline, &stop) } else { batch(args, &pipeline, &options, &stop) }
}

fn batch_options(args: &Annotate) -> batch::Options {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    batch::Options {
        threads: args.threads.map_or(cores, usize::from),
        fields: Fields { text: args.text_field.clone(), id: args.id_field.clone() },
        max_article: args.max_article,
    }
}

/// The first Ctrl-C asks to stop, the second stops at once.
fn stop_on_ctrl_c() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    })?;
    Ok(stop)
}

/// What a panic says goes into its article's error; printed between the records and bars it would only disturb.
fn keep_panics_of_lanes_quiet() {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !std::thread::current().name().is_some_and(|n| n.starts_with(batch::LANE)) {
            before(info);
        }
    }));
}

/// Records to stdout, errors to stderr, nothing else.
fn filter(args: &Annotate, pipeline: &Pipeline, stop: &AtomicBool) -> anyhow::Result<u8> {
    let options = batch_options(args);
    let position = Arc::default();
    let items =
        items::read(sources::walk(&args.inputs, None), args.max_article.saturating_mul(SOURCE_BYTES), &position);
    let mut stdout = std::io::stdout().lock();
    let (mut failed, mut broken) = (false, None);
    batch::run(
        &options,
        items,
        |text| pipeline.annotate(text),
        &mut Ids::default(),
        stop,
        |outcome| {
            match outcome {
                Outcome::Done { mut line, .. } => {
                    line.push('\n');
                    broken = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).err();
                }
                Outcome::Failed(failure) => {
                    failed = true;
                    say(&failure.to_json());
                }
            }
            broken.is_none()
        },
    )?;
    match broken {
        // Whoever reads has enough.
        Some(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(GOOD),
        Some(e) => Err(anyhow::Error::new(e).context("cannot write to stdout")),
        None if stop.load(Ordering::SeqCst) => Ok(INTERRUPTED),
        None => Ok(if failed { SOME_FAILED } else { GOOD }),
    }
}

/// A run into a folder.
fn batch(args: &Annotate, pipeline: &Pipeline, how: &Options, stop: &AtomicBool) -> anyhow::Result<u8> {
    let (began, options) = (Instant::now(), batch_options(args));
    let out = args.output.as_path();
    std::fs::create_dir_all(out)
        .map_err(|e| Error::new(Kind::Io, format!("cannot make the folder {}", out.display())).with(e))?;
    let (input, left_out) = sources::inventory(&args.inputs, out)?;
    let from_stdin = args.inputs.iter().any(|i| i.as_os_str() == "-");
    let total = if from_stdin { 0 } else { input.bytes };
    let mut manifest = Manifest::new(model_id(pipeline), settings(args, pipeline, how), input);
    if !args.quiet && !left_out.is_empty() {
        let list: Vec<_> = left_out.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
        say(&format!("left out of the folders: {}", list.join(", ")));
    }
    if !args.restart
        && let Some(code) = already_done(out, &manifest, from_stdin, args.quiet)?
    {
        return Ok(code);
    }
    let mut output = Output::open(out)?;
    if args.restart {
        // First what calls the files complete, should the program be killed in between.
        Manifest::remove(out)?;
        output.clear()?;
    }
    manifest.write(out)?;

    let position = Arc::<AtomicU64>::default();
    let limit = args.max_article.saturating_mul(SOURCE_BYTES);
    let mut items = items::read(sources::walk(&args.inputs, Some(out)), limit, &position).peekable();
    let mut ids = Ids::default();
    let parse = |item: &items::Item| article::parse(item.clone(), &options.fields, options.max_article).ok();
    let mut counts = output.resume(!from_stdin, &mut items, parse, |id, place| {
        // A duplicate is an error, never a record: this one is new.
        let _ = ids.take(id, place);
    })?;
    manifest.resumed_at = counts.articles + counts.errors;
    if manifest.resumed_at > 0 && !args.quiet {
        say(&format!("going on behind {} articles that are done", manifest.resumed_at));
    }

    let mut progress = Progress::new(args.quiet, total, Arc::clone(&position), counts);
    let (mut broken, mut first_failure) = (None, None);
    batch::run(
        &options,
        items,
        |text| pipeline.annotate(text),
        &mut ids,
        stop,
        |outcome| {
            let written = match outcome {
                Outcome::Done { line, counts: of_it } => {
                    counts += of_it;
                    output.record(line)
                }
                Outcome::Failed(failure) => {
                    counts += Counts::error();
                    let written = output.failure(&failure);
                    first_failure.get_or_insert(failure);
                    written
                }
            };
            progress.update(&counts);
            broken = written.err();
            broken.is_none()
        },
    )?;
    if let Some(error) = broken {
        progress.finish("stopped: the output cannot be written");
        return Err(error.into());
    }
    output.sync()?;
    let stopped = stop.load(Ordering::SeqCst);
    manifest.counts = counts;
    manifest.status = if stopped { Status::Stopped } else { Status::Complete };
    manifest.seconds = (began.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    manifest.write(out)?;
    progress.finish(&summary(&manifest, out));
    if let Some(failure) = first_failure.filter(|_| !args.quiet) {
        let line = failure.line.map_or(String::new(), |line| format!(":{line}"));
        say(&format!("the first to fail: {}{line}: {}", failure.source, failure.error));
    }
    Ok(match (stopped, counts.errors) {
        (true, _) => INTERRUPTED,
        (false, 0) => GOOD,
        (false, _) => SOME_FAILED,
    })
}

fn model_id(pipeline: &Pipeline) -> Option<ModelId> {
    pipeline.model().map(|m| ModelId { name: m.config.name.clone(), sha256: m.sha256.clone() })
}

fn settings(args: &Annotate, pipeline: &Pipeline, how: &Options) -> Settings {
    Settings {
        stages: how.stages.names(),
        scheme: how.scheme.clone(),
        precision: pipeline.model().map_or("none", |m| m.precision.name()).to_owned(),
        fields: Fields { text: args.text_field.clone(), id: args.id_field.clone() },
        max_article: args.max_article,
    }
}

/// The exit code when an earlier run left nothing to do; an error when it was another run.
///
/// What standard input holds is known when it is read again, not before.
fn already_done(out: &Path, manifest: &Manifest, from_stdin: bool, quiet: bool) -> anyhow::Result<Option<u8>> {
    let Some(earlier) = Manifest::read(out)? else {
        let foreign = [ANNOTATIONS, ERRORS].into_iter().find(|n| out.join(n).metadata().is_ok_and(|m| m.len() > 0));
        return match foreign {
            None => Ok(None),
            Some(name) => {
                let message = format!(
                    "{} is there, but no manifest.json; name another folder, or --restart to overwrite it",
                    out.join(name).display()
                );
                Err(Error::new(Kind::Usage, message).into())
            }
        };
    };
    let differences = manifest.differences(&earlier);
    if !differences.is_empty() {
        let message = format!(
            "{} holds another run; name another folder, or --restart to overwrite it. What differs:\n  {}",
            out.display(),
            differences.join("\n  ")
        );
        return Err(Error::new(Kind::Usage, message).into());
    }
    if earlier.status != Status::Complete || from_stdin {
        return Ok(None);
    }
    if !quiet {
        say(&format!(
            "{} is complete ({} articles, {} errors); nothing to do",
            out.display(),
            earlier.counts.articles,
            earlier.counts.errors
        ));
    }
    Ok(Some(if earlier.counts.errors > 0 { SOME_FAILED } else { GOOD }))
}

fn summary(manifest: &Manifest, out: &Path) -> String {
    let Counts { articles, errors, words, entities, quotes, .. } = manifest.counts;
    let all = format!(
        "{articles} articles, {words} words, {entities} entities, {quotes} quotes in {:.1} s",
        manifest.seconds
    );
    let wrong = match errors {
        0 => String::new(),
        n => format!("; {n} failed, see {}", out.join(ERRORS).display()),
    };
    match manifest.status {
        Status::Complete => format!("{all} -> {}{wrong}", out.join(ANNOTATIONS).display()),
        _ => format!("stopped after {all}{wrong}; the same command goes on"),
    }
}
