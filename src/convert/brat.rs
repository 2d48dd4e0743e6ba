//! brat standoff: annotations in `NAME.ann`, the text in `NAME.txt` (Stenetorp et al. 2012).
//!
//! Text-bound annotations are entities. Those that `*` lines or relations of coreference tie together are mentions of
//! a chain. Events whose type begins with `Attribution` are quotes, as PolNeAR has them.

use super::Options;
use super::blocks::{Block, Flaw};
use super::draft::{Draft, DraftChain, DraftQuote, hull, majority};
use super::groups::groups;
use super::mentions;
use crate::input::decode::decode;
use crate::record::{Label, MentionKind};
use crate::span::{Offsets, Span};
use encoding_rs::Encoding;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What the type of an event that is a quote begins with: PolNeAR has `Attribution-no-source`, too.
const ATTRIBUTION: &str = "Attribution";
/// Labels that name nothing: the parts of attributions, and what PolNeAR's annotators left to talk about.
const PARTS: [&str; 5] = ["Content", "Cue", "Source", "Discuss", "Discard"];

/// A text-bound annotation.
struct Bound<'b> {
    line: u64,
    label: &'b str,
    spans: Vec<Span>,
}

/// The text of an annotation file.
struct Text {
    /// The name of the article where it is another than the annotation file's.
    id: Option<String>,
    text: String,
    encoding: Option<&'static str>,
    /// How offsets count in it, for messages.
    counts: &'static str,
}

/// An event: its type, and the roles and ids of its parts.
struct Event<'b> {
    line: u64,
    name: &'b str,
    trigger: &'b str,
    parts: Vec<(&'b str, &'b str)>,
}

/// The article of an annotation file.
///
/// # Errors
/// No text to it; lines of another form; spans that do not fit the text; a label not known.
pub(super) fn read(block: &Block, path: &Path, options: &Options, limit: usize) -> Result<Option<Draft>, Flaw> {
    let Text { id, text, encoding, counts } = text_of(path, limit)?;
    let lines = lines(block, &text, counts)?;
    let mut draft = Draft { id, encoding, ..Draft::default() };
    for event in lines.events.iter().filter(|e| e.name.starts_with(ATTRIBUTION)) {
        let part = |role: &str| -> Result<Vec<Span>, Flaw> {
            let ids = event.parts.iter().filter(|(r, _)| r.trim_end_matches(|c: char| c.is_ascii_digit()) == role);
            let spans = ids.map(|&(_, id)| Ok(lines.bound(id, event.line)?.spans.clone()));
            Ok(spans.collect::<Result<Vec<_>, Flaw>>()?.concat())
        };
        draft.quotes.push(DraftQuote {
            content: part("Content")?,
            cue: hull(&part("Cue")?),
            source: hull(&part("Source")?),
        });
    }

    let triggers: HashSet<&str> = lines.events.iter().map(|e| e.trigger).collect();
    let mut labels: HashMap<&str, Option<Label>> = HashMap::new();
    for (&id, bound) in lines.bounds.iter().filter(|(id, b)| !triggers.contains(*id) && !PARTS.contains(&b.label)) {
        labels.insert(id, options.labels.get(bound.label).map_err(|why| Flaw::at(bound.line, why))?);
    }
    let mut named = labels.clone();
    let kinds = mentions::Kinds::new(&text);
    for &(one, two, line) in &lines.same {
        lines.bound(one, line).and(lines.bound(two, line))?;
    }
    for group in groups(lines.same.iter().map(|&(one, two, _)| (one, two))) {
        let mut chain = DraftChain::default();
        for &id in &group {
            let Some(span) = hull(&lines.bounds[id].spans) else { continue };
            let kind = kinds.of(span);
            if kind != MentionKind::Name {
                // Who tags coreference tags "she" and "the mayor", too; they name nothing.
                named.remove(id);
            }
            chain.mentions.push((span, Some(kind)));
        }
        chain.label = majority(group.iter().filter_map(|id| labels.get(id).copied().flatten()));
        draft.chains.push(chain);
    }
    for (id, bound) in &lines.bounds {
        let list = if has_gap(&text, &bound.spans) { &mut draft.fragmented } else { &mut draft.entities };
        list.extend(hull(&bound.spans).zip(named.get(id).copied().flatten()));
    }
    draft.text = text;
    Ok(Some(draft))
}

