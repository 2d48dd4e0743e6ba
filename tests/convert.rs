//! `copydesk convert`: one article in every format, and what happens to files that are not what they should be.

mod util;

use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;
use util::{Place, Run};

const TEXT: &str = "Ferry sinks off Oslo\nMayor Ann Lee met reporters in Oslo. \"It is over,\" she said.";

fn golden(name: &str) -> String {
    format!("{}/tests/golden/convert/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Converts to `out.jsonl`; the records.
fn convert(place: &Place, args: &[&str]) -> Vec<Value> {
    place.run(&[&["convert", "-o", "out.jsonl", "--from"], args].concat()).exits(0);
    place.json("out.jsonl")
}

/// The texts of a list of spans.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|s| s["text"].as_str().expect("a text")).collect()
}

fn sentences(record: &Value) -> Vec<String> {
    let text: Vec<char> = record["text"].as_str().expect("a text").chars().collect();
    let place = |n: &Value| n.as_u64().expect("an offset") as usize;
    let list = record["sentences"].as_array().expect("a list").iter();
    list.map(|s| text[place(&s["start"])..place(&s["end"])].iter().collect()).collect()
}

fn entities(record: &Value) -> Vec<String> {
    let list = record["entities"].as_array().expect("a list").iter();
    list.map(|e| format!("{} {}", e["label"].as_str().expect("a label"), e["text"].as_str().expect("a text"))).collect()
}

fn chains(record: &Value) -> Vec<String> {
    let list = record["chains"].as_array().expect("a list").iter();
    list.map(|c| format!("{} {}: {}", c["label"], c["name"], texts(&c["mentions"]).join("|")).replace('"', ""))
        .collect()
}

const OSLO: &str = "LOC Oslo: Oslo|Oslo";
const ANN: &str = "PER Ann Lee: Mayor Ann Lee|she";

#[test]
fn conll2003_in_every_tagging_scheme() {
    let place = Place::new();
    for scheme in ["iob1", "iob2", "iobes"] {
        let file = golden(&format!("ferry.{scheme}.txt"));
        for args in [&["conll2003", &file][..], &["conll2003", &file, "--tagging", scheme]] {
            let [record] = &convert(&place, args)[..] else { panic!("one record") };
            assert_eq!((&record["id"], &record["text"]), (&json!(format!("ferry.{scheme}")), &json!(TEXT)));
            assert_eq!(entities(record), ["LOC Oslo", "PER Ann Lee", "LOC Oslo"]);
            assert_eq!(sentences(record), TEXT.replace(". \"", ".\n\"").split('\n').collect::<Vec<_>>());
            assert_eq!(record["meta"], json!({"layers": ["entities"]}));
        }
    }
    let file = golden("ferry.iob1.txt");
    let run = place.run(&["convert", "--from", "conll2003", "--tagging", "iob2", &file, "-o", "-"]).exits(2);
    assert!(run.stderr.contains("ferry.iob1.txt:6: the tag \"I-LOC\" breaks IOB2"), "{}", run.stderr);
}

#[test]
fn conll2012_with_names_and_chains() {
    let place = Place::new();
    let [record] = &convert(&place, &["conll2012", &golden("ferry.conll")])[..] else { panic!("one record") };
    assert_eq!((&record["id"], &record["text"]), (&json!("news/ferry"), &json!(TEXT)));
    assert_eq!(entities(record), ["LOC Oslo", "PER Ann Lee", "LOC Oslo"]);
    assert_eq!(chains(record), [OSLO, ANN]);
    assert_eq!(record["meta"]["layers"], json!(["entities", "chains"]));
    assert_eq!(record["sentences"].as_array().map(Vec::len), Some(3));

    let short = "# begin document (a); part 002\n0\tAnn\t(1(2)\n1\tLee\t1)\n2\tsmiled\t_\n3\t.\t-\n# end document\n";
    place.write("short.conll", short);
    let [record] = &convert(&place, &["conll2012", "short.conll"])[..] else { panic!("one record") };
    assert_eq!((&record["id"], &record["text"]), (&json!("a/2"), &json!("Ann Lee smiled.")));
    assert_eq!(chains(record), ["MISC Ann Lee: Ann Lee", "MISC Ann: Ann"]);
    assert_eq!((&record["sentences"], &record["meta"]["layers"]), (&json!([]), &json!(["chains"])));
}

#[test]
fn white_space_in_a_word_parts_no_columns() {
    let place = Place::new();
    let word = "10\u{a0}000";
    for (format, text) in [
        ("conll2003", format!("{word} CD O\nmen NNS O\n")),
        ("conll2003", format!("{word}\tO\nmen\tO\n")),
        ("conll2012", format!("#begin document (a)\n1 {word} -\n2 men -\n#end document\n")),
    ] {
        place.write("a.txt", text);
        assert_eq!(convert(&place, &[format, "a.txt"])[0]["text"], format!("{word} men"));
    }
}

#[test]
fn conllu_with_and_without_text() {
    let place = Place::new();
    for name in ["ferry.conllu", "ferry.bare.conllu"] {
        let [record] = &convert(&place, &["conllu", &golden(name)])[..] else { panic!("one record") };
        assert_eq!((&record["id"], &record["text"]), (&json!("ferry"), &json!(TEXT)));
        assert_eq!(record["sentences"].as_array().map(Vec::len), Some(3));
        // CorefUD tells mentions, not the names in them.
        assert_eq!(chains(record), [OSLO, "PER Mayor Ann Lee: Mayor Ann Lee|she"]);
        assert_eq!(record["chains"][1]["mentions"][1]["kind"], "pronoun");
        assert_eq!(record["meta"], json!({"date": "2026-11-20", "layers": ["sentences", "chains"]}));
    }
}

#[test]
fn conllu_words_in_tokens_gaps_and_files_without_marks() {
    let place = Place::new();
    let row = |id: &str, form: &str, misc: &str| format!("{id}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{misc}\n");
    let text = [
        "# global.Entity = eid-etype-head-other\n".to_owned(),
        row("1-2", "Don't", "_"),
        row("1", "Do", "Entity=(e1[1/2]-event-1-)"),
        row("2", "n't", "_"),
        row("3-4", "im", "SpaceAfter=No"),
        row("3", "in", "_"),
        row("4", "dem", "Entity=(e1[2/2]-event-1-)"),
        row("5", "!", "SpaceAfter=No"),
        "\n".to_owned(),
        row("1", "Go", "_"),
    ];
    place.write("a.conllu", text.concat());
    let [record] = &convert(&place, &["conllu", "a.conllu"])[..] else { panic!("one record") };
    assert_eq!((&record["id"], &record["text"]), (&json!("a"), &json!("Don't im!Go")));
    // A mention with a gap runs from its first word to its last.
    assert_eq!(chains(record), ["MISC Don't im: Don't im"]);
    assert_eq!(sentences(record), ["Don't im!", "Go"]);
}

/// One header over the words Ann and Bob.
fn people(header: &str, ann: &str, bob: &str) -> String {
    let row = |id: u32, form: &str, cell: &str| format!("{id}\t{form}\t_\t_\t_\t_\t_\t_\t_\tEntity={cell}\n");
    format!("{header}\n{}{}", row(1, "Ann", ann), row(2, "Bob", bob))
}

#[test]
fn conllu_has_the_id_where_its_header_says() {
    let place = Place::new();
    for (header, ann, bob) in [
        ("# global.Entity = etype-eid-head", "(person-1-1)", "(person-2-1)"),
        (
            "# global.Entity = entity-GRP-infstat-MIN-coref_type-identity",
            "(person-1-new-1-sgl)",
            "(person-2-new-1-sgl)",
        ),
        ("# global.Entity = eid-etype-head", "(1-person-1)", "(2-person-1)"),
    ] {
        place.write("a.conllu", people(header, ann, bob));
        assert_eq!(chains(&convert(&place, &["conllu", "a.conllu"])[0]), ["PER Ann: Ann", "PER Bob: Bob"], "{header}");
    }
    // The closing bracket has the parts up to the id, or the id alone.
    for closing in ["person-1)", "1)"] {
        place.write("a.conllu", people("# global.Entity = entity-GRP", "(person-1", closing));
        assert_eq!(chains(&convert(&place, &["conllu", "a.conllu"])[0]), ["PER Ann Bob: Ann Bob"], "{closing}");
    }
    for (header, ann, says) in [
        ("# no header", "(person-1)", "a.conllu:2: no telling which part of Entity= is the id; name eid or GRP"),
        ("# global.Entity = etype-head", "(person-1)", "a.conllu:2: no telling which part of Entity= is the id"),
        ("# global.Entity = etype-head-eid", "(person-1)", "a.conllu:2: (person-1 has no id"),
        ("# global.Entity = etype-eid", "(person)", "a.conllu:2: (person has no id"),
        ("# global.Entity = etype-eid", "(person-)", "a.conllu:2: (person- has no id"),
    ] {
        place.write("a.conllu", people(header, ann, "_").replace("Entity=_", "_"));
        let run = place.run(&["convert", "--from", "conllu", "a.conllu", "-o", "-"]).exits(2);
        assert!(run.stderr.contains(says), "{header}: {}", run.stderr);
    }
}

#[test]
fn brat_with_attributions_and_polnears_folders() {
    let place = Place::new();
    let args = ["brat", &golden(""), "--labels", "mention=-"];
    let [record] = &convert(&place, &args)[..] else { panic!("one record") };
    let check = |record: &Value| {
        assert_eq!((&record["id"], &record["text"]), (&json!("ferry"), &json!(TEXT)));
        assert_eq!(entities(record), ["LOC Oslo", "PER Ann Lee", "LOC Oslo"]);
        assert_eq!(chains(record), [OSLO, ANN]);
        let quote = &record["quotes"][0];
        assert_eq!((&quote["kind"], texts(&quote["spans"])), (&json!("direct"), vec!["\"It is over,\""]));
        assert_eq!((&quote["cue"]["text"], &quote["speaker"]["chain"]), (&json!("said"), &json!("C2")));
    };
    check(record);
    let read = |name: &str| std::fs::read(golden(name)).expect("a file");
    place.write("dev/text/ferry.txt", read("ferry.txt")).write("dev/attributions/ferry_ab1.ann", read("ferry.ann"));
    check(&convert(&place, &["brat", "dev", "--labels", "mention=-"])[0]);
    // A second annotator's file is a second article of the same id.
    place.write("dev/attributions/ferry_cd2.ann", read("ferry.ann"));
    let run = place.run(&["convert", "--from", "brat", "dev", "--labels", "mention=-", "-o", "-"]).exits(1);
    assert!(run.stderr.contains("cd2.ann:1: ferry: its id is already used, by the document at"), "{}", run.stderr);
    check(&serde_json::from_str(&run.stdout).expect("one record"));
    // Fragments are compared in the order in which they are given; a name in two is one.
    place.write("parts/a.ann", "T1\tPER 6 9;0 5\tLee Mayor\n").write("parts/a.txt", "Mayor Lee");
    assert_eq!(entities(&convert(&place, &["brat", "parts"])[0]), ["PER Mayor Lee"]);
    // PolNeAR's other event.
    let ann = "T1\tContent 0 10\tIt is over\nT2\tCue 19 27\treported\nT3\tAttribution-no-source 19 27\treported\n\
               E1\tAttribution-no-source:T3 Content:T1 Cue:T2\n";
    place.write("none/a.ann", ann).write("none/a.txt", "It is over, it was reported.");
    let quote = &convert(&place, &["brat", "none"])[0]["quotes"][0];
    assert_eq!(
        (&quote["kind"], &quote["cue"]["text"], &quote["speaker"]),
        (&json!("indirect"), &json!("reported"), &Value::Null)
    );
    // Nothing annotated is not nothing.
    place.write("empty/a.ann", "").write("empty/a.txt", "Nothing.");
    assert_eq!(convert(&place, &["brat", "empty"])[0]["text"], "Nothing.");
}

#[test]
fn the_encoding_of_a_text_is_kept() {
    let place = Place::new();
    place.write("in/a.ann", "T1\tLOC 13 17\tOslo\n").write("in/a.txt", b"The caf\xe9 in: Oslo \x93is\x94 open.");
    assert_eq!(convert(&place, &["brat", "in"])[0]["meta"]["encoding"], "windows-1252");
    // That of the annotations says nothing of the text.
    place.write("in/a.ann", b"T1\tLOC 0 4\tcaf\xe9\n").write("in/a.txt", "café \u{201c}open\u{201d}");
    assert_eq!(convert(&place, &["brat", "in"])[0]["meta"], json!({}));
}

#[test]
fn citron_ids_may_be_numbers() {
    let place = Place::new();
    for (id, expected) in [("5", "5"), ("-5", "-5"), ("\"x\"", "x"), ("null", "a")] {
        place.write("a.json", format!("{{\"id\":{id},\"text\":\"Oslo\"}}"));
        assert_eq!(convert(&place, &["citron", "a.json"])[0]["id"], expected);
    }
    for id in ["5.5", "[]"] {
        place.write("a.json", format!("{{\"id\":{id},\"text\":\"Oslo\"}}"));
        let run = place.run(&["convert", "--from", "citron", "a.json", "-o", "-"]).exits(2);
        let says = format!("a.json:1: the id must be a string or a whole number of 64 bits, not {id}");
        assert!(run.stderr.contains(&says), "{}", run.stderr);
    }
}

#[test]
fn citron_with_groups() {
    let place = Place::new();
    let json = std::fs::read_to_string(golden("ferry.json")).expect("a file");
    place.write("ferry.jsonl", json.replace('\n', "") + "\n" + &json.replace('\n', "") + "\n");
    let mut records = convert(&place, &["citron", &golden("ferry.json")]);
    records.extend(convert(&place, &["citron", "ferry.jsonl"]));
    let ids: Vec<_> = records.iter().map(|r| r["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["ferry", "ferry", "ferry:2"]);
    for record in &records {
        assert_eq!(record["text"], TEXT);
        assert_eq!(chains(record), ["MISC Oslo: Oslo|Oslo", "MISC Mayor Ann Lee: Mayor Ann Lee|she"]);
        let quote = &record["quotes"][0];
        assert_eq!((&quote["kind"], texts(&quote["spans"])), (&json!("direct"), vec!["\"It is over,\""]));
        assert_eq!((&quote["speaker"]["text"], &quote["speaker"]["chain"]), (&json!("she"), &json!("C2")));
    }
}

/// Converts one file; the record, and the last line on stderr.
fn last_line(place: &Place, format: &str, file: &str) -> (Value, String) {
    let run = place.run(&["convert", "--from", format, file, "-o", "out.jsonl"]).exits(0);
    (place.json("out.jsonl").remove(0), run.stderr.lines().last().expect("a line").to_owned())
}

#[test]
fn what_a_record_has_no_place_for_is_counted() {
    let place = Place::new();
    let node = "1.1\t_\t_\t_\t_\t_\t_\t_\t_\tEntity=(2-person)\n";
    place
        .write("a.txt", "Ann Lee met Bob in Oslo, Mum")
        .write("a.ann", "T1\tPER 0 7\nT2\tPER 12 15\nT3\tLOC 19 23\nT4\tPER 0 3;25 28\nT5\tLOC 19 23\n")
        .write("a.conll", "#begin document (a)\n1\tAnn\t(1)|(1)|(2)\n2\tLee\t(1)\n#end document\n")
        .write("a.json", r#"{"text":"Oslo","quotes":[{"contents":[]},{"contents":[{"start":1,"end":1}]}]}"#)
        .write("a.conllu", people("# global.Entity = eid-etype", "(1-person)", "(1-person)") + node);
    for (format, file, says) in [
        ("brat", "a.ann", "1 entities, 0 mentions, 0 chains, 0 quotes"),
        ("conll2012", "a.conll", "0 entities, 1 mentions, 1 chains, 0 quotes"),
        ("citron", "a.json", "0 entities, 0 mentions, 0 chains, 2 quotes"),
        ("conllu", "a.conllu", "0 entities, 1 mentions, 0 chains, 0 quotes"),
    ] {
        let (record, line) = last_line(&place, format, file);
        let says = format!("left out, as records have no place for them (docs/convert.md): {says}");
        assert_eq!(line, format!("1 documents converted, 0 failed -> out.jsonl; {says}"), "{format}");
        let run = place.run(&["convert", "--from", format, file, "-o", "-"]).exits(0);
        assert_eq!(run.stderr.trim_end(), says);
        if format == "brat" {
            // A name with a gap yields to those in it.
            assert_eq!(entities(&record), ["PER Ann Lee", "PER Bob", "LOC Oslo"]);
        }
    }
    // Nothing is lost of a name that runs over a line end, nor where nothing overlaps a gap.
    place.write("a.txt", "Ann\nLee, Bob").write("a.ann", "T1\tPER 0 3;4 7\nT2\tPER 4 7\n");
    let (record, line) = last_line(&place, "brat", "a.ann");
    assert_eq!(entities(&record), ["PER Ann\nLee"]);
    assert!(line.ends_with("1 entities, 0 mentions, 0 chains, 0 quotes"), "{line}");
    place.write("a.ann", "T1\tPER 0 3;9 12\n");
    let (record, line) = last_line(&place, "brat", "a.ann");
    assert_eq!(entities(&record), ["PER Ann\nLee, Bob"]);
    assert!(line.ends_with("1 documents converted, 0 failed -> out.jsonl"), "{line}");
}

#[test]
fn what_is_converted_scores_against_itself() {
    let place = Place::new();
    for (format, name) in [("conll2003", "ferry.iob2.txt"), ("conll2012", "ferry.conll"), ("conllu", "ferry.conllu")] {
        convert(&place, &[format, &golden(name)]);
        let layer = if format == "conllu" { "sentences" } else { "entities" };
        let minimum = format!("{layer}.f1=1");
        place.run(&["evaluate", "out.jsonl", "out.jsonl", "--layers", layer, "--min", &minimum]).exits(0);
    }
}

/// A bad document between two good ones: it is named with its line, and the others are converted.
#[test]
fn what_is_wrong_with_a_document_costs_it_alone() {
    let place = Place::new();
    let column = |bad: &str| format!("-DOCSTART- O\n\nOslo B-LOC\n\n-DOCSTART- O\n{bad}-DOCSTART- O\n\nOslo B-LOC\n");
    let task = |bad: &str| {
        let good = "#begin document (G)\n1\tOslo\t(1)\n#end document\n";
        format!("{}{bad}{}", good.replace('G', "one"), good.replace('G', "two"))
    };
    let tree = |bad: &str| {
        let good = "# newdoc id = G\n1\tOslo\t_\t_\t_\t_\t_\t_\t_\t_\n\n";
        format!("{}# newdoc id = bad\n{bad}{}", good.replace('G', "one"), good.replace('G', "two"))
    };
    let word = |misc: &str| format!("1\tOslo\t_\t_\t_\t_\t_\t_\t_\t{misc}\n");
    let entity = |cell: &str| format!("# global.Entity = eid\n{}", word(&format!("Entity={cell}")));
    let json = |bad: &str| format!("{{\"text\":\"Oslo\"}}\n{bad}\n{{\"text\":\"Oslo\"}}\n");
    let quote = |span: &str| json(&format!("{{\"text\":\"Öslo\",\"quotes\":[{{\"contents\":[{span}]}}]}}"));
    for (format, text, line, says) in [
        (
            "conll2003",
            column("\nOslo B-CITY\n"),
            7,
            "the label \"city\" is not known; say what it is with --labels city=",
        ),
        ("conll2003", column("Ann B-PER\nOslo\n"), 7, "a word and its tag are wanted"),
        (
            "conll2003",
            column("Ann B-PER\nOslo NNP B-LOC\n"),
            7,
            "3 columns, where line 6 has 2; one of the two is wrong",
        ),
        ("conll2003", column("Ann PER\n"), 6, "\"PER\" is no tag"),
        ("conll2003", column("Ann \u{0} B-PER\n"), 5, "not text"),
        (
            "conll2012",
            task("#begin document (b)\n1\tOslo\t(1\n#end document\n"),
            5,
            "(1 is opened here and never closed",
        ),
        (
            "conll2012",
            task("#begin document (b)\n1\tOslo\t1)\n#end document\n"),
            5,
            "1) closes what no (1 before it opens",
        ),
        ("conll2012", task("#begin document (b)\n1\tOslo\t(1)\n"), 4, "no \"#end document\""),
        ("conll2012", task("#begin document (b)\n1 Oslo\n#end document\n"), 5, "2 columns"),
        ("conllu", tree("1\tOslo\n"), 5, "2 columns, where CoNLL-U has 10"),
        ("conllu", tree(&word("_").replace('1', "x")), 5, "\"x\" is no number"),
        (
            "conllu",
            tree(&format!("# text = Bergen\n{}", word("_"))),
            6,
            "the word \"Oslo\" is not what # text (line 5)",
        ),
        ("conllu", tree(&format!("# text = Oslo.\n{}", word("_"))), 5, "\".\" behind the last word"),
        ("conllu", tree(&entity("e1)")), 6, "e1) closes what no (e1"),
        ("conllu", tree(&entity("(e1")), 6, "(e1 is opened here and never closed"),
        ("citron", json("{\"text\":"), 2, "no annotation of Citron"),
        ("citron", json("{\"quotes\":[]}"), 2, "missing field `text`"),
        ("citron", quote(r#"{"start":2,"end":5}"#), 2, "not in the text of 4 code points"),
        ("citron", quote(r#"{"start":3,"end":2}"#), 2, "not in the text"),
        ("citron", quote(r#"{"start":1,"end":3,"text":"lo"}"#), 2, "says \"lo\", but the text there is \"sl\""),
    ] {
        let file = if format == "citron" { "in.jsonl" } else { "in.txt" };
        place.write(file, &text);
        let run = place.run(&["convert", "--from", format, file, "-o", "out.jsonl"]).exits(1);
        let place_of_it = format!("{file}:{line}: ");
        assert!(run.stderr.contains(&place_of_it) && run.stderr.contains(says), "{text}\n{}", run.stderr);
        assert!(run.stderr.contains("2 documents converted, 1 failed -> out.jsonl"), "{}", run.stderr);
        assert_eq!(place.json("out.jsonl").len(), 2, "{text}");
    }
}

#[test]
fn what_is_wrong_with_standoff_is_said() {
    let place = Place::new();
    for (ann, line, says) in [
        ("T1\tPER 0 3\tLee\n", 1, "T1 says \"Lee\", but the text there is \"Ann\""),
        ("T1\tPER 0 3\tAnn\nT2\tLOC 9 12\tOslo\n", 2, "the place 9 12 is not in the text"),
        ("T1\tPER 0\tAnn\n", 1, "is no label with its places"),
        ("T1\tPER 0 3\tAnn\nT1\tPER 4 7\tLee\n", 2, "T1 stands in this file twice"),
        ("E1\tAttribution:T1 Content:T2\n", 1, "T2 is no text-bound annotation of this file"),
        ("*\tEquiv T1 T2\n", 1, "T1 is no text-bound annotation"),
        ("R1\tCoref Arg1:T1\n", 1, "a relation has two parts"),
        ("T1\tGod 0 3\tAnn\n", 1, "--labels god=MISC"),
        ("Ann\n", 1, "no line of brat standoff"),
    ] {
        place.write("in/a.ann", ann).write("in/a.txt", "Ann Lee");
        let run = place.run(&["convert", "--from", "brat", "in", "-o", "-"]).exits(2);
        assert!(run.stderr.contains(&format!("a.ann:{line}: ")) && run.stderr.contains(says), "{ann}\n{}", run.stderr);
    }
    // Offsets that count the byte order mark.
    place.write("in/a.ann", "T1\tPER 1 4\tAnn\n").write("in/a.txt", "\u{feff}Ann Lee");
    let run = place.run(&["convert", "--from", "brat", "in", "-o", "-"]).exits(2);
    assert!(run.stderr.contains("without the byte order mark that the text begins with"), "{}", run.stderr);
    place.write("alone/b.ann", "");
    let run = place.run(&["convert", "--from", "brat", "alone", "-o", "-"]).exits(2);
    assert!(run.stderr.contains("its text") && run.stderr.contains("b.txt cannot be read"), "{}", run.stderr);
}

#[test]
fn labels_can_be_said_and_dropped() {
    let place = Place::new();
    place.write("a.txt", "Ann B-Mayor\nLee I-Mayor\n10 B-CARDINAL\nthings B-thing\nOslo B-GPE\n");
    let labels = ["conll2003", "a.txt", "--labels", "mayor=PER,Thing=-", "--labels", "GPE=ORG"];
    assert_eq!(entities(&convert(&place, &labels)[0]), ["PER Ann Lee", "ORG Oslo"]);
    for wrong in ["mayor", "mayor=MAYOR"] {
        place.run(&["convert", "--from", "conll2003", "a.txt", "--labels", wrong, "-o", "-"]).exits(2);
    }
}

#[test]
fn output_appears_whole_and_never_over_an_input() {
    let place = Place::new();
    let file = golden("ferry.iob2.txt");
    place.write("in.txt", std::fs::read(&file).expect("a file"));
    let run = place.run(&["convert", "--from", "conll2003", "in.txt", "-o", "./in.txt"]).exits(2);
    assert!(run.stderr.contains("is an input"), "{}", run.stderr);
    place.run(&["convert", "--from", "conll2003", "nowhere.txt", "-o", "out.jsonl"]).exits(2);
    place.run(&["convert", "--from", "conll2003", "in.txt", "-o", "no/out.jsonl"]).exits(2);
    assert!(!place.path("out.jsonl").exists());
    place.write("blank.txt", "\n\n");
    let run = place.run(&["convert", "--from", "conll2003", "blank.txt", "-o", "-"]).exits(2);
    assert!(run.stderr.contains("no document found"), "{}", run.stderr);
    place.write("kept.jsonl", "earlier work").write("bad.txt", "Ann\nLee B-PER\n");
    for input in ["blank.txt", "bad.txt"] {
        place.run(&["convert", "--from", "conll2003", input, "-o", "kept.jsonl"]).exits(2);
        assert_eq!(place.read("kept.jsonl"), "earlier work");
        assert!(!place.path("kept.jsonl.part").exists());
    }
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_pipes_stay_pipes() {
    use std::os::unix::fs::FileTypeExt;
    let place = Place::new();
    let args = ["convert", "--from", "conllu", &golden("ferry.conllu"), "-o"];
    place.write("real.jsonl", "old");
    std::os::unix::fs::symlink(place.path("real.jsonl"), place.path("link.jsonl")).expect("a link");
    place.run(&[&args[..], &["link.jsonl"]].concat()).exits(0);
    assert!(std::fs::symlink_metadata(place.path("link.jsonl")).expect("it is there").is_symlink());
    let pipe = place.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe)
    });
    place.run(&[&args[..], &["pipe"]].concat()).exits(0);
    assert!(std::fs::metadata(&pipe).expect("it is there").file_type().is_fifo());
    assert_eq!(reader.join().expect("an end").expect("lines"), place.read("real.jsonl"));
}

#[test]
fn standard_input_and_packed_files_are_read() {
    let place = Place::new();
    let text = std::fs::read(golden("ferry.conllu")).expect("a file");
    place.write("ferry.conllu.zst", zstd::encode_all(&text[..], 1).expect("memory"));
    let packed = place.run(&["convert", "--from", "conllu", "ferry.conllu.zst", "-o", "-"]).exits(0).stdout;
    let mut child = place.command(&["convert", "--from", "conllu", "-", "-o", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("stdin").write_all(&text).expect("a pipe");
    let piped = Run::of(child.wait_with_output().expect("an end")).exits(0).stdout;
    assert_eq!(packed, piped);
}
