//! Coreference: mentions found, the scores of partitions, pronouns resolved, and the passages of GAP.

use super::faults::{Fault, FaultKind, Item};
use super::gap;
use super::heads::head;
use super::measure::{Measure, Of};
use super::partition::{self, B3, BLANC, CEAF, LEA, MENTIONS, MUC, Table};
use super::{Counts, Outcome};
use crate::error::Result;
use crate::record::{Annotation, Chain, MentionKind, Record};
use crate::span::Span;

/// One side, so arranged that the order of its chains and mentions has no say.
struct Side {
    /// The mentions of each chain, in order of the text, each span once.
    chains: Vec<Vec<(Span, MentionKind)>>,
    /// The place of each chain in the record.
    place: Vec<usize>,
}

/// A mention: its chain on its side, its place and its form.
#[derive(Clone, Copy)]
struct Mention {
    chain: usize,
    span: Span,
    kind: MentionKind,
}

impl Side {
    fn new(chains: &[Chain]) -> Self {
        let mut list: Vec<(Vec<(Span, MentionKind)>, usize)> = (chains.iter().enumerate())
            .map(|(place, chain)| {
                let mut mentions: Vec<_> = chain.mentions.iter().map(|m| (m.span, m.kind)).collect();
                mentions.sort_unstable();
                mentions.dedup_by_key(|m| m.0);
                (mentions, place)
            })
            .filter(|(mentions, _)| !mentions.is_empty())
            .collect();
        list.sort();
        let (chains, place) = list.into_iter().unzip();
        Self { chains, place }
    }

    /// The side without chains of one mention.
    fn without_singletons(&self) -> Self {
        let kept = self.chains.iter().zip(&self.place).filter(|(chain, _)| chain.len() > 1);
        let (chains, place) = kept.map(|(chain, &place)| (chain.clone(), place)).unzip();
        Self { chains, place }
    }

    /// All mentions in order of the text.
    fn mentions(&self) -> Vec<Mention> {
        let of_chain = |(chain, mentions): (usize, &Vec<(Span, MentionKind)>)| {
            mentions.iter().map(|&(span, kind)| Mention { chain, span, kind }).collect::<Vec<_>>()
        };
        let mut mentions: Vec<Mention> = self.chains.iter().enumerate().flat_map(of_chain).collect();
        mentions.sort_by_key(|m| (m.span, m.chain));
        mentions
    }

    fn sizes(&self) -> Vec<usize> {
        self.chains.iter().map(Vec::len).collect()
    }
}

/// The mentions of two sides, compared.
struct Matched {
    /// Gold with predicted.
    pairs: Vec<(Mention, Mention)>,
    /// Of gold, without partner.
    gold: Vec<Mention>,
    /// Predicted, without partner.
    predicted: Vec<Mention>,
}

impl Matched {
    /// Mentions of the same span.
    fn by_span(gold: &Side, predicted: &Side) -> Self {
        let keyed = |side: &Side| side.mentions().into_iter().map(|m| (m.span, m)).collect();
        Self::join(keyed(gold), keyed(predicted))
    }

    /// Of the mentions without a partner, those of the same head, in order of the text.
    fn by_head(text: &str, left: &Self) -> Self {
        let keyed = |mentions: &[Mention]| {
            let mut keyed: Vec<_> = mentions.iter().map(|&m| (head(text, m.span), m)).collect();
            keyed.sort_by_key(|(head, m)| (*head, m.span, m.chain));
            keyed
        };
        Self::join(keyed(&left.gold), keyed(&left.predicted))
    }

    /// Pairs two lists that are sorted by key, each mention once.
    fn join(gold: Vec<(Span, Mention)>, predicted: Vec<(Span, Mention)>) -> Self {
        let mut matched = Self { pairs: Vec::new(), gold: Vec::new(), predicted: Vec::new() };
        let mut others = predicted.into_iter().peekable();
        for (key, mention) in gold {
            while let Some((_, other)) = others.next_if(|other| other.0 < key) {
                matched.predicted.push(other);
            }
            match others.next_if(|other| other.0 == key) {
                Some((_, other)) => matched.pairs.push((mention, other)),
                None => matched.gold.push(mention),
            }
        }
        matched.predicted.extend(others.map(|(_, other)| other));
        matched
    }
}

