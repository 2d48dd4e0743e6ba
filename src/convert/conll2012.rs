//! CoNLL-2012 columns: coreference in the last one (Pradhan et al. 2012), and names where they are annotated.
//!
//! Two forms: that of the shared task (document, part, number, word, part of speech, parse, lemma, frame set, sense,
//! speaker, names, predicates …, coreference), and the short one of the scorers and of GUM (number, word, coreference).

use super::Options;
use super::blocks::{Block, Flaw};
use super::brackets::Pairing;
use super::conll2003::columns;
use super::draft::{Draft, DraftChain, hull};
use super::layout::lay_out;
use crate::span::Span;
use std::collections::BTreeMap;

/// The column of names in the long form.
const NAMES: usize = 10;

pub(super) fn begins(line: &[u8]) -> bool {
    directive(line, b"begin document")
}

/// Whether a line is `#begin document`, `# begin document` …
fn directive(line: &[u8], name: &[u8]) -> bool {
    line.strip_prefix(b"#").is_some_and(|rest| rest.trim_ascii_start().starts_with(name))
}

struct Row<'b> {
    line: u64,
    word: &'b str,
    names: &'b str,
    chains: &'b str,
}

/// The document in a block, or `None` when there is no token in it.
///
/// # Errors
/// Lines that are no rows, brackets that do not pair, a label not known, a document that does not end.
pub(super) fn read(block: &Block, options: &Options) -> Result<Option<Draft>, Flaw> {
    let Some(Document { id, sentences, short }) = document(block)? else { return Ok(None) };
    let words: Vec<Vec<&str>> = sentences.iter().map(|s| s.iter().map(|row| row.word).collect()).collect();
    let layout = lay_out(&words);
    let places: Vec<Span> = layout.tokens.iter().flatten().copied().collect();
    let rows: Vec<&Row<'_>> = sentences.iter().flatten().collect();
    let mut draft = Draft { id, text: layout.text, encoding: block.encoding, ..Draft::default() };
    if !short {
        draft.sentences.extend(layout.tokens.iter().flat_map(|row| hull(row)));
    }

    let mut chains = Pairing::default();
    for (token, row) in rows.iter().enumerate() {
        if row.names.contains('(') {
            let (label, last) = name(&rows, token).map_err(|why| Flaw::at(row.line, why))?;
            let label = options.labels.get(label).map_err(|why| Flaw::at(row.line, why))?;
            draft.entities.extend(hull(&places[token..=last]).zip(label));
        }
        if !matches!(row.chains, "" | "-" | "_" | "*") {
            chains.read(row.chains, token, row.line, |id| id).map_err(|why| Flaw::at(row.line, why))?;
        }
    }
    let mut by_id: BTreeMap<&str, DraftChain> = BTreeMap::new();
    for pair in chains.finish().map_err(|(line, why)| Flaw::at(line, why))? {
        by_id
            .entry(pair.content)
            .or_default()
            .mentions
            .extend(hull(&places[pair.first..=pair.last]).map(|span| (span, None)));
    }
    draft.chains.extend(by_id.into_values());
    // The file does not tell whether its sentences were cut by hand. "*" in the names' column says that there are none here.
    let named = rows.iter().any(|row| row.names.contains(['*', '(']));
    draft.layers(if named { &["entities", "chains"] } else { &["chains"] });
    Ok(Some(draft))
}

/// The label of the name that begins at a token, and its last token: `(PERSON*`, `*`, `*)` or `(GPE)`.
fn name<'b>(rows: &[&Row<'b>], token: usize) -> Result<(&'b str, usize), String> {
    let cell = rows[token].names;
    let label = cell.trim_matches(['(', '*', ')']);
    if cell.ends_with(')') {
        return Ok((label, token));
    }
    match (token + 1..rows.len()).find(|&t| rows[t].names.contains(['(', ')'])) {
        Some(last) if !rows[last].names.contains('(') => Ok((label, last)),
        _ => Err(format!("the name {cell:?} is opened here and never closed")),
    }
}

struct Document<'b> {
    id: Option<String>,
    sentences: Vec<Vec<Row<'b>>>,
    /// Three columns, and no sentences.
    short: bool,
}

fn document(block: &Block) -> Result<Option<Document<'_>>, Flaw> {
    let mut found = Document { id: None, sentences: Vec::new(), short: false };
    let (mut fresh, mut ended, mut begun) = (true, false, None);
    for (number, line) in block.lines() {
        if begins(line.as_bytes()) {
            (found.id, begun) = (id(line), Some(number));
        } else if directive(line.as_bytes(), b"end document") {
            ended = true;
        } else if line.trim().is_empty() {
            fresh = true;
        } else if begun.is_none() || ended {
            return Err(Flaw::at(
                number,
                "a row outside of any document; \"#begin document (NAME); part 000\" begins one",
            ));
        } else {
            let (row, short) = row(number, line)?;
            found.short |= short;
            if std::mem::take(&mut fresh) {
                found.sentences.push(Vec::new());
            }
            if let Some(sentence) = found.sentences.last_mut() {
                sentence.push(row);
            }
        }
    }
    match begun {
        Some(line) if !ended => Err(Flaw::at(line, "this document has no \"#end document\" (is the file cut short?)")),
        _ => Ok((!found.sentences.is_empty()).then_some(found)),
    }
}

/// A row, and whether it is of the short form.
fn row(line: u64, text: &str) -> Result<(Row<'_>, bool), Flaw> {
    let columns = columns(text);
    match columns[..] {
        [_, word, _] | [_, _, _, word, ..] if word.trim().is_empty() => {
            Err(Flaw::at(line, "the column of the word is empty"))
        }
        [_, word, chains] => Ok((Row { line, word, names: "", chains }, true)),
        [_, _, _, word, .., chains] if columns.len() > NAMES + 1 => {
            Ok((Row { line, word, names: columns[NAMES], chains }, false))
        }
        _ => {
            let message =
                format!("{} columns, where CoNLL-2012 has 12 or more, or 3 (number, word, chains)", columns.len());
            Err(Flaw::at(line, message))
        }
    }
}

/// `#begin document (NAME); part 002` is `NAME/2`, and the first part is `NAME`.
fn id(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('(')?;
    let (name, rest) = rest.rsplit_once(')')?;
    let part = rest.rsplit(' ').next().and_then(|n| n.trim().parse::<u32>().ok());
    match part {
        _ if name.is_empty() => None,
        None | Some(0) => Some(name.to_owned()),
        Some(part) => Some(format!("{name}/{part}")),
    }
}
