//! The network: one encoder that reads a window of text once, and the heads that hang on it.
//!
//! ```text
//! tokens --reading--> pieces and case features --window--> windows --Engine--> numbers for every word
//! ```
//!
//! A model is a folder: `config.json` ([`config`]), `tokenizer.json`, the graph and its weights. Nothing in
//! here knows what a name or a quote is; the stages read that out of the numbers.

pub mod config;
pub mod engine;
pub mod features;
pub mod pairing;
pub mod reading;
pub mod rten;
pub mod weights;
pub mod window;

use crate::error::{Error, Kind, Result};
use crate::input::sources::hex;
use config::{Config, Precision};
use engine::Engine;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tokenizers::Tokenizer;

/// The environment variable that names a model folder.
pub const VARIABLE: &str = "COPYDESK_MODEL";
/// The model's folder inside `models/`.
pub const FOLDER: &str = "copydesk";

/// A model, ready to read.
pub struct Model {
    /// What its `config.json` says.
    pub config: Config,
    /// SHA-256 over the files that it was loaded from.
    pub sha256: String,
    /// The number format that it runs in.
    pub precision: Precision,
    /// What the quote head's anchors are scored with.
    pub pairing: pairing::Pairing,
    tokenizer: Tokenizer,
    engine: Box<dyn Engine>,
}

impl Model {
    /// Loads a model folder; `precision` `None` takes the one that `config.json` recommends.
    ///
    /// # Errors
    /// [`Kind::Model`] naming the file that is missing or wrong.
    pub fn load(folder: &Path, precision: Option<Precision>) -> Result<Self> {
        let config = Config::read(folder)?;
        let precision = precision.unwrap_or(config.precision);
        let path = folder.join("tokenizer.json");
        let mut tokenizer = Tokenizer::from_file(&path)
            .map_err(|e| Error::new(Kind::Model, format!("cannot load {}", path.display())).with(e))?;
        // Nothing may be cut off or filled up behind our back.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| Error::new(Kind::Model, "cannot set up the tokenizer").with(e))?;
        let graph = folder.join(precision.graph());
        let engine = Box::new(rten::Rten::load(&graph, &config)?);
        let pairing = pairing::Pairing::read(&weights::Weights::read(folder)?)?;
        let sha256 = digest(&[folder.join(config::NAME), path, graph, folder.join(config::WEIGHTS)])?;
        Ok(Self { config, sha256, precision, pairing, tokenizer, engine })
    }
}

/// Finds the model folder: `given`, else [`VARIABLE`], else `models/copydesk` beside the program and in the
/// folders above it, else in the current folder.
///
/// # Errors
/// [`Kind::Model`] with all the places that were looked at.
pub fn find(given: Option<&Path>) -> Result<PathBuf> {
    let variable = std::env::var_os(VARIABLE).map(PathBuf::from);
    if let Some((path, how)) = given.map(|p| (p, "--model")).or(variable.as_deref().map(|p| (p, VARIABLE))) {
        if path.join(config::NAME).is_file() {
            return Ok(path.to_path_buf());
        }
        let message = format!("{how} names {}, but there is no {} in it", path.display(), config::NAME);
        return Err(Error::new(Kind::Model, message));
    }
    let program = std::env::current_exe().and_then(|p| p.canonicalize()).unwrap_or_default();
    let places: Vec<PathBuf> = program
        .ancestors()
        .skip(1)
        .chain([Path::new(".")])
        .map(|folder| folder.join("models").join(FOLDER))
        .chain([Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(FOLDER)])
        .collect();
    first(&places)
}

/// The first of the places with a model in it.
fn first(places: &[PathBuf]) -> Result<PathBuf> {
    places.iter().find(|p| p.join(config::NAME).is_file()).cloned().ok_or_else(|| {
        let list: Vec<_> = places.iter().map(|p| format!("  {}", p.display())).collect();
        Error::new(
            Kind::Model,
            format!(
                "no model found; name its folder with --model or {VARIABLE}. These were looked for:\n{}",
                list.join("\n")
            ),
        )
    })
}

/// SHA-256 over the contents of files, in order.
fn digest(paths: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for path in paths {
        let bytes = std::fs::read(path)
            .map_err(|e| Error::new(Kind::Model, format!("cannot read {}", path.display())).with(e))?;
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    Ok(hex(&hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_lists_where_a_model_was_looked_for() {
        let error = first(&["/no/one".into(), "/no/two".into()]).expect_err("no model").chain();
        assert!(error.contains("  /no/one\n  /no/two") && error.contains(VARIABLE), "{error}");
    }
}
