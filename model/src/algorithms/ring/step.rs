//! `Next`: one thread, one atomic memory access.

use super::state::{CLIENTS, Call, Done, End, Event, Marks, Pc, Slot, State, Thread, Ticket};
use super::{Defect, Ring, index};
use crate::algorithms::Step;
use crate::refinement::Effect;
use spec::{Item, Op, Outcome, Shutdown, Wait};
use std::cmp::Ordering;

/// The step of one thread in the making.
struct Turn<'a> {
    ring: &'a Ring,
    me: usize,
    op: Op,
    effects: Vec<Effect>,
    returns: bool,
    next: State,
}

impl Ring {
    /// The step that a thread can take, if any: no thread has a choice.
    pub(super) fn step(&self, s: &State, me: usize) -> Option<Step<State>> {
        let op = self.op(s, me)?;
        let thread = s.threads[me];
        let enabled = match thread.pc {
            // A guard, for a loop would hide that it never ends.
            Pc::Spin(end) => s.slots[self.slot(end.pos)].stamp >= self.ready(op, end.pos),
            Pc::Park => thread.ticket == Ticket::Stale,
            _ => true,
        };
        enabled.then(|| {
            let effects = Vec::new();
            let mut turn = Turn { ring: self, me, op, effects, returns: false, next: *s };
            let mut label = turn.access();
            while self.merged && turn.is_under_way(thread.pc) {
                label = turn.access();
            }
            let Turn { effects, returns, next, .. } = turn;
            Step { thread: me, label, effects, returns, next }
        })
    }

    /// The stamp of a slot that is ready for a put or a get at this position.
    pub(super) fn ready(&self, op: Op, pos: u8) -> u8 {
        if matches!(op, Op::Put(..)) { self.free(pos) } else { self.published(pos) }
    }

    /// The stamp of a slot that a put at this position can take.
    pub(super) fn free(&self, pos: u8) -> u8 {
        if self.has(Defect::StampsNotDoubled) { pos } else { 2 * pos }
    }

    /// The stamp of a slot that holds the item of this position.
    pub(super) fn published(&self, pos: u8) -> u8 {
        self.free(pos) + 1
    }
}

