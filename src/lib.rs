//! Copydesk reads news articles and says **who said what about whom**: it splits sentences, finds named
//! entities, finds quotations and their speakers, and resolves coreference.
//!
//! ```
//! # fn main() -> copydesk::Result<()> {
//! use copydesk::Pipeline;
//!
//! let pipeline = Pipeline::load("models/copydesk".as_ref())?;
//! let text = "OSLO — “It is over,” said Ann Lee, the mayor.";
//! for quote in pipeline.annotate(text)?.quotes {
//!     let speaker = quote.speaker.expect("the text names one");
//!     assert_eq!((speaker.text.as_str(), speaker.span.of(text)), ("Ann Lee", "Ann Lee"));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The order in which the data flows: [`input`] reads articles, [`Pipeline::annotate`] calls the stages
//! ([`stage`]) around one reading of the network ([`model`]), [`run`] does it for many articles at once, and
//! [`record`] is what comes out. [`convert`] reads gold in other formats, and [`score`] compares records with gold.
//!
//! Offsets are bytes in memory, so that `&text[span.start..span.end]` works, and Unicode code points in
//! JSON, so that Python's `text[start:end]` does ([`span::Offsets`]).

pub mod convert;
pub mod error;
pub mod input;
pub mod model;
pub mod pipeline;
pub mod record;
pub mod records;
pub mod run;
pub mod score;
pub mod span;
pub mod stage;

pub use error::{Error, Kind, Result};
pub use pipeline::{Options, Pipeline, Stages};
pub use record::{Annotation, Record};
pub use span::Span;
