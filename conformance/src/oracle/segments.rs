//! Histories in segments, so that each can be judged by itself, in bounded memory.
//!
//! A history is cut where nothing overlaps and the state is known. What comes before such a cut takes
//! effect before what comes after it, so a history is allowed iff every segment is, begun in the
//! state that the one before has left. How many items and unfinished tasks there are does not depend
//! on the linearization; the order of the items does not either if their puts did not overlap, or if
//! the discipline does not care. That state is written down as operations, one after the other, ahead
//! of the segment: whoever judges it needs to know nothing of segments.

use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, Event, EventKind, History, Item, Op,
    Operation, Outcome, Shutdown, Visibility, Wait,
};
use std::collections::HashSet;

/// Takes events one by one and gives segments.
#[derive(Debug)]
pub struct Segments {
    constants: Constants,
    choices: Choices,
    at_least: usize,
    /// The state before the events.
    start: State,
    events: Vec<Event>,
    pending: usize,
    /// From how many events on the next cut is tried.
    next_try: usize,
    longest: usize,
    count: usize,
    is_over: bool,
}

/// A state in which nothing is under way.
#[derive(Clone, Debug, Default)]
struct State {
    /// The items in the order of their puts, each with its producer.
    items: Vec<(usize, Item)>,
    unfinished: usize,
    is_shut: bool,
}

/// What is known of the state after some events.
enum End {
    Known(State),
    /// It depends on the linearization.
    Open,
    /// No queue can have answered like this.
    Impossible,
}

impl Segments {
    /// Segments of a history, each of at least so many events, but for the last one.
    pub fn new(constants: Constants, choices: impl Into<Choices>, at_least: usize) -> Segments {
        let (choices, start) = (choices.into(), State::default());
        let (events, next_try) = (Vec::new(), at_least);
        Segments {
            constants,
            choices,
            at_least,
            start,
            events,
            pending: 0,
            next_try,
            longest: 0,
            count: 0,
            is_over: false,
        }
    }

    /// Takes the next event of the history, and gives the segment that ends there, if one does. After a
    /// segment that no queue can have answered there is no other.
    pub fn push(&mut self, event: Event) -> Option<History> {
        if self.is_over {
            return None;
        }
        self.events.push(event);
        match event.kind {
            EventKind::Call(_) => self.pending += 1,
            EventKind::Return(_) => self.pending = self.pending.saturating_sub(1),
        }
        if self.pending > 0 || self.events.len() < self.next_try {
            return None;
        }
        let next = match self.end() {
            End::Known(next) => next,
            End::Impossible => {
                self.is_over = true;
                State::default()
            }
            End::Open => {
                self.next_try = self.events.len() + self.events.len() / 2;
                return None;
            }
        };
        let segment = self.segment(Ending::Cut("the next segment follows".to_string()));
        self.start = next;
        Some(segment)
    }

    /// The last segment of a history that ends like this, if there is one left.
    pub fn finish(&mut self, ending: Ending) -> Option<History> {
        (!self.is_over).then(|| self.segment(ending))
    }

    /// The number of events in the longest segment so far: what was held in memory.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// The number of segments so far.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The events as a history that begins in their state.
    fn segment(&mut self, ending: Ending) -> History {
        self.longest = self.longest.max(self.events.len());
        self.count += 1;
        self.next_try = self.at_least;
        let events = std::mem::take(&mut self.events);
        let mut all = self.start.as_events(&events);
        all.extend(events);
        History { events: all, ending }
    }

