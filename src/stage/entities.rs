//! Entities: from the scores of the entity head to names.

use crate::model::config::EntityHead;
use crate::model::pairing;
use crate::model::reading::Reading;
use crate::record::{Entity, Extra, Label, score};
use crate::span::Span;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use unicode_categories::UnicodeCategories;

/// Tags of the head: `O`, then `B-` and `I-` of each label.
const TAGS: usize = 1 + 2 * Label::ALL.len();

/// The names in a text (bytes), in order, without overlap, of some labels only; none goes over the end of a sentence.
///
/// The likeliest sequence of tags that BIO allows gives the spans; then the places where the same words are a name
/// help each other to a label. (To look for those words elsewhere, too, gained nothing on development files.)
/// With `parts`, as the product's scheme has it, a compound is no name but its part may be one.
pub fn find(
    text: &str,
    sentences: &[Span],
    mut reading: Reading,
    head: &EntityHead,
    labels: &[Label],
    parts: bool,
) -> Vec<Entity> {
    let (tags, _) = reading.entities.values.as_chunks_mut::<TAGS>();
    for word in &mut *tags {
        log_softmax(word, labels);
    }
    let firsts = sentences.iter().map(|s| reading.words.partition_point(|w| w.start < s.start)).collect();
    let mut names: Vec<Name> = spans(&viterbi(tags, &firsts))
        .into_iter()
        .filter_map(|(first, end)| trim(text, &reading.words, first, end))
        .map(|words| {
            let part = parts.then(|| part(text, &reading.words, tags, words.clone())).flatten();
            part.unwrap_or_else(|| Name::new(text, &reading.words, tags, words))
        })
        .collect();
    agree(text, &mut names);
    names
        .iter()
        .zip(1..)
        .map(|(name, number)| Entity {
            id: format!("E{number}"),
            span: name.span,
            text: name.span.of(text).to_owned(),
            label: Label::ALL[best(&name.pooled)],
            score: Some(score(head.calibration.apply(f64::from(name.sure.exp())))),
            extra: Extra::new(),
        })
        .collect()
}

/// What a tag of another scheme's label gets: as good as impossible, and still a number.
const NEVER: f32 = -100.0;

/// Scores to log-probabilities, in place; labels that the scheme does not have are left none.
fn log_softmax(word: &mut [f32; TAGS], labels: &[Label]) {
    for label in (0..Label::ALL.len()).filter(|&label| !labels.contains(&Label::ALL[label])) {
        word[begin(label)] = NEVER;
        word[inside(label)] = NEVER;
    }
    pairing::log_softmax(word);
}

const fn begin(label: usize) -> usize {
    1 + 2 * label
}

const fn inside(label: usize) -> usize {
    2 + 2 * label
}

/// The likeliest tags, one a word, in which every `I-x` follows a `B-x` or an `I-x` of its sentence; `firsts` are the
/// words that begin one.
fn viterbi(words: &[[f32; TAGS]], firsts: &BTreeSet<usize>) -> Vec<usize> {
    let mut best = [f32::NEG_INFINITY; TAGS];
    best[0] = 0.0;
    let mut from: Vec<[u8; TAGS]> = Vec::with_capacity(words.len());
    for (number, word) in words.iter().enumerate() {
        let first = firsts.contains(&number);
        // O and B-x may follow anything: the best of all. I-x follows its own two.
        let any = (0..TAGS).fold(0, |a, b| if best[b] > best[a] { b } else { a });
        let mut back = [any as u8; TAGS];
        let mut next: [f32; TAGS] = std::array::from_fn(|t| best[any] + word[t]);
        for label in 0..Label::ALL.len() {
            let (b, i) = (begin(label), inside(label));
            let before = if best[i] > best[b] { i } else { b };
            back[i] = before as u8;
            next[i] = if first { f32::NEG_INFINITY } else { best[before] + word[i] };
        }
        from.push(back);
        best = next;
    }
    let mut tag = (0..TAGS).fold(0, |a, b| if best[b] > best[a] { b } else { a });
    let mut tags = vec![0; words.len()];
    for (place, back) in tags.iter_mut().zip(&from).rev() {
        *place = tag;
        tag = back[tag] as usize;
    }
    tags
}

