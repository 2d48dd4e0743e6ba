//! Quotes and their speakers by hand.

use crate::properties::{chain, mention, quote, speaker};
use crate::{line, report};
use copydesk::record::{Label, MentionKind, Quote, QuoteKind, Record, TextSpan};
use copydesk::score::{Layer, Options, QuoteSet, Report};
use copydesk::span::Span;
use serde_json::json;

use QuoteKind::{Direct, Indirect, Mixed};

fn options() -> Options {
    Options { layers: Some(vec![Layer::Quotes]), ..Options::default() }
}

/// 60 letters, so that a speaker's text is a word.
const TEXT: &str = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff";

fn of(quotes: Vec<Quote>) -> Record {
    let mut record = Record { id: "a".to_owned(), text: TEXT.to_owned(), ..Record::default() };
    record.annotation.quotes = quotes;
    record
}

fn said(start: usize, end: usize, kind: QuoteKind) -> Quote {
    quote(TEXT, &[Span::new(start, end)], kind)
}

fn counts(report: &Report, key: &str) -> (f64, f64, f64) {
    let support = line(report, Layer::Quotes, key).support;
    (support.right.expect("one number"), support.predicted, support.gold)
}

#[test]
fn content_by_hand() {
    // gold       direct 0–10   mixed 12–20   indirect 22–40
    // predicted  direct 0–10   direct 12–18  indirect 22–26   indirect 44–50
    let gold = of(vec![said(0, 10, Direct), said(12, 20, Mixed), said(22, 40, Indirect)]);
    let found = [said(0, 10, Direct), said(12, 18, Direct), said(22, 26, Indirect), said(44, 50, Indirect)];
    let report = report(&[(gold, of(found.to_vec()))], options());
    assert_eq!(counts(&report, "exact"), (1.0, 4.0, 3.0));
    assert_eq!(counts(&report, "found"), (3.0, 4.0, 3.0));
    assert_eq!(counts(&report, "overlap"), (20.0, 26.0, 36.0));
    assert_eq!(counts(&report, "kind"), (2.0, 3.0, 3.0));
    assert_eq!(counts(&report, "direct.exact"), (1.0, 2.0, 1.0));
    assert_eq!(counts(&report, "direct.overlap"), (10.0, 16.0, 10.0));
    assert_eq!(counts(&report, "mixed.overlap"), (0.0, 0.0, 8.0));
    assert_eq!(counts(&report, "indirect.overlap"), (4.0, 10.0, 18.0));
    // All of them are from nobody.
    assert_eq!(counts(&report, "speaker.chain"), (3.0, 4.0, 3.0));
    assert_eq!(counts(&report, "whole"), (1.0, 4.0, 3.0));
}

#[test]
fn an_over_long_prediction_pays() {
    // One prediction over three quotes answers one, and pays for all it covers.
    let gold = of(vec![said(0, 10, Direct), said(12, 20, Direct), said(22, 30, Direct)]);
    let report = report(&[(gold, of(vec![said(0, 60, Direct)]))], options());
    assert_eq!(counts(&report, "found"), (1.0, 1.0, 3.0));
    assert_eq!(counts(&report, "overlap"), (10.0, 60.0, 26.0));
}

#[test]
fn fragments_are_one_quote() {
    let (whole, broken) = ([Span::new(0, 20)], [Span::new(0, 8), Span::new(12, 20)]);
    let gold = of(vec![quote(TEXT, &broken, Direct)]);
    let touching = [Span::new(12, 16), Span::new(0, 8), Span::new(16, 20)];
    for (spans, exact, overlap) in [(&whole[..], 0.0, 16.0), (&broken, 1.0, 16.0), (&touching, 1.0, 16.0)] {
        let report = report(&[(gold.clone(), of(vec![quote(TEXT, spans, Direct)]))], options());
        assert_eq!(counts(&report, "exact").0, exact);
        assert_eq!(counts(&report, "overlap").0, overlap);
    }
    // Less than half of the shorter one is no answer.
    let report = report(&[(gold, of(vec![said(5, 12, Direct)]))], options());
    assert_eq!(counts(&report, "found"), (0.0, 1.0, 1.0));
}

