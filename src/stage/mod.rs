//! The stages: functions from text, and from what the stages before found, to spans (bytes).
//!
//! ```text
//! sentences ─ tokens ─ (the network reads) ─ entities ─ chains ─┐
//!                   └─ quotes ──────────────────────── speakers
//! ```

pub mod chains;
pub mod entities;
mod lexicon;
pub mod quotes;
pub mod sentences;
pub mod speakers;
pub mod tokens;
