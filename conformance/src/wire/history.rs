//! Recorded histories as JSON lines, which a program in any language can write as it runs.
//!
//! ```text
//! {"format": 1, "queue": "fifo", "capacity": 1, "title": "one item"}
//! {"client": "producer", "call": "put 1"}
//! {"client": "worker", "call": "get"}
//! {"client": "producer", "return": "ok"}
//! {"client": "worker", "return": "item 1"}
//! {"ending": "quiescent"}
//! ```
//!
//! The header comes first; then calls and returns in the order in which they happened, in the words of
//! the text form; then, if it is known, how the run ended. It stands last because nobody knows it
//! before, and because the file of a program that died is a history all the same: one that stops there.
//! The next header begins the next history. `schema/history.schema.json` describes a line.

use super::FileError;
use crate::recorded::{Recorded, open_end};
use crate::text::{SyntaxError, parse_op, parse_outcome, parse_recorded};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, Event, EventKind, History, MomentaryZero,
    Visibility,
};
use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

/// The version of the format.
const FORMAT: u32 = 1;

/// A line of a stored history.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Line {
    Header(Header),
    Call(Call),
    Return(Return),
    End(End),
}

/// The first line of a history.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Header {
    /// The version of the format, which is 1.
    #[schemars(range(min = 1, max = 1))]
    format: u32,
    /// The order in which items leave. In a priority queue the lowest number comes first.
    queue: WireDiscipline,
    /// How many items fit; without one the queue is unbounded.
    #[serde(default)]
    capacity: Option<NonZeroUsize>,
    /// Whether a join that waits may miss that the count of unfinished tasks was zero for a moment:
    /// `may_miss` where nothing is said.
    #[serde(default)]
    momentary_zero: WireZero,
    /// What a put has done that was cancelled: `no_effect` where nothing is said.
    #[serde(default)]
    cancelled_put: WireCancelledPut,
    /// What the history is about.
    #[serde(default)]
    title: String,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WireDiscipline {
    Fifo,
    Lifo,
    Priority,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WireZero {
    #[default]
    MayMiss,
    MustReturn,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WireCancelledPut {
    #[default]
    NoEffect,
    MayHaveHappened,
}

/// A client calls an operation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Call {
    /// A thread, a task, a process: whoever calls one operation after the other.
    client: String,
    /// `put N`, `try_put N`, `put_timeout N 5ms`, `get`, `try_get`, `get_timeout 5ms`, `done`, `join`,
    /// `try_join`, `join_timeout 5ms`, `shutdown graceful`, `shutdown immediate`, `len`, `unfinished`
    /// or `is_shutdown`. N is the number of an item.
    call: String,
}

/// The operation that a client called last comes back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Return {
    /// The client.
    client: String,
    /// `ok`, `item N`, `full`, `empty`, `shut down`, `too many`, `timed out`, a number, `true`,
    /// `false`, or `cancelled` if the caller gave up waiting.
    #[serde(rename = "return")]
    returned: String,
}

/// The last line of a history: how the run ended. Without it the recording just stops, and what has
/// not returned may have taken effect or not.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "ending", rename_all = "snake_case", deny_unknown_fields)]
enum End {
    /// Nobody could move any more: what has not returned is blocked for ever.
    Quiescent {},
    /// The recording stops, for this reason.
    Cut {
        /// The reason.
        why: String,
    },
    /// Nobody could move any more, and an item was not dropped exactly once, or came back as another.
    Mishandled {
        /// Which, and how.
        what: String,
    },
    /// A client panicked, or died of an exception that is no answer of the queue.
    Panicked {
        /// The client.
        client: String,
        /// What it said.
        message: String,
    },
}

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

