//! Whether a predicted speaker is the gold one.

use super::chains::paired;
use super::matching::overlap_by_half;
use crate::record::{Chain, MentionKind, Quote, Speaker};
use crate::span::Offsets;
use std::collections::HashMap;

/// The answers, by measure; where gold has no speaker, none is right and any other wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The chain that stands for gold's; where gold has no chain, the spans overlap.
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
    /// The answers in the order of the fields.
    pub(super) fn all(self) -> [bool; VERDICTS] {
        [self.chain, self.name, self.span, self.overlap]
    }
}

/// What is needed to compare the speakers of two annotations of one text.
pub(super) struct Speakers<'a> {
    text: &'a str,
    offsets: &'a Offsets<'a>,
    gold: Places<'a>,
    predicted: Places<'a>,
    /// The predicted chain that stands for a gold chain.
    partner: HashMap<usize, usize>,
    chains: &'a [Chain],
}

/// The place of each chain by id; a chain without mentions is none.
type Places<'a> = HashMap<&'a str, usize>;

impl<'a> Speakers<'a> {
    pub(super) fn new(text: &'a str, offsets: &'a Offsets<'a>, gold: &'a [Chain], predicted: &'a [Chain]) -> Self {
        let places = |chains: &'a [Chain]| -> Places<'a> {
            let chains = chains.iter().enumerate().filter(|(_, chain)| !chain.mentions.is_empty());
            chains.map(|(place, chain)| (chain.id.as_str(), place)).collect()
        };
        let partner = paired(gold, predicted).into_iter().collect();
        Self { text, offsets, gold: places(gold), predicted: places(predicted), partner, chains: gold }
    }

    /// Compares the speakers of two quotes.
    pub(super) fn verdict(&self, gold: &Quote, predicted: &Quote) -> Verdict {
        let all = |is: bool| Verdict { chain: is, name: is, span: is, overlap: is };
        match (&gold.speaker, &predicted.speaker) {
            (None, None) => all(true),
            (None, Some(_)) | (Some(_), None) => all(false),
            (Some(gold), Some(predicted)) => {
                let chain = match place(gold, &self.gold) {
                    Some(chain) => {
                        place(predicted, &self.predicted).is_some_and(|p| self.partner.get(&chain) == Some(&p))
                    }
                    None => gold.span.overlaps(predicted.span),
                };
                let chars = |speaker: &Speaker| self.offsets.span_to_chars(speaker.span);
                Verdict {
                    chain,
                    name: is_same_name(gold, predicted, self.chain(gold)),
                    span: gold.span == predicted.span,
                    overlap: overlap_by_half(chars(gold), chars(predicted)),
                }
            }
        }
    }

    /// The chain of a gold speaker.
    fn chain(&self, speaker: &Speaker) -> Option<&'a Chain> {
        place(speaker, &self.gold).map(|place| &self.chains[place])
    }

    /// The form of a gold speaker: the kind of the mention with its span. Without one, a pronoun is known by the word, a
    /// name by a capital that no beginning of a sentence explains.
    pub(super) fn form(&self, quote: &Quote) -> Form {
        let Some(speaker) = &quote.speaker else { return Form::None };
        let mentions = self.chain(speaker).map_or(&[][..], |chain| &chain.mentions);
        match mentions.iter().find(|m| m.span == speaker.span).map(|m| m.kind) {
            Some(MentionKind::Name) => Form::Name,
            Some(MentionKind::Nominal) => Form::Nominal,
            Some(MentionKind::Pronoun) => Form::Pronoun,
            None if PRONOUNS.contains(&speaker.text.to_lowercase().as_str()) => Form::Pronoun,
            None => {
                let before = self.text[..speaker.span.start].trim_end_matches([' ', '\u{a0}']);
                let in_sentence = before.ends_with(|c: char| c.is_alphanumeric() || c == ',');
                let capital = |word: &str| word.starts_with(char::is_uppercase);
                let mut words = speaker.text.split_whitespace();
                let first = words.next().is_some_and(|word| in_sentence && capital(word));
                if first || words.any(capital) { Form::Name } else { Form::Nominal }
            }
        }
    }
}

fn place(speaker: &Speaker, places: &Places) -> Option<usize> {
    places.get(speaker.chain.as_deref()?).copied()
}

/// Whether the predicted name is one that gold has for its speaker: `name`, or a name mention of the chain. Where gold
/// says no `name`, equal texts are right too.
fn is_same_name(gold: &Speaker, predicted: &Speaker, chain: Option<&Chain>) -> bool {
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
}
