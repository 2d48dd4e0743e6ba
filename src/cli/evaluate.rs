//! `copydesk evaluate`: a prediction against gold.

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use copydesk::record::Label;
use copydesk::records;
use copydesk::score::pairs::{Missing, pair, some};
use copydesk::score::{Board, LabelSet, Layer, Options, Report, bootstrap, print};
use serde_json::{Map, Value, json};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  copydesk evaluate corpus/gold.jsonl out
  copydesk evaluate gold.jsonl.zst out/annotations.jsonl --labels conll
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
    /// Score these layers, whatever the gold records say [sentences, entities]
    #[arg(long, value_name = "LAYER,…", value_delimiter = ',', value_parser = layer)]
    layers: Option<Vec<Layer>>,
    /// Label set; conll maps both sides to PER, ORG, LOC, MISC and drops dates and amounts
    #[arg(long, value_enum, default_value = "own")]
    labels: Labels,
    /// Score entities of these labels only
    #[arg(long, value_name = "LABEL,…", value_delimiter = ',', value_parser = label)]
    only: Option<Vec<Label>>,
    /// What to do about gold articles without a prediction
    #[arg(long, value_enum, default_value = "refuse")]
    missing: MissingArticles,
    /// Exit with 1 if a score is below this, e.g. entities.f1=0.85 (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = minimum)]
    min: Vec<(String, f64)>,
    /// Print one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Bootstrap draws over articles for the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    draws: usize,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Labels {
    /// The nine labels of the format
    Own,
    /// The four of CoNLL-2003
    Conll,
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
    let text = match args.json {
        true => serde_json::to_string(&to_json(args, &report, &gates))? + "\n",
        false => to_text(args, &report, &gates),
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
    })?;
    let missing = match args.missing {
        MissingArticles::Refuse => Missing::Refuse,
        MissingArticles::Count => Missing::Count,
        MissingArticles::Skip => Missing::Skip,
    };
    let (gold_name, predicted_name) = (args.gold.display().to_string(), args.predicted.display().to_string());
    let stdin = Path::new("-");
    ensure!(args.gold != stdin || args.predicted != stdin, "only one side can come from standard input");
    let gold = records::read_ahead(&args.gold).context("gold")?;
    let predicted = records::read_ahead(&args.predicted).context("prediction")?;
    let unpaired = pair((&gold_name, gold), (&predicted_name, predicted), missing, |gold, predicted| {
        board.add(gold, predicted.map(|p| &p.annotation))
    })?;
    let mut report = board.report(args.seed, args.draws);
    (report.articles.missing, report.articles.extra) = (unpaired.missing, unpaired.extra);
    if report.layers.is_empty() {
        bail!("{gold_name} has neither sentences nor entities to score; --layers scores them even so");
    }
    Ok(report)
}

/// What happened to the articles that stand on one side only, and to layers that are not scored.
fn notes(args: &Evaluate, report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let articles = &report.articles;
    if !articles.missing.is_empty() {
        let fate = if args.missing == MissingArticles::Count { "all their items count as missed" } else { "left out" };
        let ids = some(articles.missing.iter());
        notes.push(format!("{} gold articles without prediction, {fate}: {ids}", articles.missing.len()));
    }
    if !articles.extra.is_empty() {
        let ids = some(articles.extra.iter());
        notes.push(format!("{} predicted articles without gold, not scored: {ids}", articles.extra.len()));
    }
    if !report.unscored.is_empty() {
        let layers: Vec<_> = report.unscored.iter().map(|l| l.name()).collect();
        notes.push(format!("gold also has {}, which this version does not score", layers.join(" and ")));
    }
    notes
}

fn to_text(args: &Evaluate, report: &Report, gates: &[Gate]) -> String {
    let mut lines =
        vec![format!("gold       {}", args.gold.display()), format!("predicted  {}", args.predicted.display())];
    let mut settings = vec![format!("{} articles", report.articles.scored)];
    settings.extend(matches!(args.labels, Labels::Conll).then(|| "labels of CoNLL-2003".to_owned()));
    settings.extend(args.only.as_ref().map(|only| {
        let names: Vec<_> = only.iter().map(|l| l.name()).collect();
        format!("only {}", names.join(", "))
    }));
    settings.push(match args.draws {
        0 => "no intervals".to_owned(),
        n => format!("intervals of F1: {n} bootstrap draws of articles, seed {}", args.seed),
    });
    lines.push(settings.join("; "));
    lines.extend(notes(args, report).into_iter().map(|note| format!("note: {note}")));
    let mut text = lines.join("\n") + "\n" + &print::table(report);
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
    object.insert("articles".to_owned(), json!(report.articles));
    object.insert(
        "options".to_owned(),
        json!({
            "labels": args.labels.to_possible_value().map(|v| v.get_name().to_owned()),
            "only": args.only, "layers": args.layers,
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
