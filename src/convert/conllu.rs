//! CoNLL-U with coreference in `Entity=` (CorefUD 1.x; GUM).
//!
//! The text is that of `# text`, or else the words apart by blanks but for `SpaceAfter=No`. `# newdoc` begins a document,
//! `# newpar` a line.

use super::Options;
use super::blocks::{Block, Flaw};
use super::brackets::Pairing;
use super::draft::{Draft, DraftChain, majority};
use crate::record::MentionKind;
use crate::span::Span;
use std::collections::BTreeMap;

pub(super) fn begins(line: &[u8]) -> bool {
    line.starts_with(b"# newdoc")
}

/// What the brackets of `Entity=` hold, as `# global.Entity` has it; it holds for the rest of the file.
#[derive(Debug, Default)]
pub(super) struct Header {
    stated: bool,
    /// Places of the entity's id, its type and its head among the parts.
    id: Option<usize>,
    etype: Option<usize>,
    head: Option<usize>,
}

impl Header {
    fn read(&mut self, value: &str) {
        let place = |names: &[&str]| value.split('-').position(|part| names.contains(&part));
        // The second names are those of GUM before CorefUD.
        *self = Self {
            stated: true,
            id: place(&["eid", "GRP"]),
            etype: place(&["etype", "entity"]),
            head: place(&["head"]),
        };
    }
}

/// A word of the tree; empty nodes are none.
struct Word<'b> {
    line: u64,
    id: u32,
    sentence: usize,
    upos: &'b str,
    xpos: &'b str,
    head: u32,
    deprel: &'b str,
    entity: Option<&'b str>,
    span: Span,
}

/// The document in a block, or `None` when there is no word in it.
///
/// # Errors
/// Lines that are no rows, words that `# text` does not have, brackets that do not pair, a type not known.
pub(super) fn read(block: &Block, options: &Options, header: &mut Header) -> Result<Option<Draft>, Flaw> {
    let mut document = Document::default();
    let mut sentence = Sentence::default();
    let mut fresh = false;
    for (number, line) in block.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            let (key, value) = comment.split_once('=').unwrap_or((comment, ""));
            let (key, value) = (key.trim(), value.trim());
            match key {
                "newdoc id" => document.draft.id = Some(value.to_owned()).filter(|id| !id.is_empty()),
                "newpar" | "newpar id" => fresh = true,
                "text" => sentence.text = Some((number, value)),
                "global.Entity" => header.read(value),
                _ => {
                    if let Some(key) = key.strip_prefix("meta::") {
                        document.draft.meta.insert(key.to_owned(), value.into());
                    }
                }
            }
        } else if line.trim().is_empty() && !sentence.rows.is_empty() {
            document.add(std::mem::take(&mut sentence), std::mem::take(&mut fresh))?;
        } else if !line.trim().is_empty() {
            sentence.rows.push(row(number, line)?);
        }
    }
    document.add(sentence, fresh)?;
    let Document { mut draft, words, .. } = document;
    draft.encoding = block.encoding;
    if words.is_empty() {
        return Ok(None);
    }
    draft.chains = chains(&words, options, header)?;
    let annotated = header.stated || words.iter().any(|w| w.entity.is_some());
    draft.layers(if annotated { &["sentences", "chains"] } else { &["sentences"] });
    Ok(Some(draft))
}

/// A row as it stands.
struct Row<'b> {
    line: u64,
    /// The number of a word, the first and last of a multiword token, or neither: an empty node.
    id: Id,
    form: &'b str,
    columns: Vec<&'b str>,
}

enum Id {
    Word(u32),
    Token(u32),
    Empty,
}

fn row(line: u64, text: &str) -> Result<Row<'_>, Flaw> {
    let columns: Vec<&str> = text.split('\t').collect();
    let &[id, form, _, _, _, _, _, _, _, _] = &columns[..] else {
        let message = format!("{} columns, where CoNLL-U has 10 with tabs between them", columns.len());
        return Err(Flaw::at(line, message));
    };
    let number = |n: &str| n.parse::<u32>().ok();
    let id = match (id.split_once('-'), id.split_once('.')) {
        (Some((first, last)), _) => number(first).and(number(last)).map(Id::Token),
        (_, Some((word, empty))) => number(word).and(number(empty)).map(|_| Id::Empty),
        _ => number(id).map(Id::Word),
    };
    let id = id.ok_or_else(|| Flaw::at(line, format!("{:?} is no number of a word, as 3, 3-4 or 3.1", columns[0])))?;
    if form.is_empty() {
        return Err(Flaw::at(line, "a word without a form"));
    }
    Ok(Row { line, id, form, columns })
}

