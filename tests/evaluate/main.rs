//! Scores against arithmetic done by hand, against outside scorers, and against what must never change.

mod chains;
mod compare;
mod errors;
mod program;
mod properties;
mod quotes;

use copydesk::record::{Annotation, Entity, Extra, Label, Record, Sentence};
use copydesk::records;
use copydesk::score::pairs::{Missing, Side, pair};
use copydesk::score::{Board, LabelSet, Layer, Line, Options, Report, Score};
use copydesk::span::Span;
use serde_json::{Value, json};
use std::path::Path;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/evaluate");

type Name = (usize, usize, Label);
use Label::{Date, Fac, Loc, Misc, Norp, Org, Per};

/// A record of 60 dots with these names.
fn article(id: &str, names: &[Name]) -> Record {
    let text = ".".repeat(60);
    let entities = names.iter().map(|&(start, end, label)| Entity {
        id: String::new(),
        span: Span::new(start, end),
        text: text[start..end].to_owned(),
        label,
        score: None,
        extra: Extra::new(),
    });
    let annotation = Annotation { entities: entities.collect(), ..Annotation::default() };
    Record { id: id.to_owned(), text: text.clone(), annotation, ..Record::default() }
}

fn report(pairs: &[(Record, Record)], options: Options) -> Report {
    let mut board = Board::new(options).expect("good options");
    for (gold, predicted) in pairs {
        board.add(gold, &[Some(&predicted.annotation)]).expect("good records");
    }
    board.report(1, 200)
}

/// The entity scores of one article.
fn one(gold: &[Name], predicted: &[Name]) -> Report {
    report(&[(article("a", gold), article("a", predicted))], entities())
}

fn entities() -> Options {
    Options { layers: Some(vec![Layer::Entities]), ..Options::default() }
}

fn line<'r>(report: &'r Report, layer: Layer, key: &str) -> &'r Line {
    let layer = report.layers.iter().find(|l| l.layer == layer).expect("the layer was scored");
    layer.lines.iter().find(|l| l.key == key).unwrap_or_else(|| panic!("no measure {key}"))
}

/// Right, predicted, gold.
fn counts(report: &Report, key: &str) -> (f64, f64, f64) {
    let support = line(report, Layer::Entities, key).support;
    (support.right.expect("one number"), support.predicted, support.gold)
}

fn close(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 1e-9)
}

fn golden(name: &str) -> Vec<Record> {
    let path = Path::new(GOLDEN).join(name);
    records::read(&path).expect("it opens").collect::<Result<_, _>>().expect("good records")
}

fn golden_pairs() -> Vec<(Record, Record)> {
    golden("gold.jsonl").into_iter().zip(golden("predicted.jsonl")).collect()
}

#[test]
fn entities_by_hand() {
    // gold        PER 0–4   ORG 10–14   LOC 20–24   PER 30–40   DATE 50–54
    // predicted   PER 0–4   LOC 10–14   LOC 20–23   PER 30–34               MISC 56–58
    //             right     label       end (3/4)   end (4/10)  missed      invented
    let gold = [(0, 4, Per), (10, 14, Org), (20, 24, Loc), (30, 40, Per), (50, 54, Date)];
    let predicted = [(0, 4, Per), (10, 14, Loc), (20, 23, Loc), (30, 34, Per), (56, 58, Misc)];
    let report = one(&gold, &predicted);

    assert_eq!(counts(&report, "exact"), (1.0, 5.0, 5.0));
    assert_eq!(counts(&report, "span"), (2.0, 5.0, 5.0));
    assert_eq!(counts(&report, "overlap"), (2.0, 5.0, 5.0)); // 3 of 4 is half of the longer one, 4 of 10 is not
    assert_eq!(counts(&report, "label_given_span"), (1.0, 2.0, 2.0));
    assert_eq!(counts(&report, "semeval.strict"), (1.0, 5.0, 5.0));
    assert_eq!(counts(&report, "semeval.exact"), (2.0, 5.0, 5.0));
    assert_eq!(counts(&report, "semeval.partial"), (3.0, 5.0, 5.0)); // 2 + half of 2
    assert_eq!(counts(&report, "semeval.type"), (3.0, 5.0, 5.0));
    assert_eq!(counts(&report, "PER"), (1.0, 2.0, 2.0));
    assert_eq!(counts(&report, "LOC"), (0.0, 2.0, 1.0));

    // Labels with an item: PER 1/2, 1/2; ORG 0 of 1; LOC 0/2, 0/1; DATE 0 of 1; MISC 0/1. Means of five.
    let mean = line(&report, Layer::Entities, "macro").score;
    assert!(close(mean.precision, 0.1) && close(mean.recall, 0.1) && close(mean.f1, 0.1), "{mean:?}");
    // 0/0 has no value.
    let org = line(&report, Layer::Entities, "ORG").score;
    assert_eq!(org, Score { precision: None, recall: Some(0.0), f1: Some(0.0) });
    assert_eq!(line(&report, Layer::Entities, "FAC").score, Score::default());
}

