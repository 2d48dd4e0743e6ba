//! CoNLL-2003 columns: the word first, the tag last, a blank line between sentences (Tjong Kim Sang and De Meulder 2003).
//!
//! `-DOCSTART-` stands before each document; WikiGold has it behind them, which comes to the same.

use super::Options;
use super::blocks::{Block, Flaw};
use super::draft::{Draft, hull};
use super::layout::lay_out;
use super::tags;

const MARK: &str = "-DOCSTART-";

pub(super) fn begins(line: &[u8]) -> bool {
    line.starts_with(MARK.as_bytes())
}

/// A token with its tag and line.
struct Row<'b> {
    line: u64,
    word: &'b str,
    tag: &'b str,
}

/// The document in a block, or `None` when there is only its mark.
///
/// # Errors
/// A line without a word or a tag, with another number of columns than those before, or with a tag or label not known.
pub(super) fn read(block: &Block, options: &Options) -> Result<Option<Draft>, Flaw> {
    let sentences = sentences(block)?;
    if sentences.is_empty() {
        return Ok(None);
    }
    let words: Vec<Vec<&str>> = sentences.iter().map(|s| s.iter().map(|row| row.word).collect()).collect();
    let layout = lay_out(&words);
    let mut draft = Draft { text: layout.text, encoding: block.encoding, ..Draft::default() };
    for (sentence, places) in sentences.iter().zip(&layout.tokens) {
        draft.sentences.extend(hull(places));
        let tags: Vec<&str> = sentence.iter().map(|row| row.tag).collect();
        let names = tags::names(&tags, options.tagging).map_err(|(i, why)| Flaw::at(sentence[i].line, why))?;
        for (tokens, label) in names {
            let label = options.labels.get(label).map_err(|why| Flaw::at(sentence[tokens.start].line, why))?;
            draft.entities.extend(hull(&places[tokens]).zip(label));
        }
    }
    // Few corpora in this form have their sentences cut by hand; CoNLL-2003 has not.
    draft.layers(&["entities"]);
    Ok(Some(draft))
}

fn sentences(block: &Block) -> Result<Vec<Vec<Row<'_>>>, Flaw> {
    let mut sentences: Vec<Vec<Row<'_>>> = Vec::new();
    let (mut fresh, mut width) = (true, None);
    for (number, line) in block.lines() {
        if line.trim().is_empty() || line.starts_with(MARK) {
            fresh = true;
            continue;
        }
        let columns = columns(line);
        let &[word, .., tag] = &columns[..] else {
            return Err(Flaw::at(number, "a word and its tag are wanted, with blanks or tabs between the columns"));
        };
        if word.trim().is_empty() {
            return Err(Flaw::at(number, "the first column, the word, is empty"));
        }
        let &mut (first, wide) = width.get_or_insert((number, columns.len()));
        if wide != columns.len() {
            let message = format!("{} columns, where line {first} has {wide}; one of the two is wrong", columns.len());
            return Err(Flaw::at(number, message));
        }
        if std::mem::take(&mut fresh) {
            sentences.push(Vec::new());
        }
        if let Some(sentence) = sentences.last_mut() {
            sentence.push(Row { line: number, word, tag });
        }
    }
    Ok(sentences)
}

/// The columns of a line: between tabs where it has one, so that cells may be empty, else between blanks.
///
/// A word may hold other white space, as the no-break spaces of "10\u{a0}000".
pub(super) fn columns(line: &str) -> Vec<&str> {
    if line.contains('\t') {
        line.split('\t').map(str::trim_ascii).collect()
    } else {
        line.split_ascii_whitespace().collect()
    }
}
