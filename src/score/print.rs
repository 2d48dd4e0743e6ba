//! The report as a table for people and as JSON.

use super::{Counts, Interval, LayerReport, Line, Report};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The scores of all layers in aligned columns, in percent, at most 100 characters wide.
///
/// Labels that occur on neither side are left out; a dash stands for nothing over nothing.
pub fn table(report: &Report) -> String {
    let mut out = String::new();
    for layer in &report.layers {
        let articles = if layer.articles == 1 { "article" } else { "articles" };
        let head = format!("{} ({} {articles})", layer.layer.name(), layer.articles);
        let _ = writeln!(
            out,
            "\n{head:<30} {:>9} {:>7} {:>7}  {:<15} {:>7} {:>9} {:>7}",
            "precision", "recall", "F1", "95 % interval", "right", "predicted", "gold"
        );
        for line in layer.lines.iter().filter(|l| is_shown(l)) {
            let _ = writeln!(out, "{}", row(layer, line).trim_end());
        }
    }
    out
}

/// Whether there is anything to show: a label without an item is not.
fn is_shown(line: &Line) -> bool {
    !is_label(line) || line.counts.is_some_and(|c| c.predicted + c.gold > 0.0)
}

/// Labels are the measures in capitals.
fn is_label(line: &Line) -> bool {
    line.key.chars().all(|c| c.is_ascii_uppercase())
}

fn row(layer: &LayerReport, line: &Line) -> String {
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |s| format!("{:.2}", 100.0 * s));
    let (precision, recall) = match line.is_share {
        true => (String::new(), String::new()),
        false => (percent(line.score.precision), percent(line.score.recall)),
    };
    let interval = (line.interval.f1)
        .map_or_else(|| "–".to_owned(), |(low, high)| format!("[{:.1}, {:.1}]", 100.0 * low, 100.0 * high));
    let support = match line.counts {
        Some(Counts { right, predicted, gold }) => {
            format!("{:>7} {:>9} {:>7}", count(right), count(predicted), count(gold))
        }
        None => {
            let labels = layer.lines.iter().filter(|l| is_label(l) && is_shown(l));
            format!("{:>25}", format!("{} labels", labels.count()))
        }
    };
    format!("  {:<28} {precision:>9} {recall:>7} {:>7}  {interval:<15} {support}", line.title, percent(line.score.f1))
}

/// A number of items; halves keep their digit.
fn count(n: f64) -> String {
    if n.fract() == 0.0 { format!("{n:.0}") } else { format!("{n:.1}") }
}

/// The scores of all layers: layer, measure, number. Full precision; nothing over nothing is `null`.
pub fn json(report: &Report) -> Map<String, Value> {
    let layers = report.layers.iter().map(|layer| {
        let mut measures = Map::from_iter([("articles".to_owned(), json!(layer.articles))]);
        measures.extend(layer.lines.iter().map(|line| (line.key.to_owned(), line_json(line))));
        (layer.layer.name().to_owned(), Value::Object(measures))
    });
    layers.collect()
}

fn line_json(line: &Line) -> Value {
    let Interval { precision, recall, f1 } = line.interval;
    let counts = line.counts.map(|c| {
        // Whole numbers as such; only halves keep a point.
        let number = |n: f64| if n.fract() == 0.0 { json!(n as u64) } else { json!(n) };
        [number(c.right), number(c.predicted), number(c.gold)]
    });
    let [right, predicted, gold] = counts.unwrap_or([Value::Null, Value::Null, Value::Null]);
    json!({
        "precision": line.score.precision, "recall": line.score.recall, "f1": line.score.f1,
        "interval": {"precision": precision, "recall": recall, "f1": f1},
        "right": right, "predicted": predicted, "gold": gold,
    })
}
