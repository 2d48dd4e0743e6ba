//! The one boundary to inference libraries: plain numbers in, plain numbers out.

use crate::error::Result;

/// One window of a text, of n pieces (with `[CLS]` and `[SEP]`) and w words.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Window {
    /// `[n]` Vocabulary.
    pub ids: Vec<i32>,
    /// `[n]` The word of each piece; w for `[CLS]` and `[SEP]`.
    pub word: Vec<i32>,
    /// `[w]` The first piece of each word.
    pub first: Vec<i32>,
    /// `[w + 1]` The shape of each word; the last row stands for no word.
    pub shapes: Vec<i32>,
    /// `[w + 1, L]` The characters of each word.
    pub chars: Vec<i32>,
    /// The annotation scheme by its numbers, one for each head.
    pub scheme: [i32; 2],
}

/// Numbers of an output, `[w, depth]`, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// All rows behind each other.
    pub values: Vec<f32>,
    /// Numbers in a row.
    pub depth: usize,
}

/// Something that can run the network. One call uses one thread; calls may come from many.
pub trait Engine: Send + Sync {
    /// The outputs of those names for one window, in the order of the names.
    ///
    /// # Errors
    /// [`crate::Kind::Model`] when the library fails or there is no such output.
    fn run(&self, window: &Window, outputs: &[&str]) -> Result<Vec<Rows>>;
}
