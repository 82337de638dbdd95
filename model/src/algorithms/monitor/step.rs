//! `Next` of the monitor: what a thread does at each place.

use super::state::{number, thread};
use super::{
    At, Call, Condition, Defect, ENDLESS, Granularity, Line, Monitor, Owner, Role, State, Wakes,
};
use spec::{Discipline, Item, Outcome, Shutdown};

/// What one thread does in one step.
#[derive(Clone, Copy)]
pub(super) struct Move {
    pub(super) label: &'static str,
    /// The operation that the thread has called takes effect, and will answer this.
    pub(super) effect: Option<Outcome>,
    /// The operation returns.
    pub(super) returns: bool,
    pub(super) next: State,
}

const LOCKS: &str = "locks";

impl Move {
    /// Both in one step. It is called after what is done under the lock.
    fn then(self, second: Move) -> Move {
        let label = if self.label == LOCKS { second.label } else { self.label };
        Move { label, effect: self.effect.or(second.effect), ..second }
    }
}

/// The call of a thread takes effect, which leaves it at `at` in `next`.
fn take_effect(next: State, t: usize, label: &'static str, outcome: Outcome, at: At) -> Move {
    Move { effect: Some(outcome), ..to(&next, t, at, label) }
}

type Visit<'a> = &'a mut dyn FnMut(Move);

impl Monitor {
    /// Every step of a thread.
    pub(super) fn go_on(&self, s: &State, t: usize, visit: Visit<'_>) {
        match self.granularity {
            Granularity::Fine => self.step(s, t, visit),
            Granularity::Coarse => {
                self.step(s, t, &mut |moved| self.until_unlocked(moved, t, visit));
            }
        }
    }

    /// What a thread that holds the lock does until it gives it back.
    fn until_unlocked(&self, so_far: Move, t: usize, visit: Visit<'_>) {
        if so_far.next.holder.is_none() {
            return visit(so_far);
        }
        let mut go_on = |moved| self.until_unlocked(so_far.then(moved), t, visit);
        self.step(&so_far.next, t, &mut go_on);
    }

    fn step(&self, s: &State, t: usize, visit: Visit<'_>) {
        match s.threads[t].at {
            At::Lock | At::Woken | At::Expired if s.holder.is_none() => visit(self.lock(s, t)),
            At::Lock | At::Woken | At::Expired | At::Finished => {}
            At::Test | At::LastTest | At::Untested => visit(self.call(s, t)),
            At::Waits => {
                if self.spurious {
                    visit(self.wake_spuriously(s, t));
                }
                if self.is_timed(t) {
                    self.time_out(s, t, visit);
                }
            }
            At::Notify => self.notify(s, t, visit),
            At::Unlock => visit(self.unlock(s, t)),
        }
    }

    fn time_out(&self, s: &State, t: usize, visit: Visit<'_>) {
        let late = to(s, t, At::Expired, "times out");
        if !self.gives_up_late(s, t) {
            visit(late);
        } else if s.items.is_empty() && !s.shut {
            // It has decided now. At other times the twin does no harm that this would show.
            visit(Move { effect: Some(Outcome::Empty), ..late });
        }
    }

    /// Whether a thread whose time is over does not test again.
    pub(super) fn gives_up_late(&self, s: &State, t: usize) -> bool {
        s.threads[t].call == Call::Get && self.has(Defect::LateGetGivesUp)
    }

    fn lock(&self, s: &State, t: usize) -> Move {
        let me = s.threads[t];
        let at = match (me.at, me.call) {
            (At::Woken, Call::Join) if self.has(Defect::JoinTestsOnce) => At::Untested,
            (At::Woken, Call::Get) if self.has(Defect::GetTestsOnce) => At::Untested,
            (At::Expired, _) => At::LastTest,
            _ => At::Test,
        };
        let mut moved = to(s, t, at, LOCKS);
        moved.next.holder = u8::try_from(t).ok();
        // Who gives up waiting takes itself off the list, unless a notification already has.
        if me.at == At::Expired {
            self.forget(&mut moved.next, t);
        }
        moved
    }

    fn call(&self, s: &State, t: usize) -> Move {
        match s.threads[t].call {
            Call::Put => self.put(s, t),
            Call::Get => self.get(s, t),
            Call::TaskDone => Monitor::task_done(s, t),
            Call::Join => self.join(s, t),
            Call::Shutdown => self.shutdown(s, t),
        }
    }

