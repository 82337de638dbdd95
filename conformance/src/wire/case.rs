//! Case files: a counterexample that can be replayed anywhere, in TOML.

use super::{FileError, clause};
use crate::engine::Repeat;
use crate::shrink::Counterexample;
use crate::text::{SyntaxError, parse_history, parse_scenario, print_history};
use serde::{Deserialize, Serialize};
use spec::{ClauseId, History, Scenario};
use std::fs;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The version of the format.
const FORMAT: u32 = 1;

/// A stored counterexample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The name of the subject.
    pub subject: String,
    /// The clause that it breaks.
    pub clause: ClauseId,
    /// What happened, and what would have been allowed.
    pub reason: String,
    /// How to get the execution again.
    pub repeat: Repeat,
    /// The scenario.
    pub scenario: Scenario,
    /// What the clients saw.
    pub history: History,
}

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    subject: &'a str,
    clause: &'a str,
    reason: &'a str,
    scenario: String,
    history: String,
    repeat: WireRepeat,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    format: Spanned<u32>,
    subject: String,
    clause: Spanned<String>,
    reason: String,
    scenario: Spanned<String>,
    history: Spanned<String>,
    repeat: Spanned<WireRepeat>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "engine", rename_all = "snake_case", deny_unknown_fields)]
enum WireRepeat {
    Explore {
        /// Clients are tasks.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        tasks: bool,
        spurious: u8,
        schedule: String,
    },
    Loom {
        preemption_bound: usize,
        execution: u64,
    },
    Shuttle {
        schedule: String,
    },
    Executor {
        choices: String,
    },
    Threads {
        led: bool,
    },
}

impl Case {
    /// The case of a counterexample.
    pub fn new(subject: &str, example: &Counterexample) -> Case {
        Case {
            subject: subject.to_string(),
            clause: example.violation.clause,
            reason: example.violation.reason.clone(),
            repeat: example.execution.repeat.clone(),
            scenario: example.scenario.clone(),
            history: example.execution.history.clone(),
        }
    }

    /// Writes the case into a folder, which is made if there is none. Returns the path.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, FileError> {
        let name = format!("{}.{}.toml", self.subject.replace('/', "."), self.clause);
        let path = folder.join(name);
        let write = || {
            fs::create_dir_all(folder)?;
            fs::write(&path, self.print())
        };
        write().map_err(|error| FileError::io(&path, error))?;
        Ok(path)
    }

    fn print(&self) -> String {
        let written = Written {
            format: FORMAT,
            subject: &self.subject,
            clause: self.clause.clause().name,
            reason: &self.reason,
            scenario: self.scenario.to_string(),
            history: print_history(&self.scenario, &self.history),
            repeat: match self.repeat.clone() {
                Repeat::Explore { tasks, spurious, schedule } => {
                    WireRepeat::Explore { tasks, spurious, schedule: schedule.to_string() }
                }
                Repeat::Loom { preemption_bound, execution } => {
                    WireRepeat::Loom { preemption_bound, execution }
                }
                Repeat::Shuttle { schedule } => WireRepeat::Shuttle { schedule },
                Repeat::Executor { choices } => WireRepeat::Executor { choices },
                Repeat::Threads { led } => WireRepeat::Threads { led },
            },
        };
        toml::to_string_pretty(&written).expect("strings and numbers make a TOML document")
    }

    /// Reads a case file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no case: the place, and what was expected.
    pub fn read(path: &Path) -> Result<Case, FileError> {
        let text = fs::read_to_string(path).map_err(|error| FileError::io(path, error))?;
        let read: Read =
            toml::from_str(&text).map_err(|error| FileError::toml(path, &text, &error))?;
        if *read.format.get_ref() != FORMAT {
            let message = format!("expected format {FORMAT}, found {}", read.format.get_ref());
            return Err(FileError::at(path, &text, read.format.span(), message));
        }
        let clause = clause(path, &text, &read.clause)?;
        let inside = |part: &Spanned<String>, error: SyntaxError| {
            FileError::syntax(path, &moved_into(&text, part, error))
        };
        let scenario = parse_scenario(read.scenario.get_ref())
            .map_err(|error| inside(&read.scenario, error))?;
        let history = parse_history(&scenario, read.history.get_ref())
            .map_err(|error| inside(&read.history, error))?;
        follows(&scenario, &history)
            .map_err(|message| FileError::at(path, &text, read.history.span(), message))?;
        let at = read.repeat.span();
        let repeat = repeat(&scenario, read.repeat.into_inner())
            .map_err(|message| FileError::at(path, &text, at, message))?;
        Ok(Case { subject: read.subject, clause, reason: read.reason, repeat, scenario, history })
    }
}

