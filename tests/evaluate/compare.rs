//! Two predictions against each other.

use crate::program::evaluate;
use crate::{GOLDEN, article, entities, golden, line};
use copydesk::record::{Label, Record};
use copydesk::score::{Board, Layer, Report, Second};
use serde_json::Value;

fn compare(articles: &[(Record, Record, Record)], draws: usize) -> Report {
    let mut board = Board::new(entities()).expect("good options");
    for (gold, first, second) in articles {
        board.add(gold, &[Some(&first.annotation), Some(&second.annotation)]).expect("good records");
    }
    board.report(1, draws)
}

fn exact(report: &Report) -> Second {
    line(report, Layer::Entities, "exact").second.expect("there are two")
}

#[test]
fn a_prediction_does_not_differ_from_itself() {
    let articles: Vec<_> =
        golden("gold.jsonl").into_iter().zip(golden("predicted.jsonl")).map(|(g, p)| (g, p.clone(), p)).collect();
    let report = compare(&articles, 200);
    for line in &report.layers[0].lines {
        let second = line.second.expect("there are two");
        assert_eq!((second.support, second.score, second.interval), (line.support, line.score, line.interval));
        if line.score.f1.is_some() {
            let same = (Some(0.0), Some((0.0, 0.0)), Some(1.0));
            assert_eq!((second.difference, second.difference_interval, second.p), same, "{}", line.key);
        }
    }
}

#[test]
fn p_is_what_counting_all_swaps_gives() {
    // Ten articles with a name each; the second prediction finds all, the first finds all but four. Of the 2^4 ways
    // to swap the four, two (none, all) differ as much: p is 2/16.
    let name = [(0, 4, Label::Per)];
    let articles: Vec<_> = (0..10)
        .map(|i| (article(&format!("{i}"), &name), article("", if i < 4 { &[] } else { &name }), article("", &name)))
        .collect();
    let second = exact(&compare(&articles, 20_000));
    // 6 of 10 found: F1 is 12/16.
    assert!((second.difference.expect("a value") - 0.25).abs() < 1e-12);
    let p = second.p.expect("a test was made");
    // Of 20,000 draws the standard deviation is 0.0023.
    assert!((p - 0.125).abs() < 0.01, "{p}");
    let (low, high) = second.difference_interval.expect("ten articles");
    assert!((0.0..0.25).contains(&low) && high > 0.25, "{low}–{high}");
}

#[test]
fn pure_chance_is_significant_one_time_in_twenty() {
    // Two predictions that find each name with the same chance; p should be below 0.05 in about 5 of 100 trials.
    let mut random = copydesk::score::bootstrap::Random::new(11);
    let name = [(0, 4, Label::Per)];
    let trials = 200;
    let significant = (0..trials).filter(|_| {
        let mut found = |i: usize| article(&format!("{i:02}"), if random.below(10) < 6 { &name } else { &[] });
        let articles: Vec<_> = (0..40).map(|i| (article(&format!("{i:02}"), &name), found(i), found(i))).collect();
        exact(&compare(&articles, 400)).p.expect("a test was made") < 0.05
    });
    let significant = significant.count();
    assert!((2..=20).contains(&significant), "{significant} of {trials}");
}

#[test]
fn the_program_compares() {
    let folder = tempfile::tempdir().expect("a folder");
    let better = folder.path().join("better.jsonl");
    let gold = std::fs::read_to_string(format!("{GOLDEN}/gold.jsonl")).expect("it is there");
    let first = std::fs::read_to_string(format!("{GOLDEN}/predicted.jsonl")).expect("it is there");
    let half: Vec<&str> = gold.lines().take(30).chain(first.lines().skip(30)).collect();
    std::fs::write(&better, half.join("\n")).expect("it can be written");
    let better = better.to_str().expect("UTF-8");

    let (code, table, error) = evaluate(&["gold.jsonl", "predicted.jsonl", better], "2");
    assert_eq!(code, Some(0), "{error}");
    let exact = table.lines().find(|l| l.contains("exact: span and label")).expect("the main line");
    let cells: Vec<&str> = exact.split_whitespace().skip(4).collect();
    assert_eq!((cells[0], cells[2].starts_with('+'), cells[5]), ("62.33", true, "0.0010"), "{exact}");
    assert!(table.lines().all(|l| l.chars().count() <= 100), "{table}");

    let (_, json, _) = evaluate(&["gold.jsonl", "predicted.jsonl", better, "--format", "json"], "1");
    let json: Value = serde_json::from_str(&json).expect("one JSON object");
    let exact = &json["entities"]["exact"];
    let difference = exact["second"]["f1"].as_f64().expect("a number") - exact["f1"].as_f64().expect("a number");
    assert_eq!(exact["difference"]["f1"].as_f64(), Some(difference));
    assert_eq!(json["second"], better);

    // An article that one prediction lacks is left out of both.
    let short = folder.path().join("short.jsonl");
    std::fs::write(&short, first.lines().skip(1).collect::<Vec<_>>().join("\n")).expect("it can be written");
    let short = short.to_str().expect("UTF-8");
    assert_eq!(evaluate(&["gold.jsonl", "predicted.jsonl", short], "1").0, Some(2));
    let (code, table, _) = evaluate(&["gold.jsonl", "predicted.jsonl", short, "--missing", "skip"], "1");
    assert!(code == Some(0) && table.contains("59 articles"), "{table}");
    // Or its items are missed in the one that lacks it.
    let (_, table, _) = evaluate(&["gold.jsonl", "predicted.jsonl", short, "--missing", "count"], "1");
    let note = "1 gold articles without one of the predictions, all their items count as missed there: a00";
    assert!(table.contains(note), "{table}");
    for option in [["--min", "entities.f1=0.1"], ["--errors", "x.jsonl"]] {
        let args = [&["gold.jsonl", "predicted.jsonl", better][..], &option].concat();
        assert_eq!(evaluate(&args, "1").0, Some(2), "{option:?} is for one prediction");
    }
}
