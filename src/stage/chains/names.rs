//! Which entities name the same: by their string, by parts of a person's name, by initials.

use crate::record::{Entity, Label};
use crate::stage::lexicon;
use std::collections::HashMap;
use unicode_categories::UnicodeCategories;

/// How many names that share a part are compared; more than an article has, and no more time for one that is not one.
const COMPARED: usize = 16;

/// The entities (by index) in groups that name one thing each, in order of their first member.
pub(super) fn groups(text: &str, entities: &[Entity]) -> Vec<Vec<usize>> {
    let mut names = Names::collect(text, entities);
    names.link_people();
    names.link_initials();
    names.link_brackets(text, entities);
    names.link_short();
    names.link_across_labels();
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); names.list.len()];
    for entity in 0..entities.len() {
        let root = names.root(names.of[entity]);
        groups[root].push(entity);
    }
    groups.retain(|group| !group.is_empty());
    groups.sort_by_key(|group| group[0]);
    groups
}

/// One spelling of a name.
struct Name {
    words: Vec<String>,
    label: Label,
    /// As it first stands in the text.
    capitals: bool,
    organisation: bool,
    count: usize,
    parent: usize,
}

struct Names {
    list: Vec<Name>,
    /// The name of each entity.
    of: Vec<usize>,
    by_key: HashMap<(String, Label), usize>,
}

impl Names {
    fn collect(text: &str, entities: &[Entity]) -> Self {
        let mut names = Self { list: Vec::new(), of: Vec::new(), by_key: HashMap::new() };
        for entity in entities {
            let own = entity.span.of(text);
            let words = normal(own, entity.label);
            let joined = words.join(" ");
            let key = (lexicon::place_alias(&joined).to_owned(), kind(entity.label));
            let next = names.list.len();
            let at = *names.by_key.entry(key).or_insert(next);
            if at == next {
                let capitals = own.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
                let organisation = entity.label == Label::Org;
                let label = kind(entity.label);
                names.list.push(Name { words, label, capitals, organisation, count: 0, parent: next });
            }
            names.list[at].count += 1;
            names.of.push(at);
        }
        names
    }

    fn root(&mut self, mut name: usize) -> usize {
        while self.list[name].parent != name {
            let above = self.list[self.list[name].parent].parent;
            self.list[name].parent = above;
            name = above;
        }
        name
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.list[a.max(b)].parent = a.min(b);
    }

    /// "Ryan S. Dillon", "Ryan Dillon", "Dillon", "Ryan".
    fn link_people(&mut self) {
        let mut by_last: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_first: HashMap<String, Vec<usize>> = HashMap::new();
        let people = (0..self.list.len()).filter(|&n| self.list[n].label == Label::Per);
        let (full, lone): (Vec<usize>, Vec<usize>) = people.partition(|&n| self.list[n].words.len() > 1);
        let mut by_middle: HashMap<String, Vec<usize>> = HashMap::new();
        for name in full {
            let middle = self.list[name].words.iter().skip(1).rev().skip(1).take(4);
            for word in middle.filter(|w| w.chars().count() > 2) {
                by_middle.entry(word.clone()).or_insert_with(|| vec![name]);
            }
            let words = &self.list[name].words;
            let (Some(first), Some(last)) = (words.first().cloned(), words.last().cloned()) else { continue };
            let same = by_last.entry(last).or_default();
            let known = same.iter().copied().find(|&other| is_variant(&self.list[other].words, &self.list[name].words));
            if same.len() < COMPARED {
                same.push(name);
            }
            let firsts = by_first.entry(first).or_default();
            if firsts.len() < COMPARED {
                firsts.push(name);
            }
            if let Some(known) = known {
                self.unite(known, name);
            }
        }
        for name in lone {
            let Some(word) = self.list[name].words.first() else { continue };
            let candidates = by_last
                .get(word)
                .or_else(|| by_first.get(word))
                .or_else(|| by_middle.get(word))
                .map_or(&[][..], Vec::as_slice);
            // Who was named in full before, else who is named most.
            let best = candidates.iter().copied().max_by_key(|&c| (c < name, self.list[c].count, usize::MAX - c));
            if let Some(best) = best {
                self.unite(best, name);
            }
        }
    }

    /// "European Court of Justice", "ECJ".
    fn link_initials(&mut self) {
        let mut long: HashMap<String, usize> = HashMap::new();
        for (n, name) in self.list.iter().enumerate().filter(|(_, n)| n.label != Label::Per && n.words.len() > 1) {
            let initials = |all: bool| -> String {
                let words = name.words.iter().filter(|w| all || !is_small(w));
                words.filter_map(|w| w.chars().next()).collect()
            };
            for initials in [initials(false), initials(true)] {
                if initials.chars().count() > 1 {
                    long.entry(initials).or_insert(n);
                }
            }
        }
        for name in 0..self.list.len() {
            let short = &self.list[name];
            if short.label == Label::Per || short.words.len() != 1 || !short.capitals {
                continue;
            }
            if let Some(&whole) = long.get(&short.words[0])
                && self.list[whole].label == short.label
            {
                self.unite(whole, name);
            }
        }
    }

