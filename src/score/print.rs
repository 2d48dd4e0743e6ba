//! The report as tables for people and as JSON.

use super::grid::{Grid, Head};
use super::{FaultKind, Interval, LayerReport, Line, Report, Score, Support, Toll};
use crate::record::Label;
use serde_json::{Map, Value, json};

/// The report in aligned columns, in percent, at most 100 characters wide.
///
/// Of a layer's measures those without an item on either side are left out, but for the first; a dash stands for
/// nothing over nothing.
pub fn table(report: &Report) -> String {
    grids(report).iter().map(|grid| format!("\n{}", grid.text())).collect::<String>() + &closing(report)
}

/// The same in Markdown.
pub fn markdown(report: &Report) -> String {
    grids(report).iter().map(|grid| format!("\n{}", grid.markdown())).collect::<String>() + &closing(report)
}

fn grids(report: &Report) -> Vec<Grid> {
    let mut grids: Vec<Grid> =
        report.layers.iter().map(if report.is_comparison { differences } else { scores }).collect();
    let costs = costs(report);
    if !costs.is_empty() {
        grids.push(errors(report, &costs));
    }
    if !report.is_comparison {
        if !report.confusion.is_empty() {
            grids.push(confusion(report));
        }
        if !report.reliability.is_empty() {
            grids.push(reliability(report));
        }
    }
    grids
}

/// What the table of errors says, in words.
fn closing(report: &Report) -> String {
    let costs = costs(report);
    if costs.is_empty() {
        return String::new();
    }
    let name =
        |cost: &Cost| format!("{} {} ({})", cost.layer.layer.name(), cost.kind.name(), percent(Some(cost.share(0))));
    let most: Vec<String> = costs.iter().take(3).map(name).collect();
    let mut text = format!(
        "\nMost costly: {}.\nPoints are F1 lost to errors of this kind. Those of a layer add up to what is lacking of 100 in its\n",
        most.join(", ")
    );
    for layer in &report.layers {
        if let Some(line) = layer.lines.iter().find(|line| line.key == layer.layer.measure_of_errors()) {
            text += &format!("  {}: {}\n", layer.layer.name(), line.title);
        }
    }
    text
}

/// Whether there is anything to show.
fn is_shown((place, line): &(usize, &Line)) -> bool {
    let is_some = |score: Score| score.f1.is_some();
    *place == 0 || is_some(line.score) || line.second.is_some_and(|s| is_some(s.score))
}

fn title(layer: &LayerReport) -> String {
    let articles = if layer.articles == 1 { "article" } else { "articles" };
    format!("{} ({} {articles})", layer.layer.name(), layer.articles)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |s| format!("{:.2}", 100.0 * s))
}

fn range(interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(|| "–".to_owned(), |(low, high)| format!("[{:.1}, {:.1}]", 100.0 * low, 100.0 * high))
}

/// A number of items; shares of them keep a digit.
fn count(n: f64) -> String {
    if n.fract() == 0.0 { format!("{n:.0}") } else { format!("{n:.1}") }
}

/// The scores of a layer.
fn scores(layer: &LayerReport) -> Grid {
    let head = vec![
        Head::left(title(layer), 30),
        Head::right("precision", 9),
        Head::right("recall", 7),
        Head::right("F1", 7),
        Head::left("95 % interval", 15),
        Head::right("right", 7),
        Head::right("predicted", 9),
        Head::right("gold", 7),
    ];
    let row = |(_, line): (usize, &Line)| {
        let side = |share| if line.is_share { String::new() } else { percent(share) };
        let mut cells = vec![
            line.title.to_owned(),
            side(line.score.precision),
            side(line.score.recall),
            percent(line.score.f1),
            range(line.interval.f1),
        ];
        let Support { right, predicted, gold } = line.support;
        cells.extend([right.map_or_else(String::new, count), count(predicted), count(gold)]);
        cells
    };
    Grid { head, rows: layer.lines.iter().enumerate().filter(is_shown).map(row).collect() }
}

