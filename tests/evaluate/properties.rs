//! What must hold for any gold and any prediction, in all layers.

use crate::{GOLDEN, article, report};
use copydesk::record::{
    Annotation, Chain, Extra, Label, Mention, MentionKind, Quote, QuoteKind, Record, Sentence, Speaker, TextSpan,
};
use copydesk::records;
use copydesk::score::{Board, Layer, Options, Report, Score, bootstrap::Random};
use copydesk::span::Span;
use serde_json::{Value, json};
use std::path::Path;

/// The articles of the product's own corpus, tagged in all layers.
fn corpus() -> Vec<Record> {
    let path = Path::new(GOLDEN).join("../../../corpus/gold.jsonl");
    records::read(&path).expect("it opens").collect::<Result<_, _>>().expect("good records")
}

fn all_layers() -> Options {
    Options { layers: Some(Layer::ALL.to_vec()), ..Options::default() }
}

/// A random span of up to eight dots of the first forty-eight.
fn span(random: &mut Random) -> Span {
    let start = random.below(40);
    Span::new(start, start + 1 + random.below(8))
}

/// An article with something, or nothing, in every layer.
fn any(id: &str, random: &mut Random) -> Record {
    let labels = [Label::Per, Label::Org, Label::Loc];
    let names: Vec<_> =
        (0..random.below(5)).map(|_| span(random)).map(|s| (s.start, s.end, labels[s.end % 3])).collect();
    let mut record = article(id, &names);
    let text = record.text.clone();
    let mut cuts: Vec<usize> = (0..random.below(4)).map(|_| 1 + random.below(58)).chain([0, 60]).collect();
    cuts.sort();
    cuts.dedup();
    record.annotation.sentences =
        cuts.windows(2).map(|c| Sentence { span: Span::new(c[0], c[1]), extra: Extra::new() }).collect();
    // Every span in one chain at most, as the format has it.
    let mut chains: Vec<Chain> = (0..random.below(5)).map(|n| chain(&format!("C{n}"), labels[n % 3])).collect();
    if !chains.is_empty() {
        let mut spans: Vec<Span> = (0..random.below(9)).map(|_| span(random)).collect();
        spans.sort();
        spans.dedup();
        for span in spans {
            let (at, kind) = (random.below(chains.len()), [MentionKind::Name, MentionKind::Pronoun][random.below(2)]);
            chains[at].mentions.push(mention(&text, span, kind));
        }
    }
    let quotes = (0..random.below(4)).map(|_| {
        let kind = [QuoteKind::Direct, QuoteKind::Mixed, QuoteKind::Indirect][random.below(3)];
        let mut quote = quote(&text, &[span(random)], kind);
        quote.cue = (random.below(2) == 0).then(|| TextSpan::new(&text, span(random)));
        quote.speaker = (random.below(3) > 0).then(|| speaker(&text, span(random), None));
        if let Some(speaker) = &mut quote.speaker {
            speaker.chain = chains.get(random.below(6)).map(|c| c.id.clone());
        }
        quote
    });
    record.annotation.quotes = quotes.collect();
    record.annotation.chains = chains;
    record
}

pub(crate) fn chain(id: &str, label: Label) -> Chain {
    Chain { id: id.to_owned(), label, name: None, mentions: Vec::new(), extra: Extra::new() }
}

pub(crate) fn mention(text: &str, span: Span, kind: MentionKind) -> Mention {
    Mention { span, text: span.of(text).to_owned(), kind, extra: Extra::new() }
}

pub(crate) fn quote(text: &str, spans: &[Span], kind: QuoteKind) -> Quote {
    let spans = spans.iter().map(|&span| TextSpan::new(text, span)).collect();
    let extra = Extra::new();
    Quote { id: String::new(), kind, status: None, spans, cue: None, speaker: None, score: None, extra }
}

pub(crate) fn speaker(text: &str, span: Span, chain: Option<&str>) -> Speaker {
    let (text, chain) = (span.of(text).to_owned(), chain.map(str::to_owned));
    Speaker { span, text, chain, name: None, score: None, extra: Extra::new() }
}

