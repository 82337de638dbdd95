//! The ring: a bounded queue without locks, with a count of unfinished tasks and parking.
//!
//! # The design
//!
//! The ring is Vyukov's bounded queue for many producers and consumers ("Bounded MPMC queue",
//! 1024cores.net). Each slot has a stamp that says which position may use it next. A put claims a
//! position by a compare-and-swap of the tail, a get by one of the head; it then owns the slot
//! until it moves the stamp on. Vyukov's stamp is the position for a free slot and one more for a
//! published one, which needs two slots at least: with one slot, *published at p* and *free for p +
//! 1* are the same number. Here the stamp is twice that, `2p` for free and `2p + 1` for published,
//! and one slot is enough ([`Defect::StampsNotDoubled`]).
//!
//! There is no counter of unfinished tasks. The tail counts the puts already, so `unfinished = tail
//! − done`, and a put pays nothing for being counted. The tail, the head and `done` are three words
//! that change one at a time. What keeps them together is that each only grows.
//!
//! Who must wait uses an eventcount (Reed and Kanodia, "Synchronization with eventcounts and
//! sequencers", 1979; Vyukov, "Eventcounts", 1024cores.net): it registers, tries once more, and
//! only then parks. Whoever lets others go on does that first and looks for waiters afterwards. One
//! of the two sees the other. A wake-up is for all: nobody who has returned can have swallowed it.
//!
//! A shutdown walks along the words and leaves a mark in each, which fails the compare-and-swap of
//! whoever has loaded it before. The mark in the tail stops the puts, that in the head the gets (an
//! immediate one for good, a graceful one only to tell them), that in `done` the reports that count
//! dropped tasks. Who meets a mark does the remaining ones itself before it answers: helping
//! (Herlihy, "Wait-free synchronization", 1991).
//!
//! # The accesses of each operation, in order
//!
//! - put: load the tail; load the stamp; compare-and-swap the tail; write the item and store the
//!   stamp; load the waiters for items, and wake them. If the stamp is behind: load the head.
//! - get: load the head; load the stamp; compare-and-swap the head; read the item and store the
//!   stamp; load the waiters for room, and wake them. If the stamp is behind: load the tail.
//! - `task_done`: load `done`; load the tail; compare-and-swap `done`; if that was the last task,
//!   load the waiters for idleness, and wake them. Once `done` is marked: the head, not the tail.
//! - join: load `done`; load the tail, or the head as above.
//! - shutdown: mark the tail; mark the head; if immediate, mark `done`; wake whom it concerns.
//! - waiting: set the eventcount's bit; everything again; park.
//!
//! An item is read or written in one step with the store of the stamp after it: between the claim
//! and that store nobody else touches the slot, which is part of the invariant.
//!
//! # Where operations take effect
//!
//! - put, get and `task_done`: at their compare-and-swap. So a put takes effect *before* its item
//!   can be seen, and while it is under way the ring looks empty though a later put may have
//!   returned. Vyukov's queue answers "empty" there, and "full" while a get is under way. No order
//!   of the operations explains that ([`Defect::EmptyByStamp`], [`Defect::FullByStamp`]).
//! - empty: at the load of the tail, if it is where the head was. The head cannot have moved: it
//!   never passes the tail. Otherwise a put is under way, and the get waits for the slot.
//! - full: at the load of the head, if it is a lap behind the tail. The tail cannot have moved: it
//!   never passes the head by more. Otherwise a get is under way, and the put waits for the slot.
//!   So neither `try_put` nor `try_get` is lock-free then.
//! - nothing unfinished, for join and `task_done`: at the load of the tail, if it is what `done`
//!   was.
//! - graceful shutdown: at the mark in the head. Were it the one in the tail, then "full", decided
//!   by the head, would come too late; as it is, the tail stops puts a little early, and who
//!   notices marks the other words before it says so ([`Defect::DoesNotHelpShutdown`]).
//! - immediate shutdown: at the mark in `done`, and then everything between the head, which the
//!   mark in the head has stopped, and the tail is dropped. Were it the mark in the head, then a
//!   `task_done` that has loaded `done` and the tail before would count a dropped task after: that
//!   has an explanation, but which of several takes effect before the shutdown is known only later.
//!
//! All points are fixed when they are passed: the mapping needs no prophecy. A shutdown that others
//! have finished takes effect in their step.
//!
//! A `try_join` that gives up is not here: `done` and the tail may both have moved between the two
//! loads, so that a task was unfinished only in between, at the step of another client. Nor are
//! limits of time, nor the observers.
//!
//! A join may miss a momentary zero: a put after the wake-up makes it wait again. Items that are
//! dropped stay in their slots until the queue itself is dropped.
//!
//! # Attempts as one step
//!
//! Six clients have too many interleavings of single accesses. [`Ring::merged`] makes an attempt
//! one step: its loads, and the compare-and-swap that ends it. This is sound by reduction (Lipton,
//! "Reduction: a method of proving properties of parallel programs", 1975). Where the
//! compare-and-swap succeeds, what was loaded before still holds. Where it fails, the attempt has
//! changed nothing and can be left out (Flanagan, Freund and Qadeer, "Exploiting purity for
//! atomicity", 2005). Empty, full and nothing unfinished hold at the last load, as said above; and
//! if the loads of `done` and the tail differ, a task was unfinished at some instant in between. A
//! defect can break that argument, so the twins are checked with single accesses.
//!
//! # What is abstracted
//!
//! Memory is sequentially consistent. Positions do not wrap. A loop that waits for a slot is a
//! guard, so that waiting for ever is a state without a step. The number in an eventcount is
//! replaced by whether it has changed since a waiter has registered, the only thing that is asked
//! of it; the step to the next number and the wake-up of those who sleep is one.

