//! Chains by hand, and against the official scorers.

use crate::properties::{chain, mention};
use crate::{GOLDEN, close, line, report};
use copydesk::record::{Chain, Label, MentionKind, Record};
use copydesk::score::{Layer, Options, Report, Score};
use copydesk::span::Span;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn options() -> Options {
    Options { layers: Some(vec![Layer::Chains]), ..Options::default() }
}

/// Chains of mentions that are one dot wide, by their places.
fn dots(chains: &[&[usize]]) -> Vec<Chain> {
    let text = ".".repeat(60);
    let of = |(n, places): (usize, &&[usize])| {
        let mut chain = chain(&format!("C{n}"), Label::Per);
        let one = |&at: &usize| mention(&text, Span::new(at, at + 1), MentionKind::Nominal);
        chain.mentions = places.iter().map(one).collect();
        chain
    };
    chains.iter().enumerate().map(of).collect()
}

fn of(text: &str, chains: Vec<Chain>) -> Record {
    let mut record = Record { id: "a".to_owned(), text: text.to_owned(), ..Record::default() };
    record.annotation.chains = chains;
    record
}

fn scores(gold: &[&[usize]], predicted: &[&[usize]]) -> Report {
    let text = ".".repeat(60);
    report(&[(of(&text, dots(gold)), of(&text, dots(predicted)))], options())
}

fn score(report: &Report, key: &str) -> Score {
    line(report, Layer::Chains, key).score
}

#[test]
fn chains_by_hand() {
    // The example of Luo (2005) and Pradhan and others (2014): gold {a b c} {d e f g}, predicted {a b} {c d} {f g h i}.
    let report = scores(&[&[0, 1, 2], &[3, 4, 5, 6]], &[&[0, 1], &[2, 3], &[5, 6, 7, 8]]);
    let check = |key: &str, precision: f64, recall: f64| {
        let score = score(&report, key);
        assert!(close(score.precision, precision) && close(score.recall, recall), "{key}: {score:?}");
    };
    check("mentions", 6.0 / 8.0, 6.0 / 7.0);
    check("muc", 2.0 / 5.0, 2.0 / 5.0);
    check("b3", (4.0 / 2.0 + 2.0 / 2.0 + 4.0 / 4.0) / 8.0, (5.0 / 3.0 + 5.0 / 4.0) / 7.0);
    // {a b} with {a b c}, 4/5; {f g h i} with {d e f g}, 4/8.
    check("ceaf", 1.3 / 3.0, 1.3 / 2.0);
    // Links: a-b of 3 and f-g of 6; of 1, of 1 and of 6.
    check("lea", (2.0 * 1.0 + 4.0 / 6.0) / 8.0, (3.0 / 3.0 + 4.0 / 6.0) / 7.0);
    // Links inside: 2 of 8 and 9. Between: a-d b-d a-f a-g b-f b-g c-f c-g of 20 and 12.
    check("blanc", (2.0 / 8.0 + 8.0 / 20.0) / 2.0, (2.0 / 9.0 + 8.0 / 12.0) / 2.0);
    // Mentions, mentions, mentions, links: predicted and gold.
    for (key, predicted, gold) in [("conll", 8.0, 7.0), ("b3", 8.0, 7.0), ("lea", 8.0, 7.0), ("blanc", 28.0, 21.0)] {
        let support = line(&report, Layer::Chains, key).support;
        assert_eq!((support.right, support.predicted, support.gold), (None, predicted, gold), "{key}");
    }
    // Of the pairs made, {a b} and {f g} are in the right chain.
    check("resolved", 4.0 / 8.0, 4.0 / 7.0);
    let f1 = |key: &str| score(&report, key).f1.expect("it has a value");
    assert!(close(Some(f1("conll")), (f1("muc") + f1("b3") + f1("ceaf")) / 3.0));
}

#[test]
fn singletons_count_or_do_not() {
    let report = scores(&[&[0, 1], &[2]], &[&[0, 1], &[3], &[4]]);
    assert!(close(score(&report, "mentions").precision, 2.0 / 4.0));
    assert!(close(score(&report, "ceaf").precision, 1.0 / 3.0));
    assert!(close(score(&report, "lea").recall, 2.0 / 3.0)); // the chain of one has a link with itself
    for key in ["no_singletons.mentions", "no_singletons.ceaf", "no_singletons.lea", "no_singletons.conll"] {
        assert!(close(score(&report, key).f1, 1.0), "{key}");
    }
    // Chains of one have no links: MUC has no value, and the average is of the other two.
    let report = scores(&[&[0], &[1]], &[&[0], &[1]]);
    assert_eq!(score(&report, "muc").f1, None);
    assert!(close(score(&report, "conll").f1, 1.0));
}

