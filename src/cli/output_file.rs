//! A file that a command writes, which is there when all of it is.

use anyhow::{Context, Result};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Where the output goes.
///
/// A link stays one; what is no file (a pipe, a device) is written to as it stands, never replaced.
pub(super) struct OutputFile {
    path: PathBuf,
}

impl OutputFile {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()) }
    }

    /// Whether it is this file.
    pub(super) fn is(&self, other: &Path) -> bool {
        other.canonicalize().is_ok_and(|other| other == self.path)
    }

    /// Lets `write` write all of it; when that fails, a file keeps what was in it.
    pub(super) fn write<T>(&self, write: impl FnOnce(File) -> Result<T>) -> Result<T> {
        let is_replaced = !self.path.exists() || self.path.is_file();
        let to = if is_replaced { self.path.with_added_extension("part") } else { self.path.clone() };
        let cannot = |path: &Path| format!("cannot write {}", path.display());
        let written = write(File::create(&to).with_context(|| cannot(&to))?);
        match &written {
            Ok(_) if is_replaced => std::fs::rename(&to, &self.path).with_context(|| cannot(&self.path))?,
            Err(_) if is_replaced => std::fs::remove_file(&to).with_context(|| cannot(&to))?,
            _ => {}
        }
        written
    }
}
