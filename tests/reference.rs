//! The program's numbers against those of the network that was trained (`scripts/train` writes
//! `reference.json` beside the weights).

mod util;

use copydesk::model::Model;
use copydesk::model::config::Precision;
use copydesk::model::engine::Window;
use copydesk::model::reading::CUE_TAGS;
use copydesk::model::window::slide;
use copydesk::stage::{sentences, tokens};
use copydesk::{Span, span::Offsets};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    /// Each fits into one window.
    cases: Vec<Case>,
    long: Long,
    slide: Vec<Slide>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    scheme: String,
    /// Code points.
    words: Vec<(usize, usize)>,
    inputs: Inputs,
    outputs: Outputs,
    anchors: Vec<Anchor>,
}

/// What the words are to a cue, or to a stretch between marks.
#[derive(Deserialize)]
struct Anchor {
    kind: String,
    anchor: usize,
    close: usize,
    /// `[w, 5]` Log-probabilities.
    tags: Vec<Vec<f32>>,
    /// Probabilities of the kinds of a stretch.
    kinds: Vec<f32>,
}

/// An article of several windows, in the product's scheme.
#[derive(Deserialize)]
struct Long {
    text: String,
    /// `[w, 19]`, from four digits.
    entities: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Outputs {
    /// `[w, 19]`
    entities: Vec<Vec<f32>>,
    /// `[w, 394]`
    quotes: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Inputs {
    ids: Vec<i32>,
    word: Vec<i32>,
    first: Vec<i32>,
    shapes: Vec<i32>,
    chars: Vec<Vec<i32>>,
}

#[derive(Deserialize)]
struct Slide {
    first: Vec<usize>,
    window: usize,
    overlap: usize,
    windows: Vec<(usize, usize, usize, usize)>,
}

fn reference() -> Reference {
    let text = std::fs::read_to_string(util::model().join("reference.json")).expect("reference.json");
    serde_json::from_str(&text).expect("its shape")
}

#[test]
fn words_pieces_features_and_scores_agree() {
    let model = Model::load(&util::model(), Some(Precision::Fp32)).expect("the model");
    let cases = reference().cases;
    assert!(cases.len() >= 10);
    for case in cases {
        let text = case.text.as_str();
        let scheme = model.config.scheme(&case.scheme).expect("a scheme").numbers();
        let words = tokens::split(text, &sentences::split(text));
        let offsets = Offsets::new(text);
        let chars = |s: &Span| (offsets.to_chars(s.start), offsets.to_chars(s.end));
        let reading = model.read(text, &words, scheme, Some(&|_| true)).expect("a reading");
        assert_eq!(reading.words.iter().map(chars).collect::<Vec<_>>(), case.words, "{text}");

        let mut windows = Vec::new();
        model
            .each_window(text, &words, scheme, &mut |window, _| {
                windows.push(window.clone());
                Ok(())
            })
            .expect("windows");
        let expected = Window {
            ids: case.inputs.ids,
            word: case.inputs.word,
            first: case.inputs.first,
            shapes: case.inputs.shapes,
            chars: case.inputs.chars.concat(),
            scheme,
        };
        assert_eq!(windows, [expected], "{text}");

        let worst = worst(&reading.entities.values, &case.outputs.entities);
        assert!(worst < 1e-4, "scores differ by {worst} in {text:?}");

        let quotes = reading.quotes.expect("asked for");
        let expected = |word: usize| &case.outputs.quotes[word];
        for (word, vector) in quotes.field.words.iter().enumerate() {
            let [anchor, close] = quotes.anchor(word).expect("every word may be a mark here");
            let ours = [&quotes.field.tags[word][..], vector, anchor, close].concat();
            let worst = self::worst(&ours, &[expected(word)[CUE_TAGS..].to_vec()]);
            assert!(worst < 1e-4, "vectors differ by {worst} in {text:?}");
        }
        for anchor in &case.anchors {
            let mut vector = quotes.anchor(anchor.anchor).expect("a vector")[0];
            let seen = if anchor.kind == "report" {
                model.pairing.report(&quotes.field, (anchor.anchor, &vector))
            } else {
                let [_, close] = quotes.anchor(anchor.close).expect("a vector");
                vector.iter_mut().zip(close).for_each(|(a, c)| *a += c);
                let worst = self::worst(&model.pairing.kind(&vector), std::slice::from_ref(&anchor.kinds));
                assert!(worst < 1e-4, "kinds differ by {worst} in {text:?}");
                model.pairing.stretch(&quotes.field, (anchor.anchor, &vector))
            };
            assert_eq!(seen.first, 0);
            let worst = self::worst(&seen.tags.concat(), &anchor.tags);
            assert!(worst < 1e-3, "pairs differ by {worst} in {text:?}");
        }
    }
}

/// The largest difference between two tables.
fn worst(ours: &[f32], theirs: &[Vec<f32>]) -> f32 {
    let theirs = theirs.concat();
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn an_article_of_several_windows_is_stitched_as_in_training() {
    let model = Model::load(&util::model(), Some(Precision::Fp32)).expect("the model");
    let Long { text, entities } = reference().long;
    let reading = model.read(&text, &tokens::split(&text, &sentences::split(&text)), [0, 0], None).expect("a reading");
    let worst = worst(&reading.entities.values, &entities);
    assert!(worst < 2e-4, "scores differ by {worst}");
}

/// How many words in a hundred may get another likeliest tag by 8-bit products.
const INT8_OTHER: f64 = 5.0;

#[test]
fn eight_bits_say_nearly_the_same() {
    let model = Model::load(&util::model(), Some(Precision::Int8)).expect("the model");
    let Long { text, entities } = reference().long;
    let reading = model.read(&text, &tokens::split(&text, &sentences::split(&text)), [0, 0], None).expect("a reading");
    let best = |row: &[f32]| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]));
    let rows = reading.entities.values.chunks_exact(reading.entities.depth);
    let other = rows.zip(&entities).filter(|(ours, theirs)| best(ours) != best(theirs)).count();
    assert!(100.0 * other as f64 <= INT8_OTHER * entities.len() as f64, "{other} of {} words", entities.len());
    // Eight bits they are, not the 32-bit graph by another name.
    assert!(worst(&reading.entities.values, &entities) > 1e-3);
}

#[test]
fn windows_lie_where_the_network_was_trained_to_see_them() {
    for case in reference().slide {
        let ours: Vec<_> = slide(&case.first, case.window - 2, case.overlap)
            .into_iter()
            .map(|s| (s.read.start, s.read.end, s.keep.start, s.keep.end))
            .collect();
        assert_eq!(ours, case.windows);
    }
}