mod defect;
mod reaches;
mod state;
mod step;
mod verified;

pub use defect::Defect;
pub use state::{CLIENTS, Call, Done, End, Event, Marks, Pc, SLOTS, Slot, State, Thread, Ticket};

use crate::algorithms::{Algorithm, Step};
use crate::refinement::{Checked, Place};
use spec::{Constants, Discipline, Item, Op, Phase, Scenario, Wait};
use stateright::Property;

/// CONSTANTS
#[derive(Clone, Debug)]
pub struct Ring {
    scenario: Scenario,
    merged: bool,
    defect: Option<Defect>,
}

impl Ring {
    /// The clients of a scenario on a ring; one atomic memory access is one step.
    ///
    /// # Panics
    ///
    /// ASSUME: a fifo queue of capacity 1 to [`SLOTS`], at most [`CLIENTS`] clients, clients that
    /// call the same next to each other, and only operations that are modelled.
    pub fn new(scenario: Scenario) -> Ring {
        let Constants { discipline, capacity } = scenario.constants;
        assert_eq!(discipline, Discipline::Fifo, "a ring is first in, first out");
        assert!(capacity.is_some_and(|slots| (1..=SLOTS).contains(&slots)), "{capacity:?}");
        assert!(scenario.clients.len() <= CLIENTS, "{} clients", scenario.clients.len());
        assert!(scenario.ops().all(|(_, op)| is_modelled(op)), "\n{scenario}");
        let ring = Ring { scenario, merged: false, defect: None };
        assert!(ring.init().threads.is_sorted_by_key(|thread| thread.role), "\n{}", ring.scenario);
        ring
    }

    /// The same with the accesses of an attempt merged into one step, for larger scenarios.
    #[must_use]
    pub fn merged(self) -> Ring {
        Ring { merged: true, ..self }
    }

    /// How many slots there are.
    fn capacity(&self) -> u8 {
        index(self.scenario.constants.capacity.unwrap_or(SLOTS))
    }

    /// The slot of a position.
    fn slot(&self, pos: u8) -> usize {
        usize::from(pos % self.capacity())
    }

    fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    /// The operation that a client has called or calls next.
    fn op(&self, s: &State, client: usize) -> Option<Op> {
        let ops = &self.scenario.clients.get(client)?.ops;
        ops.get(usize::from(s.threads[client].at)).copied()
    }

    /// The item that a put carries.
    fn item(&self, put: Call) -> Item {
        let op = self.scenario.clients[usize::from(put.client)].ops[usize::from(put.at)];
        op.item().expect("a put")
    }

    /// The first client that calls the same, but for the items.
    fn role(&self, client: usize) -> usize {
        let same = |other: &Vec<Op>, ops: &Vec<Op>| {
            other.len() == ops.len() && other.iter().zip(ops).all(|(a, b)| kind(*a) == kind(*b))
        };
        let clients = &self.scenario.clients;
        let first = |ops| clients.iter().position(|other| same(&other.ops, ops));
        clients.get(client).and_then(|own| first(&own.ops)).unwrap_or(client)
    }

    /// The put that has claimed a position: its item is in the slot, or still to be written.
    fn put_at(&self, s: &State, pos: u8) -> Option<Call> {
        let slot = s.slots[self.slot(pos)];
        let published = slot.put.filter(|_| slot.stamp == self.published(pos));
        let claims = |(client, thread): (usize, &Thread)| {
            let put = matches!(self.op(s, client), Some(Op::Put(..)));
            let call = Call { client: index(client), at: thread.at };
            (put && thread.pc == Pc::HandOver(pos)).then_some(call)
        };
        published.or_else(|| s.threads.iter().enumerate().find_map(claims))
    }

