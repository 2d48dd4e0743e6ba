//! `copydesk annotate` as its user meets it: what goes in, what comes out, what happens on the way.

mod util;

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::Duration;
use util::{Place, Run, corpus};

/// Checks what the format promises of a record, counting code points as Python does.
fn check(record: &Value) {
    let text: Vec<char> = record["text"].as_str().expect("a text").chars().collect();
    let slice = |span: &Value| -> String {
        let place = |key: &str| span[key].as_u64().expect("an offset") as usize;
        text[place("start")..place("end")].iter().collect()
    };
    let own = |span: &Value| assert_eq!(slice(span), span["text"].as_str().expect("a text"), "in {}", record["id"]);
    let layer = |name: &str| record[name].as_array().unwrap_or_else(|| panic!("no {name}")).clone();
    let bounds = |s: &Value| (s["start"].as_u64().expect("start"), s["end"].as_u64().expect("end"));

    let mut end = 0;
    for sentence in layer("sentences") {
        let (start, stop) = bounds(&sentence);
        assert!(text[end..start as usize].iter().all(|c| c.is_whitespace()), "text between sentences");
        assert_eq!(slice(&sentence).trim(), slice(&sentence));
        end = stop as usize;
    }
    assert!(text[end..].iter().all(|c| c.is_whitespace()), "text behind the last sentence");
    let mut end = 0;
    for entity in layer("entities") {
        own(&entity);
        let (start, stop) = bounds(&entity);
        let around = layer("sentences").iter().any(|s| bounds(s).0 <= start && stop <= bounds(s).1);
        assert!(around || layer("sentences").is_empty(), "{} in no sentence", entity["text"]);
        assert!(start >= end && stop > start, "entities overlap");
        assert_eq!(slice(&entity).trim(), slice(&entity));
        let score = entity["score"].as_f64().expect("a score");
        assert!((0.0..=1.0).contains(&score) && (score * 1000.0).fract().abs() < 1e-6);
        end = stop;
    }
    let chains = layer("chains");
    let mut spans = std::collections::BTreeSet::new();
    for mention in chains.iter().flat_map(|c| c["mentions"].as_array().expect("mentions")) {
        own(mention);
        assert!(spans.insert(bounds(mention)), "a mention in two chains");
    }
    for entity in layer("entities").iter().filter(|e| e["label"] == "PER" || e["label"] == "ORG") {
        let (start, end) = bounds(entity);
        assert!(spans.iter().any(|&(a, b)| a <= start && end <= b), "{} is in no chain", entity["text"]);
    }
    let mut last = (0, 0);
    for quote in layer("quotes") {
        let pieces = quote["spans"].as_array().expect("spans");
        pieces.iter().for_each(own);
        for one in ["cue", "speaker"] {
            if !quote[one].is_null() {
                own(&quote[one]);
            }
        }
        let (start, end) = (bounds(&pieces[0]).0, bounds(pieces.last().expect("a span")).1);
        assert!((start, u64::MAX - end) >= last, "quotes out of order");
        last = (start, u64::MAX - end);
        if let Some(id) = quote["speaker"]["chain"].as_str() {
            let chain = chains.iter().find(|c| c["id"] == id).expect("the speaker's chain is there");
            assert_eq!(chain["name"], quote["speaker"]["name"]);
        }
    }
}

