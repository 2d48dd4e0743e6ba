//! Tables: abbreviations by what may follow them, words that begin sentences, verbs of saying.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a full stop behind an abbreviation may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Stands before a name or within a clause: never the end.
    Bound,
    /// Stands before a number ("No. 5", "Oct. 31"): the end unless one follows.
    Number,
    /// Ends a name or an expression ("Inc.", "Calif.", "U.S."): the end only before a word that
    /// begins sentences.
    Name,
    /// Of the day: the end before a capital, unless a day, a zone or so goes on ("5 p.m. Monday").
    Time,
    /// Ends an expression that itself mostly ends a clause ("etc."): the end before a capital.
    Last,
}

use Abbreviation::{Bound, Last, Name, Number, Time};

/// An entry with a capital stands for the capitalised word only ("Miss." the state), one without for both.
const ABBREVIATIONS: &[(Abbreviation, &str)] = &[
    // Forms of address.
    (Bound, "Mr Mrs Ms Mx Messrs Mme Mlle Dr Drs Prof Eng Hon"),
    // Politics and law.
    (Bound, "Sen Sens Rep Reps Gov Govs Pres Sec'y Amb Atty Att Attn Del Assemb Asst Supt Insp Det Dist"),
    // Forces and police.
    (Bound, "Gen Col Maj Capt Cpt Lt Lieut Cdr Cmdr Comdr Cmdt Adm Brig Cpl Sgt Sgts Pvt Pfc Spc Ens Comm Const"),
    // Church.
    (Bound, "Rev Revd Fr Msgr Mgr Archbp Bp Ven"),
    // Before names of places and bodies.
    (Bound, "St Ste Sts Mt Mts Ft Pt Dept Univ Inst Natl Intl"),
    // Within clauses.
    (Bound, "vs v cf viz e.g i.e eg ie c.f incl approx ca est resp"),
    (
        Number,
        "No Nos no nos N° Nº p pp Fig Figs fig figs Vol vol Vols Ch ch Sec sec Sc Art art Arts Par par Rs rs Op op",
    ),
    (Number, "Eq eq Ex ex Tel tel Ph Fax Mob Ext ext Rte Hwy Bldg Apt Box Matt"),
    (Number, "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"),
    // Days stand before dates as well as at the end.
    (Name, "Mon Tue Tues Wed Thu Thur Thurs Fri"),
    // Companies.
    (Name, "Inc Corp Co Cos Ltd LLC Bros Assn Assoc Cie Mfg PLC plc Pty GmbH S.p.A"),
    // Behind names of people.
    (Name, "Jr Sr Esq"),
    // States and provinces.
    (Name, "Ala Ariz Ark Calif Cal Colo Conn Fla Ga Ill Ind Kan Kans Ky La Mass Md Mich Minn Miss Mo Mont Neb Nebr"),
    (Name, "Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wisc Wyo Alta Ont Que Sask Man"),
    // Streets.
    (Name, "Ave Blvd Rd Pkwy Sq Ln Ct"),
    // Measures.
    (Name, "ft lb lbs oz sq mi km kg cm mm mph hr hrs min mins secs yr yrs mo mos wk"),
    (Time, "a.m p.m am pm"),
    (Last, "etc al Ph.D"),
];

static BY_WORD: LazyLock<HashMap<&str, Abbreviation>> = LazyLock::new(|| {
    let all = ABBREVIATIONS.iter().flat_map(|(kind, words)| words.split(' ').map(|word| (word, *kind)));
    all.collect()
});

/// No entry of a table is longer, in bytes.
const LONGEST: usize = 12;