/// Whether the history is one of the scenario: each client calls what its script says.
fn follows(scenario: &Scenario, history: &History) -> Result<(), String> {
    let operations = history.operations().map_err(|malformed| malformed.to_string())?;
    for (thread, client) in scenario.clients.iter().enumerate() {
        let called = operations.iter().filter(|o| o.thread == thread).map(|o| o.op);
        let mut script = client.ops.iter();
        if let Some(op) = called.into_iter().find(|op| script.next() != Some(op)) {
            let name = &client.name;
            return Err(format!("expected the calls of {name} as in the scenario, found `{op}`"));
        }
    }
    Ok(())
}

/// How to get the execution again, if an engine can do that with the scenario.
fn repeat(scenario: &Scenario, read: WireRepeat) -> Result<Repeat, String> {
    let clients = scenario.clients.len();
    let repeat = match read {
        WireRepeat::Explore { tasks, spurious, schedule } => {
            let schedule =
                schedule.parse().map_err(|error| format!("expected a schedule: {error}"))?;
            Repeat::Explore { tasks, spurious, schedule }
        }
        WireRepeat::Loom { execution: 0, .. } => {
            return Err("expected the number of an execution, from 1, found 0".to_string());
        }
        WireRepeat::Loom { preemption_bound, execution } => {
            Repeat::Loom { preemption_bound, execution }
        }
        WireRepeat::Shuttle { schedule } => Repeat::Shuttle { schedule },
        WireRepeat::Executor { choices } => Repeat::Executor { choices },
        WireRepeat::Threads { led } => Repeat::Threads { led },
    };
    if let Repeat::Shuttle { schedule } = &repeat {
        let is_client = |c: char| c.to_digit(36).is_some_and(|digit| (digit as usize) < clients);
        if let Some(digit) = schedule.chars().find(|digit| !is_client(*digit)) {
            return Err(format!("expected a digit for one of {clients} clients, found `{digit}`"));
        }
    }
    if let Repeat::Executor { choices } = &repeat {
        let pairs: Vec<char> = choices.chars().collect();
        let fits = |pair: &[char]| match pair {
            [client, 'p' | 'm' | 'c' | 'f'] => {
                client.to_digit(36).is_some_and(|digit| (digit as usize) < clients)
            }
            _ => false,
        };
        if let Some(pair) = pairs.chunks(2).find(|pair| !fits(pair)) {
            let found: String = pair.iter().collect();
            return Err(format!(
                "expected a digit for one of {clients} clients and `p`, `m`, `c` or `f`, found `{found}`"
            ));
        }
    }
    let engine = repeat.engine();
    if clients > engine.clients_max() {
        let max = engine.clients_max();
        return Err(format!("expected at most {max} clients for {engine}, found {clients}"));
    }
    Ok(repeat)
}

/// The place of an error in the file, from its place in one of the file's strings.
fn moved_into(text: &str, part: &Spanned<String>, mut error: SyntaxError) -> SyntaxError {
    let (before, string) = text.split_at(part.span().start);
    error.line += before.matches('\n').count();
    match string.as_bytes() {
        // A string of several lines begins on the next one.
        [quote, second, third, b'\n', ..] if quote == second && quote == third => error.line += 1,
        _ => error.column += before.chars().rev().take_while(|c| *c != '\n').count() + 1,
    }
    error
}