/// Runs of tags as (first word, word behind the last).
fn spans(tags: &[usize]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, &tag) in tags.iter().enumerate() {
        if tag % 2 == 1 {
            out.push((i, i + 1));
        } else if tag > 0
            && let Some(last) = out.last_mut()
        {
            last.1 = i + 1;
        }
    }
    out
}

/// The words without marks at their ends and without a possessive; `None` when nothing else is left.
fn trim(text: &str, words: &[Span], mut first: usize, mut end: usize) -> Option<Range<usize>> {
    let word = |i: usize| words[i].of(text);
    while first < end && is_mark(word(first)) {
        first += 1;
    }
    // "Inc." and "U.S." keep their full stop.
    while first < end && is_mark(word(end - 1)) && (word(end - 1) != "." || end - first == 1) {
        end -= 1;
    }
    if end - first > 2 && matches!(word(end - 1), "s" | "S") && matches!(word(end - 2), "'" | "’") {
        end -= 2;
    }
    (first < end).then_some(first..end)
}

/// Punctuation that no name begins or ends with.
fn is_mark(word: &str) -> bool {
    word.chars().all(|c| !c.is_alphanumeric() && !matches!(c, '$' | '€' | '£' | '¥' | '%' | '#' | '@' | '&' | '+'))
}

/// The name in a compound: "U.S." of "U.S.-led", "Assad" of "pro-Assad".
///
/// Corpora that call the compound a name of its own taught the network to; so its part does not take the label of an
/// adjective from it.
fn part(text: &str, places: &[Span], tags: &[[f32; TAGS]], words: Range<usize>) -> Option<Name> {
    let word = |i: usize| places[i].of(text);
    let (mut first, mut end) = (words.start, words.end);
    let led = end - first > 2 && word(end - 2) == "-" && ends_compound(word(end - 1));
    if led {
        end -= 2;
    }
    let opens = ["pro", "anti", "non", "ex"].iter().any(|p| word(first).eq_ignore_ascii_case(p));
    if end - first > 2 && opens && word(first + 1) == "-" && word(first + 2).starts_with(char::is_uppercase) {
        first += 2;
    }
    if (first..end) == words {
        return None;
    }
    let mut name = Name::new(text, places, tags, first..end);
    let inner = name.span.of(text);
    let adjective = ["an", "ish", "ese", "ch", "i", "ic"].iter().any(|end| inner.ends_with(end));
    for (label, score) in Label::ALL.iter().zip(&mut name.labels) {
        if *label == Label::Norp && !adjective || *label == Label::Misc && led {
            *score = NEVER;
        }
    }
    name.pooled = name.labels;
    Some(name)
}

/// The second half of a compound with a name: "-led", "-backed", "-run".
fn ends_compound(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
        && (word.ends_with("ed") || matches!(word, "run" | "held" | "born" | "style" | "wide"))
}

/// Without what nobody sees at the ends of a name: zero-width spaces, marks of direction, controls, and accents that
/// belong to what stands before it.
fn visible(text: &str, span: Span) -> Span {
    let hidden = |c: char| c.is_other_format() || c.is_other_control();
    let inner = span.of(text);
    let start = inner.len() - inner.trim_start_matches(|c: char| hidden(c) || c.is_mark_nonspacing()).len();
    let end = inner.trim_end_matches(hidden).len();
    if start < end { Span::new(span.start + start, span.start + end) } else { span }
}

/// Log-probabilities of what words may be: a name of each label.
type Labels = [f32; Label::ALL.len()];

/// The likeliest label.
fn best(labels: &Labels) -> usize {
    (0..labels.len()).fold(0, |a, b| if labels[b] > labels[a] { b } else { a })
}

