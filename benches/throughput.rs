//! How much of the bare encoder's speed is left with everything around it: `cargo bench`.
//!
//! The same windows go through the encoder alone, and their articles through the pipeline with names alone, with names and
//! quotes, and with all stages, by turns, on the same number of threads. Printed are the pieces a second (medians) and ratios.
#![allow(clippy::print_stdout)] // the figures are its output

use copydesk::model::Model;
use copydesk::model::config::{Precision, WEIGHTS};
use copydesk::model::engine::Window;
use copydesk::stage::{sentences, tokens};
use copydesk::{Options, Pipeline, Stages};
use rten::{ModelOptions, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const ROUNDS: usize = 5;
/// Words in the articles of one round, at least.
const WORDS: usize = 30_000;
/// Width of the encoder.
const WIDTH: usize = 384;

fn main() {
    let folder = Path::new("models/copydesk");
    let texts = texts();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("{} articles, {threads} threads, medians of {ROUNDS} rounds", texts.len());
    for precision in [Precision::Fp32, Precision::Int8] {
        let pipelines = [&["entities"][..], &["entities", "quotes"], &["sentences", "entities", "quotes", "chains"]]
            .map(|names| {
                let stages = Stages::from_names(names).expect("stages");
                let options = Options { stages, precision: Some(precision), ..Options::default() };
                Pipeline::new(Some(folder), &options).expect("the model")
            });
        let model = pipelines[0].model().expect("a model");
        let windows = windows(model, &texts);
        let pieces: usize = windows.iter().map(|w| w.ids.len()).sum();
        let bare = Bare::load(folder, precision);
        let (mut encoder, mut speeds) = (Vec::new(), [const { Vec::new() }; 3]);
        for _ in 0..ROUNDS {
            encoder.push(
                pieces as f64
                    / seconds(threads, &windows, || ThreadPool::with_num_threads(1).into(), |w, p| bare.run(w, p)),
            );
            for (pipeline, speeds) in pipelines.iter().zip(&mut speeds) {
                let all = |text: &String, (): &()| {
                    std::hint::black_box(pipeline.annotate(text).expect("an annotation"));
                };
                speeds.push(pieces as f64 / seconds(threads, &texts, || (), all));
            }
        }
        let (encoder, [names, quotes, whole]) = (median(encoder), speeds.map(median));
        println!(
            "{}: pieces/s: encoder alone {encoder:.0}, names {names:.0}, with quotes {quotes:.0}, all stages {whole:.0}; \
             all to the encoder alone {:.2}; quotes cost {:.0} % of the time with names alone",
            precision.name(),
            whole / encoder,
            100.0 * (names / quotes - 1.0)
        );
    }
}

/// The repository's articles, again and again.
fn texts() -> Vec<String> {
    let gold = std::fs::read_to_string("corpus/gold.jsonl").expect("the repository's articles");
    let texts: Vec<String> = gold.lines().map(|l| copydesk::Record::from_json(l).expect("a record").text).collect();
    let words: usize = texts.iter().map(|t| t.split_whitespace().count()).sum();
    texts.iter().cycle().take(texts.len() * WORDS.div_ceil(words)).cloned().collect()
}

fn windows(model: &Model, texts: &[String]) -> Vec<Window> {
    let mut all = Vec::new();
    for text in texts {
        let words = tokens::split(text, &sentences::split(text));
        let mut keep = |window: &Window, _| {
            all.push(window.clone());
            Ok(())
        };
        model.each_window(text, &words, [0, 0], &mut keep).expect("windows");
    }
    all
}

/// The encoder without case features and heads.
struct Bare(rten::Model);

impl Bare {
    fn load(folder: &Path, precision: Precision) -> Self {
        let read = |name: &str| std::fs::read(folder.join(name)).expect("the model");
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true).external_data("weights.data", read(WEIGHTS));
        Self(options.load(read(precision.graph())).expect("a graph"))
    }

    fn run(&self, window: &Window, pool: &Arc<ThreadPool>) {
        let node = |name: &str| self.0.node_id(name).expect("a node");
        let n = window.ids.len();
        let inputs = vec![
            (node("ids"), NdTensor::from_data([1, n], window.ids.clone()).into()),
            (node("first"), NdTensor::from_data([window.first.len()], window.first.clone()).into()),
            (node("case"), NdTensor::<f32, 2>::zeros([n, WIDTH]).into()),
        ];
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(pool)));
        std::hint::black_box(self.0.run(inputs, &[node("hidden")], Some(options)).expect("vectors"));
    }
}

/// How long it takes to do all items, each thread one at a time with a state of its own.
fn seconds<T: Sync, S>(threads: usize, items: &[T], state: impl Fn() -> S + Sync, work: impl Fn(&T, &S) + Sync) -> f64 {
    let (next, began) = (AtomicUsize::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let state = state();
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(item, &state);
                }
            });
        }
    });
    began.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
