//! Waivers: violations that are known and put up with. Each is tried all the same, and one that does
//! not occur any more is an error.
//!
//! ```toml
//! [[waiver]]
//! subject = "mutex/fifo"
//! clause = "JOIN-4"
//! reason = "issue 17"
//! ```

use super::{FileError, clause};
use crate::subject::Subject;
use serde::Deserialize;
use spec::ClauseId;
use std::fs;
use std::path::Path;
use toml::Spanned;

/// A violation that is put up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The name of the subject.
    pub subject: String,
    /// The clause that it breaks.
    pub clause: ClauseId,
    /// Why that is put up with.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(default)]
    waiver: Vec<ReadWaiver>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadWaiver {
    subject: Spanned<String>,
    clause: Spanned<String>,
    reason: Spanned<String>,
}

/// Reads a file of waivers for some of these subjects.
///
/// # Errors
///
/// If it cannot be read, names a subject or a clause that does not exist, or leaves a reason empty.
pub fn read_waivers(path: &Path, subjects: &[Subject]) -> Result<Vec<Waiver>, FileError> {
    let text = fs::read_to_string(path).map_err(|error| FileError::io(path, error))?;
    let read: Read = toml::from_str(&text).map_err(|error| FileError::toml(path, &text, &error))?;
    let waiver = |waiver: ReadWaiver| {
        let clause = clause(path, &text, &waiver.clause)?;
        let subject = waiver.subject.get_ref();
        if subjects.iter().all(|known| known.name != *subject) {
            let message = format!("expected the name of a subject, found `{subject}`");
            return Err(FileError::at(path, &text, waiver.subject.span(), message));
        }
        if waiver.reason.get_ref().trim().is_empty() {
            let message = "expected a reason".to_string();
            return Err(FileError::at(path, &text, waiver.reason.span(), message));
        }
        Ok(Waiver { subject: subject.clone(), clause, reason: waiver.reason.into_inner() })
    };
    read.waiver.into_iter().map(waiver).collect()
}
