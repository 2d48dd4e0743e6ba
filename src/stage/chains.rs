//! Chains of names: the same string, its aliases, and the pronoun that can only mean one person.
//!
//! Noun phrases ("the minister") are left to the trained stage. The rules know no probability, so nothing carries a
//! score.

mod names;
mod widen;

use crate::record::{Chain, Entity, Extra, Label, Mention, MentionKind};
use crate::span::Span;
use crate::stage::quotes::words::Words;
use std::collections::HashMap;

/// Links the names of a text into chains (bytes).
///
/// Every `PER` and `ORG` entity lies in a name mention of exactly one chain; other names have a chain only when they
/// stand in the text at least twice. Where the entities of a chain disagree on a label, the chain has that of most.
/// `entities` are in order of start and do not overlap.
pub fn link(text: &str, sentences: &[Span], tokens: &[Span], entities: &[Entity]) -> Vec<Chain> {
    let words = Words::of_text(text, sentences, tokens);
    let groups: Vec<Group> =
        names::groups(text, entities).into_iter().filter_map(|members| Group::of(text, entities, members)).collect();
    let mut chain_of = vec![None; entities.len()];
    for (number, group) in groups.iter().enumerate() {
        for &member in &group.members {
            chain_of[member] = Some(number);
        }
    }
    let spans = widen::mentions(&words, entities, &chain_of);
    let mut chains: Vec<Chain> = groups.iter().map(|group| group.chain(text, entities, &spans)).collect();
    pronouns(&words, entities, &mut chains);
    chains.sort_by_key(|chain| chain.mentions.first().map(|m| (m.span.start, m.span.end)));
    for (n, chain) in (1..).zip(&mut chains) {
        chain.id = format!("C{n}");
    }
    chains
}

/// Entities that name one thing.
struct Group {
    label: Label,
    members: Vec<usize>,
}

impl Group {
    /// The group, when the format gives it a chain.
    fn of(text: &str, entities: &[Entity], members: Vec<usize>) -> Option<Self> {
        let mut votes = [0_usize; Label::ALL.len()];
        for &member in &members {
            votes[entities[member].label as usize] += 1;
        }
        let most = votes.iter().copied().max()?;
        let first = members.iter().map(|&m| entities[m].label).find(|&label| votes[label as usize] == most);
        let label = first?;
        let named = votes[Label::Per as usize] + votes[Label::Org as usize] > 0;
        let again = members.len() > 1
            && match label {
                Label::Money => false,
                // "Syrian" is no mention; "Democrats" is one.
                Label::Norp => members.iter().all(|&m| entities[m].span.of(text).ends_with('s')),
                _ => true,
            };
        (named || again).then_some(Self { label, members })
    }

    fn chain(&self, text: &str, entities: &[Entity], spans: &[Span]) -> Chain {
        let mention = |&member: &usize| Mention {
            span: spans[member],
            text: spans[member].of(text).to_owned(),
            kind: MentionKind::Name,
            extra: Extra::new(),
        };
        let mut name: Option<&str> = None;
        for &member in &self.members {
            let own = entities[member].span.of(text);
            if name.is_none_or(|n| own.chars().count() > n.chars().count()) {
                name = Some(own);
            }
        }
        Chain {
            id: String::new(),
            label: self.label,
            name: name.map(str::to_owned),
            mentions: self.members.iter().map(mention).collect(),
            extra: Extra::new(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gender {
    He,
    She,
}

/// The gender of a pronoun for one person, outside marks, where it is not the speaker's.
fn gender(lower: &str) -> Option<Gender> {
    match lower {
        "he" | "his" | "him" | "himself" => Some(Gender::He),
        "she" | "her" | "hers" | "herself" => Some(Gender::She),
        _ => None,
    }
}

fn gender_of_title(word: &str) -> Option<Gender> {
    match word {
        "Mr" | "Sir" | "King" | "Prince" | "Lord" | "Pope" | "Congressman" | "Spokesman" | "spokesman" => {
            Some(Gender::He)
        }
        "Mrs" | "Ms" | "Miss" | "Queen" | "Princess" | "Lady" | "Dame" | "Congresswoman" | "Spokeswoman"
        | "spokeswoman" => Some(Gender::She),
        _ => None,
    }
}

/// How many mentions a pronoun looks back.
const NEAR: usize = 12;

/// Adds "he" and "she" where the sentence so far and the one before speak of one person only.
fn pronouns(words: &Words<'_>, entities: &[Entity], chains: &mut [Chain]) {
    let mut people: Vec<(Span, usize)> = Vec::new();
    for (number, chain) in chains.iter().enumerate().filter(|(_, c)| c.label == Label::Per) {
        people.extend(chain.mentions.iter().map(|m| (m.span, number)));
    }
    people.sort_by_key(|(span, _)| (span.start, span.end));
    let mut genders: HashMap<usize, Gender> = HashMap::new();
    for &(span, chain) in &people {
        let title = span.of(words.text).split([' ', '.']).find_map(gender_of_title);
        if let Some(gender) = title {
            genders.insert(chain, gender);
        }
    }
    let mut seen: Vec<(u32, usize)> = Vec::new();
    let mut next = 0;
    for i in 0..words.len() {
        let word = words.list[i];
        while let Some(&(_, chain)) = people.get(next).filter(|p| p.0.end <= word.span.start) {
            let sentence = words.list[i.saturating_sub(1)].sentence;
            seen.push((sentence, chain));
            next += 1;
        }
        if word.inside != 0 {
            continue;
        }
        let Some(gender) = gender(&words.lower(i)) else { continue };
        let named = entities.get(entities.partition_point(|e| e.span.end <= word.span.start));
        if named.is_some_and(|e| e.span.overlaps(word.span)) {
            continue;
        }
        let fits = |chain: usize| genders.get(&chain).is_none_or(|&g| g == gender);
        let recent = seen.iter().rev().take(NEAR).filter(|&&(s, c)| s + 1 >= word.sentence && fits(c));
        let mut recent = recent.map(|&(_, chain)| chain);
        let Some(chain) = recent.next() else { continue };
        if recent.any(|other| other != chain) {
            continue;
        }
        genders.insert(chain, gender);
        seen.push((word.sentence, chain));
        let text = word.span.of(words.text).to_owned();
        chains[chain].mentions.push(Mention { span: word.span, text, kind: MentionKind::Pronoun, extra: Extra::new() });
    }
    for chain in chains {
        chain.mentions.sort_by_key(|m| (m.span.start, std::cmp::Reverse(m.span.end)));
    }
}