#[test]
fn scores_come_from_sums_over_articles() {
    // 1 of 1 predicted and 4 gold; 2 of 3 predicted and 2 gold: precision 3/4, recall 3/6, F1 6/10.
    let gold = [(0, 2, Per), (4, 6, Per), (8, 10, Org), (12, 14, Loc)];
    let pairs = [(article("a", &gold), article("a", &gold[..1])), (article("b", &gold[..2]), article("b", &gold[..3]))];
    let score = line(&report(&pairs, entities()), Layer::Entities, "exact").score;
    assert_eq!(score, Score { precision: Some(0.75), recall: Some(0.5), f1: Some(0.6) });
}

#[test]
fn an_exact_match_behind_an_overlapping_one_counts() {
    let (wide, name) = ((0, 9, Per), (4, 9, Per));
    for predicted in [[wide, name], [name, wide]] {
        let report = one(&[name], &predicted);
        assert_eq!(counts(&report, "exact"), (1.0, 2.0, 1.0));
        assert_eq!(counts(&report, "semeval.strict"), (1.0, 2.0, 1.0));
        assert_eq!(counts(&report, "semeval.partial"), (1.0, 2.0, 1.0));
    }
    for gold in [[wide, name], [name, wide]] {
        assert_eq!(counts(&one(&gold, &[name]), "semeval.partial"), (1.0, 1.0, 2.0));
    }
}

#[test]
fn equal_names_pair_first_then_equal_spans() {
    // Names of one side that overlap break the format; they are scored all the same.
    // PER 4–9 is predicted as such, so nothing is left for PER 0–6; two lesser pairs do not outweigh that.
    let report = one(&[(0, 6, Per), (4, 9, Per)], &[(4, 9, Per), (8, 12, Per)]);
    assert_eq!(counts(&report, "semeval.strict"), (1.0, 2.0, 2.0));
    assert_eq!(counts(&report, "semeval.type"), (1.0, 2.0, 2.0));
    // The span 4–9 is there: a right span with a wrong label, not a right label with a wrong span.
    let report = one(&[(0, 9, Org), (4, 9, Per)], &[(4, 9, Org)]);
    assert_eq!(counts(&report, "semeval.partial"), (1.0, 1.0, 2.0));
    assert_eq!(counts(&report, "semeval.type"), (0.0, 1.0, 2.0));
}

#[test]
fn half_of_a_name_is_counted_in_code_points() {
    let text = "éééé abcd x";
    let of = |start: usize, end: usize| {
        let names = json!([{"start": start, "end": end, "label": "PER"}]);
        Record::from_json(&json!({"id": "a", "text": text, "entities": names}).to_string()).expect("a record")
    };
    for (start, end, right) in [(0, 4, 0.0), (5, 9, 0.0), (0, 5, 1.0), (4, 9, 1.0)] {
        let report = report(&[(of(0, 9), of(start, end))], entities());
        assert_eq!(counts(&report, "overlap").0, right, "{start}–{end}");
    }
}

#[test]
fn neighbours_do_not_overlap() {
    let report = one(&[(0, 4, Per)], &[(4, 8, Per)]);
    for key in ["exact", "span", "overlap", "semeval.partial", "semeval.type"] {
        assert_eq!(counts(&report, key), (0.0, 1.0, 1.0), "{key}");
    }
}

#[test]
fn one_prediction_answers_one_name() {
    // A prediction over three names: no half of the longer one is shared, and SemEval gives it one of the three.
    let gold = [(0, 4, Per), (10, 14, Per), (20, 24, Per)];
    let report = one(&gold, &[(0, 60, Per)]);
    for (key, right) in [("exact", 0.0), ("overlap", 0.0), ("semeval.partial", 0.5), ("semeval.type", 1.0)] {
        assert_eq!(counts(&report, key), (right, 1.0, 3.0), "{key}");
    }
    // Nor do three predictions share a name.
    let report = one(&[(0, 60, Per)], &gold);
    assert_eq!(counts(&report, "semeval.type"), (1.0, 3.0, 1.0));
    // Said twice is predicted twice.
    assert_eq!(counts(&one(&gold[..1], &[gold[0], gold[0]]), "exact"), (1.0, 2.0, 1.0));
}

