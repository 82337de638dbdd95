//! What is stored in files: cases, waivers and recorded histories; and what is said
//! to a queue in another process. The only place, besides `reports`,
//! that serialises.

mod case;
pub mod declared;
mod history;
pub mod known;
mod lines;
pub mod protocol;
mod waiver;

pub use case::Case;
pub use history::{history_schema, is_json_lines, read_recorded, recorded};
pub use lines::read_lines;
pub use waiver::{Waiver, read_waivers};

use crate::text::SyntaxError;
use spec::ClauseId;
use std::error::Error;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// A file that cannot be used: which, where in it, and what was expected.
#[derive(Debug)]
pub struct FileError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    At { line: usize, column: usize, message: String },
}

impl FileError {
    /// The file cannot be read or written.
    pub fn io(path: &Path, error: io::Error) -> Self {
        FileError { path: path.to_path_buf(), kind: Kind::Io(error) }
    }

    /// The text is wrong.
    pub fn syntax(path: &Path, error: &SyntaxError) -> Self {
        let message = format!("expected {}, found {}", error.expected, error.found);
        FileError::place(path, error.line, error.column, message)
    }

    /// Something is wrong at this place.
    fn place(path: &Path, line: usize, column: usize, message: String) -> Self {
        FileError { path: path.to_path_buf(), kind: Kind::At { line, column, message } }
    }

    /// The TOML is wrong.
    fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().to_string();
        FileError::at(path, text, error.span().unwrap_or(0..0), message)
    }

    /// Something in this range of the text is wrong.
    fn at(path: &Path, text: &str, range: Range<usize>, message: String) -> Self {
        let before = &text[..range.start.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        FileError::place(path, line, column, message)
    }
}

/// The clause with the id that stands there.
fn clause(path: &Path, text: &str, id: &Spanned<String>) -> Result<ClauseId, FileError> {
    ClauseId::named(id.get_ref()).ok_or_else(|| {
        let message = format!("expected the id of a clause, found `{}`", id.get_ref());
        FileError::at(path, text, id.span(), message)
    })
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            Kind::Io(error) => write!(f, "{path}: {error}"),
            Kind::At { line, column, message } => write!(f, "{path}:{line}:{column}: {message}"),
        }
    }
}

impl Error for FileError {}
