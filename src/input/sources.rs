//! From the arguments of a run to its sources, in an order that is the same everywhere.

use super::{Place, Shape, Source, open::COMPRESSED};
use crate::error::{Error, Kind, Result};
use crate::run::manifest;
use crate::run::output::{ANNOTATIONS, ERRORS};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What a walk finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Something to read.
    Source(Source),
    /// Something that is passed by, and why.
    LeftOut(&'static str),
    /// Something that cannot be read, and why.
    Unreadable(Place, String),
}

/// What a run reads, in numbers: enough to tell whether it has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Inventory {
    /// How many sources.
    pub files: u64,
    /// Their size in bytes, as they lie on the disk; standard input counts nothing.
    pub bytes: u64,
    /// SHA-256 over names, sizes and times of change, in order.
    pub sha256: String,
}

/// Checks that all inputs exist, before anything is read.
///
/// # Errors
/// [`Kind::Usage`] naming the first that does not.
pub fn check(inputs: &[PathBuf]) -> Result<()> {
    match inputs.iter().find(|p| !is_stdin(p) && std::fs::symlink_metadata(p).is_err()) {
        Some(path) => Err(Error::new(Kind::Usage, format!("there is no file or folder {}", path.display()))),
        None => Ok(()),
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All sources of the inputs, in the order of the arguments, folders by the bytes of their names.
///
/// A folder walk follows links, reads `.txt` and `.jsonl` (also `.gz` and `.zst`), and leaves out hidden files,
/// gold sets, the errors of a run, runs in folders below, and what this run writes to `output`. A file that is itself an argument is
/// always read.
pub fn walk(inputs: &[PathBuf], output: Option<&Path>) -> impl Iterator<Item = Found> + Send {
    walk_for(inputs, output, shape)
}

/// The same for other files: `shape` says which files of a folder are read, and how articles lie in them.
pub fn walk_for(
    inputs: &[PathBuf],
    output: Option<&Path>,
    shape: impl Fn(&Path) -> Option<Shape> + Copy + Send + 'static,
) -> impl Iterator<Item = Found> + Send {
    let output = output.and_then(|p| p.canonicalize().ok());
    inputs.iter().flat_map(move |input| -> Box<dyn Iterator<Item = Found> + Send> {
        if is_stdin(input) {
            let source = Source { name: "-".into(), path: None, stem: "-".into(), shape: Shape::Lines };
            Box::new(std::iter::once(Found::Source(source)))
        } else if input.is_dir() {
            Box::new(walk_folder(input.clone(), output.clone(), shape))
        } else {
            let root = input.parent().unwrap_or(Path::new(""));
            let shape = shape(input).unwrap_or(Shape::Unknown);
            Box::new(std::iter::once(Found::Source(source(root, input, shape))))
        }
    })
}

fn walk_folder(
    root: PathBuf,
    output: Option<PathBuf>,
    shape: impl Fn(&Path) -> Option<Shape> + Send,
) -> impl Iterator<Item = Found> + Send {
    let mut entries = walkdir::WalkDir::new(&root).follow_links(true).sort_by_file_name().into_iter();
    std::iter::from_fn(move || {
        loop {
            let entry = match entries.next()? {
                Ok(entry) => entry,
                Err(e) => {
                    let name = shown(e.path().unwrap_or(&root));
                    return Some(Found::Unreadable(Place { source: name, line: None }, walk_error(&e)));
                }
            };
            let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type().is_dir() {
                let written_here = output.as_ref().is_some_and(|o| entry.path().canonicalize().is_ok_and(|p| p == *o));
                if hidden || (written_here && entry.depth() > 0) {
                    entries.skip_current_dir();
                    return Some(Found::LeftOut(if hidden { "hidden" } else { "output of this run" }));
                }
                continue;
            }
            let reason = if hidden {
                Some("hidden")
            } else if output.as_ref().is_some_and(|o| is_output(entry.path(), o)) {
                Some("output of this run")
            } else {
                passed_by(entry.path(), entry.file_type().is_file(), entry.depth())
            };
            return Some(match (reason, shape(entry.path())) {
                (None, Some(shape)) => Found::Source(source(&root, entry.path(), shape)),
                (reason, _) => Found::LeftOut(reason.unwrap_or("of another type")),
            });
        }
    })
}

/// When the output folder is itself an input: what this run writes there is not read.
fn is_output(path: &Path, output: &Path) -> bool {
    let ours = [ANNOTATIONS, ERRORS, manifest::NAME];
    path.parent()
        .and_then(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p }.canonicalize().ok())
        .is_some_and(|p| p == output)
        && path.file_name().is_some_and(|n| ours.iter().any(|o| n == *o))
}

/// Why a file of a walk is not read; `depth` is 1 in the folder that is named itself.
fn passed_by(path: &Path, is_file: bool, depth: usize) -> Option<&'static str> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let plain = COMPRESSED.iter().find_map(|c| name.strip_suffix(&format!(".{c}"))).unwrap_or(&name);
    if !is_file {
        Some("of another type")
    } else if plain == "gold.jsonl" || plain.ends_with(".gold.jsonl") {
        Some("gold")
    } else if plain == ERRORS && path.with_file_name(manifest::NAME).exists() {
        Some("errors of a run")
    } else if plain == ANNOTATIONS && depth > 1 && path.with_file_name(manifest::NAME).exists() {
        // The articles that it was made from are likely to lie beside it; who means it names its folder.
        Some("annotations of a run")
    } else {
        None
    }
}

