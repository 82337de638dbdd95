//! Reading a history: who did what, which get belongs to which put, in one pass over the events.

use super::index::Index;
use super::record::{Entry, NONE, Record, Role, time};
use super::relation::{Exact, Relation};
use spec::{Discipline, Ending, EventKind, History, Malformed, Op, Outcome, Shutdown};

/// Why there is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is no history.
    Malformed(Malformed),
    /// This operation answered what no state allows.
    Impossible(u32),
    /// This operation got an item that nobody put.
    ThinAir(u32),
    /// An item was got twice: its put and the two gets.
    GotTwice([u32; 3]),
    /// An item may have been put twice: then gets do not say which put they belong to.
    PutTwice(usize),
}

/// Reads a history. What is pending has no effect if the history ended quiescent.
pub(super) fn read(exact: Exact, history: &History) -> Result<Record, Refusal> {
    let mut reader = Reader::new(exact, history);
    for (at, event) in history.events.iter().enumerate() {
        match event.kind {
            EventKind::Call(op) => reader.call(at, event.thread, op)?,
            EventKind::Return(outcome) => reader.ret(at, event.thread, outcome)?,
        }
    }
    let (mut record, impossible) = (reader.record, reader.impossible);
    if let Some(operation) = impossible {
        return Err(Refusal::Impossible(operation));
    }
    mate(&mut record, history)?;
    if exact.constants.discipline == Discipline::Fifo {
        settle(&mut record);
    }
    Ok(record)
}

struct Reader<'a> {
    history: &'a History,
    exact: Exact,
    record: Record,
    /// What each thread has called and not returned from.
    pending: Index,
    /// The slots that are free, with the operation that had each.
    free: Vec<(u32, u32)>,
    /// The first operation that answered what no state allows.
    impossible: Option<u32>,
}

