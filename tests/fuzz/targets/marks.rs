//! Quotation marks in any text: no crash, and what comes out is a record that can be read again.
#![no_main]

use copydesk::model::config::{Calibration, Reports};
use copydesk::stage::speakers::How;
use copydesk::stage::{chains, quotes, sentences, speakers, tokens};
use copydesk::{Annotation, Record};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let sentences = sentences::split(text);
    let tokens = tokens::split(text, &sentences);
    let mut quotes = quotes::find(text, &sentences, &tokens, None, Reports::Parts);
    let chains = chains::link(text, &sentences, &tokens, &[]);
    speakers::attribute(text, &sentences, &tokens, &[], &mut quotes, &chains, How { own: true, calibration: Calibration::NONE });
    let annotation = Annotation { quotes, chains, ..Annotation::default() };
    let record = Record { id: "fuzz".into(), text: text.into(), annotation, ..Record::default() };
    let line = record.to_json();
    assert_eq!(Record::from_json(&line).expect("a record"), record);
});
