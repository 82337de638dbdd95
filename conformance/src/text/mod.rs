//! The text forms of scenarios, histories and outcomes.

mod history;
mod intervals;
mod op;
mod outcomes;
mod scenario;

pub use history::{parse_history, print_history};
pub use intervals::{parse_recorded, print_recorded};
pub use outcomes::{parse_outcomes, print_outcomes};
pub use scenario::{parse_scenario, parse_scenarios};

use spec::{Op, Outcome};
use std::error::Error;
use std::fmt;

/// Where a text is wrong, and what was expected there. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
    /// What would have been right.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SyntaxError { line, column, expected, found } = self;
        write!(f, "line {line}, column {column}: expected {expected}, found {found}")
    }
}

impl Error for SyntaxError {}

/// Reads one operation, like `put 1`.
///
/// # Errors
///
/// The first place that is wrong, and what was expected there.
pub fn parse_op(text: &str) -> Result<Op, SyntaxError> {
    op::op(Span { text, line: 1, column: 1 }.trimmed())
}

/// Reads one outcome, like `item 1`.
///
/// # Errors
///
/// The place that is wrong, and what was expected there.
pub fn parse_outcome(text: &str) -> Result<Outcome, SyntaxError> {
    op::outcome(Span { text, line: 1, column: 1 })
}

/// Reads one outcome of an operation.
///
/// # Errors
///
/// The place that is wrong, and what was expected there; also if the operation never answers so.
pub fn parse_outcome_of(op: Op, text: &str) -> Result<Outcome, SyntaxError> {
    op::outcome_of(op, Span { text, line: 1, column: 1 })
}

/// A piece of one line of the text.
#[derive(Clone, Copy, Debug)]
struct Span<'a> {
    text: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Span<'a> {
    /// The lines of a text, without trailing white space.
    fn lines(text: &'a str) -> impl Iterator<Item = Span<'a>> {
        let line = |(at, text): (usize, &'a str)| Span { text, line: at + 1, column: 1 };
        text.lines().enumerate().map(line).map(Span::trimmed)
    }

    fn trimmed(self) -> Span<'a> {
        let text = self.text.trim_start();
        let skipped = self.text.len() - text.len();
        let column = self.column + self.text[..skipped].chars().count();
        Span { text: text.trim_end(), column, ..self }
    }

    /// The end of a text, for errors.
    fn end(text: &'a str) -> Span<'a> {
        let line = if text.is_empty() { 1 } else { text.lines().count() + 1 };
        Span { text: "", line, column: 1 }
    }

    /// What stands before and after the first `separator`.
    fn split_once(self, separator: &str) -> Option<(Span<'a>, Span<'a>)> {
        let (before, after) = self.text.split_once(separator)?;
        let column = self.column + before.chars().count() + separator.chars().count();
        Some((Span { text: before, ..self }, Span { text: after, column, ..self }))
    }

    /// What stands before the last word, and the last word.
    fn split_last_word(self) -> (Span<'a>, Span<'a>) {
        let last = self.text.rsplit(char::is_whitespace).next().unwrap_or_default();
        let before = &self.text[..self.text.len() - last.len()];
        let column = self.column + before.chars().count();
        let before = Span { text: before, ..self };
        (before.trimmed(), Span { text: last, column, ..self })
    }

    /// The trimmed pieces between the separators.
    fn pieces(self, separator: &str) -> Vec<Span<'a>> {
        let mut pieces = Vec::new();
        let mut rest = self;
        while let Some((piece, after)) = rest.split_once(separator) {
            pieces.push(piece.trimmed());
            rest = after;
        }
        pieces.push(rest.trimmed());
        pieces
    }

    /// The words, and the empty end of the line for errors.
    fn words(self) -> (Vec<Span<'a>>, Span<'a>) {
        let length = self.text.chars().count();
        let end = Span { text: "", column: self.column + length, ..self };
        let words = self.pieces(" ").into_iter().filter(|word| !word.text.is_empty());
        (words.collect(), end)
    }

    fn expected(self, expected: impl Into<String>) -> SyntaxError {
        let found = match self.text {
            "" => "the end of the line".to_string(),
            text => format!("`{text}`"),
        };
        SyntaxError { line: self.line, column: self.column, expected: expected.into(), found }
    }
}
