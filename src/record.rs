//! The annotation record: one article and what was found in it, one JSON line each.
//!
//! `docs/format.md` is the specification; this file is its twin. The structs carry the names and the
//! order of the JSON. In memory every offset counts bytes; [`Record::from_json`] and
//! [`Record::to_json`] convert from and to code points, and nothing else does.

use crate::error::{Error, Kind, Result};
use crate::span::{Offsets, Span};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Keys that the format does not know; they are kept and written again.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// An article with its annotation.
///
/// [`Record::from_json`] and [`Record::to_json`] convert its offsets; so it is not serialised in any other way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Unique within a run.
    pub id: String,
    /// The article as it came; never changed.
    pub text: String,
    /// Whatever else the input carried.
    pub meta: Extra,
    /// The four layers.
    pub annotation: Annotation,
    /// Unknown keys.
    pub extra: Extra,
}

/// [`Record`] as it is read: serde keeps what lies in a flattened struct in memory before it looks at it, and the
/// layers are nearly all of a record.
#[derive(Deserialize)]
struct Line {
    id: String,
    text: String,
    #[serde(default)]
    meta: Extra,
    #[serde(default)]
    sentences: Vec<Sentence>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    chains: Vec<Chain>,
    #[serde(default)]
    quotes: Vec<Quote>,
    #[serde(flatten)]
    extra: Extra,
}

impl From<Line> for Record {
    fn from(line: Line) -> Self {
        let Line { id, text, meta, sentences, entities, chains, quotes, extra } = line;
        Self { id, text, meta, annotation: Annotation { sentences, entities, chains, quotes }, extra }
    }
}

/// The four layers of annotation of one text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// In order, without overlap; only white space between them.
    #[serde(default)]
    pub sentences: Vec<Sentence>,
    /// Names, in order of start, without overlap.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// Who and what the article speaks of.
    #[serde(default)]
    pub chains: Vec<Chain>,
    /// Reported speech and writing, in order of the first span.
    #[serde(default)]
    pub quotes: Vec<Quote>,
}

/// A sentence, heading, byline, dateline or list item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// `E1`, `E2`, … in the order of the text.
    #[serde(default)]
    pub id: String,
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// The text of the span.
    #[serde(default)]
    pub text: String,
    /// What it names.
    pub label: Label,
    /// Calibrated probability, three digits; absent in gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What an entity or a chain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Label {
    /// People, without titles.
    Per,
    /// Organisations, companies, armies, teams.
    Org,
    /// Countries, cities, regions, natural places.
    Loc,
    /// Buildings, bases, airports, roads.
    Fac,
    /// Nationalities, religious and political groups, and adjectives of them.
    Norp,
    /// Products, vehicles, weapons.
    Product,
    /// Dates and times.
    Date,
    /// Amounts with a currency.
    Money,
    /// Events, works, laws, languages, other names.
    Misc,
}

impl Label {
    /// All labels, in the order of the format.
    pub const ALL: [Self; 9] =
        [Self::Per, Self::Org, Self::Loc, Self::Fac, Self::Norp, Self::Product, Self::Date, Self::Money, Self::Misc];

    /// The label as the format spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Per => "PER",
            Self::Org => "ORG",
            Self::Loc => "LOC",
            Self::Fac => "FAC",
            Self::Norp => "NORP",
            Self::Product => "PRODUCT",
            Self::Date => "DATE",
            Self::Money => "MONEY",
            Self::Misc => "MISC",
        }
    }

    /// The label of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }
}

/// All mentions of one person, organisation, place, group or thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// `C1`, `C2`, … in the order of the first mention.
    pub id: String,
    /// What it is.
    pub label: Label,
    /// The longest entity inside its name mentions, else its most specific nominal; `None` with pronouns only.
    #[serde(default)]
    pub name: Option<String>,
    /// In the order of the text.
    #[serde(default)]
    pub mentions: Vec<Mention>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One place where the text speaks of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// The text of the span.
    #[serde(default)]
    pub text: String,
    /// Its form.
    pub kind: MentionKind,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The form of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MentionKind {
    /// Holds a name.
    Name,
    /// A noun phrase without a name.
    Nominal,
    /// Personal, possessive or reflexive.
    Pronoun,
}

/// One report of speech or writing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// `Q1`, `Q2`, … in the order of the text.
    #[serde(default)]
    pub id: String,
    /// By the marks alone.
    pub kind: QuoteKind,
    /// How the marks closed; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<QuoteStatus>,
    /// The content, one or more fragments in order.
    pub spans: Vec<TextSpan>,
    /// The head of the words that signal the report.
    #[serde(default)]
    pub cue: Option<TextSpan>,
    /// The source as it stands in the text.
    #[serde(default)]
    pub speaker: Option<Speaker>,
    /// Calibrated probability, three digits; absent in gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How much of a quote stands in quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuoteKind {
    /// All of it, marks included in the span.
    Direct,
    /// A quoted fragment inside reported content.
    Mixed,
    /// A reported clause that does not itself stand in marks.
    Indirect,
}

/// What became of the closing mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuoteStatus {
    /// It is there.
    Closed,
    /// It is missing; the quote ends with its paragraph.
    Unclosed,
    /// Marks that do not match were paired.
    Repaired,
}

/// A span with its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSpan {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// The text of the span.
    #[serde(default)]
    pub text: String,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

impl TextSpan {
    /// The stretch of `text` at `span` (bytes).
    pub fn new(text: &str, span: Span) -> Self {
        Self { span, text: span.of(text).to_owned(), extra: Extra::new() }
    }
}