impl<'a> Reader<'a> {
    fn new(exact: Exact, history: &'a History) -> Reader<'a> {
        let events = history.events.len();
        let threads = history.events.iter().map(|event| event.thread).max().unwrap_or_default();
        let calls = history.events.iter().filter(|e| matches!(e.kind, EventKind::Call(_))).count();
        let record = Record {
            entries: Vec::with_capacity(calls),
            of: Vec::with_capacity(events),
            slots: 0,
            capacity: exact.constants.capacity.unwrap_or(usize::MAX),
            first_taker: time(events),
            first_drop: time(events),
            has_len: false,
            maybe: Vec::new(),
        };
        let pending = Index::new(threads, events);
        Reader { history, exact, record, pending, free: Vec::new(), impossible: None }
    }

    fn call(&mut self, at: usize, thread: usize, op: Op) -> Result<(), Refusal> {
        let quiescent = self.history.ending == Ending::Quiescent;
        let record = &mut self.record;
        let operation = time(record.entries.len());
        if self.pending.insert(thread, operation).is_some() {
            return Err(Refusal::Malformed(Malformed::CallWhilePending(at)));
        }
        let (slot, previous) = self.free.pop().unwrap_or((time(record.slots), NONE));
        record.slots = record.slots.max(slot as usize + 1);
        let role = if quiescent { Role::Idle } else { pending(op) };
        let (called, hi) = (time(at), time(self.history.events.len()));
        record.entries.push(Entry { role, called, lo: called, hi, mate: NONE, slot, previous });
        record.of.push(operation);
        Ok(())
    }

    fn ret(&mut self, at: usize, thread: usize, outcome: Outcome) -> Result<(), Refusal> {
        let malformed = Refusal::Malformed(Malformed::ReturnWithoutCall(at));
        let operation = self.pending.remove(thread).ok_or(malformed)?;
        let entry = &mut self.record.entries[operation as usize];
        let EventKind::Call(op) = self.history.events[entry.called as usize].kind else {
            unreachable!("an entry begins with a call");
        };
        let role = returned(self.exact, op, outcome);
        self.impossible = self.impossible.or(role.is_none().then_some(operation));
        (entry.role, entry.hi) = (role.unwrap_or(Role::Idle), time(at));
        if outcome == Outcome::Cancelled && entry.role == Role::Put {
            self.record.maybe.push(operation);
        }
        self.free.push((entry.slot, operation));
        self.record.has_len |= matches!(role, Some(Role::Len(_)));
        self.record.of.push(operation);
        Ok(())
    }
}

/// What an operation that has not returned may have done.
fn pending(op: Op) -> Role {
    match op {
        Op::Put(..) => Role::Put,
        Op::Get(_) => Role::Taker,
        Op::TaskDone => Role::TaskDone,
        Op::Shutdown(mode) => Role::Shutdown(mode),
        Op::Join(_) | Op::Len | Op::Unfinished | Op::IsShutdown => Role::Idle,
    }
}

/// What an operation that returned did or saw: the table of [`spec::queue::step`], without the
/// state. `None` if no state allows it.
fn returned(exact: Exact, op: Op, outcome: Outcome) -> Option<Role> {
    let gives_up = op.wait().is_some_and(spec::Wait::gives_up);
    let count = |n: usize| u32::try_from(n).ok();
    Some(match (op, outcome) {
        (op, Outcome::Cancelled) if Relation::acts_cancelled(&exact, op) => Role::Put,
        (op, Outcome::Cancelled) if op.can_be_cancelled() => Role::Idle,
        (Op::Put(..), Outcome::Done) => Role::Put,
        (Op::Put(..), Outcome::Full) if gives_up && exact.constants.capacity.is_some() => {
            Role::Full
        }
        (Op::Put(..), Outcome::ShutDown) => Role::Shut(true),
        (Op::Get(_), Outcome::Got(_)) => Role::Get,
        (Op::Get(_), Outcome::Empty) if gives_up => Role::Empty,
        (Op::Get(_), Outcome::ShutDown) => Role::Drained,
        (Op::TaskDone, Outcome::Done) => Role::TaskDone,
        (Op::TaskDone, Outcome::TooMany) | (Op::Join(_), Outcome::Done) => Role::Unfinished(0),
        (Op::Join(_), Outcome::TimedOut) if gives_up => Role::Busy,
        (Op::Shutdown(mode), Outcome::Done) => Role::Shutdown(mode),
        (Op::Len, Outcome::Count(n)) => Role::Len(count(n)?),
        (Op::Unfinished, Outcome::Count(n)) => Role::Unfinished(count(n)?),
        (Op::IsShutdown, Outcome::Is(value)) => Role::Shut(value),
        _ => return None,
    })
}

/// Finds the put of each get, and the first operations of the kinds that are rare.
fn mate(record: &mut Record, history: &History) -> Result<(), Refusal> {
    let item = |entry: &Entry| match history.events[entry.called as usize].kind {
        EventKind::Call(Op::Put(item, _)) => item.0 as usize,
        _ => unreachable!("a put begins with the call of a put"),
    };
    let puts = record.entries.iter().filter(|entry| entry.role == Role::Put);
    let largest = puts.map(item).max().unwrap_or_default();
    let mut put_of = Index::new(largest, record.of.len());
    for (at, entry) in record.entries.iter().enumerate() {
        match entry.role {
            Role::Put if put_of.insert(item(entry), time(at)).is_some() => {
                return Err(Refusal::PutTwice(item(entry)));
            }
            Role::Taker => record.first_taker = record.first_taker.min(entry.called),
            Role::Shutdown(Shutdown::Immediate) => {
                record.first_drop = record.first_drop.min(entry.called);
            }
            _ => {}
        }
    }
    for at in 0..record.entries.len() {
        let Entry { role: Role::Get, hi, .. } = record.entries[at] else { continue };
        let EventKind::Return(Outcome::Got(item)) = history.events[hi as usize].kind else {
            unreachable!("a get ends with the return of an item");
        };
        let put = put_of.get(item.0 as usize).ok_or(Refusal::ThinAir(time(at)))?;
        let other = record.entry(put).mate;
        if other != NONE {
            return Err(Refusal::GotTwice([put, other, time(at)]));
        }
        record.entries[put as usize].mate = time(at);
        record.entries[at].mate = put;
    }
    Ok(())
}

/// Leaves those cancelled puts open that may have happened or not: what was got has been put; and
/// what was not, although a later item was, has not, unless it may have left in another way.
fn settle(record: &mut Record) {
    let end = record.end();
    let got = record.entries.iter().filter(|entry| entry.role == Role::Put && entry.mate != NONE);
    let last_got = got.map(|entry| entry.called).max().unwrap_or_default();
    let gone = |entry: &Entry| {
        entry.hi < last_got && record.first_taker == end && record.first_drop == end
    };
    let mut maybe = std::mem::take(&mut record.maybe);
    maybe.retain(|put| record.entry(*put).mate == NONE);
    let (out, maybe): (Vec<u32>, Vec<u32>) =
        maybe.into_iter().partition(|put| gone(record.entry(*put)));
    for put in out {
        record.entries[put as usize].role = Role::Idle;
    }
    record.maybe = maybe;
}
