//! One queue of an adapter, stepped: what was handed to its actors, and what came back.

use super::adapter::Adapter;
use super::fault::Fault;
use crate::text::parse_outcome;
use crate::wire::protocol::{self, Misread, Request, Returned, Stacks, Stepped};
use spec::{Constants, Op, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

/// What a client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The operation.
    pub op: Op,
    /// Whether the item of a put cannot be compared, nor be sent.
    pub flawed: bool,
}

/// A part of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A client calls.
    Call(usize, Call),
    /// Its pending call is cancelled.
    Cancel(usize),
    /// It is killed.
    Kill(usize),
    /// Turns of the event loop pass.
    Ticks(u32),
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It returned.
    Outcome(Outcome),
    /// It failed with something that is no answer of a queue.
    Raised(String),
    /// Its actor was killed.
    Killed,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Outcome(outcome) => write!(f, "{outcome}"),
            Answer::Raised(message) => write!(f, "raised {message}"),
            Answer::Killed => f.write_str("killed"),
        }
    }
}

/// A queue that is open.
pub struct Session<'a> {
    adapter: &'a mut Adapter,
    id: u64,
    clients: Vec<String>,
    pending: BTreeMap<usize, Call>,
    /// Who was asked to give up since the last time it answered.
    cancelled: BTreeSet<usize>,
    /// Who is to be killed in this step.
    killed: BTreeSet<usize>,
}

