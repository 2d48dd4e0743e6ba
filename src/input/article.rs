//! From an item to a record without annotation: id, text, meta, and the keys that are kept.

use super::decode::decode;
use super::items::{Item, Raw};
use crate::record::{Annotation, Extra, Record};
use serde_json::Value;

/// Which fields of an input object hold what.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fields {
    /// The field with the article's text.
    pub text: String,
    /// The field with its id.
    pub id: String,
}

impl Default for Fields {
    fn default() -> Self {
        Self { text: "text".into(), id: "id".into() }
    }
}

const LAYERS: [&str; 4] = ["sentences", "entities", "chains", "quotes"];

/// The article in an item.
///
/// An object with layers (lists of objects) or with a `meta` object is a record: it keeps its unknown keys where they are, and
/// its layers are dropped. Of any other object the fields besides id and text become `meta`.
///
/// # Errors
/// A sentence that says what is wrong, with the id as far as it is known.
pub fn parse(item: Item, fields: &Fields, longest: usize) -> Result<Record, (Option<String>, String)> {
    let (mut record, encoding) = match item.raw {
        // A whole file has its name for an id; a line has none that could be known.
        Err(message) => {
            return Err((item.place.line.is_none().then_some(item.id).filter(|id| !id.is_empty()), message));
        }
        Ok(Raw::Text(bytes)) => {
            let (text, encoding) = decode(&bytes).map_err(|m| (Some(item.id.clone()), m))?;
            (Record { id: item.id, text, ..Record::default() }, encoding)
        }
        Ok(Raw::Json(bytes)) => {
            let (line, encoding) = decode(&bytes).map_err(|m| (None, m))?;
            (object(&line, item.id, fields)?, encoding)
        }
    };
    if record.text.trim().is_empty() {
        return Err((Some(record.id), "there is no text in it".to_owned()));
    }
    if record.text.len() > longest {
        let message = format!("the text has {} bytes, more than --max-article allows ({longest})", record.text.len());
        return Err((Some(record.id), message));
    }
    if let Some(name) = encoding {
        record.meta.entry("encoding").or_insert_with(|| name.into());
    }
    Ok(record)
}

fn object(line: &str, default_id: String, fields: &Fields) -> Result<Record, (Option<String>, String)> {
    let value: Value = serde_json::from_str(line).map_err(|e| (None, invalid(&e)))?;
    let Value::Object(mut object) = value else {
        return Err((None, format!("a JSON object is wanted, but this is {}", kind(&value))));
    };
    let id = match object.shift_remove(&fields.id) {
        None | Some(Value::Null) => default_id,
        Some(Value::String(id)) if !id.is_empty() => id,
        Some(Value::Number(id)) if !id.is_f64() => id.to_string(),
        Some(Value::Number(_)) => {
            let message = format!("the id (field {:?}) is no whole number of 64 bits; write it as a string", fields.id);
            return Err((None, message));
        }
        Some(other) => {
            return Err((
                None,
                format!("the id (field {:?}) must be a string or a number, not {}", fields.id, kind(&other)),
            ));
        }
    };
    let text = match object.shift_remove(&fields.text) {
        Some(Value::String(text)) => text,
        other => {
            let message = match other {
                Some(other) => {
                    format!("the text (field {:?}) must be a string, but it is {}", fields.text, kind(&other))
                }
                None => {
                    let there: Vec<&str> = object.keys().take(8).map(String::as_str).collect();
                    let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
                    format!(
                        "the text (field {:?}) is missing; other fields are {there}: name one with --text-field",
                        fields.text
                    )
                }
            };
            return Err((Some(id), message));
        }
    };
    let list = |layer: &Value| layer.as_array().is_some_and(|items| items.iter().all(Value::is_object));
    let mut layers = LAYERS.iter().filter_map(|l| object.get(*l)).peekable();
    let is_record = object.get("meta").is_some_and(Value::is_object) || layers.peek().is_some() && layers.all(list);
    if !is_record {
        return Ok(Record { id, text, meta: object, ..Record::default() });
    }
    // Its own key would stand in the output a second time.
    for (key, field, flag) in [("text", &fields.text, "--text-field"), ("id", &fields.id, "--id-field")] {
        if object.contains_key(key) {
            let message =
                format!("a record with {key:?} cannot take it from {field:?} as well; leave out {flag}, or rename one");
            return Err((Some(id), message));
        }
    }
    for layer in LAYERS {
        object.shift_remove(layer);
    }
    let meta = match object.shift_remove("meta") {
        None | Some(Value::Null) => Extra::new(),
        Some(Value::Object(meta)) => meta,
        Some(other) => return Err((Some(id), format!("`meta` of a record must be an object, not {}", kind(&other)))),
    };
    Ok(Record { id, text, meta, annotation: Annotation::default(), extra: object })
}

/// What is wrong with a line of JSON; of the place only the column, for the line is that of the file.
fn invalid(error: &serde_json::Error) -> String {
    format!("invalid JSON: {}", error.to_string().replace("line 1 ", ""))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(s) if s.is_empty() => "an empty string",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Place;

    fn json(line: &str) -> Result<Record, (Option<String>, String)> {
        let item = Item {
            place: Place { source: "a.jsonl".into(), line: Some(3) },
            id: "a:3".into(),
            raw: Ok(Raw::Json(line.as_bytes().to_vec())),
        };
        parse(item, &Fields::default(), 100)
    }

    #[test]
    fn other_fields_become_meta() {
        let record = json(r#"{"id": 7, "date": "2026-11-20", "text": "Hi.", "n": null}"#).expect("an article");
        assert_eq!((record.id.as_str(), record.text.as_str()), ("7", "Hi."));
        assert_eq!(Value::Object(record.meta), serde_json::json!({"date": "2026-11-20", "n": null}));
        assert_eq!(json(r#"{"text": "Hi."}"#).expect("an article").id, "a:3");
    }

    #[test]
    fn fields_that_are_only_named_like_layers_become_meta() {
        let record = json(r#"{"id":"x","text":"Hi.","quotes":["pull"],"entities":[],"url":"u"}"#).expect("an article");
        assert_eq!(Value::Object(record.meta), serde_json::json!({"quotes": ["pull"], "entities": [], "url": "u"}));
    }

    #[test]
    fn a_record_keeps_its_unknown_keys_and_loses_its_layers() {
        let record =
            json(r#"{"id":"x","text":"Hi.","meta":{"a":1},"entities":[{"start":0}],"gap":{"b":2}}"#).expect("a record");
        assert_eq!(record.annotation, Annotation::default());
        assert_eq!(Value::Object(record.extra), serde_json::json!({"gap": {"b": 2}}));
    }

    #[test]
    fn what_is_no_article_says_so() {
        for (line, says) in [
            ("{", "invalid JSON"),
            ("[1]", "an array"),
            (r#"{"id":"x"}"#, "missing"),
            (r#"{"id":"x","text":5}"#, "a number"),
            (r#"{"id":[],"text":"a"}"#, "string or a number"),
            (r#"{"id":98765432109876543210987,"text":"a"}"#, "as a string"),
            (r#"{"id":"x","text":" \n"}"#, "no text"),
            (r#"{"id":"x","text":"a","meta":[],"quotes":[]}"#, "`meta`"),
        ] {
            let (_, message) = json(line).expect_err(line);
            assert!(message.contains(says), "{line}: {message}");
        }
        assert!(json(&format!(r#"{{"text":"{}"}}"#, "a".repeat(101))).expect_err("long").1.contains("--max-article"));
    }
}
