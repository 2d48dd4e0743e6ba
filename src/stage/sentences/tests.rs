use super::split;
use crate::span::Span;

/// The blocks of `tests/cases/sentences.md` under their headings.
fn cases() -> Vec<(String, String)> {
    let file = include_str!("../../../tests/cases/sentences.md");
    let mut cases = Vec::new();
    for section in file.split("\n## ").skip(1) {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let blocks = body.split("```").skip(1).step_by(2);
        cases.extend(blocks.map(|block| (heading.to_owned(), block.trim_matches('\n').to_owned())));
    }
    cases
}

fn pieces<'t>(text: &'t str, spans: &[Span]) -> Vec<&'t str> {
    spans.iter().map(|s| s.of(text)).collect()
}

/// What every result must satisfy.
fn check(text: &str) -> Vec<Span> {
    let spans = split(text);
    let mut at = 0;
    for span in &spans {
        assert!(text[at..span.start].trim().is_empty(), "a gap before {span:?} in {text:?}");
        assert!(!span.is_empty() && span.trim(text) == *span, "white space at the ends of {span:?} in {text:?}");
        at = span.end;
    }
    assert!(text[at..].trim().is_empty(), "a rest behind {at} in {text:?}");
    spans
}

#[test]
fn cases_are_cut_as_written() {
    let cases = cases();
    assert!(cases.len() > 30);
    let mut wrong = String::new();
    for (heading, case) in cases {
        let text = case.replace('|', "");
        let expected: Vec<_> = case.split('|').map(str::trim).collect();
        let found = check(&text);
        if pieces(&text, &found) != expected {
            wrong += &format!("{heading}: {:#?}\n", pieces(&text, &found));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_sentence_is_one_sentence() {
    for (heading, case) in cases() {
        // Whether lines are wrapped shows in the whole text only.
        for sentence in case.split('|').map(str::trim).filter(|s| !s.contains('\n')) {
            assert_eq!(pieces(sentence, &check(sentence)), [sentence], "{heading}");
        }
    }
}

#[test]
fn line_ends_of_all_kinds_are_the_same() {
    let text = "Mill to close\n\nThe mill will close.\nBy Ada Lund";
    let lines = ["Mill to close", "The mill will close.", "By Ada Lund"];
    for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{85}"] {
        let text = text.replace('\n', end);
        assert_eq!(pieces(&text, &check(&text)), lines);
    }
    assert_eq!(check("One.\u{a0}Two.\u{2009}Three.").len(), 3);
}

#[test]
fn nothing_is_lost() {
    let odd = [
        "",
        " \n\t\u{a0}",
        ".",
        "...",
        "\"",
        "( [ . ? !",
        "Yes 😀. 👍🏽 No",
        "a\u{301}. É",
        "!!!\n???\n\n)",
        "1. 2. 3.",
        "•",
        "• ",
        "\u{feff}Hi.\u{200b} There",
        "U.S.",
        "“",
        "He said (",
        "[...] [...]",
        ". . . . .",
        "Mr.",
        "''. ''",
        "\r\n\r\n.\r\n",
    ];
    for text in odd {
        check(text);
        for other in odd {
            check(&format!("{text}{other}"));
            check(&format!("{text} {other}\n{text}"));
        }
    }
    // A small generator of random numbers is enough to mix marks.
    let marks: Vec<char> = "aB 1.\n?!\"'“”()[]•-…\u{a0}\r。é😀,:".chars().collect();
    let mut seed = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push(marks[(seed >> 33) as usize % marks.len()]);
        }
        check(&text);
    }
}

/// In quadratic time this would take hours.
#[test]
fn long_texts_are_cut_whole() {
    let n = 200_000;
    for part in [
        "a", ".", ". ", "a.", "a. ", "(", "( ", "[1]", ".[1] ", "\" ", "-. ", "\n.", "a\n", "U.S. ", "• ", ".(", "1. ",
        "?” ", ".1", "Ab.Cd",
    ] {
        check(&part.repeat(n));
    }
    assert!(check(&"The mill closed in March, said J. K. Hale of Orrin Inc. on Monday. ".repeat(n / 8)).len() == n / 8);
}