/// Who a quote is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    /// Where it stands.
    #[serde(flatten)]
    pub span: Span,
    /// The text of the span.
    #[serde(default)]
    pub text: String,
    /// The chain it belongs to, by id.
    #[serde(default)]
    pub chain: Option<String>,
    /// The name of that chain.
    #[serde(default)]
    pub name: Option<String>,
    /// Calibrated probability, three digits; absent in gold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Speaker {
    /// The speaker at a span (bytes), of a chain if there is one.
    pub fn new(text: &str, span: Span, chain: Option<&Chain>) -> Self {
        Self {
            span,
            text: span.of(text).to_owned(),
            chain: chain.map(|c| c.id.clone()),
            name: chain.and_then(|c| c.name.clone()),
            score: None,
            extra: Extra::new(),
        }
    }
}

/// A score as the format has it: three digits.
pub fn score(probability: f64) -> f64 {
    (probability.clamp(0.0, 1.0) * 1000.0).round() / 1000.0
}

impl Annotation {
    /// Visits every span, with its text where the format gives one; the only place that knows them all.
    ///
    /// # Errors
    /// The first that `f` returns; the spans before it are changed then.
    pub fn map_spans(&mut self, mut f: impl FnMut(&mut Span, Option<&mut String>) -> Result<()>) -> Result<()> {
        for s in &mut self.sentences {
            f(&mut s.span, None)?;
        }
        for e in &mut self.entities {
            f(&mut e.span, Some(&mut e.text))?;
        }
        for m in self.chains.iter_mut().flat_map(|c| &mut c.mentions) {
            f(&mut m.span, Some(&mut m.text))?;
        }
        for q in &mut self.quotes {
            for s in q.spans.iter_mut().chain(&mut q.cue) {
                f(&mut s.span, Some(&mut s.text))?;
            }
            if let Some(s) = &mut q.speaker {
                f(&mut s.span, Some(&mut s.text))?;
            }
        }
        Ok(())
    }
}

impl Record {
    /// A record from one JSON line; offsets become bytes.
    ///
    /// # Errors
    /// [`Kind::Format`] when it is no JSON, lacks a key, or a span lies outside the text or does not
    /// slice to its own `text`.
    pub fn from_json(line: &str) -> Result<Self> {
        let mut record: Self = serde_json::from_str::<Line>(line)
            .map(Self::from)
            .map_err(|e| Error::new(Kind::Format, format!("no annotation record: {e}")))?;
        let text = std::mem::take(&mut record.text);
        let offsets = Offsets::new(&text);
        record.annotation.map_spans(|span, own| {
            let place = |n| {
                offsets.to_bytes(n).ok_or_else(|| {
                    let end = offsets.to_chars(text.len());
                    Error::new(Kind::Format, format!("offset {n} lies outside the text of {end} code points"))
                })
            };
            if span.is_empty() {
                let wrong = if span.start == span.end { "is empty" } else { "ends before it starts" };
                let message = format!("the span {}–{} {wrong}; correct it or leave it out", span.start, span.end);
                return Err(Error::new(Kind::Format, message));
            }
            let bytes = Span::new(place(span.start)?, place(span.end)?);
            if let Some(own) = own {
                let there = bytes.of(&text);
                if own.is_empty() {
                    there.clone_into(own);
                } else if own != there {
                    let message = format!(
                        "the span {}–{} says {own:?}, but the text there is {there:?} (offsets count code points)",
                        span.start, span.end
                    );
                    return Err(Error::new(Kind::Format, message));
                }
            }
            *span = bytes;
            Ok(())
        })?;
        record.text = text;
        record.check()?;
        Ok(record)
    }

    /// Whether quotes have content, chains an id of their own, and scores lie between 0 and 1.
    fn check(&self) -> Result<()> {
        let Annotation { entities, chains, quotes, .. } = &self.annotation;
        let broken = |message: String| Err(Error::new(Kind::Format, format!("article {:?}: {message}", self.id)));
        if let Some(quote) = quotes.iter().find(|q| q.spans.is_empty()) {
            return broken(format!("the quote {:?} has no spans; give it its content or leave it out", quote.id));
        }
        let mut ids = HashSet::new();
        if let Some(chain) = chains.iter().find(|chain| !ids.insert(&chain.id)) {
            return broken(format!("two chains have the id {:?}; ids have to be unique", chain.id));
        }
        let speakers = quotes.iter().filter_map(|q| q.speaker.as_ref()?.score);
        let mut scores =
            entities.iter().filter_map(|e| e.score).chain(quotes.iter().filter_map(|q| q.score)).chain(speakers);
        match scores.find(|score| !(0.0..=1.0).contains(score)) {
            Some(score) => broken(format!("the score {score} does not lie between 0 and 1")),
            None => Ok(()),
        }
    }

    /// The record as one JSON line, without its line end; offsets become code points.
    ///
    /// # Panics
    /// If a span does not lie in the text on character boundaries.
    pub fn to_json(&self) -> String {
        let offsets = Offsets::new(&self.text);
        let mut annotation = self.annotation.clone();
        let mapped = annotation.map_spans(|span, _| {
            *span = offsets.span_to_chars(*span);
            Ok(())
        });
        let view =
            View { id: &self.id, text: &self.text, meta: &self.meta, annotation: &annotation, extra: &self.extra };
        match mapped.map(|()| serde_json::to_string(&view)) {
            Ok(Ok(line)) => line,
            _ => unreachable!("strings, numbers and maps with string keys always serialise"),
        }
    }
}

/// [`Record`] by reference, so that writing does not copy the text.
#[derive(Serialize)]
struct View<'a> {
    id: &'a str,
    text: &'a str,
    meta: &'a Extra,
    #[serde(flatten)]
    annotation: &'a Annotation,
    #[serde(flatten)]
    extra: &'a Extra,
}