#[test]
fn nested_quotes_pair_with_their_own() {
    let gold = [said(0, 40, Indirect), said(10, 20, Mixed)];
    let turned = [gold[1].clone(), gold[0].clone()];
    for predicted in [gold.clone(), turned] {
        let report = report(&[(of(gold.to_vec()), of(predicted.to_vec()))], options());
        assert_eq!(counts(&report, "whole"), (2.0, 2.0, 2.0));
    }
    // Equal overlap: the equal one is the partner.
    let report =
        report(&[(of(vec![said(0, 40, Direct), said(0, 50, Direct)]), of(vec![said(0, 40, Direct)]))], options());
    assert_eq!(counts(&report, "whole"), (1.0, 1.0, 2.0));
}

#[test]
fn cues_count_where_they_are() {
    let with = |mut quote: Quote, cue: Option<(usize, usize)>| {
        quote.cue = cue.map(|(start, end)| TextSpan::new(TEXT, Span::new(start, end)));
        quote
    };
    let gold =
        [with(said(0, 8, Direct), Some((10, 14))), with(said(20, 28, Direct), Some((30, 34))), said(40, 48, Direct)];
    let predicted = [
        with(said(0, 8, Direct), Some((10, 14))),
        with(said(20, 28, Direct), Some((30, 33))),
        with(said(40, 48, Direct), Some((50, 54))),
        with(said(56, 60, Direct), Some((50, 54))),
    ];
    let report = report(&[(of(gold.to_vec()), of(predicted.to_vec()))], options());
    assert_eq!(counts(&report, "cue"), (1.0, 4.0, 2.0));
    assert_eq!(counts(&report, "cue.found"), (1.0, 3.0, 2.0));
    assert_eq!(counts(&report, "whole"), (2.0, 4.0, 3.0)); // where gold has no cue, any is right
}

/// An article in which Ann Lee is a chain of three mentions, Bob one of one; the first quote is hers.
fn interview() -> Record {
    let text = "Ann Lee met Bob. “One,” Lee said. “Two,” she said. “Three.”";
    let place = |words: &str| text.find(words).map(|at| Span::new(at, at + words.len())).expect("it is there");
    let of = |words: &str, kind| mention(text, place(words), kind);
    let mut ann = chain("C1", Label::Per);
    ann.name = Some("Ann Lee".to_owned());
    let lee = text.rfind("Lee").map(|at| Span::new(at, at + 3)).expect("it is there");
    ann.mentions =
        vec![of("Ann Lee", MentionKind::Name), mention(text, lee, MentionKind::Name), of("she", MentionKind::Pronoun)];
    let mut bob = chain("C2", Label::Per);
    bob.name = Some("Bob".to_owned());
    bob.mentions = vec![of("Bob", MentionKind::Name)];
    let mut record = Record { id: "a".to_owned(), text: text.to_owned(), ..Record::default() };
    record.annotation.chains = vec![ann, bob];
    let by = |words: &str, span: Option<Span>, id: &str, name: &str| {
        let mut quote = quote(text, &[place(words)], Direct);
        quote.speaker = span.map(|span| speaker(text, span, Some(id)));
        if let Some(speaker) = &mut quote.speaker {
            speaker.name = Some(name.to_owned());
        }
        quote
    };
    record.annotation.quotes = vec![
        by("“One,”", Some(lee), "C1", "Ann Lee"),
        by("“Two,”", Some(place("she")), "C1", "Ann Lee"),
        by("“Three.”", None, "", ""),
    ];
    record
}

/// Right answers of the measures of speakers: chain, name, span, overlap, and of the forms.
fn speakers(predicted: &Record) -> [f64; 8] {
    let report = report(&[(interview(), predicted.clone())], options());
    [
        "speaker.chain",
        "speaker.name",
        "speaker.span",
        "speaker.overlap",
        "form.name",
        "form.nominal",
        "form.pronoun",
        "form.none",
    ]
    .map(|key| counts(&report, key).0)
}

