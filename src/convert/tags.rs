//! Tags on tokens: IOB1, IOB2 and IOBES to stretches of tokens.

use std::ops::Range;

/// How tags mark where a name begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagging {
    /// `I-` everywhere; `B-` only where a name touches one of its own label (Ramshaw and Marcus 1995; CoNLL-2003).
    Iob1,
    /// `B-` at every beginning.
    Iob2,
    /// `B-`, `I-`, `E-` at the end, `S-` for one token; `L-` and `U-` are read as `E-` and `S-` (BILOU).
    Iobes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Begin,
    Inside,
    End,
    Single,
}

fn split(tag: &str) -> Result<Option<(Mark, &str)>, String> {
    if tag == "O" {
        return Ok(None);
    }
    let mark = match tag.split_once('-') {
        Some(("B", label)) => Some((Mark::Begin, label)),
        Some(("I", label)) => Some((Mark::Inside, label)),
        Some(("E" | "L", label)) => Some((Mark::End, label)),
        Some(("S" | "U", label)) => Some((Mark::Single, label)),
        _ => None,
    };
    match mark {
        Some((_, label)) if !label.is_empty() => Ok(mark),
        _ => Err(format!("{tag:?} is no tag; a tag is O, or B-, I-, E- or S- before a label, as B-PER")),
    }
}

/// Tokens and labels of names.
type Names<'t> = Vec<(Range<usize>, &'t str)>;

/// The names in the tags of a sentence.
///
/// Without `tagging` the tags are read so that every valid sequence of each scheme gives its own names: a name begins
/// at `B-` and `S-`, and at `I-` and `E-` behind another label or none.
///
/// # Errors
/// The token, and what is wrong with its tag; with `tagging`, that it breaks that scheme.
pub(super) fn names<'t>(tags: &[&'t str], tagging: Option<Tagging>) -> Result<Names<'t>, (usize, String)> {
    let mut names: Names<'t> = Vec::new();
    // Whether the name that came last may go on.
    let mut open = false;
    for (i, tag) in tags.iter().enumerate() {
        let part = split(tag).map_err(|message| (i, message))?;
        let before = names.last().filter(|(tokens, _)| tokens.end == i).map(|&(_, label)| (label, open));
        if let Some(tagging) = tagging {
            check(tagging, before, part)
                .map_err(|why| (i, format!("the tag {tag:?} breaks {}: {why}", tagging.name())))?;
        }
        let Some((mark, label)) = part else {
            open = false;
            continue;
        };
        let goes_on = matches!(mark, Mark::Inside | Mark::End) && before == Some((label, true));
        match names.last_mut() {
            Some((tokens, _)) if goes_on => tokens.end = i + 1,
            _ => names.push((i..i + 1, label)),
        }
        open = matches!(mark, Mark::Begin | Mark::Inside);
    }
    if tagging == Some(Tagging::Iobes) && open && names.last().is_some_and(|(tokens, _)| tokens.end == tags.len()) {
        return Err((tags.len() - 1, "the sentence ends before the name does: IOBES has E- or S- there".to_owned()));
    }
    Ok(names)
}

impl Tagging {
    fn name(self) -> &'static str {
        match self {
            Self::Iob1 => "IOB1",
            Self::Iob2 => "IOB2",
            Self::Iobes => "IOBES",
        }
    }
}

/// Whether a tag may follow; `before` is the label of the name that ends before it, and whether that may go on.
fn check(tagging: Tagging, before: Option<(&str, bool)>, part: Option<(Mark, &str)>) -> Result<(), &'static str> {
    let same = part.is_some_and(|(_, label)| before == Some((label, true)));
    match (tagging, part.map(|(mark, _)| mark)) {
        (Tagging::Iob1 | Tagging::Iob2, Some(Mark::End | Mark::Single)) => Err("it has B-, I- and O only"),
        (Tagging::Iob1, Some(Mark::Begin)) if !same => Err("B- stands only behind a name of the same label"),
        (Tagging::Iob2, Some(Mark::Inside)) if !same => Err("a name begins with B-"),
        (Tagging::Iobes, Some(Mark::Inside | Mark::End)) if !same => Err("a name begins with B- or S-"),
        (Tagging::Iobes, None | Some(Mark::Begin | Mark::Single)) if before.is_some_and(|(_, open)| open) => {
            Err("the name before it has no E-")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tags: &str, tagging: Option<Tagging>) -> Result<String, usize> {
        let tags: Vec<_> = tags.split(' ').collect();
        let names = names(&tags, tagging).map_err(|(token, _)| token)?;
        Ok(names.iter().map(|(t, label)| format!("{}-{}{label}", t.start, t.end)).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_scheme_is_read_without_being_told() {
        for (scheme, tags) in [
            (Tagging::Iob1, "I-P I-P O I-L B-L I-P O"),
            (Tagging::Iob2, "B-P I-P O B-L B-L B-P O"),
            (Tagging::Iobes, "B-P E-P O S-L S-L S-P O"),
            (Tagging::Iobes, "B-P L-P O U-L U-L U-P O"),
        ] {
            for tagging in [None, Some(scheme)] {
                assert_eq!(read(tags, tagging), Ok("0-2P 3-4L 4-5L 5-6P".into()), "{tags}");
            }
        }
    }

    #[test]
    fn what_breaks_a_stated_scheme_is_found() {
        for (scheme, tags, token) in [
            (Tagging::Iob1, "I-P B-L", 1),
            (Tagging::Iob1, "B-P", 0),
            (Tagging::Iob1, "O S-P", 1),
            (Tagging::Iob2, "O I-P", 1),
            (Tagging::Iob2, "B-P I-L", 1),
            (Tagging::Iobes, "B-P O", 1),
            (Tagging::Iobes, "B-P I-P", 1),
            (Tagging::Iobes, "S-P E-P", 1),
            (Tagging::Iobes, "B-P B-P E-P", 1),
        ] {
            assert_eq!(read(tags, Some(scheme)), Err(token), "{tags}");
            assert!(read(tags, None).is_ok(), "{tags}");
        }
        for tags in ["O PER", "O X-PER", "O B-", "O "] {
            assert_eq!(read(tags, None), Err(1), "{tags}");
        }
    }
}