#[test]
fn label_sets_map_both_sides() {
    let gold = [(0, 4, Fac), (10, 14, Norp), (20, 24, Date), (30, 34, Org)];
    let predicted = [(0, 4, Loc), (10, 14, Misc), (20, 24, Misc), (30, 34, Per)];
    let own = one(&gold, &predicted);
    assert_eq!(counts(&own, "exact"), (0.0, 4.0, 4.0));

    let both = [(article("a", &gold), article("a", &predicted))];
    let conll = Options { labels: LabelSet::Conll, ..entities() };
    let mapped = report(&both, conll.clone());
    assert_eq!(counts(&mapped, "exact"), (2.0, 4.0, 3.0)); // FAC is LOC, NORP is MISC, the gold DATE is gone
    assert_eq!(counts(&mapped, "LOC"), (1.0, 1.0, 1.0));

    let only = report(&both, Options { only: Some(vec![Loc, Org]), ..conll.clone() });
    assert_eq!(counts(&only, "exact"), (1.0, 1.0, 2.0));
    let error = Board::new(Options { only: Some(vec![Fac]), ..conll }).err().expect("FAC is no CoNLL label");
    assert!(error.to_string().contains("FAC"));
}

/// `tests/golden/evaluate/make.py` says where the numbers come from.
#[test]
fn agrees_with_seqeval_and_nervaluate() {
    let expected = std::fs::read_to_string(Path::new(GOLDEN).join("expected.json")).expect("it is there");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let check = |report: &Report, expected: &Value| {
        for (key, expected) in expected.as_object().expect("scores by name") {
            let score = line(report, Layer::Entities, key).score;
            for (got, stat) in [(score.precision, "precision"), (score.recall, "recall"), (score.f1, "f1")] {
                let expected = expected[stat].as_f64().expect("a number");
                assert!(close(got, expected), "{key}.{stat}: {got:?}, not {expected}");
            }
        }
    };
    let mut pairs = golden_pairs();
    check(&report(&pairs, entities()), &expected["exact"]);
    let ids = expected["semeval_ids"].as_array().expect("a list");
    pairs.retain(|(gold, _)| ids.contains(&json!(gold.id)));
    assert!(pairs.len() > 40);
    check(&report(&pairs, entities()), &expected["semeval"]);
}

#[test]
fn intervals_hold_the_score_and_repeat() {
    let run = |seed, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let mut board = Board::new(entities()).expect("good options");
        for (gold, predicted) in golden_pairs() {
            board.add(&gold, &[Some(&predicted.annotation)]).expect("good records");
        }
        pool.install(|| board.report(seed, 1000))
    };
    let report = run(1, 1);
    for line in report.layers[0].lines.iter().filter(|l| l.score.f1.is_some()) {
        let (low, high) = line.interval.f1.expect("60 articles");
        let f1 = line.score.f1.expect("filtered");
        assert!(low < f1 && f1 < high, "{}: {f1} outside {low}–{high}", line.key);
    }
    assert_eq!(run(1, 2), report);
    assert_eq!(run(1, 5), report);
    assert_ne!(run(2, 1), report);
}

#[test]
fn an_interval_is_as_wide_as_theory_has_it() {
    // 100 articles with one gold name each, 80 of them found: what a draw finds is binomial (100, 0.8), whose
    // 2.5 % quantile is 72 and whose 97.5 % quantile is 88 (but 87 reaches 97.47 % already). By the normal curve:
    // 0.8 ± 1.96 · sqrt(0.8 · 0.2 / 100) = 0.72 … 0.88.
    let name = [(0, 4, Per)];
    let pairs: Vec<_> = (0..100)
        .map(|i| (article(&format!("{i:03}"), &name), article("", if i % 5 == 0 { &[] } else { &name })))
        .collect();
    let mut board = Board::new(entities()).expect("good options");
    for (gold, predicted) in &pairs {
        board.add(gold, &[Some(&predicted.annotation)]).expect("good records");
    }
    let (low, high) =
        line(&board.report(1, 4000), Layer::Entities, "exact").interval.recall.expect("100 articles are enough");
    assert!((low - 0.72).abs() < 1e-9 && (high - 0.875).abs() < 0.006, "{low}–{high}");
}

#[test]
fn one_article_has_no_interval() {
    let report = one(&[(0, 4, Per)], &[(0, 4, Per)]);
    assert_eq!(line(&report, Layer::Entities, "exact").interval.f1, None);
}