/// Two predictions beside each other.
fn differences(layer: &LayerReport) -> Grid {
    let head = vec![
        Head::left(title(layer), 30),
        Head::right("F1", 7),
        Head::right("second", 7),
        Head::right("difference", 10),
        Head::left("95 % interval", 15),
        Head::right("p", 7),
    ];
    let row = |(_, line): (usize, &Line)| {
        let second = line.second?;
        Some(vec![
            line.title.to_owned(),
            percent(line.score.f1),
            percent(second.score.f1),
            second.difference.map_or_else(|| "–".to_owned(), |d| format!("{:+.2}", 100.0 * d)),
            range(second.difference_interval),
            second.p.map_or_else(|| "–".to_owned(), |p| format!("{p:.4}")),
        ])
    };
    Grid { head, rows: layer.lines.iter().enumerate().filter(is_shown).filter_map(row).collect() }
}

/// The errors of one kind in one layer.
struct Cost<'a> {
    layer: &'a LayerReport,
    kind: FaultKind,
    tolls: &'a [Toll],
}

impl Cost<'_> {
    /// The share of the layer's F1 that they take away, by prediction.
    fn share(&self, prediction: usize) -> f64 {
        // Without items there are no errors.
        self.tolls[prediction].items() / self.layer.items[prediction].max(1.0)
    }
}

/// All kinds of error, the most costly first (of two predictions, to the first).
fn costs(report: &Report) -> Vec<Cost<'_>> {
    let mut costs = Vec::new();
    for layer in &report.layers {
        costs.extend(layer.errors.iter().map(|(kind, tolls)| Cost { layer, kind: *kind, tolls }));
    }
    costs.sort_by(|a, b| b.share(0).total_cmp(&a.share(0)));
    costs
}

/// The widest example in the table of errors.
const EXAMPLE: usize = 50;

fn errors(report: &Report, costs: &[Cost]) -> Grid {
    let mut head =
        vec![Head::left("errors, the most costly first", 30), Head::right("errors", 7), Head::right("points", 7)];
    if report.is_comparison {
        head.extend([Head::right("second", 7), Head::right("points", 7)]);
    } else {
        head.push(Head::left("for example: gold → predicted", 1));
    }
    let row = |cost: &Cost| {
        let mut cells = vec![format!("{}: {}", cost.layer.layer.name(), cost.kind.name())];
        for (prediction, toll) in cost.tolls.iter().enumerate() {
            cells.extend([toll.errors.to_string(), percent(Some(cost.share(prediction)))]);
        }
        if !report.is_comparison {
            let sketch = &cost.tolls[0].example.1;
            let cut: String = sketch.chars().take(EXAMPLE).collect();
            cells.push(if cut == *sketch { cut } else { cut.trim_end().to_owned() + "…" });
        }
        cells
    };
    Grid { head, rows: costs.iter().map(row).collect() }
}

/// A label, or that there is no name.
fn label_name(label: Option<Label>) -> &'static str {
    label.map_or("none", Label::name)
}

fn confusion(report: &Report) -> Grid {
    let occurs =
        |label: &Option<Label>| report.confusion.keys().any(|(gold, predicted)| gold == label || predicted == label);
    let labels = Label::ALL.into_iter().map(Some).chain([None]);
    let labels: Vec<Option<Label>> = labels.filter(occurs).collect();
    let mut head = vec![Head::left("gold label ↓, predicted →", 30)];
    head.extend(labels.iter().map(|&label| Head::right(label_name(label), 5)));
    let row = |&gold: &Option<Label>| {
        let cell = |&predicted: &Option<Label>| match report.confusion.get(&(gold, predicted)) {
            Some(n) => n.to_string(),
            None if (gold, predicted) == (None, None) => String::new(),
            None => "·".to_owned(),
        };
        std::iter::once(label_name(gold).to_owned()).chain(labels.iter().map(cell)).collect()
    };
    Grid { head, rows: labels.iter().map(row).collect() }
}

