//! What a prediction has wrong, item by item: the lines of `--errors` and the table of kinds.

use super::Layer;
use crate::record::Record;
use crate::span::{Offsets, Span};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What sort of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultKind {
    /// Gold has it, the prediction has nothing there.
    Missed,
    /// The prediction has it, gold has nothing there.
    Invented,
    /// Found, with another start or end.
    Boundary,
    /// A name with another label.
    Label,
    /// A quote of another kind.
    Kind,
    /// A quote with another cue, or without the one it has.
    Cue,
    /// A quote of another speaker, of none, or of one where there is none.
    Speaker,
    /// One sentence or chain made several.
    Split,
    /// Several sentences or chains made one.
    Merged,
}

impl FaultKind {
    /// Its name in JSON and in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Invented => "invented",
            Self::Boundary => "boundary",
            Self::Label => "label",
            Self::Kind => "kind",
            Self::Cue => "cue",
            Self::Speaker => "speaker",
            Self::Split => "split",
            Self::Merged => "merged",
        }
    }
}

/// One error of a prediction (`crate::Error` is what goes wrong in the program).
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What sort.
    pub kind: FaultKind,
    /// How many items of gold and prediction it spoils, of those that the layer's measure of errors counts: one for
    /// what is missed or invented, two for a pair; a pair that is wrong in several ways shares them out.
    pub cost: f64,
    /// The gold side.
    pub gold: Option<Item>,
    /// The predicted side.
    pub predicted: Option<Item>,
}

/// One side of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it stands (bytes).
    pub span: Span,
    /// What it is: a key and its value.
    pub is: Option<(&'static str, Cow<'static, str>)>,
}

impl Item {
    /// A span with what it is.
    pub(super) fn new(span: Span, key: &'static str, is: impl Into<Cow<'static, str>>) -> Self {
        Self { span, is: Some((key, is.into())) }
    }

    fn json(&self, text: &str, offsets: &Offsets) -> Value {
        let mut object = Map::new();
        let Span { start, end } = offsets.span_to_chars(self.span);
        object.insert("start".to_owned(), json!(start));
        object.insert("end".to_owned(), json!(end));
        object.insert("text".to_owned(), json!(self.span.of(text)));
        if let Some((key, is)) = &self.is {
            object.insert((*key).to_owned(), json!(is));
        }
        Value::Object(object)
    }
}

impl Fault {
    /// Something wrong with a pair, or with one side only.
    pub(super) fn new(kind: FaultKind, cost: f64, gold: Option<Item>, predicted: Option<Item>) -> Self {
        Self { kind, cost, gold, predicted }
    }

    pub(super) fn missed(gold: Item) -> Self {
        Self::new(FaultKind::Missed, 1.0, Some(gold), None)
    }

    pub(super) fn invented(predicted: Item) -> Self {
        Self::new(FaultKind::Invented, 1.0, None, Some(predicted))
    }

    /// The error as one JSON object, offsets in code points (`offsets` are those of gold's text).
    pub fn json(&self, layer: Layer, gold: &Record, offsets: &Offsets) -> Value {
        let side = |item: &Option<Item>| item.as_ref().map(|item| item.json(&gold.text, offsets));
        json!({
            "id": gold.id, "layer": layer, "kind": self.kind, "cost": self.cost,
            "gold": side(&self.gold), "predicted": side(&self.predicted),
            "context": self.span().map(|span| context(&gold.text, span)),
        })
    }

    /// What it looks like, in a few words: "gold → predicted".
    pub(super) fn sketch(&self, text: &str) -> String {
        let side = |item: &Option<Item>| {
            let Some(item) = item else { return "–".to_owned() };
            let words = short(item.span.of(text), SKETCH);
            item.is.as_ref().map_or_else(|| words.clone(), |(_, is)| format!("{words} ({})", short(is, SKETCH)))
        };
        format!("{} → {}", side(&self.gold), side(&self.predicted))
    }

    fn span(&self) -> Option<Span> {
        self.gold.as_ref().or(self.predicted.as_ref()).map(|item| item.span)
    }
}

/// Code points of a side in a sketch.
const SKETCH: usize = 24;
/// Code points of context on either side.
const CONTEXT: usize = 40;

/// The text on one line, with an ellipsis in the middle when it is longer than `most` code points.
fn short(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    if chars.len() <= most {
        return chars.into_iter().collect();
    }
    let half = (most - 1) / 2;
    let part = |chars: &[char]| chars.iter().collect::<String>();
    format!("{}…{}", part(&chars[..half]).trim_end(), part(&chars[chars.len() - half..]).trim_start())
}

/// The span with what stands around it, the span between brackets.
fn context(text: &str, span: Span) -> String {
    let before = text[..span.start].char_indices().rev().take(CONTEXT).last().map_or(span.start, |(i, _)| i);
    let after = text[span.end..].char_indices().nth(CONTEXT).map_or(text.len(), |(i, _)| span.end + i);
    format!("{}[{}]{}", &text[before..span.start], span.of(text), &text[span.end..after])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_is_short_and_context_shows_the_place() {
        let text = "é".repeat(60) + "Ann Lee" + &"é".repeat(60);
        let span = Span::new(120, 127);
        let sides = "é".repeat(40);
        assert_eq!(context(&text, span), format!("{sides}[Ann Lee]{sides}"));
        assert_eq!(context("Ann", Span::new(0, 3)), "[Ann]");
        let fault = Fault::missed(Item::new(span, "label", "PER"));
        assert_eq!(fault.sketch(&text), "Ann Lee (PER) → –");
        assert_eq!(short("a  b\nc", 24), "a b c");
        assert_eq!(short(&"0123456789".repeat(3), 11), "01234…56789");
    }
}