fn walk_error(error: &walkdir::Error) -> String {
    if let Some(ancestor) = error.loop_ancestor() {
        return format!("this link leads back to {}", ancestor.display());
    }
    match error.io_error().map(std::io::Error::kind) {
        Some(std::io::ErrorKind::NotFound) => "a link that leads nowhere".to_owned(),
        Some(std::io::ErrorKind::PermissionDenied) => "no permission to read it".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// A path as UTF-8; bytes that are none are written as `\xff`, so that no two paths look alike.
fn shown(path: &Path) -> String {
    let chunks = path.as_os_str().as_encoded_bytes().utf8_chunks();
    chunks.map(|c| c.invalid().iter().fold(c.valid().to_owned(), |s, byte| format!("{s}\\x{byte:02x}"))).collect()
}

/// How articles lie in a file of this name; `None` for a type that a walk does not read.
fn shape(path: &Path) -> Option<Shape> {
    match ending(path)?.as_str() {
        "txt" => Some(Shape::Text),
        "jsonl" => Some(Shape::Lines),
        _ => None,
    }
}

/// The ending of a file name in small letters, without that of a compression.
pub(crate) fn ending(path: &Path) -> Option<String> {
    let ending = |p: &Path| p.extension().map(|e| e.to_string_lossy().to_lowercase());
    let end = ending(path)?;
    if COMPRESSED.contains(&end.as_str()) { ending(Path::new(path.file_stem()?)) } else { Some(end) }
}

fn source(root: &Path, path: &Path, shape: Shape) -> Source {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let mut stem = relative.to_path_buf();
    if stem.extension().is_some_and(|e| COMPRESSED.iter().any(|c| e.eq_ignore_ascii_case(c))) {
        stem.set_extension("");
    }
    stem.set_extension("");
    let parts: Vec<_> = stem.iter().map(|p| shown(Path::new(p))).collect();
    Source { name: shown(path), path: Some(path.to_path_buf()), stem: parts.join("/"), shape }
}

/// Walks once, without reading any file, and sums up what is there and what is left out.
///
/// # Errors
/// [`Kind::Usage`] when a file is there twice, or is one that the run writes to `output`: a run that is taken up
/// again could not tell the two apart, or would eat its own input.
pub fn inventory(inputs: &[PathBuf], output: &Path) -> Result<(Inventory, BTreeMap<&'static str, u64>)> {
    let (mut hash, mut sum, mut left_out) = (Sha256::new(), Inventory::default(), BTreeMap::new());
    // Hashes, as in run/ids.rs: archives have millions of files.
    let mut names: HashSet<u64> = HashSet::new();
    let folder = output.canonicalize().ok();
    for found in walk(inputs, Some(output)) {
        if let Found::Source(source) = &found {
            let mut hasher = DefaultHasher::new();
            source.name.hash(&mut hasher);
            if !names.insert(hasher.finish()) {
                return Err(Error::new(Kind::Usage, format!("{} is named twice", source.name)));
            }
            if let (Some(path), Some(folder)) = (&source.path, &folder)
                && is_output(path, folder)
            {
                let message = format!("{} is what this run would write to; name another folder with -o", source.name);
                return Err(Error::new(Kind::Usage, message));
            }
        }
        let (name, path) = match &found {
            Found::Source(source) => (&source.name, source.path.as_deref()),
            Found::Unreadable(place, _) => (&place.source, None),
            Found::LeftOut(reason) => {
                *left_out.entry(*reason).or_default() += 1;
                continue;
            }
        };
        let data = path.and_then(|p| std::fs::metadata(p).ok());
        let size = data.as_ref().map_or(0, std::fs::Metadata::len);
        let changed = data
            .and_then(|d| d.modified().ok())
            .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
            .map_or(0, |d| d.as_nanos());
        hash.update(format!("{}\0{name}\0{size}\0{changed}\n", name.len()));
        sum.files += u64::from(matches!(found, Found::Source(_)));
        sum.bytes += size;
    }
    sum.sha256 = hex(&hash.finalize());
    Ok((sum, left_out))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