    fn put(&self, s: &State, t: usize) -> Move {
        let full = self.queue.capacity.is_some_and(|capacity| s.items.len() >= capacity);
        if s.shut {
            return Monitor::is_shut(s, t);
        }
        if full {
            return self.wait_or_give_up(s, t, Outcome::Full);
        }
        let mut next = *s;
        next.items.push(self.item(s, t));
        next.unfinished += 1;
        take_effect(next, t, "puts", Outcome::Done, At::Notify)
    }

    fn get(&self, s: &State, t: usize) -> Move {
        let at = s.threads[t].at;
        if at == At::LastTest && self.gives_up_late(s, t) {
            return to(s, t, At::Unlock, "gives up");
        }
        if s.items.is_empty() && s.shut {
            return Monitor::is_shut(s, t);
        }
        if s.items.is_empty() && at != At::Untested {
            return self.wait_or_give_up(s, t, Outcome::Empty);
        }
        let mut next = *s;
        let item = next.items.remove(self.first(s));
        next.threads[t].item = item;
        let got = Outcome::Got(Item(item.into()));
        take_effect(next, t, "gets", got, At::Notify)
    }

    /// The position of the item that leaves next.
    fn first(&self, s: &State) -> usize {
        match self.queue.discipline {
            Discipline::Fifo => 0,
            Discipline::Lifo => s.items.len().saturating_sub(1),
            Discipline::Priority => {
                s.items.iter().min().map_or(0, |least| {
                    s.items.position(least).expect("the least one is among them")
                })
            }
        }
    }

    fn task_done(s: &State, t: usize) -> Move {
        let mut next = *s;
        next.threads[t].item = 0;
        if s.unfinished == 0 {
            return take_effect(next, t, "reports one too many", Outcome::TooMany, At::Unlock);
        }
        next.unfinished -= 1;
        let at = if next.unfinished == 0 { At::Notify } else { At::Unlock };
        take_effect(next, t, "reports a task as done", Outcome::Done, at)
    }

    fn join(&self, s: &State, t: usize) -> Move {
        if s.unfinished > 0 && s.threads[t].at != At::Untested {
            return self.wait(s, t);
        }
        take_effect(*s, t, "joins", Outcome::Done, At::Unlock)
    }

    fn shutdown(&self, s: &State, t: usize) -> Move {
        let mut next = *s;
        next.shut = true;
        if self.is_immediate() {
            let dropped = u8::try_from(s.items.len()).expect("few items");
            next.items = Line::default();
            next.unfinished = match self.defect {
                Some(Defect::ShutdownKeepsCount) => s.unfinished,
                Some(Defect::ShutdownUnclamped) => s.unfinished.wrapping_sub(dropped),
                _ => s.unfinished.saturating_sub(dropped),
            };
        }
        take_effect(next, t, "shuts down", Outcome::Done, At::Notify)
    }

    /// Whether what is queued at the shutdown is dropped.
    pub fn is_immediate(&self) -> bool {
        let immediate = Shutdown::Immediate;
        [Owner::ShutsDown(immediate), Owner::ReportsEarly(immediate)].contains(&self.owner)
    }

    /// Whoever meets the shutdown calls nothing more.
    fn is_shut(s: &State, t: usize) -> Move {
        let mut next = *s;
        next.threads[t].left = 1;
        take_effect(next, t, "is shut down", Outcome::ShutDown, At::Unlock)
    }

    fn wait_or_give_up(&self, s: &State, t: usize, outcome: Outcome) -> Move {
        if s.threads[t].at == At::LastTest {
            return take_effect(*s, t, "gives up", outcome, At::Unlock);
        }
        self.wait(s, t)
    }

    fn wait(&self, s: &State, t: usize) -> Move {
        let mut moved = to(s, t, At::Waits, "waits");
        moved.next.holder = None;
        let waiters = &mut moved.next.waiters[self.waits_for(s.threads[t].call)];
        self.line_up(waiters, number(t));
        moved
    }

    /// Adds a waiter. Where any may be chosen, the order of their coming is forgotten.
    pub(super) fn line_up(&self, waiters: &mut Line, waiter: u8) {
        match self.wakes {
            Wakes::Fifo => waiters.push(waiter),
            Wakes::Any => waiters.insert(waiter),
        }
    }

