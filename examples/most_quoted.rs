//! Who is quoted most in a run: `cargo run --release --example most_quoted out`
#![allow(clippy::print_stdout)]

use copydesk::records;
use std::collections::BTreeMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let run = std::env::args().nth(1).unwrap_or("out".into());
    let mut quoted: BTreeMap<String, usize> = BTreeMap::new();
    for record in records::read(run.as_ref())? {
        for quote in record?.annotation.quotes {
            *quoted.entry(quote.speaker.and_then(|s| s.name).unwrap_or("(no name)".into())).or_default() += 1;
        }
    }
    let mut list: Vec<_> = quoted.into_iter().collect();
    list.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    for (name, n) in list.iter().take(20) {
        println!("{n:6}  {name}");
    }
    Ok(())
}