#[test]
fn speakers_four_ways() {
    let same = interview();
    assert_eq!(speakers(&same), [3.0, 3.0, 3.0, 3.0, 1.0, 0.0, 1.0, 1.0]);

    // Another mention of the right chain, under another of her names.
    let mut other = same.clone();
    let first = other.annotation.chains[0].mentions[0].span;
    let said = other.annotation.quotes[0].speaker.as_mut().expect("it has one");
    (said.span, said.text, said.name) = (first, "Ann Lee".to_owned(), Some("LEE".to_owned()));
    assert_eq!(speakers(&other), [3.0, 3.0, 2.0, 2.0, 1.0, 0.0, 1.0, 1.0]);

    // Ids are names of a side only.
    let mut renamed = same.clone();
    for chain in &mut renamed.annotation.chains {
        chain.id.insert(0, 'X');
    }
    for speaker in renamed.annotation.quotes.iter_mut().filter_map(|q| q.speaker.as_mut()) {
        speaker.chain = speaker.chain.as_ref().map(|id| format!("X{id}"));
    }
    assert_eq!(speakers(&renamed), speakers(&same));

    // The right words, but in a chain that stands for Bob.
    let mut wrong = same.clone();
    let she = wrong.annotation.chains[0].mentions.remove(2);
    wrong.annotation.chains[1].mentions.push(she);
    let said = wrong.annotation.quotes[1].speaker.as_mut().expect("it has one");
    (said.chain, said.name) = (Some("C2".to_owned()), Some("Bob".to_owned()));
    assert_eq!(speakers(&wrong), [2.0, 2.0, 3.0, 3.0, 1.0, 0.0, 0.0, 1.0]);

    // Nobody for somebody, somebody for nobody.
    let mut none = same.clone();
    let taken = none.annotation.quotes[0].speaker.take();
    none.annotation.quotes[2].speaker = taken;
    assert_eq!(speakers(&none), [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0]);

    // A quote not found is a speaker not found, but not "of the quotes found".
    let mut fewer = same;
    fewer.annotation.quotes.remove(0);
    let report = report(&[(interview(), fewer)], options());
    assert_eq!(counts(&report, "speaker.chain"), (2.0, 2.0, 3.0));
    assert_eq!(counts(&report, "speaker.chain.found"), (2.0, 2.0, 2.0));
    assert_eq!(counts(&report, "form.name"), (0.0, 1.0, 1.0));
    assert_eq!(counts(&report, "form.name.found"), (0.0, 0.0, 0.0));
}

#[test]
fn without_chains_spans_decide() {
    let by = |start: usize, end: usize| {
        let mut quote = said(0, 8, Direct);
        quote.speaker = Some(speaker(TEXT, Span::new(start, end), None));
        of(vec![quote])
    };
    for (start, end, chain, span) in [(20, 30, 1.0, 1.0), (20, 24, 1.0, 0.0), (18, 60, 1.0, 0.0), (30, 34, 0.0, 0.0)] {
        let report = report(&[(by(20, 30), by(start, end))], options());
        assert_eq!(counts(&report, "speaker.chain").0, chain, "{start}–{end}");
        assert_eq!(counts(&report, "speaker.span").0, span, "{start}–{end}");
    }
}

#[test]
fn reports_of_speech_alone() {
    let of_class = |mut quote: Quote, class: &str| {
        quote.extra.insert("attribution_cue_class".to_owned(), json!(class));
        quote
    };
    let gold = of(vec![of_class(said(0, 10, Indirect), "speech"), of_class(said(20, 30, Indirect), "other")]);
    // The second answers what is left out, so it is left out as well; the third answers nothing.
    let predicted = of(vec![said(0, 10, Indirect), said(20, 29, Indirect), said(40, 50, Indirect)]);
    let pairs = [(gold.clone(), predicted)];
    assert_eq!(counts(&report(&pairs, options()), "exact"), (1.0, 3.0, 2.0));
    let speech = Options { quotes: QuoteSet::Speech, ..options() };
    assert_eq!(counts(&report(&pairs, speech.clone()), "exact"), (1.0, 2.0, 1.0));
    assert_eq!(counts(&report(&[(gold.clone(), gold.clone())], speech.clone()), "exact"), (1.0, 1.0, 1.0));
    // What a prediction says of its class is not asked.
    let sly = of(vec![said(0, 10, Indirect), of_class(said(40, 50, Indirect), "other")]);
    let scored = report(&[(gold, sly.clone())], speech.clone());
    assert_eq!(counts(&scored, "exact"), (1.0, 2.0, 1.0));
    assert!(scored.has_classes);
    assert!(!report(&[(of(vec![said(0, 10, Indirect)]), sly)], speech).has_classes);
}

#[test]
fn a_speaker_of_no_chain_is_an_error() {
    let mut broken = interview();
    broken.annotation.chains.remove(0);
    broken.annotation.quotes[0].id = "Q1".to_owned();
    let mut board = copydesk::score::Board::new(options()).expect("good options");
    let error = board.add(&interview(), &[Some(&broken.annotation)]).expect_err("C1 is not there").to_string();
    assert!(
        error.contains("article \"a\" in the prediction: the speaker of quote \"Q1\" is of chain \"C1\""),
        "{error}"
    );
}