fn table<'m>(gold: &Side, predicted: &Side, pairs: impl Iterator<Item = &'m (Mention, Mention)>) -> Table {
    Table::new(gold.sizes(), predicted.sizes(), pairs.map(|(g, p)| (g.chain, p.chain)).collect())
}

/// Which predicted chain stands for which gold chain: the pairs (places in the two lists) of the optimal CEAFφ4
/// matching, by exact spans.
pub(super) fn paired(gold: &[Chain], predicted: &[Chain]) -> Vec<(usize, usize)> {
    let (gold, predicted) = (Side::new(gold), Side::new(predicted));
    let table = table(&gold, &predicted, Matched::by_span(&gold, &predicted).pairs.iter());
    let pairs = table.paired.iter().enumerate();
    pairs.filter_map(|(g, p)| Some((gold.place[g], predicted.place[(*p)?]))).collect()
}

/// The four ways of comparing, each with the columns of [`partition`].
const WAYS: usize = 4;
const RESOLVED: usize = WAYS * partition::WIDTH;
const PRONOUNS: usize = RESOLVED + 1;
const GAP: usize = PRONOUNS + 1;
const GAP_CLASS: usize = GAP + 1;

pub(super) fn measures() -> Vec<Measure> {
    let mut measures = Vec::new();
    for (way, names) in NAMES.iter().enumerate() {
        let at = way * partition::WIDTH;
        let of = [
            Of::Mean(vec![Of::Column(at + MUC), Of::Sides(at + B3), Of::Column(at + CEAF)], at + MENTIONS),
            Of::Column(at + MENTIONS),
            Of::Column(at + MUC),
            Of::Sides(at + B3),
            Of::Column(at + CEAF),
            Of::Sides(at + LEA),
            Of::InGold(vec![at + BLANC, at + BLANC + 1]),
        ];
        measures.extend(names.iter().zip(of).map(|(&(key, title), of)| Measure::new(key, title, of)));
        if way == 0 {
            measures.push(Measure::column("resolved", "mentions in the right chain", RESOLVED));
            measures.push(Measure::column("pronouns", "pronouns in the right chain", PRONOUNS));
        }
    }
    measures.push(Measure::column("gap", "GAP: pronoun and name", GAP));
    measures.push(Measure::new("gap.class", "GAP: passages right", Of::Share(GAP_CLASS)));
    measures
}

/// Keys and titles: CoNLL average, mentions found, MUC, B³, CEAFφ4, LEA, BLANC, in each of the ways.
const NAMES: [[(&str, &str); 7]; WAYS] = [
    [
        ("conll", "CoNLL: MUC, B³, CEAFφ4"),
        ("mentions", "mentions found"),
        ("muc", "MUC"),
        ("b3", "B³"),
        ("ceaf", "CEAFφ4"),
        ("lea", "LEA"),
        ("blanc", "BLANC"),
    ],
    [
        ("no_singletons.conll", "no singletons: CoNLL"),
        ("no_singletons.mentions", "no singletons: mentions"),
        ("no_singletons.muc", "no singletons: MUC"),
        ("no_singletons.b3", "no singletons: B³"),
        ("no_singletons.ceaf", "no singletons: CEAFφ4"),
        ("no_singletons.lea", "no singletons: LEA"),
        ("no_singletons.blanc", "no singletons: BLANC"),
    ],
    [
        ("head.conll", "by head: CoNLL"),
        ("head.mentions", "by head: mentions found"),
        ("head.muc", "by head: MUC"),
        ("head.b3", "by head: B³"),
        ("head.ceaf", "by head: CEAFφ4"),
        ("head.lea", "by head: LEA"),
        ("head.blanc", "by head: BLANC"),
    ],
    [
        ("head.no_singletons.conll", "by head, no s.: CoNLL"),
        ("head.no_singletons.mentions", "by head, no s.: mentions"),
        ("head.no_singletons.muc", "by head, no s.: MUC"),
        ("head.no_singletons.b3", "by head, no s.: B³"),
        ("head.no_singletons.ceaf", "by head, no s.: CEAFφ4"),
        ("head.no_singletons.lea", "by head, no s.: LEA"),
        ("head.no_singletons.blanc", "by head, no s.: BLANC"),
    ],
];

