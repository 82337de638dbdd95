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
use super::lines::read_lines;
use crate::recorded::Recorded;
use crate::text::parse_recorded;
use schemars::JsonSchema;
use serde::Deserialize;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

/// A line of a stored history.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Line {
    Header(Header),
    Call(Call),
    Return(Return),
    End(End),
}

/// The first line of a history.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// The version of the format, which is 1.
    #[schemars(range(min = 1, max = 1))]
    pub(super) format: u32,
    /// The order in which items leave. In a priority queue the lowest number comes first.
    pub(super) queue: WireDiscipline,
    /// How many items fit; without one the queue is unbounded.
    #[serde(default)]
    pub(super) capacity: Option<NonZeroUsize>,
    /// Whether a join that waits may miss that the count of unfinished tasks was zero for a moment:
    /// `may_miss` where nothing is said.
    #[serde(default)]
    pub(super) momentary_zero: WireZero,
    /// What a put has done that was cancelled: `no_effect` where nothing is said.
    #[serde(default)]
    pub(super) cancelled_put: WireCancelledPut,
    /// When the item of a put that has returned is there for others: `immediate` where nothing is
    /// said. `eventual`: later, and in order for each client only.
    #[serde(default)]
    pub(super) visibility: WireVisibility,
    /// What the history is about.
    #[serde(default)]
    pub(super) title: String,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WireDiscipline {
    Fifo,
    Lifo,
    Priority,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WireZero {
    #[default]
    MayMiss,
    MustReturn,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WireCancelledPut {
    #[default]
    NoEffect,
    MayHaveHappened,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WireVisibility {
    #[default]
    Immediate,
    Eventual,
}

/// A client calls an operation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    /// A thread, a task, a process: whoever calls one operation after the other.
    pub(super) client: String,
    /// `put N`, `try_put N`, `put_timeout N 5ms`, `get`, `try_get`, `get_timeout 5ms`, `done`, `join`,
    /// `try_join`, `join_timeout 5ms`, `shutdown graceful`, `shutdown immediate`, `len`, `unfinished`
    /// or `is_shutdown`. N is the number of an item.
    pub(super) call: String,
}

/// The operation that a client called last comes back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Return {
    /// The client.
    pub(super) client: String,
    /// `ok`, `item N`, `full`, `empty`, `shut down`, `too many`, `timed out`, a number, `true`,
    /// `false`, or `cancelled` if the caller gave up waiting.
    #[serde(rename = "return")]
    pub(super) returned: String,
}

/// The last line of a history: how the run ended. Without it the recording just stops, and what has
/// not returned may have taken effect or not.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "ending", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum End {
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
    if is_json_lines(path, text) {
        return json_lines(path, text);
    }
    parse_recorded(text).map_err(|error| FileError::syntax(path, &error))
}

fn json_lines(path: &Path, text: &str) -> Result<Vec<(usize, Recorded)>, FileError> {
    let mut all = Vec::new();
    read_lines(path, text.lines().map(Ok), |line, recorded, is_over| {
        if is_over {
            all.push((line, recorded.clone()));
        }
    })?;
    Ok(all)
}

/// Whether a text that begins like this is one of JSON lines.
pub fn is_json_lines(path: &Path, text: &str) -> bool {
    let is_named = path.extension().is_some_and(|extension| extension == "jsonl");
    is_named || text.trim_start().starts_with('{')
}
