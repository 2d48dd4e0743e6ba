//! The program: its tables, files and exit codes.

use crate::GOLDEN;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) fn evaluate(args: &[&str], threads: &str) -> (Option<i32>, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .arg("evaluate")
        .args(args)
        .env("RAYON_NUM_THREADS", threads)
        .current_dir(GOLDEN)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_table_fits_and_repeats() {
    let args = ["gold.jsonl", "predicted.jsonl"];
    let (code, table, _) = evaluate(&args, "1");
    assert_eq!(code, Some(0));
    assert!(table.lines().all(|l| l.chars().count() <= 100), "{table}");
    let exact = table.lines().find(|l| l.contains("exact: span and label")).expect("the main line");
    let columns: Vec<_> = exact.split_whitespace().skip(4).collect();
    // 163 right, 256 predicted, 267 gold: 163/256, 163/267, 326/523.
    assert_eq!((&columns[..3], &columns[5..]), (&["63.67", "61.05", "62.33"][..], &["163", "256", "267"][..]));
    assert!(!table.contains("MONEY"), "a label without items: {table}");
    assert_eq!(evaluate(&args, "2").1, table);
}

#[test]
fn json_has_everything_by_name() {
    let (code, json, _) = evaluate(&["gold.jsonl", "predicted.jsonl", "--format", "json", "--draws", "50"], "2");
    assert_eq!(code, Some(0));
    let json: Value = serde_json::from_str(&json).expect("one JSON object");
    assert_eq!(json["articles"], json!({"scored": 60, "missing": [], "extra": []}));
    assert_eq!(json["entities"]["exact"]["right"], 163);
    assert_eq!(json["entities"]["exact"]["recall"], 163.0 / 267.0);
    assert!(json["entities"]["exact"]["interval"]["f1"][0].is_f64());
    assert_eq!(json["entities"]["MONEY"]["f1"], Value::Null);
    assert_eq!(json["options"]["draws"], 50);
    assert_eq!(json.get("sentences"), None);
}

#[test]
fn a_missed_minimum_is_exit_code_one() {
    let run = |min: &str| evaluate(&["gold.jsonl", "predicted.jsonl", "--draws", "0", "--min", min], "1");
    assert_eq!(run("entities.f1=0.62").0, Some(0));
    let (code, table, _) = run("entities.f1=0.63");
    assert_eq!(code, Some(1));
    assert!(table.contains("minimum entities.f1 = 0.63: MISSED (0.6233)"), "{table}");
    assert_eq!(run("entities.PER.recall=0.6").0, Some(0));
    assert_eq!(run("entities.semeval.partial.f1=0.9").0, Some(1));
    assert_eq!(run("entities.MONEY.f1=0").0, Some(1), "nothing to score is no success");
    for (min, says) in [("entities.f2=0.5", "no score is called"), ("quotes.f1=0.5", "scored are entities")] {
        let (code, _, error) = run(min);
        assert!(code == Some(2) && error.contains(says), "{min}: {error}");
    }
    assert_eq!(run("entities.f1=85").0, Some(2));
}

#[test]
fn what_cannot_be_scored_is_exit_code_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, lines: &[&str]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, lines.join("\n")).expect("it can be written");
        path
    };
    let run = |predicted: &Path, more: &[&str]| {
        let mut args = vec!["gold.jsonl", predicted.to_str().expect("UTF-8")];
        args.extend(more);
        evaluate(&args, "1")
    };
    let all = std::fs::read_to_string(Path::new(GOLDEN).join("predicted.jsonl")).expect("it is there");
    let lines: Vec<&str> = all.lines().collect();

    let short = write("short.jsonl", &lines[2..]);
    let (code, out, error) = run(&short, &[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(error.contains("2 of 60 gold articles have no prediction: a00, a01;"), "{error}");
    let (code, table, _) = run(&short, &["--missing", "count"]);
    assert!(code == Some(0) && table.contains("2 gold articles without prediction, all their items"), "{table}");
    assert!(table.contains("60 articles"), "{table}");
    let (_, table, _) = run(&short, &["--missing", "skip"]);
    assert!(table.contains("58 articles") && table.contains("left out: a00, a01"), "{table}");

    let torn = write("torn.jsonl", &[lines[0], &lines[1][..80]]);
    let (code, _, error) = run(&torn, &[]);
    assert!(code == Some(2) && error.contains("torn.jsonl:2: ") && error.contains("cut short"), "{error}");
    assert_eq!(run(&write("empty.jsonl", &[]), &[]).0, Some(2));
    assert_eq!(run(folder.path(), &[]).0, Some(2)); // a folder without annotations
    write("annotations.jsonl", &lines);
    assert_eq!(run(folder.path(), &[]).0, Some(0));
    let (code, table, _) = run(&folder.path().join("annotations.jsonl"), &["--layers", "quotes"]);
    assert!(code == Some(0) && table.contains("quotes (60 articles)"), "nothing to score is no error: {table}");
}

#[test]
fn wrong_input_is_said_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.jsonl");
    let all = std::fs::read_to_string(Path::new(GOLDEN).join("predicted.jsonl")).expect("it is there");
    let mut lines: Vec<Value> = all.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let first = lines.iter().position(|l| l["entities"][0].is_object()).expect("some article has a name");
    let number = first + 1;
    let mut refused = |change: &dyn Fn(&mut Vec<Value>), says: &str| {
        let before = lines.clone();
        change(&mut lines);
        let text: Vec<String> = lines.iter().map(Value::to_string).collect();
        lines = before;
        std::fs::write(&path, text.join("\n")).expect("it can be written");
        let (code, out, error) = evaluate(&["gold.jsonl", path.to_str().expect("UTF-8")], "1");
        assert!(code == Some(2) && out.is_empty() && error.contains(says), "{says}: {error}");
    };
    let place = format!("p.jsonl:{number}: ");
    refused(&|l| l[first]["entities"][0]["end"] = json!(9999), &format!("{place}offset 9999 lies outside the text"));
    refused(&|l| l[first]["entities"][0]["start"] = json!(9999), &format!("{place}the span 9999–"));
    refused(&|l| l[first]["entities"][0]["label"] = json!("GPE"), &place);
    refused(&|l| l[first]["entities"][0]["label"] = json!("GPE"), "unknown variant `GPE`");
    refused(&|l| l[first]["entities"][0]["text"] = json!("else"), "but the text there is");
    refused(
        &|l| l[first]["entities"][0]["end"] = l[first]["entities"][0]["start"].clone(),
        "is empty; correct it or leave it out",
    );
    refused(&|l| l[first]["entities"][0]["score"] = json!(1.5), &format!("{place}article "));
    refused(&|l| l[first]["entities"][0]["score"] = json!(1.5), "the score 1.5 does not lie between 0 and 1");
    refused(
        &|l| l[0]["quotes"] = json!([{"id": "Q1", "kind": "direct", "spans": []}]),
        "p.jsonl:1: article \"a00\": the quote \"Q1\" has no spans",
    );
    let chain = json!({"id": "C1", "label": "PER", "mentions": []});
    refused(&|l| l[0]["chains"] = json!([chain, chain]), "p.jsonl:1: article \"a00\": two chains have the id \"C1\"");
    refused(&|l| l.push(l[0].clone()), "\"a00\" stands on line 1 and again on line 61; ids have to be unique");
    refused(
        &|l| l[0]["text"] = json!(format!("{} More.", l[0]["text"].as_str().expect("a text"))),
        "p.jsonl:1: the texts of article \"a00\" differ at code point",
    );
    let span = json!([{"start": 0, "end": 1}]);
    let speaker = json!({"start": 0, "end": 1, "chain": "C7"});
    let stranger = json!({"id": "Q1", "kind": "direct", "spans": span, "speaker": speaker});
    refused(&|l| l[0]["id"] = Value::Null, "p.jsonl:1: ");
    refused(
        &|l| l[0]["quotes"] = json!([stranger]),
        "p.jsonl:1: article \"a00\" in the prediction: the speaker of quote \"Q1\" is of chain \"C7\", which is not among its",
    );

    // Of two predictions the wrong one is named; where quotes are not scored, their speakers do not matter.
    lines[0]["quotes"] = json!([stranger]);
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    std::fs::write(&path, text.join("\n")).expect("it can be written");
    let path = path.to_str().expect("UTF-8");
    let (_, _, error) = evaluate(&["gold.jsonl", "predicted.jsonl", path], "1");
    assert!(error.contains("p.jsonl:1: article \"a00\" in the second prediction: "), "{error}");
    assert_eq!(evaluate(&["gold.jsonl", path, "--layers", "entities"], "1").0, Some(0));
}