pub(super) fn score(gold: &Record, predicted: &Annotation) -> Result<Outcome> {
    let text = &gold.text;
    let all = (Side::new(&gold.annotation.chains), Side::new(&predicted.chains));
    let exact = Matched::by_span(&all.0, &all.1);
    let wider = Matched::by_head(text, &exact);
    let main = table(&all.0, &all.1, exact.pairs.iter());

    let long = (all.0.without_singletons(), all.1.without_singletons());
    let long_exact = Matched::by_span(&long.0, &long.1);
    let long_wider = Matched::by_head(text, &long_exact);
    let others = [
        table(&long.0, &long.1, long_exact.pairs.iter()),
        table(&all.0, &all.1, exact.pairs.iter().chain(&wider.pairs)),
        table(&long.0, &long.1, long_exact.pairs.iter().chain(&long_wider.pairs)),
    ];
    let mut counts = main.count().to_vec();
    counts.extend(others.iter().flat_map(Table::count));

    let partner = &main.paired;
    let right = || exact.pairs.iter().filter(|(g, p)| partner[g.chain] == Some(p.chain));
    let is_pronoun = |kind: MentionKind| kind == MentionKind::Pronoun;
    let pronouns = |side: &Side| side.chains.iter().flatten().filter(|m| is_pronoun(m.1)).count();
    let right_pronouns = right().filter(|(g, p)| is_pronoun(g.kind) && is_pronoun(p.kind)).count();
    counts.push(Counts { right: right().count() as f64, ..counts[MENTIONS] });
    counts.push(Counts::of(right_pronouns, pronouns(&all.1), pronouns(&all.0)));
    counts.extend(gap::count(gold, &predicted.chains)?);

    let item = |side: &Side, chains: &[Chain], mention: &Mention| {
        let chain = &chains[side.place[mention.chain]];
        Item::new(mention.span, "chain", chain.name.clone().unwrap_or_else(|| chain.id.clone()))
    };
    let in_gold = |mention: &Mention| item(&all.0, &gold.annotation.chains, mention);
    let in_predicted = |mention: &Mention| item(&all.1, &predicted.chains, mention);
    let mut faults: Vec<Fault> = wrong_chains(&exact.pairs, partner)
        .into_iter()
        .map(|(kind, (g, p), mentions)| {
            Fault::new(kind, 2.0 * mentions as f64, Some(in_gold(g)), Some(in_predicted(p)))
        })
        .collect();
    let boundary = |(g, p)| Fault::new(FaultKind::Boundary, 2.0, Some(in_gold(g)), Some(in_predicted(p)));
    faults.extend(wider.pairs.iter().map(|(g, p)| boundary((g, p))));
    faults.extend(wider.gold.iter().map(|m| Fault::missed(in_gold(m))));
    faults.extend(wider.predicted.iter().map(|m| Fault::invented(in_predicted(m))));
    Ok(Outcome { counts, faults, ..Outcome::default() })
}

/// Mentions of a gold chain that stand together in a predicted chain which is not its partner: the first of them and
/// how many. Where that chain stands for another gold chain, two were merged; else one was split.
fn wrong_chains<'m>(
    pairs: &'m [(Mention, Mention)],
    partner: &[Option<usize>],
) -> Vec<(FaultKind, &'m (Mention, Mention), usize)> {
    let mut wrong: Vec<_> = pairs.iter().filter(|(g, p)| partner[g.chain] != Some(p.chain)).collect();
    wrong.sort_by_key(|(g, p)| (g.chain, p.chain, g.span));
    let kind = |p: &Mention| if partner.contains(&Some(p.chain)) { FaultKind::Merged } else { FaultKind::Split };
    let together = wrong.chunk_by(|(a, b), (c, d)| (a.chain, b.chain) == (c.chain, d.chain));
    together.map(|same| (kind(&same[0].1), same[0], same.len())).collect()
}
