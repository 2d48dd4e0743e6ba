//! What the rules know about English words: which report, which are titles, which never name anything.

use std::collections::HashSet;
use std::sync::LazyLock;

/// What a word does in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// No reporting word.
    Other,
    /// Reports with or without "that": "said", "announced".
    Say,
    /// Reports a clause only behind "that", else words in marks: "asked", "continued", "stressed".
    Speak,
    /// Gives something a name or a description: "called", "described".
    Call,
    /// "according", before "to", and "Per" at the head of a sentence.
    According,
}

/// The role of a word as it stands; capitals are names or headings ("States"), not reports.
pub(crate) fn role(word: &str) -> Role {
    if matches!(word, "according" | "According" | "Per") {
        return Role::According;
    }
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Role::Other;
    }
    if has(&SAY, word) {
        Role::Say
    } else if has(&SPEAK, word) {
        Role::Speak
    } else if has(&CALL, word) {
        Role::Call
    } else {
        Role::Other
    }
}

/// Words for those who are quoted in headings without a verb.
pub(crate) fn is_source(lower: &str) -> bool {
    has(&SOURCES, lower) || is_title(lower)
}

/// Whether a reporting word may as well be a noun, so that what stands before it decides.
pub(crate) fn is_ambiguous(word: &str) -> bool {
    has(&AMBIGUOUS, word)
}

/// Forms that only a finite clause has.
pub(crate) fn is_finite(lower: &str) -> bool {
    has(&FINITE, lower)
}

/// Articles, possessives and demonstratives.
pub(crate) fn is_determiner(lower: &str) -> bool {
    has(&DETERMINERS, lower)
}

/// Personal pronouns that can be a source.
pub(crate) fn is_subject_pronoun(lower: &str) -> bool {
    matches!(lower, "he" | "she" | "they" | "it" | "i" | "we" | "you" | "who")
}

/// Words that end a noun phrase: prepositions, conjunctions, auxiliaries, adverbs.
pub(crate) fn is_function_word(lower: &str) -> bool {
    has(&FUNCTION, lower)
}

/// Adverbs and auxiliaries that stand between a source and its verb.
pub(crate) fn is_before_verb(lower: &str) -> bool {
    has(&BEFORE_VERB, lower) || (lower.len() > 4 && lower.ends_with("ly") && !matches!(lower, "family" | "ally"))
}

/// Days and months, which stand behind a verb without being its source.
pub(crate) fn is_calendar(lower: &str) -> bool {
    has(&CALENDAR, lower)
}

/// Words before a person's name that belong to the mention: "President", "spokesman".
pub(crate) fn is_title(lower: &str) -> bool {
    has(&TITLES, lower) || TITLE_ENDS.iter().any(|end| lower.len() > end.len() + 2 && lower.ends_with(end))
}

/// Endings of company names that come and go.
pub(crate) fn is_company_end(lower: &str) -> bool {
    has(&COMPANY_ENDS, lower)
}

/// One spelling for names of states that have several; the name in lower case without full stops and article.
pub(crate) fn place_alias(key: &str) -> &str {
    match key {
        "us" | "usa" | "united states of america" | "america" => "united states",
        "uk" | "great britain" | "britain" => "united kingdom",
        "eu" => "european union",
        "un" => "united nations",
        "uae" => "united arab emirates",
        "prc" | "people's republic of china" => "china",
        "dprk" => "north korea",
        "drc" => "democratic republic of the congo",
        "nyc" => "new york city",
        "la" => "los angeles",
        "dc" | "washington dc" | "washington d c" => "washington",
        other => other,
    }
}

/// Whether letters behind an apostrophe make a word that has lost its beginning: ’em, ’tis.
pub(crate) fn is_elision(lower: &str) -> bool {
    has(&ELISIONS, lower)
}

fn has(list: &List, word: &str) -> bool {
    list.contains(word)
}

type List = LazyLock<HashSet<&'static str>>;