#[test]
fn layers_come_from_gold() {
    let with_sentence = |mut record: Record| {
        record.annotation.sentences = vec![Sentence { span: Span::new(0, 60), extra: Extra::new() }];
        record
    };
    let declared = |mut record: Record, layers: Value| {
        record.meta.insert("layers".to_owned(), layers);
        record
    };
    let layers = |golds: &[Record], options: Options| {
        let pairs: Vec<_> = golds.iter().map(|g| (g.clone(), article(&g.id, &[(0, 4, Per)]))).collect();
        let report = report(&pairs, options);
        report.layers.iter().map(|l| (l.layer.name(), l.articles)).collect::<Vec<_>>()
    };
    let own = Options::default();

    // No sentence anywhere: sentences are not scored. An article without names is, as one has some.
    let golds = [article("a", &[(0, 4, Per)]), article("b", &[])];
    assert_eq!(layers(&golds, own.clone()), [("entities", 2)]);
    // What the record declares goes, article by article, even where nothing is in it.
    let golds = [
        declared(with_sentence(article("a", &[(0, 4, Per)])), json!(["sentences", "quotes"])),
        declared(article("b", &[]), json!(["entities"])),
    ];
    assert_eq!(layers(&golds, own.clone()), [("sentences", 1), ("entities", 1), ("quotes", 1)]);
    // The option stands above both.
    assert_eq!(layers(&golds, entities()), [("entities", 2)]);

    for layers in [json!("entities"), json!(["entitys"])] {
        let broken = declared(article("a", &[]), layers);
        let error =
            Board::new(own.clone()).expect("good options").add(&broken, &[None]).expect_err("no list of layers");
        assert!(error.to_string().contains("meta.layers of article \"a\" should be a list of some of sent"), "{error}");
    }
}

#[test]
fn sides_pair_by_id_in_any_order() {
    let named = |ids: &[&str]| -> Vec<_> {
        let lines = ids.iter().enumerate();
        lines.map(|(i, id)| Ok((i + 1, article(id, &[(0, 4, Per)])))).collect::<Vec<copydesk::Result<_>>>()
    };
    let run = |gold: &[&str], predicted: &[&str], missing| {
        let mut seen = Vec::new();
        let (gold, predicted) = (Side::new("g", named(gold).into_iter()), Side::new("p", named(predicted).into_iter()));
        let unpaired = pair(gold, vec![predicted], missing, |g, p| {
            assert!(p[0].as_ref().is_none_or(|p| p.id == g.id));
            seen.push((g.id.clone(), p[0].is_some()));
            Ok(())
        });
        seen.sort();
        unpaired.map(|u| (seen, u.missing.join(" "), u.extra.join(" "))).map_err(|e| e.to_string())
    };
    let all = |ids: &[(&str, bool)]| ids.iter().map(|(id, p)| ((*id).to_owned(), *p)).collect::<Vec<_>>();
    let none = String::new();

    let (three, turned) = (["a", "b", "c"], ["c", "a", "b"]);
    let whole = Ok((all(&[("a", true), ("b", true), ("c", true)]), none.clone(), none.clone()));
    assert_eq!(run(&three, &turned, Missing::Refuse), whole);

    let extra = run(&["b"], &["a", "b", "c"], Missing::Refuse);
    assert_eq!(extra, Ok((all(&[("b", true)]), none.clone(), "a c".to_owned())));
    let skipped = run(&three, &["c", "x"], Missing::Skip);
    assert_eq!(skipped, Ok((all(&[("c", true)]), "a b".to_owned(), "x".to_owned())));
    let counted = run(&three, &["c"], Missing::Count);
    assert_eq!(counted, Ok((all(&[("a", false), ("b", false), ("c", true)]), "a b".to_owned(), none)));

    let refused = run(&["a", "b", "c", "d", "e", "f"], &["d"], Missing::Refuse).expect_err("five are missing");
    assert!(refused.starts_with("5 of 6 gold articles have no prediction: a, b, c, …;"), "{refused}");
    let twice = run(&["a", "b", "a"], &["a", "b"], Missing::Refuse).expect_err("a stands twice");
    assert!(twice.contains("\"a\" stands on line 1 and again on line 3"), "{twice}");
    let strangers = run(&["a"], &["b"], Missing::Count).expect_err("nothing pairs");
    assert!(strangers.contains("no article is in both: g has ids like \"a\", p like \"b\""), "{strangers}");
}

#[test]
fn other_texts_are_shown_where_they_differ() {
    let of = |text: &str| Record { id: "oslo".to_owned(), text: text.to_owned(), ..Record::default() };
    let side = |text| Side::new("a side", std::iter::once(Ok((1, of(text)))));
    let gold = side("“Zoë” walked to the harbour on Monday.");
    let predicted = side("“Zoë” walked to the harbor on Monday.");
    let error = pair(gold, vec![predicted], Missing::Refuse, |_, _| Ok(()));
    let message = error.expect_err("the texts differ").to_string();
    // “Zoë” walked to the harbo: 25 code points, though 30 bytes.
    assert!(message.contains("a side:1, a side:1: the texts of article \"oslo\" differ at code point 25"), "{message}");
    assert!(message.contains("in gold \"ed to the harbour on Monday.\" (38 code points"), "{message}");
    assert!(message.contains("in the prediction \"ed to the harbor on Monday.\" (37 code points"), "{message}");
}