#[test]
fn heads_forgive_borders() {
    let text = "The mayor of Oslo, Ann Lee, said she knew.";
    let named = |mentions: &[(&str, MentionKind)]| {
        let mut one = chain("C1", Label::Per);
        let place = |words: &str| text.find(words).map(|at| Span::new(at, at + words.len())).expect("it is there");
        one.mentions = mentions.iter().map(|(words, kind)| mention(text, place(words), *kind)).collect();
        of(text, vec![one])
    };
    let (name, nominal, pronoun) = (MentionKind::Name, MentionKind::Nominal, MentionKind::Pronoun);
    let gold = named(&[("The mayor of Oslo", nominal), ("Ann Lee", name), ("she", pronoun)]);
    let predicted = named(&[("The mayor", nominal), ("Lee", name), ("she", pronoun)]);
    let report = report(&[(gold, predicted)], options());
    assert!(close(score(&report, "mentions").f1, 1.0 / 3.0));
    assert!(close(score(&report, "head.mentions").f1, 1.0));
    assert!(close(score(&report, "head.conll").f1, 1.0));
    assert!(close(score(&report, "pronouns").f1, 1.0));
}

#[test]
fn gap_passages() {
    // Code points, behind letters of two bytes. The pronoun means A.
    let text = "é Mayor Ann's aunt met Bea. She left.";
    let passage = json!({
        "pronoun": {"start": 28, "end": 31}, "a": "Ann", "a_offset": 8, "a_coref": true,
        "b": "Bea", "b_offset": 23, "b_coref": false,
    });
    let gold = |gap: Value| {
        let mut record = of(text, Vec::new());
        record.extra.insert("gap".to_owned(), gap);
        record
    };
    let linked = |names: &[&str]| {
        let mut one = chain("C1", Label::Per);
        let place = |words: &&str| text.find(*words).map(|at| Span::new(at, at + words.len())).expect("it is there");
        one.mentions = names.iter().map(place).map(|s| mention(text, s, MentionKind::Name)).collect();
        of(text, vec![one])
    };
    for (names, right, predicted, class) in [
        (&["She", "Mayor Ann"][..], 1.0, 1.0, 1.0),
        (&["She", "Ann's aunt"], 0.0, 0.0, 0.0),
        (&["She", "Bea"], 0.0, 1.0, 0.0),
        (&["She", "Ann", "Bea"], 1.0, 2.0, 0.0),
        (&["Ann", "Bea"], 0.0, 0.0, 0.0),
    ] {
        let report = report(&[(gold(passage.clone()), linked(names))], options());
        let pairs = line(&report, Layer::Chains, "gap").support;
        assert_eq!((pairs.right, pairs.predicted, pairs.gold), (Some(right), predicted, 1.0), "{names:?}");
        assert_eq!(score(&report, "gap.class").f1, Some(class), "{names:?}");
    }
    // A passage is something to score, though gold has no chain.
    let own = report(&[(gold(passage.clone()), linked(&["She", "Ann"]))], Options::default());
    assert_eq!(score(&own, "gap.class").f1, Some(1.0));
    for (at, says) in [(40, "40–43 does not lie in the text"), (22, "\"Bea\" should stand at 22, but there is \" Be\"")]
    {
        let mut broken = passage.clone();
        broken["b_offset"] = json!(at);
        let mut board = copydesk::score::Board::new(options()).expect("good options");
        let error = board.add(&gold(broken), &[None]).expect_err("the name is not there");
        assert!(error.to_string().contains(&format!("gap of article \"a\": {says}")), "{error}");
    }
}

/// `scripts/verify/chains.py` says where the numbers come from.
#[test]
fn agrees_with_the_reference_scorers() {
    let expected = std::fs::read_to_string(Path::new(GOLDEN).join("chains.json")).expect("it is there");
    let cases: Vec<Value> = serde_json::from_str(&expected).expect("JSON");
    assert!(cases.len() >= 40);
    for case in &cases {
        let chains = |side: &str| -> Vec<Vec<usize>> { serde_json::from_value(case[side].clone()).expect("places") };
        let (gold, predicted) = (chains("gold"), chains("predicted"));
        let refs =
            |chains: &[Vec<usize>]| -> Vec<Chain> { dots(&chains.iter().map(Vec::as_slice).collect::<Vec<_>>()) };
        let text = ".".repeat(60);
        let report = report(&[(of(&text, refs(&gold)), of(&text, refs(&predicted)))], options());
        for (key, stats) in case["scores"].as_object().expect("scores by name") {
            let score = score(&report, key);
            for (got, stat) in [(score.precision, "precision"), (score.recall, "recall"), (score.f1, "f1")] {
                // Nothing over nothing is 0 there.
                let expected = stats[stat].as_f64().expect("a number");
                assert!((got.unwrap_or(0.0) - expected).abs() < 1e-9, "{key}.{stat}: {got:?}, not {expected}: {case}");
            }
        }
    }
}
