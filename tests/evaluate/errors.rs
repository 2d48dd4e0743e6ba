//! What is wrong: the lines of `--errors`, the table of kinds, the confusion of labels, the reliability of scores.

use crate::program::evaluate;
use crate::properties::{chain, mention, quote, speaker};
use crate::{article, entities, report};
use copydesk::record::{Label, MentionKind, QuoteKind, Record, Sentence};
use copydesk::score::{Board, FaultKind, Layer, Options};
use copydesk::span::Span;
use serde_json::{Value, json};
use std::path::Path;

/// The errors of one article: kind, cost, and where gold and prediction have it.
fn faults(gold: &Record, predicted: &Record, layer: Layer) -> Vec<(FaultKind, f64, Option<Span>, Option<Span>)> {
    let mut board = Board::new(Options { layers: Some(vec![layer]), ..Options::default() }).expect("good options");
    let faults = board.add(gold, &[Some(&predicted.annotation)]).expect("good records");
    let place = |item: &Option<copydesk::score::Item>| item.as_ref().map(|item| item.span);
    faults.layers[0].1.iter().map(|f| (f.kind, f.cost, place(&f.gold), place(&f.predicted))).collect()
}

fn at(start: usize, end: usize) -> Option<Span> {
    Some(Span::new(start, end))
}