impl<'b> Row<'b> {
    /// A part of the last column.
    fn misc(&self, key: &str) -> Option<&'b str> {
        self.columns[9].split('|').find_map(|part| part.strip_prefix(key)?.strip_prefix('='))
    }
}

#[derive(Default)]
struct Sentence<'b> {
    rows: Vec<Row<'b>>,
    /// Line and value of `# text`.
    text: Option<(u64, &'b str)>,
}

#[derive(Default)]
struct Document<'b> {
    draft: Draft,
    words: Vec<Word<'b>>,
    /// The last word of the sentence before has `SpaceAfter=No`.
    glued: bool,
}

impl<'b> Document<'b> {
    /// Writes a sentence behind the text so far, on a line of its own when it begins a paragraph.
    fn add(&mut self, sentence: Sentence<'b>, new_line: bool) -> Result<(), Flaw> {
        if sentence.rows.is_empty() {
            return Ok(());
        }
        let text = &mut self.draft.text;
        if !text.is_empty() {
            *text += if new_line {
                "\n"
            } else if self.glued {
                ""
            } else {
                " "
            };
        }
        let start = text.len();
        if let Some((_, whole)) = sentence.text {
            *text += whole;
        }
        let number = self.draft.sentences.len();
        let mut at = start;
        // The multiword token that words lie in: its last word and its span.
        let mut token: Option<(u32, Span)> = None;
        // How far its words have used up its letters.
        let mut used = 0;
        for row in &sentence.rows {
            let inside = match (&row.id, token) {
                (Id::Empty, _) => {
                    let mentions = row.misc("Entity").map_or(0, |cell| cell.matches('(').count());
                    self.draft.left_out.mentions += mentions as u64;
                    continue;
                }
                (Id::Word(id), Some((last, span))) if *id <= last => Some(span),
                _ => None,
            };
            let span = match inside {
                Some(whole) => {
                    let rest = Span::new(used, whole.end);
                    if rest.of(text).starts_with(row.form) {
                        used += row.form.len();
                        Span::new(rest.start, used)
                    } else {
                        whole
                    }
                }
                None => {
                    let span = match sentence.text {
                        Some((line, _)) => place(text, at, row, line)?,
                        None => {
                            *text += if at > start && !self.glued { " " } else { "" };
                            *text += row.form;
                            Span::new(text.len() - row.form.len(), text.len())
                        }
                    };
                    at = span.end;
                    self.glued = row.misc("SpaceAfter") == Some("No");
                    span
                }
            };
            match row.id {
                Id::Token(last) => (token, used) = (Some((last, span)), span.start),
                Id::Word(id) => self.words.push(Word {
                    line: row.line,
                    id,
                    sentence: number,
                    upos: row.columns[3],
                    xpos: row.columns[4],
                    head: row.columns[6].parse().unwrap_or(0),
                    deprel: row.columns[7],
                    entity: row.misc("Entity"),
                    span,
                }),
                Id::Empty => {}
            }
        }
        if let Some((line, _)) = sentence.text
            && !text[at..].trim().is_empty()
        {
            return Err(Flaw::at(line, format!("# text has {:?} behind the last word", text[at..].trim())));
        }
        self.draft.sentences.push(Span::new(start, text.len()));
        Ok(())
    }
}

/// Where a form stands next in `# text`, white space aside.
fn place(text: &str, from: usize, row: &Row<'_>, line: u64) -> Result<Span, Flaw> {
    let rest = text[from..].trim_start();
    let start = text.len() - rest.len();
    if rest.starts_with(row.form) {
        return Ok(Span::new(start, start + row.form.len()));
    }
    let there: String = rest.chars().take(20).collect();
    let message = format!("the word {:?} is not what # text (line {line}) has there: {there:?}", row.form);
    Err(Flaw::at(row.line, message))
}