/// The JSON Schema of a line.
pub fn history_schema() -> String {
    let schema = schemars::schema_for!(Line);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// Reads a file of recorded histories, each with the number of its first line.
///
/// # Errors
///
/// If it cannot be read, or the first place that is wrong.
pub fn read_recorded(path: &Path) -> Result<Vec<(usize, Recorded)>, FileError> {
    let text = fs::read_to_string(path).map_err(|error| FileError::io(path, error))?;
    recorded(path, &text)
}

/// Reads the recorded histories of a text that is called `path`: JSON lines if the name says so, or if
/// the text begins with a brace; otherwise the text form.
///
/// # Errors
///
/// The first place that is wrong.
pub fn recorded(path: &Path, text: &str) -> Result<Vec<(usize, Recorded)>, FileError> {
    let is_named = path.extension().is_some_and(|extension| extension == "jsonl");
    if is_named || text.trim_start().starts_with('{') {
        return json_lines(path, text);
    }
    parse_recorded(text).map_err(|error| FileError::syntax(path, &error))
}

const HEADER: &str = "a header like `{\"format\": 1, \"queue\": \"fifo\"}`";

fn json_lines(path: &Path, text: &str) -> Result<Vec<(usize, Recorded)>, FileError> {
    let mut all: Vec<Reader> = Vec::new();
    let lines = text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty());
    for (at, text) in lines {
        let place = Place { path, line: at + 1, text };
        let last = all.last_mut().filter(|last| !last.ended);
        match (place.read()?, last) {
            (Line::Header(header), last) => {
                last.map_or(Ok(()), |last| last.has_begun(place))?;
                all.push(Reader::new(place, header)?);
            }
            (_, None) => return Err(place.expected(1, HEADER, "another line")),
            (Line::Call(call), Some(last)) => last.call(place, call)?,
            (Line::Return(returned), Some(last)) => last.returned(place, &returned)?,
            (Line::End(end), Some(last)) => last.end(place, end)?,
        }
    }
    let end = Place { path, line: text.lines().count() + 1, text: "" };
    match all.last() {
        Some(last) => last.has_begun(end)?,
        None => return Err(end.expected(1, HEADER, END)),
    }
    Ok(all.into_iter().map(|reader| (reader.line, reader.recorded)).collect())
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
    /// For each client the line of the call that has not returned.
    pending: Vec<Option<usize>>,
    ended: bool,
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
        let visibility = Visibility::Immediate;
        let recorded = Recorded {
            title: header.title,
            constants: Constants { discipline, capacity: header.capacity.map(NonZeroUsize::get) },
            choices: Choices { momentary_zero, cancelled_put, visibility },
            clients: Vec::new(),
            history: History { events: Vec::new(), ending: open_end() },
            expected: None,
        };
        let (positions, pending) = (BTreeMap::new(), Vec::new());
        Ok(Reader { line: place.line, recorded, positions, pending, ended: false })
    }

    /// A history without a call says nothing, so nothing can be said of it.
    fn has_begun(&self, place: Place) -> Result<(), FileError> {
        let found = if place.text.is_empty() { END } else { "another line" };
        match self.recorded.history.events.as_slice() {
            [] => Err(place.expected(
                1,
                "a call like `{\"client\": \"a\", \"call\": \"get\"}`",
                found,
            )),
            _ => Ok(()),
        }
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
        if let Some(line) = self.pending[thread].replace(place.line) {
            let form = format!("the return of the call of `{client}` on line {line}");
            return Err(place.expected(place.column("call"), &form, "another call"));
        }
        self.recorded.history.events.push(Event { thread, kind: EventKind::Call(op) });
        Ok(())
    }

    fn returned(&mut self, place: Place, line: &Return) -> Result<(), FileError> {
        let Return { client, returned } = line;
        let outcome = parse_outcome(returned).map_err(|error| place.inside("return", &error))?;
        let thread = self.positions.get(client).copied();
        let Some(thread) = thread.filter(|thread| self.pending[*thread].take().is_some()) else {
            let form = format!("a call of `{client}` before its return");
            return Err(place.expected(place.column("return"), &form, "a return without a call"));
        };
        self.recorded.history.events.push(Event { thread, kind: EventKind::Return(outcome) });
        Ok(())
    }

    fn end(&mut self, place: Place, end: End) -> Result<(), FileError> {
        self.has_begun(place)?;
        self.ended = true;
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
