//! `copydesk evaluate`: one prediction, or two, against gold.

mod fault_file;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use copydesk::record::Label;
use copydesk::records;
use copydesk::score::pairs::{Missing, Side, pair, some};
use copydesk::score::{Board, LabelSet, Layer, Options, QuoteSet, Report, bootstrap, print};
use fault_file::FaultFile;
use serde_json::{Map, Value, json};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  copydesk evaluate corpus/gold.jsonl out
  copydesk evaluate gold.jsonl.zst out/annotations.jsonl --labels conll
  copydesk evaluate gold.jsonl before after   is the second run better than the first?
  copydesk evaluate gold.jsonl out --errors errors.jsonl
  copydesk evaluate gold.jsonl out --min entities.f1=0.85 --min sentences.boundaries.recall=0.95

Both sides are annotation records; articles are paired by id and must have the same text.
Scored are the layers that a gold record names in meta.layers; without it, those with an item
anywhere in the gold file.

Exit codes: 0 good, 1 a minimum was missed, 2 could not run.";

/// Score a prediction against gold: precision, recall and F1 with 95 % intervals
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Evaluate {
    /// Gold records: a JSONL file (also .gz, .zst), a run's folder, or - for standard input
    gold: PathBuf,
    /// Predicted records, the same way
    #[arg(value_name = "PRED")]
    predicted: PathBuf,
    /// A second prediction, to see whether it is better than the first
    #[arg(value_name = "PRED2")]
    second: Option<PathBuf>,
    /// Score these layers, whatever the gold records say [sentences, entities, chains, quotes]
    #[arg(long, value_name = "LAYER,…", value_delimiter = ',', value_parser = layer)]
    layers: Option<Vec<Layer>>,
    /// Label set; conll maps both sides to PER, ORG, LOC, MISC and drops dates and amounts
    #[arg(long, value_enum, default_value = "own")]
    labels: Labels,
    /// Score entities of these labels only
    #[arg(long, value_name = "LABEL,…", value_delimiter = ',', value_parser = label)]
    only: Option<Vec<Label>>,
    /// Which quotes: all, or those that gold counts as reports of speech and writing
    #[arg(long, value_enum, default_value = "all")]
    quotes: Quotes,
    /// What to do about gold articles without a prediction
    #[arg(long, value_enum, default_value = "refuse")]
    missing: MissingArticles,
    /// Exit with 1 if a score is below this, e.g. entities.f1=0.85 (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = minimum, conflicts_with = "second")]
    min: Vec<(String, f64)>,
    /// Write each error as a JSON line with its context to this file
    #[arg(long, value_name = "FILE", conflicts_with = "second")]
    errors: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Bootstrap draws over articles for the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    draws: usize,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON object
    Json,
    /// Tables in Markdown
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
enum Labels {
    /// The nine labels of the format
    Own,
    /// The four of CoNLL-2003
    Conll,
}

#[derive(Clone, Copy, ValueEnum)]
enum Quotes {
    /// Every quote
    All,
    /// Without gold quotes of another attribution_cue_class
    Speech,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MissingArticles {
    /// Stop and name them
    Refuse,
    /// Count all their items as missed
    Count,
    /// Leave them out
    Skip,
}

fn layer(name: &str) -> Result<Layer, String> {
    Layer::from_name(name).ok_or_else(|| format!("layers are {}", Layer::ALL.map(Layer::name).join(", ")))
}

fn label(name: &str) -> Result<Label, String> {
    Label::from_name(name).ok_or_else(|| format!("labels are {}", Label::ALL.map(Label::name).join(", ")))
}

fn minimum(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("say it as NAME=VALUE, e.g. entities.f1=0.85")?;
    match value.parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok((name.to_owned(), value)),
        _ => Err("the value has to lie between 0 and 1 (0.85 is 85 %)".to_owned()),
    }
}

/// A minimum and what was reached.
struct Gate<'a> {
    name: &'a str,
    least: f64,
    value: Option<f64>,
}

impl Gate<'_> {
    fn is_met(&self) -> bool {
        self.value.is_some_and(|value| value >= self.least)
    }
}

/// Runs the command; gives the exit code.
///
/// # Errors
/// When a side cannot be read, the two do not fit, or there is nothing to score.
pub(crate) fn run(args: &Evaluate) -> Result<u8> {
    let report = score(args)?;
    let gates: Vec<Gate> = (args.min.iter())
        .map(|(name, least)| Ok(Gate { name, least: *least, value: report.find(name)? }))
        .collect::<Result<_>>()?;
    let text = match args.format {
        Format::Table => to_text(args, &report, &gates, print::table),
        Format::Markdown => to_text(args, &report, &gates, print::markdown),
        Format::Json => serde_json::to_string(&to_json(args, &report, &gates))? + "\n",
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => return Err(e).context("standard output cannot be written"),
        _ => {}
    }
    Ok(u8::from(!gates.iter().all(Gate::is_met)))
}