fn list(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

static SAY: List = LazyLock::new(|| {
    list(
        "acknowledged acknowledges added adding adds admits admitted alleged alleges alleging announced \
         announces announcing argued argues arguing asserted asserting asserts claim claimed claiming claims \
         concluded confirmed confirming confirms contended contends declared declares declaring disclosed \
         estimated estimates explained explaining explains indicated indicates informed insisted insisting \
         insists noted notes noting predicted remarked report reported reporting reports revealed reveals \
         ruled said say saying says speculated stated states stating suggested suggesting tell telling tells \
         testified told warned warning warns wrote",
    )
});

static SPEAK: List = LazyLock::new(|| {
    list(
        "advised advising agreed answered answers apologised apologized ask asked asking asks assured blogged \
         boasted cautioned commented commenting comments complained complaining conceded continued continues \
         countered cried decided defended demanded demanding denied denies denying elaborated emphasised emphasized \
         exclaimed expressed finding finds found hinted implied implying informing inquired joked lamented \
         maintained maintains mentioned mused observed observing opined pleaded pledged pledging pointed \
         pointing posted proclaimed promised promising proposed protested quipped quoted read reads reasoned reacted \
         recalled recalling recalls recommended reiterated reiterating remarking repeated replied replies \
         replying responded responding responds retorted screamed shouted shouting shouts sighed stress \
         stressed stresses stressing texted thundered tweeted tweeting tweets urged urges urging vowed vowing \
         vows warn whispered write writes writing yelled",
    )
});

static CALL: List = LazyLock::new(|| {
    list(
        "accused accusing blamed branded branding call called calling calls characterised characterized cited \
         citing condemned criticised criticized denounced describe described describes describing dismissed \
         hailed labeled labelled praised praising referred referring slammed spoke talked termed",
    )
});

static AMBIGUOUS: List = LazyLock::new(|| {
    list(
        "answers ask call calls claim claims comments estimated estimates notes read reads report reports \
         states stress stresses tweets vows warn warning write writing",
    )
});

static DETERMINERS: List =
    LazyLock::new(|| list("a an another her his its my one our several some that the their these this those two your"));

static FUNCTION: List = LazyLock::new(|| {
    list(
        "about above across after again against ago ahead all along also although among and another any are \
         around as at be because been before behind below beside between beyond both but by can could despite inside opposite outside \
         did do does during each either even following for from had has have here how however if in including \
         into is just later like may meanwhile might must near neither no nor not now of off on once only \
         onto or out over per shall should since so still such than that then there though through throughout \
         to today tomorrow tonight toward towards under until up upon versus via was were what when where \
         whether which while who whom whose why will with within without would yes yesterday yet",
    )
});

static SOURCES: List = LazyLock::new(|| {
    list(
        "agency analysis analysts army authorities charity coalition court data doctors experts family figures ministry \
         government group lawyer lawyers media military monitor monitors officer officers official officials operator police \
         poll prosecutor prosecutors report reports researcher researchers residents scientist scientists source sources \
         statement study survey union watchdog witness witnesses",
    )
});

static FINITE: List = LazyLock::new(|| {
    list(
        "are can cannot could couldn't did didn't didn’t do does doesn't doesn’t had has have is isn't \
         isn’t may might must need needs should was wasn't wasn’t were will won't won’t would wouldn't \
         wouldn’t",
    )
});

static BEFORE_VERB: List = LazyLock::new(|| {
    list(
        "also always even further had has have however just later now often once only previously so soon \
         still then therefore today too yesterday",
    )
});

static CALENDAR: List = LazyLock::new(|| {
    list(
        "april august december february friday january july june march may monday november october saturday \
         september sunday thursday today tomorrow tuesday wednesday yesterday",
    )
});

static TITLES: List = LazyLock::new(|| {
    list(
        "activist actor actress adm administrator admiral adviser advisor aide ambassador analyst archbishop \
         archduke artist assassin astronomer attendee attorney author baron baroness bishop brig brother \
         campaigner capt captain cardinal ceo chair chairman chairwoman chancellor chief clerk co-author \
         coach col colleague colonel columnist commander commissioner comptroller congressman congresswoman \
         constable coordinator councillor councilman councilor councilwoman countryman cpl critic defendant \
         defender democrat deputy detective director dr driver duchess duke economist editor emperor engineer \
         executive expert farmer father forward founder gen general goalkeeper god goddess gov governor \
         guitarist head headteacher historian hon host husband imam inspector journalist judge justice king \
         lady lawmaker lawyer leader lecturer lieutenant lord lt magistrate maj major manager marshal mayor \
         member meteorologist midfielder minister miss model mother mp mps mr mrs ms msp mx national nurse \
         officer official organiser organizer partner photographer physician pilot plaintiff player pope \
         premier presenter president prince princess principal producer prof professor prosecutor protester \
         provost queen rabbi rapper rep reporter representative republican researcher resident rev reverend \
         runner saint scientist secretary secretary-general sen senator sgt sheikh sheriff singer sir sister \
         skipper solicitor son songwriter speaker spokesman spokesperson spokeswoman sportswriter sprinter \
         star striker student sultan superintendent surgeon swami swimmer taoiseach td teacher treasurer tsar \
         veteran vicar victim warden wife winger winner writer",
    )
});

const TITLE_ENDS: &[&str] = &["ologist", "ographer", "woman", "minister", "president", "secretary", "general"];

static COMPANY_ENDS: List = LazyLock::new(|| {
    list(
        "ag bv co company corp corporation gmbh group holdings inc incorporated limited llc llp ltd nv plc \
         pty sa se spa",
    )
});

static ELISIONS: List = LazyLock::new(|| {
    list(
        "bout cause cept coz cuz em fraid fro im n neath nother nuff round scuse specially til till tis tude \
         twas tween twere twill twould",
    )
});