/// Pairs of articles that agree in part: predicted layers are gold's, or drawn anew.
fn pairs(random: &mut Random, articles: usize) -> Vec<(Record, Record)> {
    (0..articles)
        .map(|i| {
            let (gold, mut predicted) = (any(&format!("a{i:02}"), random), any("", random));
            let same = |random: &mut Random| random.below(3) == 0;
            if same(random) {
                predicted.annotation.entities = gold.annotation.entities.clone();
            }
            if same(random) {
                predicted.annotation.chains = gold.annotation.chains.clone();
                predicted.annotation.quotes = gold.annotation.quotes.clone();
            }
            (gold, predicted)
        })
        .collect()
}

fn all_lines(report: &Report) -> impl Iterator<Item = (Layer, &copydesk::score::Line)> {
    report.layers.iter().flat_map(|l| l.lines.iter().map(|line| (l.layer, line)))
}

#[test]
fn perfect_prediction_scores_one() {
    let mut random = Random::new(1);
    let drawn: Vec<Record> = (0..60).map(|i| any(&format!("a{i:02}"), &mut random)).collect();
    for golds in [drawn, corpus()] {
        let pairs: Vec<_> = golds.into_iter().map(|r| (r.clone(), r)).collect();
        let report = report(&pairs, all_layers());
        assert_eq!(report.layers.len(), 4);
        for (layer, line) in all_lines(&report) {
            if line.score.f1.is_some() || line.support.gold > 0.0 {
                let whole = Score { precision: Some(1.0), recall: Some(1.0), f1: Some(1.0) };
                assert_eq!(line.score, whole, "{layer:?} {}", line.key);
                assert_eq!(line.interval.f1, Some((1.0, 1.0)), "{layer:?} {}", line.key);
            }
        }
        assert!(report.layers.iter().all(|l| l.errors.is_empty()));
    }
}

#[test]
fn empty_prediction_scores_nothing() {
    let mut board = Board::new(all_layers()).expect("good options");
    for gold in corpus() {
        board.add(&gold, &[None]).expect("good records");
    }
    let report = board.report(1, 10);
    for (layer, line) in all_lines(&report) {
        assert!(line.score.precision.is_none_or(|p| p == 0.0), "{layer:?} {}", line.key);
        assert!(
            line.score.f1.is_none_or(|f1| f1 == 0.0) || line.key.starts_with("form.none"),
            "{layer:?} {}",
            line.key
        );
        assert_eq!(line.score.recall, line.score.f1, "{layer:?} {}", line.key);
    }
    assert_eq!(report.layers.iter().map(|l| l.lines[0].score.recall).collect::<Vec<_>>(), [Some(0.0); 4]);
}

#[test]
fn order_changes_nothing() {
    let mut random = Random::new(3);
    let pairs = pairs(&mut random, 30);
    let before = report(&pairs, all_layers());
    for _ in 0..5 {
        let mut shuffled = pairs.clone();
        shuffle(&mut shuffled, &mut random);
        for annotation in shuffled.iter_mut().flat_map(|(g, p)| [&mut g.annotation, &mut p.annotation]) {
            let Annotation { sentences, entities, chains, quotes } = annotation;
            shuffle(sentences, &mut random);
            shuffle(entities, &mut random);
            shuffle(chains, &mut random);
            chains.iter_mut().for_each(|chain| shuffle(&mut chain.mentions, &mut random));
            shuffle(quotes, &mut random);
        }
        assert_eq!(report(&shuffled, all_layers()), before); // intervals and errors too
    }
}

fn shuffle<T>(list: &mut [T], random: &mut Random) {
    for i in (1..list.len()).rev() {
        list.swap(i, random.below(i + 1));
    }
}