fn score(args: &Evaluate) -> Result<Report> {
    let mut board = Board::new(Options {
        layers: args.layers.clone(),
        labels: match args.labels {
            Labels::Own => LabelSet::Own,
            Labels::Conll => LabelSet::Conll,
        },
        only: args.only.clone(),
        quotes: match args.quotes {
            Quotes::All => QuoteSet::All,
            Quotes::Speech => QuoteSet::Speech,
        },
    })?;
    let missing = match args.missing {
        MissingArticles::Refuse => Missing::Refuse,
        MissingArticles::Count => Missing::Count,
        MissingArticles::Skip => Missing::Skip,
    };
    let predictions: Vec<&PathBuf> = std::iter::once(&args.predicted).chain(&args.second).collect();
    let sides = || std::iter::once(&args.gold).chain(predictions.iter().copied());
    let stdin = sides().filter(|path| *path == Path::new("-")).count();
    ensure!(stdin < 2, "only one side can come from standard input");
    let mut errors = args.errors.as_ref().map(|path| FaultFile::new(path, sides())).transpose()?;
    let open = |path: &PathBuf, what: &str| -> Result<Side> {
        Ok(Side::new(path.display().to_string(), records::read_ahead(path).context(what.to_owned())?))
    };
    let gold = open(&args.gold, "gold")?;
    let predictions = predictions.iter().map(|path| open(path, "prediction")).collect::<Result<_>>()?;
    let unpaired = pair(gold, predictions, missing, |gold, predicted| {
        let predicted: Vec<_> = predicted.iter().map(|p| p.as_ref().map(|p| &p.annotation)).collect();
        let faults = board.add(gold, &predicted)?;
        errors.as_mut().map_or(Ok(()), |file| file.add(gold, &faults))
    })?;
    let mut report = board.report(args.seed, args.draws);
    (report.articles.missing, report.articles.extra) = (unpaired.missing, unpaired.extra);
    if report.layers.is_empty() {
        bail!("{} has nothing to score; --layers scores a layer even so", args.gold.display());
    }
    if let Some(file) = errors {
        file.finish(&report.layers)?;
    }
    Ok(report)
}

/// What happened to the articles that stand on one side only, and to layers that are not scored.
fn notes(args: &Evaluate, report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let articles = &report.articles;
    if !articles.missing.is_empty() {
        let fate =
            if args.missing == MissingArticles::Count { "all their items count as missed there" } else { "left out" };
        let ids = some(articles.missing.iter());
        let without = if args.second.is_some() { "without one of the predictions" } else { "without prediction" };
        notes.push(format!("{} gold articles {without}, {fate}: {ids}", articles.missing.len()));
    }
    if !articles.extra.is_empty() {
        let ids = some(articles.extra.iter());
        notes.push(format!("{} predicted articles without gold, not scored: {ids}", articles.extra.len()));
    }
    if matches!(args.quotes, Quotes::Speech) && !report.has_classes {
        notes.push("no gold quote has attribution_cue_class, so --quotes speech leaves none out".to_owned());
    }
    notes
}

fn to_text(args: &Evaluate, report: &Report, gates: &[Gate], tables: fn(&Report) -> String) -> String {
    let mut lines =
        vec![format!("gold       {}", args.gold.display()), format!("predicted  {}", args.predicted.display())];
    lines.extend(args.second.as_ref().map(|second| format!("second     {}", second.display())));
    let mut settings = vec![format!("{} articles", report.articles.scored)];
    settings.extend(matches!(args.labels, Labels::Conll).then(|| "labels of CoNLL-2003".to_owned()));
    settings.extend(args.only.as_ref().map(|only| {
        let names: Vec<_> = only.iter().map(|l| l.name()).collect();
        format!("only {}", names.join(", "))
    }));
    settings.extend(matches!(args.quotes, Quotes::Speech).then(|| "quotes of speech and writing".to_owned()));
    settings.push(match args.draws {
        0 => "no intervals".to_owned(),
        n if args.second.is_some() => {
            format!("intervals of the difference, p: {n} draws of articles, seed {}", args.seed)
        }
        n => format!("intervals of F1: {n} bootstrap draws of articles, seed {}", args.seed),
    });
    lines.push(settings.join("; "));
    lines.extend(notes(args, report).into_iter().map(|note| format!("note: {note}")));
    // Two blanks at its end break a line of Markdown.
    let newline = if matches!(args.format, Format::Markdown) { "  \n" } else { "\n" };
    let mut text = lines.join(newline) + "\n" + &tables(report);
    if !gates.is_empty() {
        text.push('\n');
    }
    for gate in gates {
        let (verdict, value) = match gate.value {
            Some(value) => (if gate.is_met() { "met" } else { "MISSED" }, format!("{value:.4}")),
            None => ("MISSED", "nothing to score".to_owned()),
        };
        text += &format!("minimum {} = {}: {verdict} ({value})\n", gate.name, gate.least);
    }
    text
}

fn to_json(args: &Evaluate, report: &Report, gates: &[Gate]) -> Value {
    let mut object = Map::new();
    object.insert("gold".to_owned(), json!(args.gold));
    object.insert("predicted".to_owned(), json!(args.predicted));
    object.extend(args.second.as_ref().map(|second| ("second".to_owned(), json!(second))));
    object.insert("articles".to_owned(), json!(report.articles));
    object.insert(
        "options".to_owned(),
        json!({
            "labels": args.labels.to_possible_value().map(|v| v.get_name().to_owned()),
            "only": args.only, "layers": args.layers,
            "quotes": args.quotes.to_possible_value().map(|v| v.get_name().to_owned()),
            "missing": args.missing.to_possible_value().map(|v| v.get_name().to_owned()),
            "confidence": bootstrap::CONFIDENCE, "draws": args.draws, "seed": args.seed,
        }),
    );
    object.extend(print::json(report));
    let gates = gates.iter().map(|g| json!({"name": g.name, "at_least": g.least, "value": g.value, "met": g.is_met()}));
    object.insert("minima".to_owned(), gates.collect());
    object.insert("notes".to_owned(), json!(notes(args, report)));
    Value::Object(object)
}
