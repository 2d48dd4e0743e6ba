//! What a run was made of and what came out: `manifest.json`, written first and completed last.

use crate::error::{Error, Kind, Result};
use crate::input::article::Fields;
use crate::input::sources::Inventory;
use crate::record::FORMAT;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file's name in the output folder.
pub const NAME: &str = "manifest.json";

/// The manifest of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `copydesk`.
    pub program: String,
    /// Of the program.
    pub version: String,
    /// Of the record format.
    pub format: u32,
    /// The model; `None` when no stage needs one.
    pub model: Option<ModelId>,
    /// What shapes the output.
    pub settings: Settings,
    /// What is read.
    pub input: Inventory,
    /// How far it is.
    pub status: Status,
    /// What came out.
    pub counts: Counts,
    /// Articles that were already there when the last session began; 0 for a run in one go.
    pub resumed_at: u64,
    /// How long the last session took, in seconds.
    pub seconds: f64,
}

/// Which model, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelId {
    /// As its `config.json` says.
    pub name: String,
    /// SHA-256 over its files.
    pub sha256: String,
}

/// Settings that shape the output; another value means another run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The layers that are written.
    pub stages: Vec<String>,
    /// The annotation scheme.
    pub scheme: String,
    /// The number format of the network.
    pub precision: String,
    /// The fields of input objects.
    pub fields: Fields,
    /// Bytes of text beyond which an article is an error.
    pub max_article: usize,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Begun; still there after a kill.
    Running,
    /// Stopped on request; the same command goes on.
    Stopped,
    /// All input is done.
    Complete,
}

/// What came out of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Articles annotated.
    pub articles: u64,
    /// Articles and sources that failed.
    pub errors: u64,
    /// Words by white space.
    pub words: u64,
    /// Items of each layer.
    pub sentences: u64,
    /// Names.
    pub entities: u64,
    /// Chains.
    pub chains: u64,
    /// Quotes.
    pub quotes: u64,
}

impl Counts {
    /// One article: its text and the numbers of its sentences, entities, chains and quotes.
    pub fn of(text: &str, [sentences, entities, chains, quotes]: [usize; 4]) -> Self {
        Self {
            articles: 1,
            errors: 0,
            words: text.split_whitespace().count() as u64,
            sentences: sentences as u64,
            entities: entities as u64,
            chains: chains as u64,
            quotes: quotes as u64,
        }
    }

    /// One error.
    pub fn error() -> Self {
        Self { errors: 1, ..Self::default() }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.articles += other.articles;
        self.errors += other.errors;
        self.words += other.words;
        self.sentences += other.sentences;
        self.entities += other.entities;
        self.chains += other.chains;
        self.quotes += other.quotes;
    }
}

impl Manifest {
    /// The manifest of a run that begins.
    pub fn new(model: Option<ModelId>, settings: Settings, input: Inventory) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            format: FORMAT,
            model,
            settings,
            input,
            status: Status::Running,
            counts: Counts::default(),
            resumed_at: 0,
            seconds: 0.0,
        }
    }

    /// The manifest in an output folder; `None` when there is none.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it cannot be read or is not one of ours.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(NAME);
        let text = match std::fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|e| Error::new(Kind::Io, format!("cannot read {}", path.display())).with(e))?,
        };
        serde_json::from_str(&text).map(Some).map_err(|e| {
            Error::new(
                Kind::Usage,
                format!("{} is no manifest of this program (--restart starts over)", path.display()),
            )
            .with(e)
        })
    }

    /// Removes the manifest of an output folder, if there is one.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn remove(folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::new(Kind::Io, format!("cannot remove {}", path.display())).with(e))
            }
            _ => Ok(()),
        }
    }

    /// Writes it whole or not at all.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn write(&self, folder: &Path) -> Result<()> {
        let (path, part) = (folder.join(NAME), folder.join(".manifest.json.part"));
        let io = |e: std::io::Error| Error::new(Kind::Io, format!("cannot write {}", path.display())).with(e);
        let mut text = serde_json::to_string_pretty(self).map_err(|e| io(e.into()))?;
        text.push('\n');
        std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, &path)).map_err(io)
    }

    /// What keeps this run from going on where `earlier` stopped, in words; empty when nothing does.
    pub fn differences(&self, earlier: &Self) -> Vec<String> {
        let mut list = Vec::new();
        let mut compare = |what: &str, before: String, now: String| {
            if before != now {
                list.push(format!("{what}: was {before}, is {now}"));
            }
        };
        let model =
            |m: &Option<ModelId>| m.as_ref().map_or("none".into(), |m| format!("{} ({:.12})", m.name, m.sha256));
        compare("version", earlier.version.clone(), self.version.clone());
        compare("format", earlier.format.to_string(), self.format.to_string());
        compare("model", model(&earlier.model), model(&self.model));
        let (a, b) = (&earlier.settings, &self.settings);
        compare("--stages", a.stages.join(","), b.stages.join(","));
        compare("--scheme", a.scheme.clone(), b.scheme.clone());
        compare("--precision", a.precision.clone(), b.precision.clone());
        compare("--text-field", a.fields.text.clone(), b.fields.text.clone());
        compare("--id-field", a.fields.id.clone(), b.fields.id.clone());
        compare("--max-article", a.max_article.to_string(), b.max_article.to_string());
        let input = |i: &Inventory| format!("{} files of {} bytes ({:.12})", i.files, i.bytes, i.sha256);
        compare("input (names, sizes, times of change)", input(&earlier.input), input(&self.input));
        list
    }
}