#[test]
fn errors_of_names() {
    let gold =
        [(0, 4, Label::Per), (10, 14, Label::Org), (20, 24, Label::Loc), (30, 34, Label::Per), (40, 44, Label::Per)];
    let predicted =
        [(0, 4, Label::Per), (10, 14, Label::Per), (20, 26, Label::Loc), (30, 33, Label::Org), (50, 54, Label::Per)];
    let found = faults(&article("a", &gold), &article("", &predicted), Layer::Entities);
    let expected = [
        (FaultKind::Label, 2.0, at(10, 14), at(10, 14)),
        (FaultKind::Boundary, 2.0, at(20, 24), at(20, 26)),
        (FaultKind::Boundary, 1.0, at(30, 34), at(30, 33)), // wrong in two ways: half each
        (FaultKind::Label, 1.0, at(30, 34), at(30, 33)),
        (FaultKind::Missed, 1.0, at(40, 44), None),
        (FaultKind::Invented, 1.0, None, at(50, 54)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn errors_of_sentences() {
    let cut = |ends: &[usize]| {
        let mut record = article("a", &[]);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let sentence = |(start, &end)| Sentence { span: Span::new(start, end), extra: copydesk::record::Extra::new() };
        record.annotation.sentences = starts.zip(ends).map(sentence).collect();
        record
    };
    let found = faults(&cut(&[10, 20, 30, 40, 50, 60]), &cut(&[10, 15, 20, 40, 52, 60]), Layer::Sentences);
    let expected = [
        (FaultKind::Split, 3.0, at(10, 20), at(10, 20)),
        (FaultKind::Merged, 3.0, at(20, 40), at(20, 40)),
        (FaultKind::Boundary, 4.0, at(40, 60), at(40, 60)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn errors_of_chains() {
    let with = |chains: &[&[(usize, usize)]]| {
        let mut record = article("a", &[]);
        let text = record.text.clone();
        for (n, spans) in chains.iter().enumerate() {
            let mut one = chain(&format!("C{n}"), Label::Per);
            let of = |&(start, end): &(usize, usize)| mention(&text, Span::new(start, end), MentionKind::Name);
            one.mentions = spans.iter().map(of).collect();
            record.annotation.chains.push(one);
        }
        record
    };
    // The first chain is split, the last mention of the second stands with the third, one is missed, one invented.
    let gold =
        with(&[&[(0, 1), (2, 3), (4, 5), (6, 7)], &[(10, 11), (12, 13), (14, 15)], &[(20, 21), (22, 23), (24, 25)]]);
    let predicted = with(&[
        &[(0, 1), (2, 3)],
        &[(4, 5)],
        &[(10, 11), (12, 13)],
        &[(14, 15), (20, 21), (22, 23), (24, 25)],
        &[(30, 31)],
    ]);
    let expected = [
        (FaultKind::Split, 2.0, at(4, 5), at(4, 5)),
        (FaultKind::Merged, 2.0, at(14, 15), at(14, 15)),
        (FaultKind::Missed, 1.0, at(6, 7), None),
        (FaultKind::Invented, 1.0, None, at(30, 31)),
    ];
    assert_eq!(faults(&gold, &predicted, Layer::Chains), expected);
}

#[test]
fn errors_of_quotes() {
    let text = ".".repeat(60);
    let with = |quotes: &[(usize, usize, QuoteKind, Option<usize>)]| {
        let mut record = article("a", &[]);
        for &(start, end, kind, by) in quotes {
            let mut quote = quote(&text, &[Span::new(start, end)], kind);
            quote.speaker = by.map(|at| speaker(&text, Span::new(at, at + 2), None));
            record.annotation.quotes.push(quote);
        }
        record
    };
    let gold = with(&[
        (0, 10, QuoteKind::Direct, Some(12)),
        (20, 30, QuoteKind::Mixed, Some(32)),
        (40, 50, QuoteKind::Direct, None),
    ]);
    let predicted = with(&[(0, 10, QuoteKind::Direct, Some(14)), (20, 28, QuoteKind::Direct, Some(32))]);
    let expected = [
        (FaultKind::Speaker, 2.0, at(12, 14), at(14, 16)),
        (FaultKind::Boundary, 1.0, at(20, 30), at(20, 28)),
        (FaultKind::Kind, 1.0, at(20, 30), at(20, 28)),
        (FaultKind::Missed, 1.0, at(40, 50), None),
    ];
    assert_eq!(faults(&gold, &predicted, Layer::Quotes), expected);
}

#[test]
fn labels_meet_and_scores_are_held_to_account() {
    let gold = article("a", &[(0, 4, Label::Per), (10, 14, Label::Org), (20, 24, Label::Loc)]);
    let mut predicted = article("", &[(0, 4, Label::Per), (10, 14, Label::Per), (30, 34, Label::Per)]);
    for (entity, score) in predicted.annotation.entities.iter_mut().zip([0.92, 0.98, 1.0]) {
        entity.score = Some(score);
    }
    let report = report(&[(gold, predicted)], entities());
    let (per, org, loc) = (Some(Label::Per), Some(Label::Org), Some(Label::Loc));
    let expected = [((None, per), 1), ((per, per), 1), ((org, per), 1), ((loc, None), 1)];
    assert_eq!(report.confusion.into_iter().collect::<Vec<_>>(), expected);
    let scores = &report.reliability[0];
    let last = scores.bins[9];
    assert_eq!((scores.of, last.items, last.right), ("entities", 3, 1));
    assert!((last.score().expect("three items") - 2.9 / 3.0).abs() < 1e-9);
    assert!((scores.error().expect("three items") - 1.9 / 3.0).abs() < 1e-9);
}

#[test]
fn the_file_of_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("errors.jsonl");
    let file = path.to_str().expect("UTF-8");
    let run = |args: &[&str]| {
        let (code, out, error) = evaluate(&[args, &["--errors", file, "--format", "json"]].concat(), "1");
        assert_eq!(code, Some(0), "{error}");
        let lines = std::fs::read_to_string(&path).expect("it was written");
        let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
        (serde_json::from_str::<Value>(&out).expect("JSON"), lines)
    };
    let (summary, lines) = run(&["gold.jsonl", "predicted.jsonl"]);
    for kind in summary["errors"].as_array().expect("a list") {
        let of_kind: Vec<_> =
            lines.iter().filter(|l| l["kind"] == kind["kind"] && l["layer"] == kind["layer"]).collect();
        assert_eq!(json!(of_kind.len()), kind["errors"], "{kind}");
        let cost: f64 = of_kind.iter().map(|l| l["cost"].as_f64().expect("a number")).sum();
        assert!(kind["items"].as_f64().is_some_and(|items| (items - cost).abs() < 1e-9), "{kind}");
    }
    // What it costs adds up to what F1 lacks.
    let cost: f64 = summary["errors"].as_array().expect("a list").iter().filter_map(|k| k["f1"].as_f64()).sum();
    let f1 = summary["entities"]["exact"]["f1"].as_f64().expect("a number");
    assert!((cost - (1.0 - f1)).abs() < 1e-9);
    // Offsets are code points of the article's text.
    let texts: Vec<Value> = std::fs::read_to_string(Path::new(crate::GOLDEN).join("gold.jsonl"))
        .expect("it is there")
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    for line in &lines {
        let text = texts.iter().find(|r| r["id"] == line["id"]).and_then(|r| r["text"].as_str()).expect("an article");
        for side in ["gold", "predicted"].map(|side| &line[side]).into_iter().filter(|side| side.is_object()) {
            let place = |key: &str| side[key].as_u64().expect("a number") as usize;
            let there: String = text.chars().skip(place("start")).take(place("end") - place("start")).collect();
            assert_eq!(side["text"], json!(there));
            assert!(line["context"].as_str().expect("text").contains('['));
        }
    }

    // A layer that gold lacks is not scored, though that is known only at the end.
    let more = folder.path().join("more.jsonl");
    let predicted = std::fs::read_to_string(Path::new(crate::GOLDEN).join("predicted.jsonl")).expect("it is there");
    let invented = r#""quotes": [{"kind": "direct", "spans": [{"start": 0, "end": 3}]}]"#;
    std::fs::write(&more, predicted.replace(r#""quotes": []"#, invented)).expect("it can be written");
    let (_, same) = run(&["gold.jsonl", more.to_str().expect("UTF-8")]);
    assert_eq!(same, lines);

    // A run that fails leaves the file as it was, and nothing beside it is touched.
    let beside = folder.path().join("errors.part");
    std::fs::write(&beside, "mine").expect("it can be written");
    let before = std::fs::read_to_string(&path).expect("it was written");
    assert_eq!(evaluate(&["nope.jsonl", "predicted.jsonl", "--errors", file], "1").0, Some(2));
    run(&["gold.jsonl", more.to_str().expect("UTF-8")]);
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), before);
    assert_eq!(std::fs::read_to_string(&beside).expect("it is there"), "mine");
    // A link stays one.
    #[cfg(unix)]
    {
        let target = folder.path().join("target.jsonl");
        std::fs::rename(&path, &target).expect("it can be renamed");
        std::os::unix::fs::symlink(&target, &path).expect("a link");
        run(&["gold.jsonl", more.to_str().expect("UTF-8")]);
        assert!(path.is_symlink());
        assert_eq!(std::fs::read_to_string(&target).expect("it is there"), before);
    }

    // Gold is not written over.
    let (code, _, error) = evaluate(&["gold.jsonl", file, "--errors", file], "1");
    assert!(code == Some(2) && error.contains("would write over"), "{error}");
}

#[test]
fn errors_are_of_the_articles_scored() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, records: [Record; 2]| {
        let path = folder.path().join(name);
        std::fs::write(&path, records.map(|record| record.to_json() + "\n").concat()).expect("it can be written");
        path.to_str().expect("UTF-8").to_owned()
    };
    // Gold has no name anywhere; only the first article says that it should have.
    let mut declared = article("a", &[]);
    declared.meta.insert("layers".to_owned(), json!(["entities"]));
    let gold = file("gold.jsonl", [declared, article("b", &[])]);
    let names = [(0, 4, Label::Per), (10, 14, Label::Per)];
    let predicted = file("predicted.jsonl", [article("a", &names[..1]), article("b", &names)]);
    let errors = folder.path().join("errors.jsonl");
    let args = [&gold, &predicted, "--format", "json", "--errors", errors.to_str().expect("UTF-8")];
    let (_, json, _) = evaluate(&args, "1");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["entities"]["articles"], &json["entities"]["exact"]["predicted"]), (&json!(1), &json!(1)));
    assert_eq!((&json["errors"][0]["errors"], &json["errors"][0]["f1"]), (&json!(1), &json!(1.0)));
    assert_eq!(json["confusion"], json!({"none": {"PER": 1}}));
    let lines = std::fs::read_to_string(errors).expect("it was written");
    assert!(lines.lines().count() == 1 && lines.starts_with("{\"id\":\"a\""), "{lines}");
}

#[test]
fn the_output_names_the_most_costly() {
    let (_, table, _) = evaluate(&["gold.jsonl", "predicted.jsonl", "--draws", "0"], "1");
    let at = table.lines().position(|l| l.starts_with("errors, the most costly first")).expect("a table of errors");
    let points: Vec<f64> = (table.lines().skip(at + 1).take_while(|l| !l.is_empty()))
        .map(|l| l[..46].split_whitespace().last().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{l}")))
        .collect();
    assert!(points.len() >= 4 && points.is_sorted_by(|a, b| a >= b), "{points:?}");
    assert!((points.iter().sum::<f64>() - (100.0 - 62.33)).abs() < 0.03, "{points:?}");
    assert!(table.contains("\nMost costly: entities "), "{table}");
    let (_, markdown, _) = evaluate(&["gold.jsonl", "predicted.jsonl", "--draws", "0", "--format", "markdown"], "1");
    assert!(
        markdown.contains("| errors, the most costly first | errors | points | for example: gold → predicted |"),
        "{markdown}"
    );
    assert!(markdown.contains("| exact: span and label | 63.67 | 61.05 | 62.33 |"), "{markdown}");
}