fn reliability(report: &Report) -> Grid {
    let head =
        vec![Head::left("scores", 30), Head::right("items", 9), Head::right("score", 7), Head::right("right", 7)];
    let mut rows = Vec::new();
    for scores in &report.reliability {
        for (tenth, bin) in scores.bins.iter().enumerate().filter(|(_, bin)| bin.items > 0) {
            let name = format!("{} {:.1}–{:.1}", scores.of, tenth as f64 / 10.0, (tenth + 1) as f64 / 10.0);
            rows.push(vec![name, bin.items.to_string(), percent(bin.score()), percent(bin.share_right())]);
        }
        let items: usize = scores.bins.iter().map(|bin| bin.items).sum();
        let name = format!("{}, mean distance", scores.of);
        rows.push(vec![name, items.to_string(), percent(scores.error()), String::new()]);
    }
    Grid { head, rows }
}

/// Everything by name: layer, measure, number. Full precision; nothing over nothing is `null`.
pub fn json(report: &Report) -> Map<String, Value> {
    let layers = report.layers.iter().map(|layer| {
        let mut measures = Map::from_iter([("articles".to_owned(), json!(layer.articles))]);
        measures.extend(layer.lines.iter().map(|line| (line.key.to_owned(), line_json(line))));
        (layer.layer.name().to_owned(), Value::Object(measures))
    });
    let mut object: Map<String, Value> = layers.collect();
    object.insert("errors".to_owned(), costs(report).iter().map(cost_json).collect());
    if !report.is_comparison {
        object.insert("confusion".to_owned(), confusion_json(report));
        let bins = |scores: &super::Reliability| {
            let bin = |(tenth, bin): (usize, &super::Bin)| {
                json!({
                    "from": tenth as f64 / 10.0, "to": (tenth + 1) as f64 / 10.0, "items": bin.items,
                    "right": bin.right, "score": bin.score(),
                })
            };
            let bins: Vec<Value> = scores.bins.iter().enumerate().map(bin).collect();
            (scores.of.to_owned(), json!({"distance": scores.error(), "bins": bins}))
        };
        object.insert("reliability".to_owned(), Value::Object(report.reliability.iter().map(bins).collect()));
    }
    object
}

fn cost_json(cost: &Cost) -> Value {
    let toll = |prediction: usize| {
        let toll = &cost.tolls[prediction];
        let example = json!({"id": toll.example.0, "sketch": toll.example.1});
        json!({"errors": toll.errors, "items": toll.items(), "f1": cost.share(prediction), "example": example})
    };
    let mut object = Map::new();
    object.insert("layer".to_owned(), json!(cost.layer.layer));
    object.insert("kind".to_owned(), json!(cost.kind));
    if let Value::Object(first) = toll(0) {
        object.extend(first);
    }
    if cost.tolls.len() > 1 {
        object.insert("second".to_owned(), toll(1));
    }
    Value::Object(object)
}

fn confusion_json(report: &Report) -> Value {
    let mut object = Map::new();
    for (&(gold, predicted), &n) in &report.confusion {
        let row = object.entry(label_name(gold)).or_insert_with(|| json!({}));
        row[label_name(predicted)] = json!(n);
    }
    Value::Object(object)
}

fn line_json(line: &Line) -> Value {
    let mut object = measure_json(line.score, line.interval, line.support);
    if let Some(second) = line.second {
        object.insert("second".to_owned(), Value::Object(measure_json(second.score, second.interval, second.support)));
        let difference = json!({"f1": second.difference, "interval": second.difference_interval, "p": second.p});
        object.insert("difference".to_owned(), difference);
    }
    Value::Object(object)
}

fn measure_json(score: Score, interval: Interval, support: Support) -> Map<String, Value> {
    // Whole numbers as such; only shares keep a point.
    let number = |n: f64| if n.fract() == 0.0 { json!(n as u64) } else { json!(n) };
    let pairs = [
        ("precision", json!(score.precision)),
        ("recall", json!(score.recall)),
        ("f1", json!(score.f1)),
        ("interval", json!(interval)),
        ("right", support.right.map_or(Value::Null, number)),
        ("predicted", number(support.predicted)),
        ("gold", number(support.gold)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
