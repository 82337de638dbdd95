//! Reading recorded histories line by line.

use super::FileError;
use super::history::{
    Call, End, Header, Line, Return, WireCancelledPut, WireDiscipline, WireVisibility, WireZero,
};
use crate::recorded::{Recorded, open_end};
use crate::text::{SyntaxError, parse_op, parse_outcome, parse_outcome_of};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, Event, EventKind, History, MomentaryZero,
    Op, Visibility,
};
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

/// The version of the format.
const FORMAT: u32 = 1;

const HEADER: &str = "a header like `{\"format\": 1, \"queue\": \"fifo\"}`";

/// What tells one kind of line from another.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Kind {
    format: Option<IgnoredAny>,
    call: Option<IgnoredAny>,
    #[serde(rename = "return")]
    returned: Option<IgnoredAny>,
    ending: Option<IgnoredAny>,
}

/// Reads JSON lines one by one. `each` is told the number of the header, what has been read of the
/// history, and whether that is all; it may take the events away, so that no more than a line is
/// held.
///
/// # Errors
///
/// If they cannot be read, or the first place that is wrong.
pub fn read_lines<T: AsRef<str>>(
    path: &Path,
    lines: impl Iterator<Item = io::Result<T>>,
    mut each: impl FnMut(usize, &mut Recorded, bool),
) -> Result<(), FileError> {
    let mut current: Option<Reader> = None;
    let (mut number, mut is_empty) = (0, true);
    for line in lines {
        number += 1;
        let line = line.map_err(|error| FileError::io(path, error))?;
        let text = line.as_ref();
        if text.trim().is_empty() {
            continue;
        }
        is_empty = false;
        let place = Place { path, line: number, text };
        match (place.read()?, &mut current) {
            (Line::Header(header), last) => {
                if let Some(mut last) = last.take() {
                    last.has_begun(place)?;
                    each(last.line, &mut last.recorded, true);
                }
                current = Some(Reader::new(place, header)?);
            }
            (_, None) => return Err(place.expected(1, HEADER, "another line")),
            (Line::Call(call), Some(last)) => last.call(place, call)?,
            (Line::Return(returned), Some(last)) => last.returned(place, &returned)?,
            (Line::End(end), Some(last)) => {
                last.end(place, end)?;
                each(last.line, &mut last.recorded, true);
                current = None;
            }
        }
        if let Some(last) = &mut current {
            each(last.line, &mut last.recorded, false);
        }
    }
    let end = Place { path, line: number + 1, text: "" };
    match current {
        Some(mut last) => {
            last.has_begun(end)?;
            each(last.line, &mut last.recorded, true);
        }
        None if is_empty => return Err(end.expected(1, HEADER, END)),
        None => {}
    }
    Ok(())
}

const END: &str = "the end of the file";

/// A line, and where it stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a Path,
    line: usize,
    text: &'a str,
}

impl Place<'_> {
    fn expected(self, column: usize, expected: &str, found: &str) -> FileError {
        let (expected, found) = (expected.to_string(), found.to_string());
        FileError::syntax(self.path, &SyntaxError { line: self.line, column, expected, found })
    }

    fn read(self) -> Result<Line, FileError> {
        let wrong = |expected| self.expected(1, expected, &format!("`{}`", self.text.trim()));
        // Else serde would also read a list as the fields in their order.
        if !self.text.trim_start().starts_with('{') {
            return Err(wrong("an object"));
        }
        match self.parse()? {
            Kind { format: Some(_), .. } => self.parse().map(Line::Header),
            Kind { call: Some(_), .. } => self.parse().map(Line::Call),
            Kind { returned: Some(_), .. } => self.parse().map(Line::Return),
            Kind { ending: Some(_), .. } => self.parse().map(Line::End),
            _ => Err(wrong("an object with `format`, `call`, `return` or `ending`")),
        }
    }

    fn parse<T: DeserializeOwned>(self) -> Result<T, FileError> {
        serde_json::from_str(self.text).map_err(|error| {
            let told = error.to_string();
            let message = told.split(" at line ").next().unwrap_or_default().to_string();
            let bytes = error.column().saturating_sub(1).min(self.text.len());
            let column =
                String::from_utf8_lossy(&self.text.as_bytes()[..bytes]).chars().count() + 1;
            FileError::place(self.path, self.line, column, message)
        })
    }

    /// Where the value of a key begins.
    fn column(self, key: &str) -> usize {
        let key = format!("\"{key}\"");
        let value = |(at, _)| {
            let after = self.text[at + key.len()..].trim_start().strip_prefix(':')?;
            let value = after.trim_start();
            Some(self.text[..self.text.len() - value.len()].chars().count() + 1)
        };
        self.text.match_indices(&key).find_map(value).unwrap_or(1)
    }

    /// The error of the string that is the value of a key.
    fn inside(self, key: &str, error: &SyntaxError) -> FileError {
        self.expected(self.column(key) + error.column, &error.expected, &error.found)
    }
}