#[test]
fn what_touches_nothing_in_gold_never_helps() {
    let mut random = Random::new(4);
    let far = Span::new(54, 58); // all else ends before 48
    for _ in 0..200 {
        let mut pairs = pairs(&mut random, 2);
        for annotation in pairs.iter_mut().flat_map(|(g, p)| [&mut g.annotation, &mut p.annotation]) {
            annotation.sentences.retain(|s| s.span.end <= 48);
        }
        let before = report(&pairs, all_layers());
        for layer in Layer::ALL {
            let mut more = pairs.clone();
            let (text, annotation) = (more[0].1.text.clone(), &mut more[0].1.annotation);
            match layer {
                Layer::Sentences => annotation.sentences.push(Sentence { span: far, extra: Extra::new() }),
                Layer::Entities => annotation.entities.extend(article("", &[(54, 58, Label::Per)]).annotation.entities),
                Layer::Chains => {
                    let mut chain = chain("C9", Label::Per);
                    chain.mentions.push(mention(&text, far, MentionKind::Pronoun));
                    chain.mentions.push(mention(&text, Span::new(55, 58), MentionKind::Name));
                    chain.mentions.truncate(1 + random.below(2));
                    annotation.chains.push(chain);
                }
                Layer::Quotes => {
                    let mut quote = quote(&text, &[far], QuoteKind::Direct);
                    quote.speaker = (random.below(2) == 0).then(|| speaker(&text, far, None));
                    quote.cue = (random.below(2) == 0).then(|| TextSpan::new(&text, far));
                    annotation.quotes.push(quote);
                }
            }
            let after = report(&more, all_layers());
            for ((_, before), (_, after)) in all_lines(&before).zip(all_lines(&after)) {
                let rises = |a: Option<f64>, b: Option<f64>| a.zip(b).is_some_and(|(a, b)| b > a + 1e-12);
                assert!(!rises(before.score.precision, after.score.precision), "{layer:?} {}: {more:?}", before.key);
                assert!(!rises(before.score.f1, after.score.f1), "{layer:?} {}: {more:?}", before.key);
            }
        }
    }
}

#[test]
fn errors_cost_what_the_layer_lacks() {
    let mut random = Random::new(5);
    for _ in 0..50 {
        let report = report(&pairs(&mut random, 4), all_layers());
        for layer in &report.layers {
            let line = layer.lines.iter().find(|l| l.key == layer.layer.measure_of_errors()).expect("it is measured");
            let cost: f64 = layer.errors.iter().map(|(_, tolls)| tolls[0].items()).sum::<f64>() / layer.items[0];
            let Some(f1) = line.score.f1 else { continue };
            assert!((cost - (1.0 - f1)).abs() < 1e-9, "{:?}: {cost} of {}", layer.layer, 1.0 - f1);
        }
    }
}

#[test]
fn units_do_not_matter() {
    // The same annotation of a text of the same length in code points, with other lengths in bytes here and there.
    let mut random = Random::new(6);
    let pairs = pairs(&mut random, 20);
    let wide = |record: &Record| {
        let mut json: Value = serde_json::from_str(&record.to_json()).expect("JSON");
        let some: String = (0..60).map(|place| if place % 7 < 4 { '…' } else { '.' }).collect();
        replace_texts(&mut json, &some);
        Record::from_json(&json.to_string()).expect("it is still a record")
    };
    let other: Vec<_> = pairs.iter().map(|(g, p)| (wide(g), wide(p))).collect();
    let scores =
        |report: &Report| all_lines(report).map(|(l, line)| json!([l, line.key, line.score.f1])).collect::<Vec<_>>();
    assert_eq!(scores(&report(&other, all_layers())), scores(&report(&pairs, all_layers())));
}

/// Gives the record this text, and each span what stands there.
fn replace_texts(json: &mut Value, text: &str) {
    match json {
        Value::Array(list) => list.iter_mut().for_each(|value| replace_texts(value, text)),
        Value::Object(object) => {
            object.values_mut().for_each(|value| replace_texts(value, text));
            let place = |key: &str| object.get(key).and_then(Value::as_u64).map(|n| n as usize);
            let (start, end) = (place("start").unwrap_or(0), place("end").unwrap_or(60));
            if let Some(own) = object.get_mut("text") {
                *own = json!(text.chars().skip(start).take(end - start).collect::<String>());
            }
        }
        _ => {}
    }
}