    /// What is known of the state after the events.
    fn end(&self) -> End {
        let events = self.events.clone();
        let history = History { events, ending: Ending::Quiescent };
        let Ok(operations) = history.operations() else { return End::Impossible };
        let start = &self.start;
        let answered = |o: &Operation| o.returned.map(|(_, outcome)| outcome);
        let count = |is: &dyn Fn(&Operation) -> bool| operations.iter().filter(|o| is(o)).count();
        let got: HashSet<Item> = operations
            .iter()
            .filter_map(|o| match answered(o) {
                Some(Outcome::Got(item)) => Some(item),
                _ => None,
            })
            .collect();
        let gets = count(&|o| matches!(answered(o), Some(Outcome::Got(_))));
        let Some(puts) = self.puts(&operations, &got) else { return End::Open };
        let mut items: Vec<(usize, Item)> = start.items.clone();
        items.extend(puts.iter().map(|put| (put.thread, put.op.item().expect("a put"))));
        let names: HashSet<Item> = items.iter().map(|(_, item)| *item).collect();
        // Of equal items it is not known which was got.
        if names.len() < items.len() {
            return End::Open;
        }
        if got.len() < gets || !got.is_subset(&names) {
            return End::Impossible;
        }
        let left: Vec<&Operation> =
            puts.into_iter().filter(|put| !got.contains(&put.op.item().expect("a put"))).collect();
        items.retain(|(_, item)| !got.contains(item));
        let done = |o: &Operation| o.op == Op::TaskDone && answered(o) == Some(Outcome::Done);
        let (put, done) = (names.len() - start.items.len(), count(&done));
        let Some(unfinished) = (start.unfinished + put).checked_sub(done) else {
            return End::Impossible;
        };
        let shut = |o: &Operation| matches!(o.op, Op::Shutdown(_));
        let is_shut = start.is_shut || count(&shut) > 0;
        if count(&|o| o.op == Op::Shutdown(Shutdown::Immediate)) > 0 {
            let unfinished = unfinished.saturating_sub(items.len());
            return End::Known(State { items: Vec::new(), unfinished, is_shut });
        }
        if !self.is_ordered(&left) {
            return End::Open;
        }
        End::Known(State { items, unfinished, is_shut })
    }

    /// The puts that took effect; `None` if that is not known of one that was cancelled.
    fn puts<'a>(
        &self,
        operations: &'a [Operation],
        got: &HashSet<Item>,
    ) -> Option<Vec<&'a Operation>> {
        let may_happen = self.choices.cancelled_put == CancelledPut::MayHaveHappened;
        let mut puts = Vec::new();
        for operation in operations {
            let Op::Put(item, _) = operation.op else { continue };
            match operation.returned {
                Some((_, Outcome::Done)) => puts.push(operation),
                Some((_, Outcome::Cancelled)) if may_happen && got.contains(&item) => {
                    puts.push(operation);
                }
                Some((_, Outcome::Cancelled)) if may_happen => return None,
                _ => {}
            }
        }
        Some(puts)
    }

    /// Whether the order of the items is known that these puts have left.
    fn is_ordered(&self, left: &[&Operation]) -> bool {
        let by_producer = self.choices.visibility == Visibility::Eventual;
        let one_by_one = || {
            left.windows(2)
                .all(|pair| pair[0].returned.is_some_and(|(event, _)| event < pair[1].called))
        };
        self.constants.discipline == Discipline::Priority || by_producer || one_by_one()
    }
}

impl State {
    /// The state as operations, one after the other. Tasks whose items are gone are put and got first;
    /// of those no more are needed than the events can report, unless somebody counts them.
    fn as_events(&self, events: &[Event]) -> Vec<Event> {
        let called = |op: Op| events.iter().any(|event| event.kind == EventKind::Call(op));
        let reports = events.iter().filter(|event| event.kind == EventKind::Call(Op::TaskDone));
        let gone = self.unfinished.saturating_sub(self.items.len());
        let gone = if called(Op::Unfinished) { gone } else { gone.min(reports.count() + 1) };
        let mut before = Vec::new();
        let mut add = |thread: usize, op: Op, outcome: Outcome| {
            let kinds = [EventKind::Call(op), EventKind::Return(outcome)];
            before.extend(kinds.map(|kind| Event { thread, kind }));
        };
        let somebody = events.first().map_or(0, |event| event.thread);
        for item in self.unused(events).take(gone) {
            add(somebody, Op::Put(item, Wait::Forever), Outcome::Done);
            add(somebody, Op::Get(Wait::Forever), Outcome::Got(item));
        }
        for (producer, item) in &self.items {
            add(*producer, Op::Put(*item, Wait::Forever), Outcome::Done);
        }
        for _ in self.unfinished..self.items.len() {
            add(somebody, Op::TaskDone, Outcome::Done);
        }
        if self.is_shut {
            add(somebody, Op::Shutdown(Shutdown::Graceful), Outcome::Done);
        }
        before
    }

    /// Items of which the events do not speak.
    fn unused(&self, events: &[Event]) -> impl Iterator<Item = Item> + use<> {
        let mut used: HashSet<Item> = self.items.iter().map(|(_, item)| *item).collect();
        used.extend(events.iter().filter_map(|event| match event.kind {
            EventKind::Call(op) => op.item(),
            EventKind::Return(Outcome::Got(item)) => Some(item),
            EventKind::Return(_) => None,
        }));
        (0..=u32::MAX).rev().map(Item).filter(move |item| !used.contains(item))
    }
}