/// A name in one place.
struct Name {
    span: Span,
    /// For each label, the log-probability that these words are a name of it.
    labels: Labels,
    /// The log-probability of the least likely word of the likeliest label here; what the calibration was fitted on.
    sure: f32,
    /// `labels` with the other places of the name taken in.
    pooled: Labels,
}

impl Name {
    fn new(text: &str, places: &[Span], tags: &[[f32; TAGS]], words: Range<usize>) -> Self {
        let (mut labels, mut sure) = (Labels::default(), f32::NEG_INFINITY);
        for label in 0..labels.len() {
            let tag = |i: usize| tags[i][if i == words.start { begin(label) } else { inside(label) }];
            labels[label] = words.clone().map(tag).sum();
            sure = sure.max(words.clone().map(tag).fold(0.0, f32::min));
        }
        let span = visible(text, Span::new(places[words.start].start, places[words.end - 1].end));
        Self { span, labels, sure, pooled: labels }
    }
}

/// One place alone never rules anything out for the others.
const FLOOR: f32 = -6.0;

/// Adds to each place of a name what its other places say on average; a place that is sure keeps its own label.
fn agree(text: &str, names: &mut [Name]) {
    let mut sums: HashMap<&str, (Labels, f32)> = HashMap::new();
    for name in &*names {
        let (sum, places) = sums.entry(name.span.of(text)).or_default();
        sum.iter_mut().zip(name.labels).for_each(|(s, l)| *s += l.max(FLOOR));
        *places += 1.0;
    }
    for name in names {
        let (sum, places) = sums[name.span.of(text)];
        if places > 1.0 {
            let others = |l: usize| (sum[l] - name.labels[l].max(FLOOR)) / (places - 1.0);
            name.pooled = std::array::from_fn(|l| name.labels[l] + others(l));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(likely: &[&[(usize, f32)]]) -> Vec<[f32; TAGS]> {
        likely
            .iter()
            .map(|word| {
                let mut row = [-8.0; TAGS];
                for &(tag, score) in *word {
                    row[tag] = score;
                }
                log_softmax(&mut row, &Label::ALL);
                row
            })
            .collect()
    }

    #[test]
    fn an_inside_tag_never_follows_another_label() {
        // B-PER or I-LOC each likely alone; the sequence B-PER I-PER is the best that is allowed.
        let words = rows(&[&[(1, 2.0), (0, 1.0)], &[(6, 2.0), (2, 1.5)], &[(0, 3.0)]]);
        let none = BTreeSet::new();
        assert_eq!(viterbi(&words, &none), [1, 2, 0]);
        // An inside tag at the very beginning is not allowed either.
        assert_eq!(viterbi(&rows(&[&[(2, 3.0), (0, 1.0)]]), &none), [0]);
        assert_eq!(viterbi(&[], &none), Vec::<usize>::new());
        // Nor at the head of a sentence.
        assert_eq!(viterbi(&words, &BTreeSet::from([0, 1])), [1, 0, 0]);
    }

    #[test]
    fn tags_become_spans() {
        assert_eq!(spans(&[0, 1, 2, 1, 0, 5, 6]), [(1, 3), (3, 4), (5, 7)]);
    }

    #[test]
    fn labels_of_other_schemes_never_win() {
        let mut row = [0.0; TAGS];
        row[begin(4)] = 50.0;
        row[begin(1)] = 1.0;
        log_softmax(&mut row, &[Label::Per, Label::Org]);
        assert_eq!(viterbi(&[row], &BTreeSet::new()), [begin(1)]);
    }

    #[test]
    fn nothing_unseen_stands_at_the_ends_of_a_name() {
        let text = "\u{200b}\u{301}Zoe\u{301} Lee\u{200d}\u{feff}";
        assert_eq!(visible(text, Span::new(0, text.len())).of(text), "Zoe\u{301} Lee");
    }
}