#[test]
fn the_repositorys_articles_come_out_by_the_format() {
    let place = Place::new();
    place.run(&["annotate", &corpus(), "-o", "out", "--quiet"]).exits(0);
    let records = place.json("out/annotations.jsonl");
    let gold = std::fs::read_to_string(format!("{}/gold.jsonl", corpus())).expect("gold");
    assert_eq!(records.len(), gold.lines().count());
    for record in &records {
        check(record);
        // Ids and texts are those of the gold set, so the two can be compared.
        let twin =
            gold.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON")).find(|g| g["id"] == record["id"]);
        assert_eq!(twin.expect("a gold record")["text"], record["text"]);
    }
    assert_eq!(place.read("out/errors.jsonl"), "");
    let manifest: Value = serde_json::from_str(&place.read("out/manifest.json")).expect("JSON");
    assert_eq!((&manifest["status"], &manifest["counts"]["articles"]), (&json!("complete"), &json!(records.len())));
    assert_eq!(manifest["model"]["sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn threads_change_nothing_and_neither_does_the_company() {
    let place = Place::new();
    for threads in ["1", "2", "8"] {
        place.run(&["annotate", &corpus(), "-o", threads, "--threads", threads, "--quiet"]).exits(0);
    }
    assert_eq!(place.read("1/annotations.jsonl"), place.read("2/annotations.jsonl"));
    assert_eq!(place.read("1/annotations.jsonl"), place.read("8/annotations.jsonl"));
    // One article alone gets the line that it gets among others.
    let alone = place.run(&["annotate", &format!("{}/oslo-ferry.txt", corpus()), "-o", "-"]).exits(0).stdout;
    assert!(place.read("1/annotations.jsonl").contains(&alone));
}

#[test]
fn its_own_output_is_valid_input() {
    let place = Place::new();
    place.write("in.jsonl", "{\"id\": 1, \"text\": \"Ann Lee left Oslo.\", \"date\": \"2026\"}\n");
    place.run(&["annotate", "in.jsonl", "-o", "a", "-q"]).exits(0);
    place.run(&["annotate", "a/annotations.jsonl", "-o", "b", "-q"]).exits(0);
    assert_eq!(place.read("a/annotations.jsonl"), place.read("b/annotations.jsonl"));
    // Old layers are replaced, unknown keys kept.
    let old =
        r#"{"id":"1","text":"Ann Lee left.","meta":{"a":1},"entities":[{"start":0,"end":1,"label":"ORG"}],"gap":[1]}"#;
    place.write("old.jsonl", old);
    let line = place.run(&["annotate", "old.jsonl", "-o", "-", "--stages", "sentences"]).exits(0).stdout;
    let record: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!((&record["gap"], &record["meta"], &record["entities"]), (&json!([1]), &json!({"a": 1}), &json!([])));
    assert_eq!(record["sentences"], json!([{"start": 0, "end": 13}]));
}

/// Many short articles with some bad ones among them: (JSONL, lines that fail).
fn many(articles: usize) -> (String, usize) {
    let (mut lines, mut bad) = (String::new(), 0);
    for n in 0..articles {
        let text = format!("Mayor Ann Lee met {n} reporters in Oslo.\\n“It is over 💩,” she said on Monday. ")
            .repeat(1 + n % 9);
        match n % 17 {
            5 => lines.push_str("{\"id\": \"broken\n"),
            11 => lines.push_str("{\"id\": \"empty\", \"text\": \"\"}\n"),
            13 => lines.push_str("{\"id\": \"a0\", \"text\": \"An id that is used.\"}\n"),
            _ => {
                lines.push_str(&format!("{{\"id\": \"a{n}\", \"text\": \"{text}\"}}\n"));
                bad -= 1;
            }
        }
        bad += 1;
    }
    (lines, bad as usize)
}

/// Numbers that only look random (Knuth's MMIX generator).
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn runs_that_lie_among_the_articles_are_not_read_again() {
    let place = Place::new();
    let run = |args: &[&str]| place.run(&[&["annotate", "--stages", "sentences"], args].concat());
    place.write("in/a.txt", "One.").write("in/b.jsonl", "{\"title\":\"Two\",\"body\":\"Two.\"}\n");
    let first = run(&["in", "-o", "in/run"]).exits(1);
    let said = "the first to fail: in/b.jsonl:1: the text (field \"text\") is missing; other fields are title, body";
    assert!(first.stderr.contains(said), "{}", first.stderr);
    let second = run(&["in", "-o", "out"]).exits(1);
    assert!(second.stderr.contains("1 annotations of a run"), "{}", second.stderr);
    assert_eq!(place.json("out/annotations.jsonl").len(), 1);
    run(&["in/run", "-o", "again"]).exits(0);
    assert_eq!(place.json("again/annotations.jsonl").len(), 1);
}

#[test]
fn killed_at_any_moment_it_goes_on_to_the_same_bytes() {
    let place = Place::new();
    let (lines, bad) = many(300);
    place.write("in.jsonl", &lines);
    place.run(&["annotate", "in.jsonl", "-o", "whole", "-q"]).exits(1);
    assert_eq!(place.json("whole/errors.jsonl").len(), bad);

    let (args, mut seed, mut torn) = (["annotate", "in.jsonl", "-o", "torn", "-q"], 2026, 0);
    let written = || std::fs::metadata(place.path("torn/annotations.jsonl")).map_or(0, |m| m.len());
    let all = place.read("whole/annotations.jsonl").len() as u64;
    for kill in 1..=20 {
        let mut child = place.start(&args);
        // Somewhere in the next twentieth of the output, to the byte and the microsecond.
        let goal = all * (kill - 1) / 20 + random(&mut seed) % (all / 20);
        while child.try_wait().expect("a child").is_none() && written() < goal {
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(Duration::from_micros(random(&mut seed) % 20_000));
        child.kill().expect("SIGKILL");
        torn += usize::from(!child.wait().expect("an end").success() && written() < all);
    }
    assert!(torn >= 15, "only {torn} of 20 kills met a run that was not done");
    place.run(&args).exits(1);
    for name in ["annotations.jsonl", "errors.jsonl"] {
        assert_eq!(place.read(&format!("whole/{name}")), place.read(&format!("torn/{name}")), "{name}");
    }
    let counts = |run: &str| {
        let manifest: Value = serde_json::from_str(&place.read(&format!("{run}/manifest.json"))).expect("JSON");
        manifest["counts"].clone()
    };
    assert_eq!(counts("whole"), counts("torn"));
}

#[test]
fn a_torn_last_line_is_written_again() {
    let place = Place::new();
    place.write("in.jsonl", many(30).0);
    let args = ["annotate", "in.jsonl", "-o", "out", "-q", "--stages", "sentences,quotes"];
    place.run(&args).exits(1);
    let (records, errors) = (place.read("out/annotations.jsonl"), place.read("out/errors.jsonl"));
    let unfinished = place.read("out/manifest.json").replace("complete", "running");
    for cut in [0, 1, records.len() / 2, records.len() - 1, records.find('💩').expect("there is one") + 2] {
        let errors_cut = errors.len() * cut / records.len();
        place.write("out/annotations.jsonl", &records.as_bytes()[..cut]);
        // After a power cut the errors may be behind or ahead.
        place.write("out/errors.jsonl", &errors.as_bytes()[..errors_cut]).write("out/manifest.json", &unfinished);
        place.run(&args).exits(1);
        assert_eq!((&place.read("out/annotations.jsonl"), &place.read("out/errors.jsonl")), (&records, &errors));
    }
}

#[test]
fn another_run_is_never_mixed_in() {
    let place = Place::new();
    place.write("in/a.txt", "One.").write("in/b.txt", "Two.");
    let args = ["annotate", "in", "-o", "out", "--stages", "sentences"];
    place.run(&args).exits(0);
    let before = place.read("out/annotations.jsonl");

    let again = place.run(&args).exits(0);
    assert!(again.stderr.contains("complete") && again.stderr.contains("nothing to do"), "{}", again.stderr);
    let other = place.run(&["annotate", "in", "-o", "out", "--stages", "quotes"]).exits(2);
    assert!(other.stderr.contains("--stages: was sentences, is quotes"), "{}", other.stderr);
    place.write("in/c.txt", "Three.");
    let changed = place.run(&args).exits(2);
    assert!(changed.stderr.contains("input (names, sizes, times of change): was 2 files"), "{}", changed.stderr);
    assert_eq!(place.read("out/annotations.jsonl"), before);

    place.run(&[&args[..], &["--restart"]].concat()).exits(0);
    assert_eq!(place.json("out/annotations.jsonl").len(), 3);
    // Standard input cannot be compared beforehand; its articles are.
    let pipe = |text: &str| {
        let mut child = place.command(&["annotate", "-", "-o", "piped", "--stages", "sentences", "-q"]);
        let mut child = child.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("a pipe");
        Run::of(child.wait_with_output().expect("an end"))
    };
    pipe("{\"id\":\"p1\",\"text\":\"One.\"}\n").exits(0);
    place.write("piped/manifest.json", place.read("piped/manifest.json").replace("complete", "running"));
    assert!(pipe("{\"id\":\"p2\",\"text\":\"Two.\"}\n").exits(2).stderr.contains("is not what the input has there"));
    pipe("{\"id\":\"p1\",\"text\":\"One.\"}\n{\"id\":\"p2\",\"text\":\"Two.\"}\n").exits(0);
    assert_eq!(place.json("piped/annotations.jsonl").len(), 2);
    // A folder with somebody's file in it is not ours to append to.
    place.write("theirs/annotations.jsonl", "precious\n");
    let foreign = place.run(&["annotate", "in", "-o", "theirs", "--stages", "sentences"]).exits(2);
    assert!(foreign.stderr.contains("no manifest.json"), "{}", foreign.stderr);
    assert_eq!(place.read("theirs/annotations.jsonl"), "precious\n");
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on() {
    let place = Place::new();
    place.write("in.jsonl", many(400).0);
    let args = ["annotate", "in.jsonl", "-o", "out"];
    let child = place.command(&args).stderr(Stdio::piped()).spawn().expect("it starts");
    while std::fs::metadata(place.path("out/annotations.jsonl")).map_or(0, |m| m.len()) < 20_000 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    let run = Run::of(child.wait_with_output().expect("an end")).exits(130);
    assert!(run.stderr.contains("stopped after") && run.stderr.contains("the same command goes on"), "{}", run.stderr);
    assert!(place.read("out/manifest.json").contains("\"stopped\""));
    assert!(place.read("out/annotations.jsonl").ends_with("}\n"));
    place.run(&args).exits(1);
    place.run(&["annotate", "in.jsonl", "-o", "whole", "-q"]).exits(1);
    assert_eq!(place.read("out/annotations.jsonl"), place.read("whole/annotations.jsonl"));
}

#[test]
fn hostile_input_costs_itself_alone() {
    let place = Place::new();
    let gz = |text: &str| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).expect("memory");
        packer.finish().expect("memory")
    };
    let lines: String =
        (0..2000).map(|n| format!("{{\"id\":\"z{n}\",\"text\":\"Article {n} of {}.\"}}\n", n * n * 7919)).collect();
    let packed = gz(&lines);
    place
        .write("in/good.txt", "Ann Lee left Oslo.")
        .write("in/empty.txt", "")
        .write("in/empty.jsonl", "")
        .write("in/blank.txt", " \n\t\n")
        .write("in/binary.txt", b"\x7fELF\0\0\0\x01\xff\xfe")
        .write("in/half.txt", b"Caf\xc3")
        .write("in/half2.txt", "“Quote” and more “".as_bytes().split_last().expect("bytes").1)
        .write("in/huge.jsonl", "x".repeat(50 << 20))
        .write(
            "in/types.jsonl",
            "[1]\n{\"id\":{},\"text\":\"a\"}\n{\"id\":\"t\",\"text\":7}\nnull\n{\"id\":\"fine\",\"text\":\"Fine.\"}\n",
        )
        .write("in/twice.jsonl", "{\"id\":\"d\",\"text\":\"One.\"}\n{\"id\":\"d\",\"text\":\"Two.\"}\n")
        .write("in/wide.jsonl", b"\xff\xfe{\0}\0\n\0{\0}\0\n\0")
        .write("in/cut.jsonl.gz", &packed[..packed.len() / 2])
        .write("in/no.gz.txt.gz", "not packed at all")
        .write("in/nested.jsonl", format!("{{\"text\":{}\n", "[".repeat(100_000)))
        .write(&format!("in/{}/deep.txt", "d/".repeat(150)), "Deep down.")
        .write("in/.hidden.txt", "Hidden.")
        .write("in/gold.jsonl", "{}")
        .write("in/x.gold.jsonl.gz", "{}")
        .write("in/notes.md", "Notes.");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere.txt", place.path("in/dangling.txt")).expect("a link");
        std::os::unix::fs::symlink(place.path("in"), place.path("in/loop")).expect("a link");
    }
    let run = place.run(&["annotate", "in", "-o", "out", "--stages", "sentences"]).exits(1);
    assert!(run.stderr.contains("left out of the folders: 2 gold, 1 hidden, 1 of another type"), "{}", run.stderr);

    let errors = place.json("out/errors.jsonl");
    let said = |name: &str, line: Option<u64>| {
        let found = errors
            .iter()
            .find(|e| e["source"].as_str().is_some_and(|s| s.ends_with(name)) && e["line"].as_u64() == line);
        found.unwrap_or_else(|| panic!("no error for {name} {line:?} in {errors:#?}"))["error"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let mut known = 0;
    for (name, line, says) in [
        ("in/empty.txt", None, "no text"),
        ("in/empty.jsonl", Some(1), "empty"),
        ("in/blank.txt", None, "no text"),
        ("in/binary.txt", None, "not text"),
        ("in/half.txt", None, "broken character"),
        ("in/half2.txt", None, "broken character"),
        ("in/huge.jsonl", Some(1), "invalid JSON"),
        ("in/types.jsonl", Some(1), "an array"),
        ("in/types.jsonl", Some(2), "id"),
        ("in/types.jsonl", Some(3), "a number"),
        ("in/types.jsonl", Some(4), "null"),
        ("in/twice.jsonl", Some(2), "used before, by in/twice.jsonl:1"),
        ("in/nested.jsonl", Some(1), "invalid JSON"),
        ("in/wide.jsonl", None, "turn the file into UTF-8"),
        #[cfg(unix)]
        ("in/dangling.txt", None, "leads nowhere"),
        #[cfg(unix)]
        ("in/loop", None, "leads back"),
    ] {
        let message = said(name, line);
        assert!(message.contains(says), "{name}: {message}");
        known += 1;
    }
    // The cut file gave what came before the cut.
    let cut = errors.iter().find(|e| e["source"] == "in/cut.jsonl.gz").expect("the cut is named");
    assert!(cut["error"].as_str().expect("text").contains("cut short") && cut["line"].as_u64() > Some(100), "{cut}");
    assert_eq!(errors.len(), known + 1);
    let ids: Vec<_> =
        place.json("out/annotations.jsonl").iter().map(|r| r["id"].as_str().expect("id").to_owned()).collect();
    for id in ["good", "fine", "d", "z0", "z100", "no.gz"] {
        assert!(ids.iter().any(|i| i == id), "{id} is missing");
    }
    assert!(ids.iter().any(|i| i.ends_with("d/deep")));
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.write("in/a.txt", "One.").write("in/b.txt", "Two.");
    std::fs::set_permissions(place.path("in/a.txt"), PermissionsExt::from_mode(0o000)).expect("chmod");
    if std::fs::read(place.path("in/a.txt")).is_ok() {
        return; // whoever runs this may read everything
    }
    place.run(&["annotate", "in", "-o", "out", "-q", "--stages", "sentences"]).exits(1);
    assert_eq!(place.json("out/errors.jsonl")[0]["error"], "no permission to read it");
}

#[test]
fn text_is_never_changed_and_offsets_count_code_points() {
    let place = Place::new();
    let text = "\u{a0}😀 Ann Lee left “Oslo”.\r\n\r\nCafe\u{301} Nord — ‘yes’…\u{2028}Ende\u{feff} 🏴󠁧󠁢󠁥󠁮󠁧󠁿\r\n";
    place.write("utf8.txt", [b"\xef\xbb\xbf", text.as_bytes()].concat());
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("“Ann Lee” aß Crème brûlée in Genève – déjà vu.");
    place.write("utf16.txt", utf16).write("latin.txt", latin);
    place.write("line.jsonl", format!("{}\n", json!({"text": text})));
    place.run(&["annotate", "utf8.txt", "utf16.txt", "latin.txt", "line.jsonl", "-o", "out", "-q"]).exits(0);
    let records = place.json("out/annotations.jsonl");
    records.iter().for_each(check);
    assert_eq!(records[0]["text"], text);
    assert_eq!((&records[1]["text"], &records[1]["meta"]["encoding"]), (&json!(text), &json!("UTF-16LE")));
    assert_eq!(records[2]["meta"]["encoding"], "windows-1252");
    assert!(records[2]["text"].as_str().expect("text").starts_with("“Ann Lee” aß Crème"));
    assert_eq!((&records[3]["text"], &records[3]["id"]), (&json!(text), &json!("line:1")));
    let ann =
        records[0]["entities"].as_array().expect("entities").iter().find(|e| e["text"] == "Ann Lee").expect("Ann Lee");
    assert_eq!(ann["start"], 3);
}

#[test]
fn as_a_filter_it_writes_records_and_nothing_else() {
    let place = Place::new();
    let mut child = place.command(&["annotate", "-", "-o", "-", "--text-field", "body", "--id-field", "url"]);
    let mut child =
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let lines = "{\"url\":\"u1\",\"body\":\"Ann Lee left.\",\"n\":1}\nno JSON\n{\"body\":\"Oslo slept.\"}\n";
    child.stdin.take().expect("stdin").write_all(lines.as_bytes()).expect("a pipe");
    let run = Run::of(child.wait_with_output().expect("an end")).exits(1);
    let records: Vec<Value> = run.stdout.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(records.iter().map(|r| r["id"].as_str().expect("id")).collect::<Vec<_>>(), ["u1", "-:3"]);
    assert_eq!(records[0]["meta"], json!({"n": 1}));
    let error: Value = serde_json::from_str(&run.stderr).expect("one JSON line");
    assert_eq!((&error["source"], &error["line"]), (&json!("-"), &json!(2)));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new();
    place.write("in.jsonl", many(3000).0);
    let mut child = place.command(&["annotate", "in.jsonl", "-o", "-", "--stages", "sentences"]);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut first = [0; 100];
    child.stdout.take().expect("stdout").read_exact(&mut first).expect("a record");
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn a_long_article_is_annotated_whole() {
    let place = Place::new();
    let filler = "The committee met again on the question of the road, and nothing was decided.\n".repeat(600);
    place.write("long.txt", format!("{filler}At last Ann Lee spoke in Oslo.\n"));
    let line = place.run(&["annotate", "long.txt", "-o", "-"]).exits(0).stdout;
    let record: Value = serde_json::from_str(&line).expect("JSON");
    check(&record);
    let last = record["entities"].as_array().and_then(|e| e.last()).expect("entities").clone();
    assert_eq!((last["text"].as_str(), last["label"].as_str()), (Some("Oslo"), Some("LOC")));

    let short = place.run(&["annotate", "long.txt", "-o", "-", "--max-article", "10K"]).exits(1);
    assert!(short.stdout.is_empty() && short.stderr.contains("--max-article"), "{}", short.stderr);
}

#[test]
fn stages_and_schemes_leave_out_what_was_not_asked_for() {
    let place = Place::new();
    place.write("a.txt", "Ann Lee met the Syrian press on Monday. “It is over,” Lee said.");
    let annotate = |args: &[&str]| -> Value {
        let line = place.run(&[&["annotate", "a.txt", "-o", "-"], args].concat()).exits(0).stdout;
        serde_json::from_str(&line).expect("JSON")
    };
    let quotes = annotate(&["--stages", "quotes"]);
    assert_eq!((&quotes["sentences"], &quotes["entities"], &quotes["chains"]), (&json!([]), &json!([]), &json!([])));
    assert_eq!(
        (&quotes["quotes"][0]["speaker"]["text"], &quotes["quotes"][0]["speaker"]["chain"]),
        (&json!("Lee"), &Value::Null)
    );
    let all = annotate(&[]);
    assert_eq!(all["quotes"][0]["speaker"]["name"], "Ann Lee");
    let conll = annotate(&["--scheme", "conll2003"]);
    let labels: Vec<_> =
        conll["entities"].as_array().expect("entities").iter().map(|e| e["label"].as_str().expect("label")).collect();
    assert_eq!(labels, ["PER", "MISC", "PER"]);
    for (args, says) in [
        (["--scheme", "ontonotes"], "it has"),
        (["--stages", "names"], "there is no stage"),
        (["--model", "nowhere"], "no config.json in it"),
        (["--threads", "0"], "1..=1024"),
    ] {
        let run = place.run(&[&["annotate", "a.txt", "-o", "-"], &args[..]].concat()).exits(2);
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    assert!(place.run(&["annotate", "nowhere.txt"]).exits(2).stderr.contains("no file or folder nowhere.txt"));
}

#[test]
fn what_it_says_of_itself() {
    let place = Place::new();
    let version = place.run(&["--version"]).exits(0).stdout;
    assert!(
        version.starts_with("copydesk ") && version.contains("format 1") && version.contains("model copydesk-"),
        "{version}"
    );
    for help in [&["--help"][..], &["annotate", "--help"], &["evaluate", "--help"]] {
        assert!(place.run(help).exits(0).stdout.contains("Examples:"));
    }
}

#[test]
fn what_would_lose_or_mix_articles_is_refused() {
    let place = Place::new();
    let sentences = ["--stages", "sentences"];
    let run = |args: &[&str]| place.run(&[&["annotate"], args, &sentences].concat());
    let refused = |args: &[&str], says: &str| {
        let stderr = run(args).exits(2).stderr;
        assert!(stderr.contains(says), "{args:?}: {stderr}");
    };
    place.write("x.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n");
    run(&["x.jsonl", "-o", "out"]).exits(0);
    let before = place.read("out/annotations.jsonl");
    refused(&["out/annotations.jsonl", "-o", "out", "--restart"], "what this run would write to");
    assert_eq!(place.read("out/annotations.jsonl"), before);
    refused(&["x.jsonl", "x.jsonl", "-o", "other"], "x.jsonl is named twice");
    refused(&["x.jsonl", "-o", "other", "--scheme", "conll2003"], "--scheme changes nothing");
    refused(&["x.jsonl", "-o", "other", "--model", "m"], "--model changes nothing");

    // Standard input may be another the second time; ids that come from line numbers do not show it.
    let pipe = |text: &str| {
        let mut child = place.command(&["annotate", "-", "-o", "piped", "--stages", "sentences"]);
        let mut child = child.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("it is read");
        Run::of(child.wait_with_output().expect("an end"))
    };
    pipe("{\"text\":\"One.\"}\n").exits(0);
    assert!(pipe("{\"text\":\"Two.\"}\n").exits(2).stderr.contains("written from other input"));
    pipe("{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n").exits(0);
    assert_eq!(place.json("piped/annotations.jsonl").len(), 2);
}

#[test]
fn a_named_file_is_read_unless_it_is_json_by_another_name() {
    let place = Place::new();
    place.write("notes.md", "Ann Lee left.").write("news.ndjson", "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n");
    place.write("list.json", "[\n {\"text\":\"One.\"}]").write("page.html", "<!DOCTYPE html><p>Ann Lee</p>");
    let named = ["notes.md", "news.ndjson", "list.json", "page.html"];
    let run = place.run(&[&["annotate", "-o", "-", "--stages", " Sentences"], &named[..]].concat()).exits(1);
    assert_eq!((run.stdout.lines().count(), run.stderr.lines().count()), (1, 3), "{}", run.stderr);
    assert!(run.stderr.contains("news.ndjson") && run.stderr.contains("rename it"), "{}", run.stderr);
}

#[test]
fn what_is_passed_through_is_not_rewritten() {
    let place = Place::new();
    let numbers = r#"{"big":18446744073709551615,"price":0.1,"small":1e-7,"deep":[{"n":-0.0}]}"#;
    place.write("x.jsonl", format!(r#"{{"id":9876543210987654321,"text":"One.","meta":{numbers},"gap":{{"n":1.5}}}}"#));
    let out = place.run(&["annotate", "x.jsonl", "-o", "-", "--stages", "sentences"]).exits(0).stdout;
    for part in [numbers, r#""id":"9876543210987654321""#, r#""gap":{"n":1.5}"#] {
        assert!(out.contains(part), "{out}");
    }
    // A second `text` in the output would win in most readers.
    place.write("y.jsonl", r#"{"id":"r","body":"Real body.","text":"A summary","meta":{}}"#);
    let run = place.run(&["annotate", "y.jsonl", "-o", "-", "--text-field", "body"]).exits(1);
    assert!(run.stdout.is_empty() && run.stderr.contains("--text-field"), "{}", run.stderr);
}

/// The names in an article and their labels.
fn names(text: &str) -> Vec<(String, String)> {
    let place = Place::new();
    place.write("a.txt", text);
    let line = place.run(&["annotate", "a.txt", "-o", "-"]).exits(0).stdout;
    let record: Value = serde_json::from_str(&line).expect("JSON");
    check(&record);
    let one = |e: &Value| ["text", "label"].map(|k| e[k].as_str().expect("a string").to_owned()).into();
    record["entities"].as_array().expect("entities").iter().map(one).collect()
}

#[test]
fn names_end_with_their_sentence_and_where_they_can_be_seen() {
    let text = "\u{200b}Ann Lee left Oslo\u{200b}.\n\nAnn Lee\n\nHarbour City Council\n\nShe came back to Oslo.";
    let names: Vec<_> = names(text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Ann Lee", "Oslo", "Ann Lee", "Harbour City Council", "Oslo"]);
}

#[test]
fn of_a_compound_the_name_is_found() {
    let text = "The U.S.-led coalition struck. U.S. troops left. Pro-Hollis voters met; Hollis spoke to them in Oslo.";
    let expected = [("U.S.", "LOC"), ("U.S.", "LOC"), ("Hollis", "PER"), ("Hollis", "PER"), ("Oslo", "LOC")];
    assert_eq!(names(text), expected.map(|(name, label)| (name.to_owned(), label.to_owned())));
}
