//! What the labels of other schemes are in ours.

use crate::record::Label;
use std::collections::HashMap;

/// The labels of the formats, and those that a user adds.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    added: HashMap<String, Option<Label>>,
}

impl Labels {
    /// Adds a label; `None` drops what carries it. It stands above what is known.
    pub fn add(&mut self, name: &str, label: Option<Label>) {
        self.added.insert(name.to_lowercase(), label);
    }

    /// What a label is, whatever its capitals; `None` for what is no entity here.
    ///
    /// # Errors
    /// A sentence that says what to do about a label that nobody knows.
    pub fn get(&self, name: &str) -> Result<Option<Label>, String> {
        let name = name.to_lowercase();
        match self.added.get(&name) {
            Some(label) => Ok(*label),
            None => known(&name).ok_or_else(|| {
                format!("the label {name:?} is not known; say what it is with --labels {name}=MISC, or drop it with --labels {name}=-")
            }),
        }
    }
}

/// The labels of CoNLL-2003, of OntoNotes 5 (with CoNLL-2012), of ACE, and the entity types of CorefUD and GUM.
fn known(name: &str) -> Option<Option<Label>> {
    Some(Some(match name {
        "per" | "person" => Label::Per,
        "org" | "organization" | "organisation" => Label::Org,
        "loc" | "location" | "gpe" | "place" => Label::Loc,
        "fac" | "facility" => Label::Fac,
        "norp" => Label::Norp,
        "product" | "vehicle" | "veh" | "weapon" | "wea" => Label::Product,
        "date" | "time" => Label::Date,
        "money" => Label::Money,
        "misc" | "event" | "work_of_art" | "law" | "language" => Label::Misc,
        "object" | "animal" | "plant" | "substance" | "abstract" | "number" => Label::Misc,
        "percent" | "quantity" | "ordinal" | "cardinal" => return Some(None),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_says_stands_above_what_is_known() {
        let mut labels = Labels::default();
        assert_eq!(labels.get("GPE"), Ok(Some(Label::Loc)));
        assert_eq!(labels.get("CARDINAL"), Ok(None));
        assert!(labels.get("Crime").expect_err("unknown").contains("--labels crime="));
        labels.add("gpe", Some(Label::Org));
        labels.add("Crime", None);
        assert_eq!((labels.get("GPE"), labels.get("crime")), (Ok(Some(Label::Org)), Ok(None)));
        for label in Label::ALL {
            assert_eq!(Labels::default().get(label.name()), Ok(Some(label)));
        }
    }
}
