//! A batch run: many articles in, a folder out, safe against whatever happens on the way.
//!
//! ```text
//! input::sources -> input::items -> lanes (article::parse, Pipeline::annotate) -> output, in input order
//! ```

pub mod batch;
pub mod ids;
pub mod lanes;
pub mod manifest;
pub mod output;
