//! Quotes, speakers and chains against readable cases, and the rules against noise.

mod util;

use copydesk::Pipeline;
use copydesk::model::config::{Calibration, Reports};
use copydesk::record::{Chain, Entity, Extra, Label, Quote, QuoteStatus};
use copydesk::span::Span;
use copydesk::stage::speakers::How;
use copydesk::stage::{chains, quotes, sentences, speakers, tokens};

struct Case {
    title: String,
    text: String,
    entities: Vec<Entity>,
    expected: Vec<String>,
}

/// Reads cases: `## title`, `> text` with `[name](LABEL)`, `- expected`; a line with two spaces goes on.
fn cases(file: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in file.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            let title = title.to_owned();
            cases.push(Case { title, text: String::new(), entities: Vec::new(), expected: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(expected) = line.strip_prefix("- ") {
            case.expected.push(expected.to_owned());
        } else if let Some(more) = line.strip_prefix("  ") {
            let last = case.expected.last_mut().expect("a line to go on with");
            last.push('\n');
            last.push_str(more);
        } else if let Some(text) = line.strip_prefix('>') {
            if !case.text.is_empty() {
                case.text.push('\n');
            }
            read_names(text.strip_prefix(' ').unwrap_or(text), case);
        }
    }
    cases
}

fn read_names(mut line: &str, case: &mut Case) {
    while let Some((before, rest)) = line.split_once('[') {
        let (name, rest) = rest.split_once("](").expect("a label");
        let (label, rest) = rest.split_once(')').expect("the end of the label");
        case.text.push_str(before);
        let start = case.text.len();
        case.text.push_str(name);
        case.entities.push(Entity {
            id: format!("E{}", case.entities.len() + 1),
            span: Span::new(start, case.text.len()),
            text: name.to_owned(),
            label: Label::from_name(label).expect("a label of the format"),
            score: None,
            extra: Extra::new(),
        });
        line = rest;
    }
    case.text.push_str(line);
}

/// By the rules alone.
fn annotate(text: &str, entities: &[Entity]) -> (Vec<Quote>, Vec<Chain>) {
    let sentences = sentences::split(text);
    let tokens = tokens::split(text, &sentences);
    let mut quotes = quotes::find(text, &sentences, &tokens, None, Reports::Parts);
    let chains = chains::link(text, &sentences, &tokens, entities);
    speakers::attribute(
        text,
        &sentences,
        &tokens,
        entities,
        &mut quotes,
        &chains,
        How { own: true, calibration: Calibration::NONE },
    );
    (quotes, chains)
}

fn show_quote(quote: &Quote) -> String {
    let kind = format!("{:?}", quote.kind).to_lowercase();
    let status = match quote.status {
        None | Some(QuoteStatus::Closed) => String::new(),
        Some(status) => format!(" {status:?}").to_lowercase(),
    };
    let parts: Vec<&str> = quote.spans.iter().map(|s| s.text.as_str()).collect();
    let cue = quote.cue.as_ref().map_or("-", |cue| &cue.text);
    let speaker = quote.speaker.as_ref().map_or("-".to_owned(), |s| match &s.name {
        Some(name) => format!("{} = {name}", s.text),
        None => s.text.clone(),
    });
    format!("{kind}{status} | {} | {cue} | {speaker}", parts.join(" + "))
}

fn show_chain(chain: &Chain) -> String {
    let mentions: Vec<&str> = chain.mentions.iter().map(|m| m.text.as_str()).collect();
    format!("{} {} | {}", chain.label.name(), chain.name.as_deref().unwrap_or("-"), mentions.join(" / "))
}

fn check(file: &str, show: impl Fn(&Case) -> Vec<String>) {
    let mut wrong = String::new();
    for case in cases(file) {
        let got = show(&case);
        if got != case.expected {
            wrong += &format!(
                "\n## {}\n{}\nexpected\n  {}\ngot\n  {}\n",
                case.title,
                case.text,
                case.expected.join("\n  "),
                got.join("\n  ")
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn quotes_and_speakers() {
    let pipeline = Pipeline::load(&util::model()).expect("the model");
    check(include_str!("cases/quotes.md"), |case| {
        pipeline.annotate(&case.text).expect("an annotation").quotes.iter().map(show_quote).collect()
    });
}

#[test]
fn chains_of_names() {
    check(include_str!("cases/chains.md"), |case| {
        annotate(&case.text, &case.entities).1.iter().map(show_chain).collect()
    });
}

/// The same text in other marks has the same quotes.
#[test]
fn marks_are_interchangeable() {
    let text = "He said: «We will go. She told us, ‹Stay here!› and left.»\n\n«It is,» he said, «far too late.» \
                Nobody asked.\n\nHe wrote: «One is enough.\n\n«Two is more.»\n\nThey called it «a long day» and left.";
    let shapes = |marks: [&str; 4]| -> Vec<String> {
        let text = text.replace('«', marks[0]).replace('»', marks[1]).replace('‹', marks[2]).replace('›', marks[3]);
        let shown = annotate(&text, &[]).0;
        let plain =
            |q: &Quote| show_quote(q).replace(['“', '”', '"', '‘', '’', '\'', '„', '‚', '«', '»', '‹', '›', '`'], "");
        shown.iter().map(plain).collect()
    };
    let curly = shapes(["“", "”", "‘", "’"]);
    assert_eq!(curly.len(), 5, "{curly:#?}");
    for marks in [
        ["\"", "\"", "'", "'"],
        ["‘", "’", "“", "”"],
        ["'", "'", "\"", "\""],
        ["„", "“", "‚", "‘"],
        ["``", "''", "`", "'"],
    ] {
        assert_eq!(shapes(marks), curly, "{marks:?}");
    }
}

/// Numbers that look random and are the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

const PIECES: [&str; 48] = [
    "“",
    "”",
    "‘",
    "’",
    "„",
    "‚",
    "\"",
    "'",
    "`",
    "``",
    "''",
    "«",
    "»",
    "‹",
    "›",
    "＂",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\u{2028}",
    ",",
    ".",
    "?",
    "!",
    ":",
    "–",
    "(",
    ")",
    "said",
    " said ",
    "according to ",
    " that ",
    "Ann Lee",
    " he ",
    "the ",
    "workers",
    "6",
    "90s",
    "é",
    "e\u{301}",
    "💩",
    "日本",
    "İ",
    "\u{200d}",
    "…",
];

#[test]
fn noise_gives_valid_spans() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..4000 {
        let length = 1 + random.below(if round % 100 == 0 { 400 } else { 40 });
        let mut text = String::new();
        let mut entities: Vec<Entity> = Vec::new();
        for _ in 0..length {
            let start = text.len();
            text.push_str(PIECES[random.below(PIECES.len())]);
            let span = Span::new(start, text.len()).trim(&text);
            if !span.is_empty() && random.below(5) == 0 {
                let label = Label::ALL[random.below(9)];
                let own = span.of(&text).to_owned();
                entities.push(Entity { id: String::new(), span, text: own, label, score: None, extra: Extra::new() });
            }
        }
        let (quotes, chains) = annotate(&text, &entities);
        is_valid(&text, &quotes, &chains, &entities);
    }
}

/// The same with the network, which sees reports in anything.
#[test]
fn noise_gives_valid_spans_with_the_network() {
    let pipeline = Pipeline::load(&util::model()).expect("the model");
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for round in 0..60 {
        let length = 1 + random.below(if round % 20 == 0 { 2000 } else { 60 });
        let text: String = (0..length).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let annotation = pipeline.annotate(&text).expect("an annotation");
        is_valid(&text, &annotation.quotes, &annotation.chains, &annotation.entities);
    }
}

fn is_valid(text: &str, quotes: &[Quote], chains: &[Chain], entities: &[Entity]) {
    let whole = |span: Span, own: &str| {
        assert!(span.start < span.end && span.end <= text.len(), "{span:?} in {text:?}");
        assert_eq!(span.of(text), own, "{text:?}");
        assert_eq!(span.trim(text), span, "{text:?}");
    };
    let mut last = (0, usize::MAX);
    for (n, quote) in (1..).zip(quotes) {
        assert_eq!(quote.id, format!("Q{n}"));
        let (first, end) = (quote.spans[0].span.start, quote.spans[quote.spans.len() - 1].span.end);
        assert!(last.0 < first || last.0 == first && last.1 >= end, "order in {text:?}");
        last = (first, end);
        for pair in quote.spans.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start, "parts in {text:?}");
        }
        quote.spans.iter().chain(&quote.cue).for_each(|s| whole(s.span, &s.text));
        if let Some(speaker) = &quote.speaker {
            whole(speaker.span, &speaker.text);
            assert!(speaker.chain.iter().all(|id| chains.iter().any(|c| c.id == *id)));
        }
    }
    let mut spans = Vec::new();
    for (n, chain) in (1..).zip(chains) {
        assert_eq!(chain.id, format!("C{n}"));
        for mention in &chain.mentions {
            whole(mention.span, &mention.text);
            spans.push((mention.span, n));
        }
        assert!(chain.mentions.windows(2).all(|m| m[0].span.start <= m[1].span.start), "{text:?}");
    }
    for entity in entities.iter().filter(|e| matches!(e.label, Label::Per | Label::Org)) {
        assert!(spans.iter().any(|(s, _)| s.contains(entity.span)), "{:?} in {text:?}", entity.text);
    }
    spans.sort();
    assert!(spans.windows(2).all(|pair| pair[0].0 != pair[1].0), "one chain for a mention span in {text:?}");
}

/// Long paragraphs of marks alone, open, closed and nested. (In quadratic time this would not end.)
#[test]
fn marks_by_the_thousand_give_quotes_of_bounded_size() {
    let units = [
        "“Yes,” ",
        "“ ",
        "“a ",
        "” ",
        "’ ",
        "‘a ",
        "\"a ",
        "\"",
        "'a ",
        "s' ",
        "“‘a ",
        "‘a “b ",
        "``a ",
        "« a ",
        "he said, “a” ",
        "“a,” he said, ",
        "“a?” he said. ",
        "said, ",
        "Ann Lee, ",
        "(a, ",
        "of ",
        "according to ",
        "6\" ",
        "“a\n",
        "“a \n\n",
    ];
    for unit in units {
        let text = unit.repeat(50_000);
        let (quotes, _) = annotate(&text, &[]);
        let sum: usize = quotes.iter().flat_map(|q| &q.spans).map(|s| s.text.len()).sum();
        assert!(sum < 40 * text.len() + (8 << 20), "{unit:?} gives {sum} bytes of quotes");
    }
    let nested = format!("He said: {}no{}", "“a ‘b ".repeat(500), "’ ”".repeat(500));
    assert!(!annotate(&nested, &[]).0.is_empty());
}

/// The same names again and again, and as many different ones that share a part. (In quadratic time this would not end.)
#[test]
fn names_by_the_thousand_all_have_their_mention() {
    for name in
        [(|_| "Ann Lee".to_owned()) as fn(usize) -> String, |n| format!("Ann{n} Lee"), |n| format!("Ann Lee{n}")]
    {
        let mut case = Case { title: String::new(), text: String::new(), entities: Vec::new(), expected: Vec::new() };
        for n in 0..30_000 {
            read_names(&format!("[{}](PER) of [{}](ORG) said, “No.” He left. ", name(n), name(n + 1)), &mut case);
        }
        let (_, chains) = annotate(&case.text, &case.entities);
        let mentions: usize = chains.iter().map(|c| c.mentions.len()).sum();
        assert!(mentions >= case.entities.len(), "every PER and ORG entity has its mention");
    }
}
