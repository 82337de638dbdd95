//! An adapter: asked in requests, and every reply is checked.

use super::child::{Child, Limits};
use super::fault::{Fault, FaultKind};
use crate::wire::declared::Declared;
use crate::wire::protocol::{
    Body, Closed, Hello, Misread, Numbered, Opened, PROTOCOL, Refused, Reply, Request,
};
use std::collections::{BTreeMap, BTreeSet};

/// What an adapter is: a program that speaks the protocol.
pub struct Adapter {
    child: Child,
    /// The id of the last request.
    last: u64,
    /// Those that were not answered.
    open: BTreeSet<u64>,
    /// Replies that came before it was their turn.
    early: BTreeMap<u64, Reply>,
    /// Requests that need not be answered before the next is made.
    later: Vec<Request>,
    /// Sessions, ever.
    sessions: u64,
    /// What is being done, for whoever wants to know what went wrong.
    doing: String,
    hello: Hello,
}

impl Adapter {
    /// Starts a program, and asks it who it is.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or does not answer as the protocol demands.
    pub fn start(command: &[String], limits: Limits) -> Result<Adapter, Fault> {
        let doing = format!("`{}` was started", command.first().map_or("", String::as_str));
        let child = Child::start(command, limits).map_err(|error| Fault {
            kind: FaultKind::Start(error),
            doing: doing.clone(),
            said: String::new(),
        })?;
        let hello = Hello {
            id: 0,
            protocol: 0,
            name: String::new(),
            version: String::new(),
            queues: vec![],
        };
        let mut adapter = Adapter {
            child,
            last: 0,
            open: BTreeSet::new(),
            early: BTreeMap::new(),
            later: Vec::new(),
            sessions: 0,
            doing,
            hello,
        };
        adapter.hello = adapter.ask(Request::Hello { protocol: PROTOCOL })?;
        match hello_rules(&adapter.hello) {
            Ok(()) => Ok(adapter),
            Err(misread) => Err(adapter.wrong(misread)),
        }
    }

    /// The queues that it has.
    pub fn queues(&self) -> &[Declared] {
        &self.hello.queues
    }

    /// What it is and what it runs on.
    pub fn about(&self) -> String {
        format!("{}, {}", self.hello.name, self.hello.version)
    }

    /// Says what is being done.
    pub(super) fn doing(&mut self, what: String) {
        self.doing = what;
    }

    /// A number for a new session.
    pub(super) fn session(&mut self) -> u64 {
        self.sessions += 1;
        self.sessions
    }

    /// Makes a request whose reply tells nothing, together with the next.
    pub(super) fn later(&mut self, request: Request) {
        self.later.push(request);
    }

    /// Makes a request, and those that were to be made later, all at once.
    pub(super) fn ask<T: Body>(&mut self, request: Request) -> Result<T, Fault> {
        let mut requests = std::mem::take(&mut self.later);
        requests.push(request);
        let first = self.last + 1;
        let mut lines = String::new();
        for request in &requests {
            self.last += 1;
            self.open.insert(self.last);
            lines += &Numbered { id: self.last, request: request.clone() }.line();
        }
        self.child.write(&lines).map_err(|kind| self.fault(kind))?;
        for (id, request) in (first..).zip(&requests[..requests.len() - 1]) {
            match request {
                Request::Open { .. } => self.reply::<Opened>(id).map(drop)?,
                _ => self.reply::<Closed>(id).map(drop)?,
            }
        }
        self.reply(self.last)
    }

    /// The reply to a request. Others may come in before it.
    fn reply<T: Body>(&mut self, id: u64) -> Result<T, Fault> {
        let reply = loop {
            if let Some(reply) = self.early.remove(&id) {
                break reply;
            }
            let line = self.child.read().map_err(|kind| self.fault(kind))?;
            self.take(line)?;
        };
        let wrong = FaultKind::Wrong;
        if reply.is_refusal {
            let refused: Result<Refused, Misread> = reply.body();
            let kind = refused.map_or_else(wrong, |refused| FaultKind::Refused(refused.refused));
            return Err(self.fault(kind));
        }
        reply.body().map_err(|misread| self.fault(wrong(misread)))
    }

    /// Puts a line aside for the request that it answers.
    fn take(&mut self, line: Vec<u8>) -> Result<(), Fault> {
        let shown = beginning(&line);
        let kind = |misread| match misread {
            Some(misread) => FaultKind::Wrong(misread),
            None => FaultKind::Garbage(shown),
        };
        let reply = Reply::read(line).map_err(|misread| self.fault(kind(misread)))?;
        if self.open.remove(&reply.id) {
            self.early.insert(reply.id, reply);
            return Ok(());
        }
        let kind = match reply.id {
            id if id >= 1 && id <= self.last => FaultKind::Twice(id),
            id => FaultKind::NotAsked(id),
        };
        Err(self.fault(kind))
    }

    /// A reply breaks a rule.
    pub(super) fn wrong(&mut self, misread: Misread) -> Fault {
        self.fault(FaultKind::Wrong(misread))
    }

    /// Ends the adapter: whatever it still says is wrong.
    ///
    /// # Errors
    ///
    /// If it has said more than it was asked.
    pub fn finish(mut self) -> Result<(), Fault> {
        while let Some(line) = self.child.surplus() {
            self.take(line)?;
        }
        Ok(())
    }

    /// The adapter is of no use any more.
    pub(super) fn fault(&mut self, kind: FaultKind) -> Fault {
        let said = self.child.end(matches!(kind, FaultKind::Hung(_)));
        Fault { kind, doing: self.doing.clone(), said }
    }
}

/// The beginning of a line, for people.
fn beginning(line: &[u8]) -> String {
    const SHOWN: usize = 80;
    let text = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
    format!("`{}`", text.trim_end().escape_debug())
}

fn hello_rules(hello: &Hello) -> Result<(), Misread> {
    let wrong = |field: &str, rule: &str| Err(Misread { field: field.into(), rule: rule.into() });
    if hello.protocol != PROTOCOL {
        return wrong("protocol", &format!("the suite speaks version {PROTOCOL}"));
    }
    if hello.queues.is_empty() {
        return wrong("queues", "at least one queue");
    }
    for (at, queue) in hello.queues.iter().enumerate() {
        let again = hello.queues[..at].iter().any(|other| other.name == queue.name);
        if queue.name.is_empty() || again {
            return wrong(&format!("queues[{at}].name"), "each queue has a name of its own");
        }
    }
    Ok(())
}
