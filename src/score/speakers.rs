//! Whether a predicted speaker is the gold one.

use super::matching::overlap;
use crate::record::{Annotation, Chain, MentionKind, Quote, Speaker};
use crate::span::Span;

/// The answers, by measure; where gold has no speaker, none is right and any other wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The chain that stands for gold's; where gold has no chain, the spans overlap by half.
    pub chain: bool,
    /// A name of gold's chain.
    pub name: bool,
    /// The same span.
    pub span: bool,
    /// At least half of the longer span is shared.
    pub overlap: bool,
}

/// How many answers a [`Verdict`] has.
pub(super) const VERDICTS: usize = 4;

impl Verdict {
    /// Compares the speakers of two quotes; `chains` are the chains of gold and prediction that stand for each other.
    pub(super) fn new(
        gold: &Quote,
        predicted: &Quote,
        in_gold: &Annotation,
        in_predicted: &Annotation,
        chains: &[(usize, usize)],
    ) -> Self {
        let all = |is: bool| Self { chain: is, name: is, span: is, overlap: is };
        match (&gold.speaker, &predicted.speaker) {
            (None, None) => all(true),
            (None, Some(_)) | (Some(_), None) => all(false),
            (Some(gold), Some(predicted)) => {
                let overlap = overlaps(gold.span, predicted.span);
                let chain = match (place(gold, in_gold), place(predicted, in_predicted)) {
                    (Some(g), Some(p)) => chains.contains(&(g, p)),
                    (Some(_), None) => false,
                    (None, _) => overlap,
                };
                let name = is_same_name(gold, predicted, in_gold);
                Self { chain, name, span: gold.span == predicted.span, overlap }
            }
        }
    }

    /// The answers in the order of the fields.
    pub(super) fn all(self) -> [bool; VERDICTS] {
        [self.chain, self.name, self.span, self.overlap]
    }
}

fn overlaps(a: Span, b: Span) -> bool {
    2 * overlap(a, b) >= a.len().max(b.len())
}

/// The place of a speaker's chain in its record; a chain without mentions is none.
fn place(speaker: &Speaker, annotation: &Annotation) -> Option<usize> {
    let id = speaker.chain.as_ref()?;
    annotation.chains.iter().position(|c| c.id == *id && !c.mentions.is_empty())
}

fn chain<'a>(speaker: &Speaker, annotation: &'a Annotation) -> Option<&'a Chain> {
    place(speaker, annotation).map(|i| &annotation.chains[i])
}

/// Whether the predicted name is one that gold has for its speaker: `name`, or a name mention of the chain. Where gold
/// says no `name`, equal texts are right too.
fn is_same_name(gold: &Speaker, predicted: &Speaker, in_gold: &Annotation) -> bool {
    let chain = chain(gold, in_gold);
    let mentions = chain.iter().flat_map(|c| &c.mentions).filter(|m| m.kind == MentionKind::Name).map(|m| &m.text);
    let mut names = gold.name.iter().chain(chain.and_then(|c| c.name.as_ref())).chain(mentions);
    let is = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let name = predicted.name.as_ref().unwrap_or(&predicted.text);
    names.any(|other| is(other, name)) || (gold.name.is_none() && is(&gold.text, &predicted.text))
}

/// The form of a gold speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Name,
    Nominal,
    Pronoun,
    None,
}

/// Words that are pronouns when they are all there is of a speaker.
const PRONOUNS: [&str; 17] = [
    "he",
    "her",
    "herself",
    "him",
    "himself",
    "his",
    "i",
    "it",
    "me",
    "she",
    "their",
    "them",
    "themselves",
    "they",
    "us",
    "we",
    "you",
];

impl Form {
    pub(super) const ALL: [Self; 4] = [Self::Name, Self::Nominal, Self::Pronoun, Self::None];

    /// The kind of the mention with the speaker's span. Without one, a pronoun is known by the word, a name by a
    /// capital that no beginning of a sentence explains.
    pub(super) fn of(text: &str, quote: &Quote, annotation: &Annotation) -> Self {
        let Some(speaker) = &quote.speaker else { return Self::None };
        let mentions = chain(speaker, annotation).map_or(&[][..], |c| &c.mentions);
        match mentions.iter().find(|m| m.span == speaker.span).map(|m| m.kind) {
            Some(MentionKind::Name) => Self::Name,
            Some(MentionKind::Nominal) => Self::Nominal,
            Some(MentionKind::Pronoun) => Self::Pronoun,
            None if PRONOUNS.contains(&speaker.text.to_lowercase().as_str()) => Self::Pronoun,
            None => {
                let before = text[..speaker.span.start].trim_end_matches([' ', '\u{a0}']);
                let in_sentence = before.ends_with(|c: char| c.is_alphanumeric() || c == ',');
                let capital = |word: &str| word.starts_with(char::is_uppercase);
                let mut words = speaker.text.split_whitespace();
                let first = words.next().is_some_and(|word| in_sentence && capital(word));
                if first || words.any(capital) { Self::Name } else { Self::Nominal }
            }
        }
    }
}
