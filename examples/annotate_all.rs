//! Articles from your own program, side by side, as records on stdout:
//! `cargo run --release --example annotate_all`
//!
//! A pipeline is shared; each call of `annotate` uses the thread it is called on.

use copydesk::records::Writer;
use copydesk::{Pipeline, Record};
use rayon::prelude::*;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let articles = [
        ("oslo", "OSLO — “It is over,” said Ann Lee, the mayor of Oslo."),
        ("bank", "The Skarin Bank said on Monday that it would close 40 branches."),
    ];
    let pipeline = Pipeline::load("models/copydesk".as_ref())?;
    let records = articles
        .par_iter()
        .map(|(id, text)| {
            let annotation = pipeline.annotate(text)?;
            Ok(Record { id: (*id).into(), text: (*text).into(), annotation, ..Record::default() })
        })
        .collect::<copydesk::Result<Vec<_>>>()?;
    let mut writer = Writer::new(std::io::stdout().lock());
    for record in &records {
        writer.write(record)?;
    }
    Ok(())
}
