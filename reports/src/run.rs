//! A run as plain data. This is the JSON format; `schema/run.schema.json` describes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// A run of the conformance suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The version of this format.
    pub format: u32,
    /// The program and its version.
    pub program: String,
    /// How much was explored: `quick` or `deep`.
    pub profile: String,
    /// The seed of everything random.
    pub seed: u64,
    /// The overall verdict.
    pub verdict: Verdict,
    /// The queues that were checked.
    pub subjects: Vec<Subject>,
    /// The broken queues that had to be caught.
    pub mutants: Vec<Mutant>,
    /// The violations that are put up with.
    pub waivers: Vec<Waiver>,
    /// What was planned and not done, and why.
    pub incomplete: Vec<String>,
    /// Contradictions between the parts of the suite: it is wrong itself.
    pub suite_bugs: Vec<String>,
}

/// A verdict. A proven violation is never hidden by something unknown, and something unknown is
/// never a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every clause that applies was put to the test and kept.
    Conforms,
    /// Some clause was broken.
    Violates,
    /// Something could not be decided, or was never put to the test.
    Unknown,
    /// The queue could not be used at all.
    Unusable,
}

/// A queue that was checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Its name on the command line.
    pub name: String,
    /// What it is.
    pub about: String,
    /// The profile that it declares.
    pub profile: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Every clause of the specification.
    pub clauses: Vec<Clause>,
    /// What each engine explored.
    pub engines: Vec<Engine>,
    /// How much real threads did in long runs, beside the scenarios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long: Option<LongRuns>,
    /// One counterexample for each broken clause.
    pub counterexamples: Vec<Counterexample>,
    /// What could not be decided, and why.
    pub unknown: Vec<String>,
    /// What a user should know besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Runs of random operations, every history judged by the oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LongRuns {
    /// How many.
    pub runs: u64,
    /// How many operations were called in them.
    pub operations: u64,
}

/// What was found about a clause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Clause {
    /// Its id.
    pub id: String,
    /// What was found.
    pub status: Status,
    /// Why, where that is not plain.
    pub why: Option<String>,
    /// For each engine, in how many runs the precondition of the clause occurred.
    pub evidence: BTreeMap<String, u64>,
}

/// What was found about a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Put to the test and kept.
    Kept,
    /// Broken.
    Broken,
    /// Broken, and put up with.
    Waived,
    /// Its precondition never occurred.
    Vacuous,
    /// No run could show it.
    Untested,
    /// The clause says nothing about this queue.
    NotApplicable,
}

/// What an engine explored with one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Engine {
    /// Its name.
    pub name: String,
    /// What it cannot see.
    pub blind_to: String,
    /// How many scenarios it ran.
    pub scenarios: u64,
    /// How many of them it explored to the end.
    pub exhaustive: u64,
    /// How many of them it explored to the end within its bound.
    pub bounded: u64,
    /// The bound of an engine that preempts threads.
    pub preemption_bound: Option<u64>,
    /// The bound of an engine that polls futures.
    pub disturbances_bound: Option<Disturbances>,
    /// In how many it sampled as many schedules as asked for.
    pub sampled: u64,
    /// In how many a violation, the limit of executions or the end of the run cut it short.
    pub cut_short: u64,
    /// How many it was not given, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// How many states it told apart, if it merges them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub states: Option<u64>,
    /// How many steps it made from one to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transitions: Option<u64>,
    /// How many clients there were at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<u64>,
    /// How many executions there were.
    pub executions: u64,
    /// How many outcomes the model allows in these scenarios.
    pub outcomes_allowed: u64,
    /// How many of them were observed.
    pub outcomes_seen: u64,
    /// How many were not, by reason.
    pub outcomes_missing: BTreeMap<String, u64>,
}

/// How often futures are disturbed at most in one execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disturbances {
    /// How many are dropped before they are ready.
    pub cancelled: u64,
    /// How many are never polled again.
    pub forgotten: u64,
    /// How many polls there are that nobody has woken for, or with another waker than the last.
    pub spurious: u64,
}

/// A run that breaks a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counterexample {
    /// The subject.
    pub subject: String,
    /// The clause.
    pub clause: String,
    /// What the clause says.
    pub sentence: String,
    /// The engine that found it.
    pub engine: String,
    /// What happened, and what would have been allowed.
    pub reason: String,
    /// The scenario in its text form.
    pub scenario: String,
    /// The names of the clients.
    pub clients: Vec<String>,
    /// What happened, in order.
    pub rows: Vec<Row>,
    /// How it ended.
    pub ending: Ending,
    /// The command that shows it again.
    pub replay: Option<String>,
    /// Why it is put up with, if it is.
    pub waived: Option<String>,
}

/// A call, a return, or both with nothing between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// The position of the client.
    pub client: usize,
    /// The operation.
    pub op: String,
    /// Whether it is called here.
    pub called: bool,
    /// What it answers here, if it returns here.
    pub returned: Option<String>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Nobody could move. These clients are blocked.
    Quiescent(Vec<Blocked>),
    /// Not followed further, for this reason.
    Cut(String),
    /// An item was not dropped exactly once, or came back as another one.
    Mishandled(String),
    /// This client panicked with this message.
    Panicked(usize, String),
}

/// A client that is blocked for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Blocked {
    /// The position of the client.
    pub client: usize,
    /// The operation.
    pub op: String,
}

/// A violation that is put up with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// The subject.
    pub subject: String,
    /// The clause that it breaks.
    pub clause: String,
    /// Why that is put up with.
    pub reason: String,
    /// Whether it still occurs.
    pub standing: Standing,
}

/// Whether a violation that is put up with still occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It does.
    Occurs,
    /// It does not, and everything was tried: the waiver has to go.
    Gone,
    /// It was not seen, but its subject was not tried, or not with everything.
    Untried,
}

/// A broken queue, and whether it was caught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mutant {
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub defect: String,
    /// The clause that it breaks.
    pub breaks: String,
    /// What each engine made of it.
    pub trials: Vec<Trial>,
    /// Whether some engine caught it and every engine did as declared.
    pub as_declared: bool,
    /// How it shows.
    pub counterexample: Option<Counterexample>,
    /// Whether that was run again and showed the same history.
    pub replayed: bool,
}

/// An engine's attempt to catch a broken queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// The engine.
    pub engine: String,
    /// What has to come of it: `caught`, `survives` or `chance`.
    pub declared: String,
    /// The clause that the engine found broken.
    pub found: Option<String>,
}

impl Mutant {
    /// Whether some engine found the clause broken that it breaks.
    pub fn is_caught(&self) -> bool {
        self.trials.iter().any(|trial| trial.found.as_deref() == Some(self.breaks.as_str()))
    }
}

impl Run {
    /// Whether every broken queue fared as declared.
    pub fn all_caught(&self) -> bool {
        self.mutants.iter().all(|mutant| mutant.as_declared)
    }
}