/// A history as far as it was read.
struct Reader {
    line: usize,
    recorded: Recorded,
    positions: BTreeMap<String, usize>,
    /// For each client the call that has not returned, and its line.
    pending: Vec<Option<(usize, Op)>>,
}

impl Reader {
    fn new(place: Place, header: Header) -> Result<Reader, FileError> {
        if header.format != FORMAT {
            let form = format!("format {FORMAT}");
            return Err(place.expected(place.column("format"), &form, &header.format.to_string()));
        }
        let discipline = match header.queue {
            WireDiscipline::Fifo => Discipline::Fifo,
            WireDiscipline::Lifo => Discipline::Lifo,
            WireDiscipline::Priority => Discipline::Priority,
        };
        let momentary_zero = match header.momentary_zero {
            WireZero::MayMiss => MomentaryZero::MayMiss,
            WireZero::MustReturn => MomentaryZero::MustReturn,
        };
        let cancelled_put = match header.cancelled_put {
            WireCancelledPut::NoEffect => CancelledPut::NoEffect,
            WireCancelledPut::MayHaveHappened => CancelledPut::MayHaveHappened,
        };
        let visibility = match header.visibility {
            WireVisibility::Immediate => Visibility::Immediate,
            WireVisibility::Eventual => Visibility::Eventual,
        };
        let recorded = Recorded {
            title: header.title,
            constants: Constants { discipline, capacity: header.capacity.map(NonZeroUsize::get) },
            choices: Choices { momentary_zero, cancelled_put, visibility },
            clients: Vec::new(),
            history: History { events: Vec::new(), ending: open_end() },
            expected: None,
        };
        let (positions, pending) = (BTreeMap::new(), Vec::new());
        Ok(Reader { line: place.line, recorded, positions, pending })
    }

    /// A history without a call says nothing, so nothing can be said of it.
    fn has_begun(&self, place: Place) -> Result<(), FileError> {
        let found = if place.text.is_empty() { END } else { "another line" };
        if self.positions.is_empty() {
            let form = "a call like `{\"client\": \"a\", \"call\": \"get\"}`";
            return Err(place.expected(1, form, found));
        }
        Ok(())
    }

    fn call(&mut self, place: Place, Call { client, call }: Call) -> Result<(), FileError> {
        let op = parse_op(&call).map_err(|error| place.inside("call", &error))?;
        if client.trim().is_empty() || client.contains(char::is_control) {
            let form = "the name of a client, without control characters";
            return Err(place.expected(place.column("client"), form, &format!("{client:?}")));
        }
        let thread = *self.positions.entry(client.clone()).or_insert_with(|| {
            self.recorded.clients.push(Some(client.clone()));
            self.pending.push(None);
            self.pending.len() - 1
        });
        if let Some((line, _)) = self.pending[thread].replace((place.line, op)) {
            let form = format!("the return of the call of `{client}` on line {line}");
            return Err(place.expected(place.column("call"), &form, "another call"));
        }
        self.recorded.history.events.push(Event { thread, kind: EventKind::Call(op) });
        Ok(())
    }

    fn returned(&mut self, place: Place, line: &Return) -> Result<(), FileError> {
        let Return { client, returned } = line;
        let inside = |error: SyntaxError| place.inside("return", &error);
        parse_outcome(returned).map_err(inside)?;
        let thread = self.positions.get(client).copied();
        let call = thread.and_then(|thread| Some((thread, self.pending[thread].take()?.1)));
        let Some((thread, op)) = call else {
            let form = format!("a call of `{client}` before its return");
            return Err(place.expected(place.column("return"), &form, "a return without a call"));
        };
        let outcome = parse_outcome_of(op, returned).map_err(inside)?;
        self.recorded.history.events.push(Event { thread, kind: EventKind::Return(outcome) });
        Ok(())
    }

    fn end(&mut self, place: Place, end: End) -> Result<(), FileError> {
        self.has_begun(place)?;
        self.recorded.history.ending = match end {
            End::Quiescent {} => Ending::Quiescent,
            End::Cut { why } => Ending::Cut(why),
            End::Mishandled { what } => Ending::Mishandled(what),
            End::Panicked { client, message } => {
                let thread = self.positions.get(&client).copied().ok_or_else(|| {
                    let form = "the name of a client that has called";
                    place.expected(place.column("client"), form, &format!("`{client}`"))
                })?;
                Ending::Panicked { thread, message }
            }
        };
        Ok(())
    }
}
