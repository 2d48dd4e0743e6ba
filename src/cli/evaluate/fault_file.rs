//! The file of `--errors`.

use crate::cli::output_file::OutputFile;
use anyhow::{Context, Result, ensure};
use copydesk::score::{ArticleFaults, Layer, LayerReport};
use copydesk::span::Offsets;
use copydesk::{Error, Kind, Record, records};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Gathers errors as JSON lines while articles are scored.
///
/// They wait in a nameless file: which layers are scored is known only when all of gold was read. Lines of articles
/// that do not declare their layers begin with a blank there.
pub(super) struct FaultFile {
    output: OutputFile,
    lines: BufWriter<File>,
}

impl FaultFile {
    /// Nothing is written to `path` yet.
    pub(super) fn new<'a>(path: &Path, mut sides: impl Iterator<Item = &'a PathBuf>) -> Result<Self> {
        let output = OutputFile::new(path);
        let is_side = sides.any(|side| records::file(side).is_ok_and(|side| output.is(&side)));
        ensure!(!is_side, "--errors would write over {}", path.display());
        let lines = tempfile::tempfile().context("no temporary file can be made for --errors")?;
        Ok(Self { output, lines: BufWriter::new(lines) })
    }

    /// The errors of one article.
    pub(super) fn add(&mut self, gold: &Record, faults: &ArticleFaults) -> copydesk::Result<()> {
        let mark = if faults.is_declared { "" } else { " " };
        let offsets = Offsets::new(&gold.text);
        for (layer, faults) in &faults.layers {
            for fault in faults {
                writeln!(self.lines, "{mark}{}", fault.json(*layer, gold, &offsets)).map_err(|e| {
                    Error::new(Kind::Io, "the temporary file of --errors cannot be written; is there space?").with(e)
                })?;
            }
        }
        Ok(())
    }

    /// Writes those that were scored.
    pub(super) fn finish(self, layers: &[LayerReport]) -> Result<()> {
        let mut lines = self.lines.into_inner().context("the temporary file of --errors cannot be written")?;
        lines.rewind()?;
        let in_gold: Vec<Layer> = layers.iter().filter(|l| l.is_in_gold).map(|l| l.layer).collect();
        self.output.write(|file| {
            let mut to = BufWriter::new(file);
            for line in BufReader::new(lines).lines() {
                let line = line?;
                if !line.starts_with(' ') || in_gold.contains(&layer(&line)?) {
                    writeln!(to, "{}", line.trim_start())?;
                }
            }
            Ok(to.flush()?)
        })
    }
}

/// The layer of an error.
fn layer(line: &str) -> Result<Layer> {
    let fault: Value = serde_json::from_str(line)?;
    fault["layer"].as_str().and_then(Layer::from_name).context("an error without layer")
}