impl<'a> Session<'a> {
    /// Opens a queue. Nothing is said to the adapter before the first step.
    pub fn open(
        adapter: &'a mut Adapter,
        queue: &str,
        constants: Constants,
        clients: Vec<String>,
        cancels: Option<usize>,
    ) -> Session<'a> {
        let id = adapter.session();
        adapter.later(Request::Open {
            session: id,
            queue: queue.to_string(),
            capacity: constants.capacity,
            clients: clients.clone(),
            cancels: cancels.map(|client| clients[client].clone()),
        });
        Session {
            adapter,
            id,
            clients,
            pending: BTreeMap::new(),
            cancelled: BTreeSet::new(),
            killed: BTreeSet::new(),
        }
    }

    /// The calls that have not returned.
    pub fn pending(&self) -> &BTreeMap<usize, Call> {
        &self.pending
    }

    /// Does all that, and waits until nothing moves any more. Returns who has answered what.
    ///
    /// # Errors
    ///
    /// If the adapter is of no use any more.
    pub fn step(&mut self, batch: &[Action]) -> Result<Vec<(usize, Answer)>, Fault> {
        for action in batch {
            match *action {
                Action::Call(client, call) => drop(self.pending.insert(client, call)),
                Action::Cancel(client) => drop(self.cancelled.insert(client)),
                Action::Kill(client) => drop(self.killed.insert(client)),
                Action::Ticks(_) => {}
            }
        }
        let batch = batch.iter().map(|action| self.in_words(*action)).collect();
        self.stepped(Request::Step { session: self.id, batch })
    }

    /// Waits longer.
    ///
    /// # Errors
    ///
    /// If the adapter is of no use any more.
    pub fn look(&mut self, wait: Duration) -> Result<Vec<(usize, Answer)>, Fault> {
        let for_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.stepped(Request::Look { session: self.id, for_ms })
    }

    /// Where those are who are blocked, if the adapter can tell.
    ///
    /// # Errors
    ///
    /// If the adapter is of no use any more.
    pub fn stacks(&mut self) -> Result<BTreeMap<String, Vec<String>>, Fault> {
        let stacks: Stacks = self.adapter.ask(Request::Stacks { session: self.id })?;
        Ok(stacks.stacks)
    }

    /// Says what is being done, for the case that it comes to nothing.
    pub fn doing(&mut self, what: String) {
        self.adapter.doing(what);
    }

    fn stepped(&mut self, request: Request) -> Result<Vec<(usize, Answer)>, Fault> {
        let reply: Stepped = self.adapter.ask(request)?;
        let read = self.read(&reply);
        let answers = read.map_err(|misread| self.adapter.wrong(misread))?;
        self.killed.clear();
        Ok(answers)
    }

    fn in_words(&self, action: Action) -> protocol::Action {
        let name = |client: usize| self.clients[client].clone();
        match action {
            Action::Call(client, Call { op, flawed }) => {
                protocol::Action::Call { client: name(client), call: op.to_string(), flawed }
            }
            Action::Cancel(client) => {
                protocol::Action::Cancel { client: name(client), cancel: true }
            }
            Action::Kill(client) => protocol::Action::Kill { client: name(client), kill: true },
            Action::Ticks(ticks) => protocol::Action::Ticks { ticks },
        }
    }

    /// Checks a reply, and takes what returned out of what is pending.
    fn read(&mut self, reply: &Stepped) -> Result<Vec<(usize, Answer)>, Misread> {
        let mut answers = Vec::new();
        for (at, returned) in reply.returned.iter().enumerate() {
            let field = |name: &str| format!("returned[{at}].{name}");
            let client = self.clients.iter().position(|name| *name == returned.client);
            let known = client.filter(|c| self.pending.contains_key(c) || self.killed.contains(c));
            let client = known.ok_or_else(|| Misread {
                field: field("client"),
                rule: "a client whose call has not returned".to_string(),
            })?;
            let answer = self
                .answer(client, returned)
                .map_err(|(name, rule)| Misread { field: field(name), rule: rule.to_string() })?;
            self.pending.remove(&client);
            self.cancelled.remove(&client);
            answers.push((client, answer));
        }
        let left: BTreeSet<&String> = self.pending.keys().map(|c| &self.clients[*c]).collect();
        let blocked: BTreeSet<&String> = reply.blocked.iter().collect();
        if left != blocked || blocked.len() != reply.blocked.len() {
            let names: Vec<&str> = left.into_iter().map(String::as_str).collect();
            let rule =
                format!("exactly those whose calls have not returned: [{}]", names.join(", "));
            return Err(Misread { field: "blocked".to_string(), rule });
        }
        Ok(answers)
    }

    fn answer(
        &self,
        client: usize,
        returned: &Returned,
    ) -> Result<Answer, (&'static str, &'static str)> {
        match (&returned.returned, &returned.raised, returned.killed) {
            (None, None, Some(true)) if self.killed.contains(&client) => Ok(Answer::Killed),
            (None, None, Some(_)) => Err(("killed", "true, of a client that was to be killed")),
            (None, Some(message), None) => Ok(Answer::Raised(message.clone())),
            (Some(word), None, None) => {
                let outcome = parse_outcome(word);
                let outcome = outcome.map_err(|_| ("return", "an outcome, like `item 1`"))?;
                let was_cancelled = self.cancelled.contains(&client);
                if outcome == Outcome::Cancelled && !was_cancelled {
                    return Err(("return", "`cancelled` only if the call was cancelled"));
                }
                let call = self.pending.get(&client);
                if !call.is_some_and(|call| can_answer(call.op, outcome)) {
                    return Err(("return", "an outcome that the operation can have"));
                }
                Ok(Answer::Outcome(outcome))
            }
            _ => Err(("return", "exactly one of `return`, `raised` and `killed`")),
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.adapter.later(Request::Close { session: self.id });
    }
}

/// Whether such an operation can have such an outcome, whatever the state of the queue.
pub(super) fn can_answer(op: Op, outcome: Outcome) -> bool {
    match op {
        _ if outcome == Outcome::Cancelled => op.can_be_cancelled(),
        Op::Put(..) => matches!(outcome, Outcome::Done | Outcome::Full | Outcome::ShutDown),
        Op::Get(_) => matches!(outcome, Outcome::Got(_) | Outcome::Empty | Outcome::ShutDown),
        Op::TaskDone => matches!(outcome, Outcome::Done | Outcome::TooMany),
        Op::Join(_) => matches!(outcome, Outcome::Done | Outcome::TimedOut),
        Op::Shutdown(_) => outcome == Outcome::Done,
        Op::Len | Op::Unfinished => matches!(outcome, Outcome::Count(_)),
        Op::IsShutdown => matches!(outcome, Outcome::Is(_)),
    }
}
