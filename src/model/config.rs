//! `config.json` of a model folder: all that the program has to know of its model.

use crate::error::{Error, Kind, Result};
use crate::record::{FORMAT, Label};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The file's name.
pub const NAME: &str = "config.json";
/// The file with the weights, rounded to fp16, which the graphs refer to.
pub const WEIGHTS: &str = "weights.safetensors";

/// What a model is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Config {
    /// Its name, with its date.
    pub name: String,
    /// The record format that it was made for.
    pub format: u32,
    /// Pieces of a window with `[CLS]` and `[SEP]`, and of the overlap of two.
    pub window: WindowSize,
    /// What the character network sees of a word.
    pub words: Words,
    /// Annotation schemes by name.
    pub schemes: BTreeMap<String, Scheme>,
    /// The heads of the network.
    pub heads: Heads,
    /// The number format to run in, unless the user says otherwise.
    #[serde(default)]
    pub precision: Precision,
}

/// Sizes in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct WindowSize {
    /// Of a window, `[CLS]` and `[SEP]` included.
    pub pieces: usize,
    /// Shared by two neighbours.
    pub overlap: usize,
}

/// What the network sees of a word beside its pieces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Words {
    /// The characters that it knows, in the order of their numbers, from 2.
    pub alphabet: String,
    /// How many characters of a word it looks at.
    pub chars: usize,
}

/// An annotation scheme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Scheme {
    /// Its number for the entity head.
    pub id: i32,
    /// Its number for the quote head.
    pub quotes: i32,
    /// What it takes for one quote.
    pub reports: Reports,
    /// The labels that it uses.
    pub labels: Vec<Label>,
}

impl Scheme {
    /// What the network is told: a number for each head.
    pub const fn numbers(&self) -> [i32; 2] {
        [self.id, self.quotes]
    }
}

/// What a scheme takes for one quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reports {
    /// A stretch between marks, and a clause outside them: the product's scheme.
    Parts,
    /// The content of a report, whatever stands in marks.
    Whole,
    /// A stretch between marks, and nothing else.
    Marked,
}

/// The heads of the network.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Heads {
    /// Names.
    pub entities: EntityHead,
    /// Reports and what stands between quotation marks.
    pub quotes: QuoteHead,
}

/// The entity head.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct EntityHead {
    /// Its output in the graph, `[w, tags]`.
    pub output: String,
    /// `O`, then `B-` and `I-` of each label.
    pub tags: Vec<String>,
    /// From the network's probability p of a span to a calibrated one.
    pub calibration: Calibration,
}

/// The quote head.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct QuoteHead {
    /// Its output in the graph, `[w, 5 + 5 + 3 · 128]`: scores of the cue tags, of what the word is to any cue, and the vectors of the word as what is seen, as
    /// an anchor, and as a closing mark.
    pub output: String,
    /// `O`, then `B-` and `I-` of cues of reports and of other attributions.
    pub cues: Vec<String>,
    /// Of quotes.
    pub calibration: Calibration,
    /// Of their speakers.
    pub speakers: Calibration,
}

/// Logistic calibration: σ(a · logit(p) + b).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Calibration {
    /// Slope.
    pub a: f64,
    /// Offset.
    pub b: f64,
}

impl Calibration {
    /// Leaves probabilities as they are.
    pub const NONE: Self = Self { a: 1.0, b: 0.0 };

    /// The calibrated probability.
    pub fn apply(self, p: f64) -> f64 {
        let p = p.clamp(1e-9, 1.0 - 1e-9);
        1.0 / (1.0 + (-(self.a * (p / (1.0 - p)).ln() + self.b)).exp())
    }
}

/// The number format that the network runs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floating point.
    #[default]
    Fp32,
    /// 8-bit integers in the large products.
    Int8,
}

impl Precision {
    /// The graph's file name.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::Fp32 => "model.onnx",
            Self::Int8 => "model.int8.onnx",
        }
    }

    /// As it is written in flags and in the manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fp32 => "fp32",
            Self::Int8 => "int8",
        }
    }
}

impl Config {
    /// Reads `config.json` of a model folder.
    ///
    /// # Errors
    /// [`Kind::Model`] when it is missing, wrong, or made for another format.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let wrong = |what: &str| Error::new(Kind::Model, format!("{} {what}", path.display()));
        let text = std::fs::read_to_string(&path).map_err(|e| wrong("cannot be read").with(e))?;
        let config: Self = serde_json::from_str(&text).map_err(|e| wrong("is no model configuration").with(e))?;
        if config.format != FORMAT {
            return Err(wrong(&format!("was made for format {}, this program writes {FORMAT}", config.format)));
        }
        let expected = std::iter::once("O".to_owned())
            .chain(Label::ALL.iter().flat_map(|l| [format!("B-{}", l.name()), format!("I-{}", l.name())]));
        if !config.heads.entities.tags.iter().cloned().eq(expected) {
            return Err(wrong("has other tags than O, B-PER, I-PER, … in the order of the format"));
        }
        if config.heads.quotes.cues != ["O", "B-report", "I-report", "B-thought", "I-thought"] {
            return Err(wrong("has other tags of cues than the program knows"));
        }
        if config.window.overlap + 2 >= config.window.pieces {
            return Err(wrong("has windows that do not move"));
        }
        Ok(config)
    }

    /// The scheme of that name.
    ///
    /// # Errors
    /// [`Kind::Usage`] listing the schemes that there are.
    pub fn scheme(&self, name: &str) -> Result<&Scheme> {
        self.schemes.get(name).ok_or_else(|| {
            let list: Vec<&str> = self.schemes.keys().map(String::as_str).collect();
            Error::new(Kind::Usage, format!("the model has no scheme {name:?}; it has {}", list.join(", ")))
        })
    }
}