/// The chains of `Entity=`.
///
/// Parts of a mention with a gap (`e5[1/2]`) are one mention from the first word to the last.
fn chains(words: &[Word<'_>], options: &Options, header: &Header) -> Result<Vec<DraftChain>, Flaw> {
    let Some(first) = words.iter().find(|w| w.entity.is_some()) else { return Ok(Vec::new()) };
    let at = header.id.ok_or_else(|| {
        let message = "no telling which part of Entity= is the id; name eid or GRP in the file's first lines, as \"# global.Entity = eid-etype-head-other\"";
        Flaw::at(first.line, message)
    })?;
    let mut pairing = Pairing::default();
    for (i, word) in words.iter().enumerate() {
        let Some(cell) = word.entity else { continue };
        pairing.read(cell, i, word.line, |content| key(content, at)).map_err(|why| Flaw::at(word.line, why))?;
    }
    let mut found: BTreeMap<&str, Vec<Found<'_>>> = BTreeMap::new();
    for pair in pairing.finish().map_err(|(line, why)| Flaw::at(line, why))? {
        let (id, part, parts) = portion(pair.key);
        if id.is_empty() || pair.content.split('-').nth(at).is_none() {
            let message = format!("({} has no id where # global.Entity has one", pair.content);
            return Err(Flaw::at(words[pair.first].line, message));
        }
        let mentions = found.entry(id).or_default();
        match mentions.iter_mut().rev().find(|open| part > 1 && open.parts == parts) {
            Some(open) => open.last = open.last.max(pair.last),
            None => mentions.push(Found { first: pair.first, last: pair.last, parts, content: pair.content }),
        }
    }
    found.into_values().map(|mentions| chain(words, &mentions, options, header)).collect()
}

struct Found<'b> {
    first: usize,
    last: usize,
    /// In how many parts it stands.
    parts: u32,
    content: &'b str,
}

/// The id, with the part of a mention with a gap. A closing bracket has the parts up to it (`person-1)`) or it alone.
fn key(content: &str, at: usize) -> &str {
    content.split('-').nth(at).unwrap_or(content)
}

/// `e5[2/3]`: the second of three parts of e5.
fn portion(key: &str) -> (&str, u32, u32) {
    let (id, rest) = key.split_once('[').unwrap_or((key, ""));
    let portion = rest.strip_suffix(']').and_then(|rest| rest.split_once('/'));
    let (part, parts) = portion.and_then(|(n, of)| Some((n.parse().ok()?, of.parse().ok()?))).unwrap_or((1, 1));
    (id, part, parts)
}

fn chain(words: &[Word<'_>], mentions: &[Found<'_>], options: &Options, header: &Header) -> Result<DraftChain, Flaw> {
    let mut chain = DraftChain::default();
    let mut labels = Vec::new();
    for found in mentions {
        let inside = &words[found.first..=found.last];
        let part = |place: Option<usize>| place.and_then(|n| found.content.split('-').nth(n)).filter(|p| !p.is_empty());
        if let Some(etype) = part(header.etype) {
            let label = options.labels.get(etype).map_err(|why| Flaw::at(inside[0].line, why))?;
            labels.extend(label);
        }
        let stated =
            part(header.head).and_then(|n| n.parse::<usize>().ok()).and_then(|n| inside.get(n.checked_sub(1)?));
        let kind = kind(stated.unwrap_or_else(|| head(inside)));
        let span = Span::new(inside[0].span.start, inside[inside.len() - 1].span.end);
        chain.mentions.push((span, kind));
    }
    chain.label = majority(labels.into_iter());
    Ok(chain)
}

/// The word that hangs on one outside.
fn head<'w, 'b>(inside: &'w [Word<'b>]) -> &'w Word<'b> {
    let first = &inside[0];
    let last = inside.iter().take_while(|w| w.sentence == first.sentence).last().unwrap_or(first);
    let within = |w: &Word<'_>| w.sentence == first.sentence && (first.id..=last.id).contains(&w.head);
    inside.iter().find(|w| !within(w) && w.deprel != "punct").unwrap_or(first)
}

/// By the part of speech of the head; without one by the words.
fn kind(head: &Word<'_>) -> Option<MentionKind> {
    match head.upos {
        "_" => None,
        "PROPN" => Some(MentionKind::Name),
        "PRON" | "DET" if !matches!(head.xpos, "NN" | "NNS") => Some(MentionKind::Pronoun),
        _ => Some(MentionKind::Nominal),
    }
}