/// The kind of a word before a full stop, the stop itself left out; `None` for an ordinary word.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    if word.len() > LONGEST {
        return None;
    }
    let known = |w: &str| BY_WORD.get(w).copied();
    // "U.S", "D.C", "J.K": single letters with stops between.
    let letters =
        |w: &str| w.contains('.') && w.split('.').all(|p| p.len() == 1 && p.as_bytes()[0].is_ascii_alphabetic());
    known(word)
        .or_else(|| known(&word.to_lowercase()))
        .or_else(|| known(&capitalised(word)).filter(|_| !word.contains(char::is_lowercase)))
        .or_else(|| letters(word).then_some(Name))
}

/// "GEN" as "Gen".
fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars.flat_map(char::to_lowercase)).collect()
}

/// Words that begin a sentence far more often than they go on a name.
const STARTERS: &str = "a an the this that these those he she it we they you i his her its our their your my there \
    here in on at by for from with without after before during since until while when where who what which why how as \
    if although though because but and or so yet however meanwhile moreover also both some many most all each every \
    not nobody nothing one two three four five under over despite according then now today tomorrow yesterday \
    another several few such only even still just once instead thus hence therefore nor neither either whether did do \
    does is are was were have has had can could would should among between against about across like last next \
    earlier later recently currently police officials nearly almost more less other others people perhaps maybe \
    please millions thousands hundreds dozens";

static STARTER: LazyLock<HashSet<&str>> = LazyLock::new(|| STARTERS.split(' ').collect());

/// Whether a capitalised word mostly begins a sentence ("The", "He's").
pub(super) fn starts_sentences(word: &str) -> bool {
    let stem = word.split(['\'', '’']).next().unwrap_or(word);
    let shouted = stem.chars().nth(1).is_some_and(char::is_uppercase);
    stem.len() <= LONGEST && !shouted && STARTER.contains(stem.to_lowercase().as_str())
}

/// Words that go on an expression of time: "5 p.m. Monday", "9 a.m. Eastern time".
const BEHIND_TIMES: &str = "monday tuesday wednesday thursday friday saturday sunday january february march april may \
    june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed \
    thu fri sat sun eastern central pacific mountain greenwich local";

static BEHIND_TIME: LazyLock<HashSet<&str>> = LazyLock::new(|| BEHIND_TIMES.split(' ').collect());

/// Whether a word goes on an expression of time: one of those, or a zone ("GMT").
pub(super) fn goes_on_time(word: &str) -> bool {
    let zone = (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    zone || word.len() <= LONGEST && BEHIND_TIME.contains(word.to_lowercase().as_str())
}

/// Verbs that name the speaker of a quotation before them.
const SAYINGS: &str = "said says asked asks told added adds wrote writes tweeted replied replies answered shouted \
    cried yelled exclaimed whispered wondered commented remarked declared explained continued responded joked \
    demanded quipped";

/// Whether a word is a verb that names the speaker of a quotation before it.
pub(super) fn is_saying(word: &str) -> bool {
    SAYINGS.split(' ').any(|s| s == word)
}

/// Whether a word has an exclamation mark as part of its name.
pub(super) fn exclaims(word: &str) -> bool {
    matches!(word, "Yahoo" | "Jeopardy" | "Yum" | "Y")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_entry_is_repeated_or_too_long() {
        let entries = || ABBREVIATIONS.iter().flat_map(|(_, words)| words.split(' '));
        assert_eq!(BY_WORD.len(), entries().count());
        assert!(entries().chain(STARTERS.split(' ')).chain(BEHIND_TIMES.split(' ')).all(|w| w.len() <= LONGEST));
    }

    #[test]
    fn case_tells_states_from_words() {
        assert_eq!(abbreviation("Miss"), Some(Name));
        assert_eq!(abbreviation("miss"), None);
        assert_eq!(abbreviation("GEN"), Some(Bound));
        assert_eq!(abbreviation("P.M"), Some(Time));
        assert_eq!(abbreviation("U.S"), Some(Name));
        assert_eq!(abbreviation("house"), None);
        assert!(starts_sentences("He’s") && starts_sentences("The") && !starts_sentences("THE"));
    }
}
