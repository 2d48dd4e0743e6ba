//! The program's numbers against those of the network that was trained (`scripts/train` writes
//! `reference.json` beside the weights).

mod util;

use copydesk::model::Model;
use copydesk::model::config::Precision;
use copydesk::model::engine::Window;
use copydesk::model::window::slide;
use copydesk::stage::{sentences, tokens};
use copydesk::{Span, span::Offsets};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
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
}

#[derive(Deserialize)]
struct Outputs {
    /// `[w, 19]`
    entities: Vec<Vec<f32>>,
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
        let scheme = model.config.scheme(&case.scheme).expect("a scheme").id;
        let words = tokens::split(text, &sentences::split(text));
        let offsets = Offsets::new(text);
        let chars = |s: &Span| (offsets.to_chars(s.start), offsets.to_chars(s.end));
        let reading = model.read(text, &words, scheme).expect("a reading");
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

        let theirs = case.outputs.entities.concat();
        assert_eq!(reading.entities.values.len(), theirs.len());
        let worst = reading.entities.values.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "scores differ by {worst} in {text:?}");
    }
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