    fn wake_spuriously(&self, s: &State, t: usize) -> Move {
        let mut moved = to(s, t, At::Woken, "wakes for no reason");
        self.forget(&mut moved.next, t);
        moved
    }

    fn forget(&self, next: &mut State, t: usize) {
        let waiters = &mut next.waiters[self.waits_for(next.threads[t].call)];
        if let Some(at) = waiters.position(number(t)) {
            waiters.remove(at);
        }
    }

    fn notify(&self, s: &State, t: usize, visit: Visit<'_>) {
        match s.threads[t].call {
            Call::Put if self.has(Defect::SilentPut) => visit(self.notify_all(s, t, &[])),
            Call::Put => self.notify_one(s, t, Condition::NotEmpty, visit),
            Call::Get if self.has(Defect::SilentGet) => visit(self.notify_all(s, t, &[])),
            Call::Get => self.notify_one(s, t, Condition::NotFull, visit),
            Call::TaskDone if self.has(Defect::SilentZero) => visit(self.notify_all(s, t, &[])),
            Call::TaskDone if self.has(Defect::OneJoinerAtZero) => {
                self.notify_one(s, t, Condition::AllTasksDone, visit);
            }
            // A join has nobody to notify, and never gets here.
            Call::TaskDone | Call::Join => {
                visit(self.notify_all(s, t, &[Condition::AllTasksDone]));
            }
            Call::Shutdown => visit(self.notify_all(s, t, self.concerned())),
        }
    }

    /// Who is to hear of a shutdown.
    fn concerned(&self) -> &'static [Condition] {
        use Condition::{AllTasksDone, NotEmpty, NotFull};
        match self.defect {
            Some(Defect::ShutdownSparesGetters) => &[AllTasksDone, NotFull],
            Some(Defect::ShutdownSparesJoiners) => &[NotEmpty, NotFull],
            _ if self.is_immediate() => &[AllTasksDone, NotEmpty, NotFull],
            _ => &[NotEmpty, NotFull],
        }
    }

    fn notify_one(&self, s: &State, t: usize, condition: Condition, visit: Visit<'_>) {
        let variable = self.variable(condition);
        let candidates = match self.wakes {
            Wakes::Fifo => s.waiters[variable].len().min(1),
            Wakes::Any => s.waiters[variable].len(),
        };
        let notified = to(s, t, At::Unlock, "notifies");
        for at in 0..candidates {
            let mut moved = notified;
            wake(&mut moved.next, variable, at);
            visit(moved);
        }
        if candidates == 0 {
            visit(notified);
        }
    }

    fn notify_all(&self, s: &State, t: usize, conditions: &[Condition]) -> Move {
        let mut moved = to(s, t, At::Unlock, "notifies");
        for condition in conditions {
            let variable = self.variable(*condition);
            while !moved.next.waiters[variable].is_empty() {
                wake(&mut moved.next, variable, 0);
            }
        }
        moved
    }

    /// The call returns, and the thread calls what comes next.
    fn unlock(&self, s: &State, t: usize) -> Move {
        let mut moved = to(s, t, At::Lock, "unlocks");
        moved.returns = true;
        moved.next.holder = None;
        let me = &mut moved.next.threads[t];
        if me.call == Call::Get && me.item != 0 {
            me.call = Call::TaskDone;
            return moved;
        }
        me.call = match self.role(t) {
            Role::Producer => Call::Put,
            Role::Worker => Call::Get,
            Role::Joiner => Call::Join,
            Role::Owner => Call::Shutdown,
        };
        if me.left != ENDLESS {
            me.left -= 1;
        }
        if me.left == 0 {
            me.at = At::Finished;
        }
        moved
    }
}

/// A step that takes a thread to another place.
fn to(s: &State, t: usize, at: At, label: &'static str) -> Move {
    let mut next = *s;
    next.threads[t].at = at;
    Move { label, effect: None, returns: false, next }
}

/// Wakes the waiter at a position. One whose time is over is awake already.
fn wake(next: &mut State, variable: usize, at: usize) {
    let waiter = thread(next.waiters[variable].remove(at));
    if next.threads[waiter].at == At::Waits {
        next.threads[waiter].at = At::Woken;
    }
}