/// Whether there is more than white space between fragments: those of a name that runs over a line end have no more.
fn has_gap(text: &str, spans: &[Span]) -> bool {
    let mut spans = spans.to_vec();
    spans.sort();
    spans.windows(2).any(|pair| text.get(pair[0].end..pair[1].start).is_some_and(|gap| !gap.trim().is_empty()))
}

/// The text to an annotation file: beside it, or in PolNeAR's folder `text` beside
/// the file's own, without the annotator's name behind the last `_`.
fn text_of(path: &Path, limit: usize) -> Result<Text, Flaw> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let beside = path.with_extension("txt");
    let folder = path.parent().unwrap_or(Path::new("")).join("..").join("text");
    let article = stem.rsplit_once('_').map_or(stem.as_str(), |(article, _)| article).to_owned();
    let other = folder.join(format!("{article}.txt"));
    let (found, id): (PathBuf, _) =
        if beside.is_file() || !other.is_file() { (beside, None) } else { (other, Some(article)) };
    let name = found.display();
    let file = std::fs::File::open(&found).map_err(|e| Flaw::whole(format!("its text {name} cannot be read: {e}")))?;
    let mut bytes = Vec::new();
    match file.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Err(e) => return Err(Flaw::whole(format!("its text {name} cannot be read: {e}"))),
        Ok(n) if n > limit => return Err(Flaw::whole(format!("its text {name} has more than {limit} bytes"))),
        Ok(_) => {}
    }
    let (text, encoding) = decode(&bytes).map_err(|why| Flaw::whole(format!("its text {name}: {why}")))?;
    let counts = match Encoding::for_bom(&bytes) {
        None => "offsets count code points",
        Some(_) => {
            "offsets count code points, without the byte order mark that the text begins with: if these count it, take 1 off each"
        }
    };
    Ok(Text { id, text, encoding, counts })
}

/// What a file holds.
#[derive(Default)]
struct Lines<'b> {
    bounds: BTreeMap<&'b str, Bound<'b>>,
    events: Vec<Event<'b>>,
    /// Pairs of ids with one referent, and their line.
    same: Vec<(&'b str, &'b str, u64)>,
}

impl<'b> Lines<'b> {
    fn bound(&self, id: &str, line: u64) -> Result<&Bound<'b>, Flaw> {
        self.bounds.get(id).ok_or_else(|| Flaw::at(line, format!("{id} is no text-bound annotation of this file")))
    }
}

fn lines<'b>(block: &'b Block, text: &str, counts: &str) -> Result<Lines<'b>, Flaw> {
    let offsets = Offsets::new(text);
    let mut found = Lines::default();
    // The surface of a text-bound annotation may run over lines; it is compared when the next annotation begins.
    let mut last: Option<(&str, Vec<&str>)> = None;
    for (number, line) in block.lines() {
        let (id, rest) = line.split_once('\t').unwrap_or((line, ""));
        match id.chars().next().filter(|_| is_id(id)) {
            Some(sort) => {
                compare(text, &found, last.take(), counts)?;
                match sort {
                    'T' => {
                        let (bound, surface) = bound(number, rest, &offsets, counts)?;
                        last = Some((id, vec![surface]));
                        if found.bounds.insert(id, bound).is_some() {
                            return Err(Flaw::at(number, format!("{id} stands in this file twice")));
                        }
                    }
                    'E' => found.events.push(event(number, rest)?),
                    'R' => {
                        let mut parts = rest.split_whitespace();
                        let name = parts.next().unwrap_or("").to_lowercase();
                        let mut targets = parts.filter_map(|p| Some(p.split_once(':')?.1));
                        if name.starts_with("coref") {
                            let (one, two) = targets.next().zip(targets.next()).ok_or_else(|| {
                                Flaw::at(number, "a relation has two parts, as \"Coreference Arg1:T1 Arg2:T2\"")
                            })?;
                            found.same.push((one, two, number));
                        }
                    }
                    '*' => {
                        let ids: Vec<&str> = rest.split_whitespace().skip(1).collect();
                        found.same.extend(ids.windows(2).map(|pair| (pair[0], pair[1], number)));
                    }
                    // Attributes, normalisations and notes.
                    _ => {}
                }
            }
            None => match &mut last {
                Some((_, surface)) => surface.push(line),
                None if line.trim().is_empty() => {}
                None => return Err(Flaw::at(number, "no line of brat standoff (as \"T1<tab>PER 0 7<tab>Ann Lee\")")),
            },
        }
    }
    compare(text, &found, last, counts)?;
    Ok(found)
}

