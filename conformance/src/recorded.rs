//! Histories that were recorded elsewhere, with all that is needed to judge them.

use crate::blame::{self, Verdict};
use crate::oracle::segments::Segments;
use spec::{Choices, ClauseId, Client, Constants, Ending, EventKind, History, Item, Op, Scenario};
use std::collections::BTreeMap;
use std::fmt;

/// A history, and the queue that it was recorded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What it is about; may be empty.
    pub title: String,
    /// The queue.
    pub constants: Constants,
    /// What it may choose.
    pub choices: Choices,
    /// The names of the clients, in the order of their first calls. A client without a name has made
    /// one call.
    pub clients: Vec<Option<String>>,
    /// What happened.
    pub history: History,
    /// What its author says of it.
    pub expected: Option<Expected>,
}

/// How a run ended of which nothing more is known.
pub fn open_end() -> Ending {
    Ending::Cut("the recording stops here".to_string())
}

/// The verdict that an author expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The specification allows it.
    Conforms,
    /// It breaks this clause.
    Violates(ClauseId),
}

impl Expected {
    /// Whether the verdict is the expected one.
    pub fn is(self, verdict: &Verdict) -> bool {
        match (self, verdict) {
            (Expected::Conforms, Verdict::Conforms(_)) => true,
            (Expected::Violates(clause), Verdict::Violates(found)) => clause == found.clause,
            _ => false,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Conforms => f.write_str("expect conforms"),
            Expected::Violates(clause) => write!(f, "expect violates {clause}"),
        }
    }
}

impl Recorded {
    /// The names of the clients; those without one are numbered.
    pub fn names(&self) -> Vec<String> {
        let numbered = self.clients.iter().enumerate();
        let name = |(at, name): (usize, &Option<String>)| match name {
            Some(name) => name.clone(),
            None => format!("client {}", at + 1),
        };
        numbered.map(name).collect()
    }

    /// What each client called.
    pub fn scenario(&self) -> Scenario {
        let client = |name| Client { name, ops: Vec::new() };
        let mut clients: Vec<Client> = self.names().into_iter().map(client).collect();
        for event in &self.history.events {
            if let EventKind::Call(op) = event.kind {
                clients[event.thread].ops.push(op);
            }
        }
        Scenario { title: self.title.clone(), constants: self.constants, clients }
    }

    /// Judges it.
    pub fn judge(&self) -> Verdict {
        blame::judge(&self.scenario(), self.choices, &self.history)
    }

    /// The items that were put more than once, and how often. The specification allows that, and it
    /// makes a verdict harder to come by.
    pub fn put_again(&self) -> BTreeMap<Item, usize> {
        let mut times = BTreeMap::new();
        for event in &self.history.events {
            if let EventKind::Call(Op::Put(item, _)) = event.kind {
                *times.entry(item).or_default() += 1;
            }
        }
        times.retain(|_, times| *times > 1);
        times
    }
}

/// A history that is judged while it is read: in segments, so that no more than one is held.
#[derive(Debug)]
pub struct InSegments {
    segments: Segments,
    /// The first segment that does not conform, or the last one, and its verdict.
    judged: Option<(Recorded, Verdict)>,
}

/// What became of a history that was judged in segments.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The segment that decided. Operations ahead of it stand for the state in which it begins.
    pub segment: Recorded,
    /// The verdict.
    pub verdict: Verdict,
    /// How many segments there were.
    pub segments: usize,
    /// The number of events in the longest.
    pub longest: usize,
}

impl InSegments {
    /// For a history of this queue. Segments have at least so many events, but for the last one.
    pub fn new(of: &Recorded, at_least: usize) -> InSegments {
        let segments = Segments::new(of.constants, of.choices, at_least);
        InSegments { segments, judged: None }
    }

    /// Takes what has been read of the history away, and judges what is a segment.
    pub fn take(&mut self, read: &mut Recorded) {
        for event in std::mem::take(&mut read.history.events) {
            if self.is_decided() {
                continue;
            }
            if let Some(segment) = self.segments.push(event) {
                self.judge(read, segment);
            }
        }
    }

    /// The verdict on the history, of which everything has been read.
    pub fn finish(mut self, read: &mut Recorded) -> Judged {
        self.take(read);
        if !self.is_decided() {
            if let Some(segment) = self.segments.finish(read.history.ending.clone()) {
                self.judge(read, segment);
            } else {
                // No queue can have answered so, and yet the oracle has not refused it.
                let why = "the state after a segment makes no sense".to_string();
                self.judged = Some((read.clone(), Verdict::Unknown(why)));
            }
        }
        let (segment, verdict) = self.judged.expect("the last segment is judged");
        let (segments, longest) = (self.segments.count(), self.segments.longest());
        Judged { segment, verdict, segments, longest }
    }

    fn is_decided(&self) -> bool {
        self.judged.as_ref().is_some_and(|(_, verdict)| !matches!(verdict, Verdict::Conforms(_)))
    }

    fn judge(&mut self, read: &Recorded, segment: History) {
        let recorded = Recorded { history: segment, ..read.clone() };
        let verdict = recorded.judge();
        self.judged = Some((recorded, verdict));
    }
}