    /// "Workers' Party (PKK)": a short name in brackets behind the long one, or the other way round.
    fn link_brackets(&mut self, text: &str, entities: &[Entity]) {
        for (i, pair) in entities.windows(2).enumerate() {
            let [one, two] = pair else { continue };
            if one.span.end > two.span.start || kind(one.label) == Label::Per || kind(two.label) != kind(one.label) {
                continue;
            }
            let between = &text[one.span.end..two.span.start];
            let closes = text[two.span.end..].starts_with([')', ',', ';']);
            let (a, b) = (self.of[i], self.of[i + 1]);
            let short = self.list[a].words.len() == 1 || self.list[b].words.len() == 1;
            let capitals = self.list[a].capitals != self.list[b].capitals;
            if matches!(between.trim_start(), "(" | "(the ") && closes && short && capitals {
                self.unite(a, b);
            }
        }
    }

    /// "Labour" for "Labour Party", "Supreme Court" for "US Supreme Court": where one longer name only fits.
    fn link_short(&mut self) {
        let mut parts: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, name) in
            self.list.iter().enumerate().filter(|(_, n)| n.organisation && (2..=8).contains(&n.words.len()))
        {
            for cut in 1..name.words.len() {
                for part in [&name.words[..cut], &name.words[cut..]] {
                    let longer = parts.entry(part.join(" ")).or_default();
                    if longer.len() < 2 && longer.last() != Some(&n) {
                        longer.push(n);
                    }
                }
            }
        }
        for name in 0..self.list.len() {
            if !self.list[name].organisation {
                continue;
            }
            if let Some([longer]) = parts.get(&self.list[name].words.join(" ")).map(Vec::as_slice) {
                self.unite(*longer, name);
            }
        }
    }

    /// A lone surname that only some other kind of name explains is that name.
    fn link_across_labels(&mut self) {
        for name in 0..self.list.len() {
            if self.root(name) != name || self.list[name].label != Label::Per || self.list[name].words.len() != 1 {
                continue;
            }
            let key = self.list[name].words[0].clone();
            let other = [Label::Org, Label::Loc].into_iter().find_map(|l| self.by_key.get(&(key.clone(), l)).copied());
            if let Some(other) = other {
                self.unite(name, other);
            }
        }
    }
}

/// Labels that are easily taken for each other are one kind.
fn kind(label: Label) -> Label {
    match label {
        Label::Loc | Label::Fac => Label::Loc,
        Label::Org | Label::Product | Label::Misc => Label::Org,
        other => other,
    }
}

/// The words of a name in lower case without article, full stops, accents, possessive and company ending.
fn normal(name: &str, label: Label) -> Vec<String> {
    let plain: String = name.chars().filter(|c| *c != '.' && !c.is_other_format()).map(fold).collect();
    let words = plain.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty());
    let mut words: Vec<String> = words.map(|w| w.replace('’', "'").trim_end_matches("'s").to_lowercase()).collect();
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    let drop = |word: &String| match label {
        Label::Per => matches!(word.as_str(), "jr" | "sr" | "ii" | "iii"),
        Label::Org | Label::Product => lexicon::is_company_end(word),
        _ => false,
    };
    while words.len() > 1 && words.last().is_some_and(drop) {
        words.pop();
    }
    if label == Label::Per {
        while words.len() > 1 && lexicon::is_title(&words[0]) {
            words.remove(0);
        }
    }
    words
}

fn is_small(word: &str) -> bool {
    matches!(word, "of" | "the" | "and" | "for" | "in" | "on" | "de" | "&")
}

/// Two full names with one surname: the same given name, an initial of it, or the shorter inside the longer.
fn is_variant(one: &[String], two: &[String]) -> bool {
    let (a, b) = (&one[0], &two[0]);
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    let within = |short: &[String], long: &[String]| short.len() < long.len() && long.ends_with(short);
    a == b || initial(a, b) || initial(b, a) || within(one, two) || within(two, one)
}

/// The letter without its accent, for the letters that names are often written without.
fn fold(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ě' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' | 'ī' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ů' => 'u',
        'ç' | 'ć' | 'č' => 'c',
        'ş' | 'š' | 'ś' => 's',
        'ğ' => 'g',
        'ñ' | 'ń' => 'n',
        'ž' | 'ż' | 'ź' => 'z',
        'ł' => 'l',
        'ý' => 'y',
        'İ' => 'I',
        'Ş' | 'Š' => 'S',
        'Ç' | 'Č' => 'C',
        'É' => 'E',
        'Ö' | 'Ø' => 'O',
        'Ü' => 'U',
        other => other,
    }
}