/// `T1`, `E12`, `#3`, `*`.
fn is_id(id: &str) -> bool {
    let mut chars = id.chars();
    let sort = chars.next();
    let number = chars.as_str();
    sort == Some('*') && number.is_empty()
        || sort.is_some_and(|c| "TERAMN#".contains(c))
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
}

/// `LABEL 0 5;9 12`, a tab, and the surface, in the order of the places; offsets count code points.
fn bound<'b>(line: u64, rest: &'b str, offsets: &Offsets<'_>, counts: &str) -> Result<(Bound<'b>, &'b str), Flaw> {
    let (head, surface) = rest.split_once('\t').unwrap_or((rest, ""));
    let wrong = || Flaw::at(line, format!("{head:?} is no label with its places, as \"PER 0 7\" or \"PER 0 3;8 11\""));
    let (label, places) = head.split_once(' ').ok_or_else(wrong)?;
    let mut spans = Vec::new();
    for place in places.split(';') {
        let (start, end) = place.trim().split_once(' ').ok_or_else(wrong)?;
        let (start, end): (usize, usize) = start.parse().ok().zip(end.parse().ok()).ok_or_else(wrong)?;
        let span = offsets.to_bytes(start).zip(offsets.to_bytes(end)).filter(|(start, end)| start < end);
        let outside = || Flaw::at(line, format!("the place {start} {end} is not in the text ({counts})"));
        let (start, end) = span.ok_or_else(outside)?;
        spans.push(Span::new(start, end));
    }
    Ok((Bound { line, label, spans }, surface))
}

/// Checks that a text-bound annotation says what stands in the text, white space aside.
fn compare(text: &str, found: &Lines<'_>, last: Option<(&str, Vec<&str>)>, counts: &str) -> Result<(), Flaw> {
    let Some((id, surface)) = last else { return Ok(()) };
    let bound = &found.bounds[id];
    let squeeze = |parts: &mut dyn Iterator<Item = &str>| -> String { parts.flat_map(str::split_whitespace).collect() };
    let own = squeeze(&mut surface.iter().copied());
    let there = squeeze(&mut bound.spans.iter().map(|s| s.of(text)));
    if own.is_empty() || own == there {
        return Ok(());
    }
    let there: Vec<&str> = bound.spans.iter().map(|s| s.of(text)).collect();
    let message = format!(
        "{id} says {:?}, but the text there is {:?} ({counts}; is it the right text?)",
        surface.join(" "),
        there.join(" ")
    );
    Err(Flaw::at(bound.line, message))
}

/// `Attribution:T4 Content:T3 Cue:T2 Source:T1`.
fn event(line: u64, rest: &str) -> Result<Event<'_>, Flaw> {
    let mut parts = rest.split_whitespace().map(|part| part.split_once(':'));
    let first = parts.next().flatten();
    let parts: Option<Vec<_>> = parts.collect();
    let (Some((name, trigger)), Some(parts)) = (first, parts) else {
        return Err(Flaw::at(line, format!("{rest:?} is no event, as \"Attribution:T4 Content:T3 Cue:T2 Source:T1\"")));
    };
    Ok(Event { line, name, trigger, parts })
}
