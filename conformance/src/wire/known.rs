//! Known defects of queues in another process. Each is run, and one that does not show any more is an
//! error.
//!
//! ```toml
//! [[known]]
//! queue = "queue.PriorityQueue"
//! clause = "PUT-5"
//! clients = ["client"]
//! steps = ["client: put 2", "client: put 1 flawed", "client: unfinished"]
//! reason = "the item is queued and not counted"
//! ```
//!
//! A step is a call, a call of an item that is `flawed`, `cancel CLIENT`, `kill CLIENT` or `2 ticks`;
//! several, joined by ` + `, are one step.

use super::{FileError, clause};
use crate::process::{Action, Call, of_names, step_in_words};
use crate::text::parse_op;
use serde::{Deserialize, Serialize};
use spec::{ClauseId, Constants, Discipline};
use std::fs;
use std::path::Path;
use toml::Spanned;

/// A known defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The name of the queue.
    pub queue: String,
    /// The clause that it breaks.
    pub clause: ClauseId,
    /// How many items fit.
    pub capacity: Option<usize>,
    /// The names of the clients.
    pub clients: Vec<String>,
    /// The one that is cancelled, where it can be only one.
    pub cancels: Option<usize>,
    /// What shows it.
    pub steps: Vec<Vec<Action>>,
    /// What it is, and why it is put up with.
    pub reason: String,
}

#[derive(Serialize)]
struct Written {
    known: [WrittenKnown; 1],
}

#[derive(Serialize)]
struct WrittenKnown {
    queue: String,
    clause: String,
    capacity: Option<usize>,
    clients: Vec<String>,
    steps: Vec<String>,
    reason: String,
}

/// Writes what [`known`] reads: a counterexample can be told again in this form.
pub fn print_known(known: &Known) -> String {
    let scenario =
        of_names(&known.clients, Constants { discipline: Discipline::Fifo, capacity: None });
    let written = WrittenKnown {
        queue: known.queue.clone(),
        clause: known.clause.to_string(),
        capacity: known.capacity,
        clients: known.clients.clone(),
        steps: known.steps.iter().map(|batch| step_in_words(&scenario, batch)).collect(),
        reason: known.reason.clone(),
    };
    toml::to_string_pretty(&Written { known: [written] }).expect("strings and numbers make TOML")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(default)]
    known: Vec<ReadKnown>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadKnown {
    queue: String,
    clause: Spanned<String>,
    capacity: Option<usize>,
    clients: Vec<String>,
    steps: Vec<Spanned<String>>,
    reason: String,
}

/// Reads known defects; `path` is what the text is called.
///
/// # Errors
///
/// The first place that is wrong.
pub fn known(path: &Path, text: &str) -> Result<Vec<Known>, FileError> {
    let read: Read = toml::from_str(text).map_err(|error| FileError::toml(path, text, &error))?;
    read.known.into_iter().map(|known| known.read(path, text)).collect()
}

/// Reads a file of them.
///
/// # Errors
///
/// If it cannot be read, or the first place that is wrong.
pub fn read_known(path: &Path) -> Result<Vec<Known>, FileError> {
    let text = fs::read_to_string(path).map_err(|error| FileError::io(path, error))?;
    known(path, &text)
}

impl ReadKnown {
    fn read(self, path: &Path, text: &str) -> Result<Known, FileError> {
        let clause = clause(path, text, &self.clause)?;
        let mut steps = Vec::new();
        for step in &self.steps {
            let actions = step.get_ref().split(" + ").map(|word| action(&self.clients, word));
            let batch: Option<Vec<Action>> = actions.collect();
            steps.push(batch.ok_or_else(|| {
                let message =
                    format!("expected a step, like `worker: get`, found `{}`", step.get_ref());
                FileError::at(path, text, step.span(), message)
            })?);
        }
        let cancelled = |action: &Action| match action {
            Action::Cancel(client) => Some(*client),
            _ => None,
        };
        Ok(Known {
            queue: self.queue,
            clause,
            capacity: self.capacity,
            cancels: steps.iter().flatten().find_map(cancelled),
            clients: self.clients,
            steps,
            reason: self.reason,
        })
    }
}

/// An action in words.
fn action(clients: &[String], words: &str) -> Option<Action> {
    let client = |name: &str| clients.iter().position(|client| client == name);
    if let Some(number) = words.strip_suffix(" ticks") {
        return number.parse().ok().map(Action::Ticks);
    }
    if let Some(name) = words.strip_prefix("cancel ") {
        return client(name).map(Action::Cancel);
    }
    if let Some(name) = words.strip_prefix("kill ") {
        return client(name).map(Action::Kill);
    }
    let (name, call) = words.split_once(": ")?;
    let (call, flawed) = match call.strip_suffix(" flawed") {
        Some(call) => (call, true),
        None => (call, false),
    };
    Some(Action::Call(client(name)?, Call { op: parse_op(call).ok()?, flawed }))
}
