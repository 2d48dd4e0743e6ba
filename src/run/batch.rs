//! One run from its items to its lines.

use super::ids::Ids;
use super::lanes::{self, Limit};
use super::manifest::Counts;
use super::output::Failure;
use crate::error::{Error, Kind, Result};
use crate::input::Place;
use crate::input::article::{self, Fields};
use crate::input::items::Item;
use crate::record::{Annotation, Record};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

/// How a run works; nothing here changes what comes out, but for `fields` and `max_article`.
pub struct Options {
    /// Articles side by side.
    pub threads: usize,
    /// Which fields of input objects hold what.
    pub fields: Fields,
    /// Bytes of text beyond which an article is an error.
    pub max_article: usize,
}

/// What the names of the threads begin with that work on articles; a panic in one ends up in its article's error.
pub const LANE: &str = "lane-";

/// Bytes of input under way at once; an article longer than this goes alone.
const WEIGHT: usize = 32 << 20;

/// What became of one item.
pub enum Outcome {
    /// A record, as its JSON line.
    Done {
        /// The line, without its end.
        line: String,
        /// What is in it.
        counts: Counts,
    },
    /// An error.
    Failed(Failure),
}

/// What a lane gives to the sink.
struct Answer {
    place: Place,
    id: Option<String>,
    result: std::result::Result<(String, Counts), String>,
}

/// Annotates items side by side and hands over what becomes of each, in their order.
///
/// A panic in `annotate` is that article's error. `sink` returns whether to go on.
///
/// # Errors
/// [`Kind::Usage`] when the threads cannot be started.
pub fn run(
    options: &Options,
    items: impl Iterator<Item = Item> + Send,
    annotate: impl Fn(&str) -> Result<Annotation> + Sync,
    ids: &mut Ids,
    stop: &AtomicBool,
    mut sink: impl FnMut(Outcome) -> bool,
) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .thread_name(|i| format!("{LANE}{i}"))
        .build()
        .map_err(|e| Error::new(Kind::Usage, "cannot start the threads").with(e))?;
    let weighed = items.map(|item| {
        let weight = item.len();
        (item, weight)
    });
    let limit = Limit { items: options.threads * 16, weight: WEIGHT };
    let work = |item: Item| {
        let place = item.place.clone();
        let parsed = guarded(|| article::parse(item, &options.fields, options.max_article));
        let (id, result) = match parsed.unwrap_or_else(|fault| Err((None, fault))) {
            Ok(record) => (Some(record.id.clone()), guarded(|| one(record, &annotate)).and_then(|done| done)),
            Err((id, message)) => (id, Err(message)),
        };
        Answer { place, id, result }
    };
    lanes::ordered(&pool, limit, weighed, work, stop, |answer| {
        let failed = |error| Outcome::Failed(Failure::new(&answer.place, answer.id.clone(), error));
        let taken = match (&answer.id, &answer.result) {
            (Some(id), Ok(_)) => ids.take(id, &answer.place),
            _ => Ok(()),
        };
        sink(match (taken, answer.result) {
            (Ok(()), Ok((line, counts))) => Outcome::Done { line, counts },
            (Ok(()), Err(message)) => failed(message),
            (Err(first), _) => failed(format!("its id was used before, by {first}")),
        })
    });
    Ok(())
}

/// The line of one article.
fn one(
    mut record: Record,
    annotate: impl Fn(&str) -> Result<Annotation>,
) -> std::result::Result<(String, Counts), String> {
    record.annotation = annotate(&record.text).map_err(|e| e.chain())?;
    let Annotation { sentences, entities, chains, quotes } = &record.annotation;
    let counts = Counts::of(&record.text, [sentences.len(), entities.len(), chains.len(), quotes.len()]);
    Ok((record.to_json(), counts))
}

/// Turns a panic into a message.
fn guarded<T>(f: impl FnOnce() -> T) -> std::result::Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        format!("a fault of the program ({}); please report it", said.unwrap_or("no message"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::items::Raw;

    fn text(n: u64, text: &str) -> Item {
        let place = Place { source: "in.jsonl".into(), line: Some(n) };
        Item { place, id: format!("a{}", n % 4), raw: Ok(Raw::Text(text.as_bytes().to_vec())) }
    }

    #[test]
    fn a_panic_a_bad_article_and_a_used_id_cost_themselves_alone() {
        let items = [text(1, "one"), text(2, "panic"), text(3, "three"), text(5, "again"), text(6, "six")];
        let annotate = |t: &str| {
            assert_ne!(t, "panic", "planted");
            if t == "three" { Err(Error::new(Kind::Model, "no")) } else { Ok(Annotation::default()) }
        };
        for threads in [1, 3] {
            let options = Options { threads, fields: Fields::default(), max_article: 100 };
            let mut out = Vec::new();
            run(&options, items.clone().into_iter(), annotate, &mut Ids::default(), &AtomicBool::new(false), |o| {
                out.push(match o {
                    Outcome::Done { line, .. } => line[..10].to_owned(),
                    Outcome::Failed(f) => format!("{}:{:?} {}", f.source, f.line, f.error),
                });
                true
            })
            .expect("threads");
            assert_eq!(out.len(), 5);
            assert!(out[1].contains("planted") && out[1].contains("fault"), "{}", out[1]);
            assert_eq!(out[2], "in.jsonl:Some(3) no");
            assert_eq!(out[3], "in.jsonl:Some(5) its id was used before, by in.jsonl:1");
            assert_eq!(out[4], r#"{"id":"a2""#);
        }
    }
}
