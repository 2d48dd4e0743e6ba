//! The file of `--errors`.

use anyhow::{Context, Result, ensure};
use copydesk::score::{Fault, Layer};
use copydesk::{Error, Kind, Record, records};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes errors as JSON lines while articles are scored.
pub(super) struct FaultFile {
    path: PathBuf,
    lines: BufWriter<File>,
    layers: BTreeSet<Layer>,
}

impl FaultFile {
    /// Creates the file, or empties it.
    pub(super) fn create<'a>(path: &Path, mut sides: impl Iterator<Item = &'a PathBuf>) -> Result<Self> {
        let is_same = |side: &PathBuf| {
            let side = records::file(side).ok().and_then(|side| side.canonicalize().ok());
            side.is_some_and(|side| path.canonicalize().is_ok_and(|path| path == side))
        };
        ensure!(!sides.any(is_same), "--errors would write over {}", path.display());
        let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { path: path.to_owned(), lines: BufWriter::new(file), layers: BTreeSet::new() })
    }

    /// The errors of one article.
    pub(super) fn add(&mut self, gold: &Record, faults: &[(Layer, Vec<Fault>)]) -> copydesk::Result<()> {
        for (layer, faults) in faults.iter().filter(|(_, faults)| !faults.is_empty()) {
            self.layers.insert(*layer);
            for fault in faults {
                writeln!(self.lines, "{}", fault.json(*layer, gold))
                    .map_err(|e| Error::new(Kind::Io, format!("{} cannot be written", self.path.display())).with(e))?;
            }
        }
        Ok(())
    }

    /// Takes out again what is of no layer that was scored: that a layer has no item anywhere in gold is known only
    /// when all of it was read.
    pub(super) fn finish(mut self, scored: &[Layer]) -> Result<()> {
        let failed = || format!("{} cannot be written", self.path.display());
        self.lines.flush().with_context(failed)?;
        if self.layers.iter().all(|layer| scored.contains(layer)) {
            return Ok(());
        }
        let kept = self.path.with_extension("part");
        let mut lines = BufWriter::new(File::create(&kept).with_context(failed)?);
        for line in BufReader::new(File::open(&self.path).with_context(failed)?).lines() {
            let line = line.with_context(failed)?;
            let layer: Value = serde_json::from_str(&line)?;
            let layer = layer["layer"].as_str().and_then(Layer::from_name);
            if layer.is_some_and(|layer| scored.contains(&layer)) {
                writeln!(lines, "{line}").with_context(failed)?;
            }
        }
        lines.flush().with_context(failed)?;
        std::fs::rename(&kept, &self.path).with_context(failed)
    }
}