    /// How many puts have taken effect and not returned.
    fn puts_under_way(&self, s: &State) -> u8 {
        let put = |client: &usize| matches!(self.op(s, *client), Some(Op::Put(..)));
        let under_way = |client: &usize| put(client) && s.threads[*client].effective;
        index((0..self.clients()).filter(under_way).count())
    }

    /// Who has claimed a slot owns it: the stamp still is what it was when it was claimed.
    fn owns_its_slot(&self, s: &State, client: usize) -> bool {
        match (s.threads[client].pc, self.op(s, client)) {
            (Pc::HandOver(pos), Some(op)) => {
                let end = if matches!(op, Op::Put(..)) { s.tail } else { s.head };
                pos < end.pos && s.slots[self.slot(pos)].stamp == self.ready(op, pos)
            }
            _ => true,
        }
    }
}

/// A small number as the words hold it.
fn index(number: usize) -> u8 {
    u8::try_from(number).expect("a small number")
}

/// The operation without its item.
fn kind(op: Op) -> Op {
    if let Op::Put(_, wait) = op { Op::Put(Item::default(), wait) } else { op }
}

fn is_modelled(op: Op) -> bool {
    match op {
        Op::Put(_, wait) | Op::Get(wait) => matches!(wait, Wait::Never | Wait::Forever),
        Op::Join(wait) => wait == Wait::Forever,
        Op::TaskDone | Op::Shutdown(_) => true,
        Op::Len | Op::Unfinished | Op::IsShutdown => false,
    }
}

impl Algorithm for Ring {
    type State = State;
    type Specification = Constants;

    fn specification(&self) -> Constants {
        self.scenario.constants
    }

    fn init(&self) -> State {
        let mut slots = [Slot::default(); SLOTS];
        for (pos, slot) in (0..self.capacity()).zip(&mut slots) {
            slot.stamp = self.free(pos);
        }
        State {
            tail: End::default(),
            head: End::default(),
            done: Done::default(),
            slots,
            waiters: [false; 3],
            threads: std::array::from_fn(|client| Thread::before(index(self.role(client)), 0)),
        }
    }

    fn steps(&self, s: &State, steps: &mut Vec<Step<State>>) {
        steps.extend((0..self.clients()).filter_map(|client| self.step(s, client)));
    }

    fn queue(&self, s: &State) -> spec::State {
        let dropped = s.done.closed;
        let positions = if dropped { s.tail.pos..s.tail.pos } else { s.head.pos..s.tail.pos };
        let puts = positions.filter_map(|pos| self.put_at(s, pos));
        let shut = s.head.marks.graceful || s.done.closed;
        spec::State {
            items: puts.map(|put| self.item(put)).collect(),
            unfinished: usize::from(s.unfinished()),
            phase: if shut { Phase::Shut } else { Phase::Open },
        }
    }

    fn clients(&self) -> usize {
        self.scenario.clients.len()
    }

    fn place(&self, s: &State, client: usize) -> Place {
        match (self.op(s, client), s.threads[client]) {
            (None, _) => Place::Finished,
            (Some(_), Thread { pc: Pc::Outside, .. }) => Place::Outside,
            (Some(_), Thread { effective: true, .. }) => Place::Effective,
            (Some(op), _) => Place::Called(op),
        }
    }

    fn name(&self, thread: usize) -> String {
        self.scenario.clients[thread].name.clone()
    }

    fn invariant(&self, s: &State) -> bool {
        let in_order = s.head.pos <= s.tail.pos && s.tail.pos <= s.head.pos + self.capacity();
        let counted = s.done.count <= s.tail.pos;
        // Marks are made from the tail to the head to done.
        let marked = s.head.marks.and(s.tail.marks) == s.tail.marks
            && (!s.done.closed || s.head.marks.immediate);
        let seen = |thread: &Thread, event| thread.ticket != Ticket::Valid || s.waiters[event];
        let waiters_are_seen = (0..self.clients()).all(|client| {
            let event = self.op(s, client).and_then(step::waits_for);
            event.is_none_or(|event| seen(&s.threads[client], event as usize))
        });
        let owned = (0..self.clients()).all(|client| self.owns_its_slot(s, client));
        in_order && counted && marked && waiters_are_seen && owned
    }

    fn reaches() -> Vec<Property<Checked<Ring>>> {
        reaches::properties()
    }

    /// A twin is searched as it is: its counterexample is to be read.
    fn representative(&self, s: &State) -> State {
        if self.defect.is_some() { *s } else { s.sorted() }
    }
}