impl Turn<'_> {
    /// Whether the thread is in the middle of an attempt, or has just woken up for one. It has
    /// changed nothing that others could see.
    fn is_under_way(&self, from: Pc) -> bool {
        match self.me().pc {
            Pc::Stamp(_) | Pc::OtherEnd(_) | Pc::Claim(_) | Pc::Total(_) | Pc::Finish { .. } => {
                true
            }
            Pc::Load => from == Pc::Park,
            _ => false,
        }
    }

    /// Does what comes next, and says it.
    fn access(&mut self) -> &'static str {
        match self.me().pc {
            Pc::Outside | Pc::Load => self.load(),
            Pc::Stamp(end) | Pc::Spin(end) => self.stamp(end),
            Pc::OtherEnd(end) => self.other_end(end),
            Pc::Claim(end) => self.claim(end),
            Pc::HandOver(pos) => self.hand_over(pos),
            Pc::Look => self.look(),
            Pc::Wake(event) => self.wake(event),
            Pc::Register => self.register(),
            Pc::Park => self.park(),
            Pc::Total(done) => self.total(done),
            Pc::Finish { done, last } => self.finish(done, last),
            Pc::MarkHead(marks) => self.mark_head(marks),
            Pc::MarkDone => self.mark_done(),
        }
    }

    fn load(&mut self) -> &'static str {
        match self.op {
            Op::Put(..) => self.with_end(self.next.tail, "loads the tail"),
            Op::Get(_) => self.with_end(self.next.head, "loads the head"),
            Op::Shutdown(mode) => self.mark_tail(mode),
            _ => self.goes(Pc::Total(self.next.done), "loads done"),
        }
    }

    /// A put has loaded the tail, a get the head.
    fn with_end(&mut self, end: End, label: &'static str) -> &'static str {
        match self.op {
            Op::Put(..) if end.marks.any() && self.ring.has(Defect::DoesNotHelpShutdown) => {
                self.answers(Outcome::ShutDown, "meets a shutdown")
            }
            Op::Put(..) if end.marks.any() => self.goes(Pc::MarkHead(end.marks), label),
            Op::Get(_) if end.marks.immediate => self.goes(Pc::MarkDone, label),
            _ => self.goes(Pc::Stamp(end), label),
        }
    }

    fn stamp(&mut self, end: End) -> &'static str {
        let stamp = self.next.slots[self.ring.slot(end.pos)].stamp;
        match (stamp.cmp(&self.ring.ready(self.op, end.pos)), self.op) {
            (Ordering::Equal, _) => self.goes(Pc::Claim(end), "finds the slot ready"),
            (Ordering::Greater, _) => self.goes(Pc::Load, "finds the slot in a later lap"),
            (Ordering::Less, Op::Get(_)) if self.ring.has(Defect::EmptyByStamp) => {
                self.waits_or(Outcome::Empty, "finds no item in the slot")
            }
            (Ordering::Less, Op::Put(..)) if self.ring.has(Defect::FullByStamp) => {
                self.waits_or(Outcome::Full, "finds an item in the slot")
            }
            (Ordering::Less, _) => self.goes(Pc::OtherEnd(end), "finds the slot not ready"),
        }
    }

    fn other_end(&mut self, end: End) -> &'static str {
        if matches!(self.op, Op::Put(..)) { self.full(end) } else { self.empty(end) }
    }

    /// Full if the head is a whole lap behind. The tail was what it is now: it cannot pass the head
    /// by more. No shutdown has taken effect, for it would have marked the head.
    fn full(&mut self, tail: End) -> &'static str {
        let head = self.next.head;
        if head.marks.any() {
            self.goes(Pc::MarkHead(head.marks), "loads the head")
        } else if head.pos + self.ring.capacity() == tail.pos {
            self.waits_or(Outcome::Full, "finds the ring full")
        } else {
            self.goes(Pc::Spin(tail), "finds the slot in use by a get")
        }
    }

    /// Empty if the tail is where the head was. The head still is there: it cannot pass the tail.
    /// No shutdown has taken effect, for it would have marked the tail.
    fn empty(&mut self, head: End) -> &'static str {
        let tail = self.next.tail;
        if tail.pos != head.pos {
            self.goes(Pc::Spin(head), "finds the slot in use by a put")
        } else if head.marks.graceful {
            self.answers(Outcome::ShutDown, "finds the ring empty and shut down")
        } else if tail.marks.any() {
            self.goes(Pc::MarkHead(tail.marks), "loads the tail")
        } else {
            self.waits_or(Outcome::Empty, "finds the ring empty")
        }
    }

    fn claim(&mut self, end: End) -> &'static str {
        let put = matches!(self.op, Op::Put(..));
        let word = if put { &mut self.next.tail } else { &mut self.next.head };
        if *word != end {
            let found = *word;
            return self.with_end(found, "fails to claim the slot");
        }
        word.pos += 1;
        self.takes(if put { Outcome::Done } else { Outcome::Got(self.item(end.pos)) });
        self.goes(Pc::HandOver(end.pos), "claims the slot")
    }

    fn hand_over(&mut self, pos: u8) -> &'static str {
        let own = Call { client: index(self.me), at: self.me().at };
        let (slot, label) = if matches!(self.op, Op::Put(..)) {
            let stamp = self.ring.published(pos);
            (Slot { stamp, put: Some(own) }, "writes the item and publishes the slot")
        } else {
            let ahead =
                if self.ring.has(Defect::StampsNotAdvanced) { 0 } else { self.ring.capacity() };
            let stamp = self.ring.free(pos + ahead);
            (Slot { stamp, put: None }, "reads the item and frees the slot")
        };
        self.next.slots[self.ring.slot(pos)] = slot;
        self.goes(Pc::Look, label)
    }

    fn look(&mut self) -> &'static str {
        let event = match self.op {
            Op::Put(..) => Event::Items,
            Op::Get(_) => Event::Room,
            _ => Event::Idle,
        };
        if self.next.waiters[event as usize] {
            return self.goes(Pc::Wake(event), "sees that somebody waits");
        }
        self.returns();
        "sees that nobody waits"
    }

    fn wake(&mut self, event: Event) -> &'static str {
        let one = event == Event::Idle && self.ring.has(Defect::WakesOneJoiner);
        let mut left = if one { 1 } else { CLIENTS };
        for client in 0..CLIENTS {
            let waits = self.ring.op(&self.next, client).and_then(waits_for) == Some(event);
            let thread = &mut self.next.threads[client];
            if waits && thread.ticket == Ticket::Valid && left > 0 {
                thread.ticket = Ticket::Stale;
                left -= 1;
            }
        }
        self.next.waiters[event as usize] = false;
        match (self.op, event) {
            // A shutdown wakes everybody whom it concerns, without a look.
            (Op::Shutdown(_), Event::Items) => self.goto(Pc::Wake(Event::Room)),
            (Op::Shutdown(Shutdown::Immediate), Event::Room) => self.goto(Pc::Wake(Event::Idle)),
            _ => self.returns(),
        }
        "wakes"
    }

    fn register(&mut self) -> &'static str {
        if let Some(event) = waits_for(self.op) {
            self.next.waiters[event as usize] = true;
        }
        self.me_mut().ticket = Ticket::Valid;
        let recheck = !self.ring.has(Defect::ParksWithoutRecheck);
        self.goes(if recheck { Pc::Load } else { Pc::Park }, "registers as a waiter")
    }

    fn park(&mut self) -> &'static str {
        self.me_mut().ticket = Ticket::None;
        self.goes(Pc::Load, "wakes up")
    }

    /// `task_done` and join: whether a task is unfinished. If the numbers are equal none is, at
    /// this instant: `done` was not higher before, and can be no higher now.
    fn total(&mut self, done: Done) -> &'static str {
        let s = &self.next;
        let mut total = s.total(done);
        if self.ring.has(Defect::CountsLate) && !done.closed {
            total -= self.ring.puts_under_way(s);
        }
        match self.op {
            Op::TaskDone if total <= done.count => {
                self.answers(Outcome::TooMany, "finds no unfinished task")
            }
            Op::TaskDone => {
                let looks =
                    !self.ring.has(Defect::LooksTooEarly) || s.waiters[Event::Idle as usize];
                let last = looks && done.count + 1 == total;
                self.goes(Pc::Finish { done, last }, "finds an unfinished task")
            }
            _ if total <= done.count => self.answers(Outcome::Done, "finds no unfinished task"),
            _ => self.waits_or(Outcome::TimedOut, "finds an unfinished task"),
        }
    }

    fn finish(&mut self, done: Done, last: bool) -> &'static str {
        if self.next.done != done {
            return self.goes(Pc::Total(self.next.done), "fails to count");
        }
        self.next.done.count += 1;
        self.takes(Outcome::Done);
        if last {
            return self.goes(Pc::Look, "counts the last task as done");
        }
        self.returns();
        "counts a task as done"
    }

    fn mark_tail(&mut self, mode: Shutdown) -> &'static str {
        let graceful = mode == Shutdown::Graceful;
        let marks = Marks { graceful, immediate: !graceful };
        self.next.tail.marks = self.next.tail.marks.and(marks);
        self.goes(Pc::MarkHead(marks), "marks the tail")
    }

    fn mark_head(&mut self, marks: Marks) -> &'static str {
        self.next.head.marks = self.next.head.marks.and(marks);
        if marks.graceful {
            self.shuts(Shutdown::Graceful);
        }
        if marks.immediate {
            return self.goes(Pc::MarkDone, "marks the head");
        }
        self.after_marking("marks the head")
    }

    fn mark_done(&mut self) -> &'static str {
        self.next.done.closed = true;
        self.shuts(Shutdown::Immediate);
        self.after_marking("marks done")
    }

    fn after_marking(&mut self, label: &'static str) -> &'static str {
        match self.op {
            Op::Shutdown(_) => self.goes(Pc::Wake(Event::Items), label),
            _ => self.answers(Outcome::ShutDown, label),
        }
    }

    /// Every shutdown that has marked the tail takes effect, whoever has marked the last word.
    fn shuts(&mut self, mode: Shutdown) {
        let op = Op::Shutdown(mode);
        for client in 0..CLIENTS {
            let thread = self.next.threads[client];
            let under_way = matches!(thread.pc, Pc::MarkHead(_) | Pc::MarkDone);
            if self.ring.op(&self.next, client) == Some(op) && under_way && !thread.effective {
                self.next.threads[client].effective = true;
                self.effects.push(Effect::Takes { client, op, outcome: Outcome::Done });
            }
        }
    }

    fn waits_or(&mut self, outcome: Outcome, label: &'static str) -> &'static str {
        match (self.op.wait(), self.me().ticket) {
            (Some(Wait::Never), _) => self.answers(outcome, label),
            (_, Ticket::None) => self.goes(Pc::Register, label),
            (_, Ticket::Valid | Ticket::Stale) => self.goes(Pc::Park, label),
        }
    }

    fn answers(&mut self, outcome: Outcome, label: &'static str) -> &'static str {
        self.takes(outcome);
        self.returns();
        label
    }

    fn takes(&mut self, outcome: Outcome) {
        self.me_mut().effective = true;
        self.effects.push(Effect::Takes { client: self.me, op: self.op, outcome });
    }

    fn returns(&mut self) {
        self.returns = true;
        let Thread { role, at, .. } = self.me();
        *self.me_mut() = Thread::before(role, at + 1);
    }

    fn goes(&mut self, pc: Pc, label: &'static str) -> &'static str {
        self.goto(pc);
        label
    }

    fn goto(&mut self, pc: Pc) {
        self.me_mut().pc = pc;
    }

    fn me(&self) -> Thread {
        self.next.threads[self.me]
    }

    fn me_mut(&mut self) -> &mut Thread {
        &mut self.next.threads[self.me]
    }

    fn item(&self, pos: u8) -> Item {
        let put = self.next.slots[self.ring.slot(pos)].put;
        self.ring.item(put.expect("a published slot holds an item"))
    }
}

/// What an operation may have to wait for.
pub(super) fn waits_for(op: Op) -> Option<Event> {
    match op {
        Op::Put(..) => Some(Event::Room),
        Op::Get(_) => Some(Event::Items),
        Op::Join(_) => Some(Event::Idle),
        _ => None,
    }
}
