//! Who said what in an article: `cargo run --release --example who_said_what corpus/oslo-ferry.txt`
#![allow(clippy::print_stdout)]

use copydesk::Pipeline;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or("corpus/oslo-ferry.txt".into());
    let text = std::fs::read_to_string(path)?;
    let pipeline = Pipeline::load("models/copydesk".as_ref())?;
    for quote in pipeline.annotate(&text)?.quotes {
        let speaker = quote.speaker.map_or("somebody".into(), |s| s.name.unwrap_or(s.text));
        let words: Vec<&str> = quote.spans.iter().map(|s| s.text.as_str()).collect();
        println!("{speaker}: {}", words.join(" … "));
    }
    Ok(())
}
