//! Long valid histories: clients with roles, simulated on a queue, with much overlap.
//!
//! Whoever is picked next calls, takes effect or returns, one of the three: so between the call of
//! an operation, its effect and its return the others go on.

use fastrand::Rng;
use spec::{
    CancelledPut, Discipline, Ending, Event, EventKind, History, Item, Op, Outcome, Shutdown, Wait,
};
use std::collections::VecDeque;
use std::time::Duration;

/// Who the clients are, and what they do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mix {
    /// Clients that put.
    pub producers: usize,
    /// Clients that get and, if there are joiners, report what they got.
    pub consumers: usize,
    /// Clients that join.
    pub joiners: usize,
    /// Clients that ask for counts.
    pub watchers: usize,
    /// The order in which items leave.
    pub discipline: Discipline,
    /// How many items fit.
    pub capacity: Option<usize>,
    /// Whether puts, gets and joins may give up.
    pub gives_up: bool,
    /// Whether those who wait may be cancelled, and then what a put has done.
    pub cancels: Option<CancelledPut>,
    /// Whether somebody shuts the queue down when nine tenths of the operations are over.
    pub shutdown: Option<Shutdown>,
}

/// Clients with roles: producers, consumers and, of the given number, joiners.
pub(crate) fn everything(
    producers: usize,
    consumers: usize,
    joiners: usize,
    capacity: usize,
) -> Mix {
    Mix {
        producers,
        consumers,
        joiners,
        watchers: 0,
        discipline: Discipline::Fifo,
        capacity: Some(capacity),
        gives_up: true,
        cancels: None,
        shutdown: None,
    }
}

/// A defect that shows once, in the middle of the history or at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Another item leaves instead of the next.
    OrderSwap,
    /// An item that was put is not there.
    LostItem,
    /// An item is put although there is no room.
    Overfull,
    /// A get says empty although there are items.
    LateEmpty,
    /// A join returns although tasks are unfinished.
    EarlyJoin,
    /// A get that waits is never woken.
    LostWakeUp,
    /// A join that waits is never woken.
    MissedZero,
    /// A get that is cancelled takes an item with it.
    CancelledGet,
    /// A put that is cancelled puts its item all the same.
    CancelledPut,
}

impl Bug {
    /// All of them.
    pub(crate) const ALL: [Bug; 9] = [
        Bug::OrderSwap,
        Bug::LostItem,
        Bug::Overfull,
        Bug::LateEmpty,
        Bug::EarlyJoin,
        Bug::LostWakeUp,
        Bug::MissedZero,
        Bug::CancelledGet,
        Bug::CancelledPut,
    ];
}

/// What a client is doing.
#[derive(Clone, Copy)]
enum Doing {
    Nothing,
    Waiting(Op),
    Returning(Outcome),
    Asleep,
}

struct Simulation<'a> {
    mix: Mix,
    rng: &'a mut Rng,
    events: Vec<Event>,
    items: VecDeque<Item>,
    unfinished: usize,
    shut: bool,
    doing: Vec<Doing>,
    /// What each client has got and not reported.
    unreported: Vec<usize>,
    next_item: u32,
    calls: usize,
    calls_max: usize,
    /// What is still to go wrong.
    bug: Option<Bug>,
}

/// A history of so many operations, cut when the last has been called and the others have had some
/// time to return.
pub(crate) fn simulate(mix: Mix, operations: usize, rng: &mut Rng) -> History {
    let mut simulation = Simulation::new(mix, operations, None, rng);
    simulation.run();
    simulation.come_to_rest(false);
    let ending = Ending::Cut("the simulation ends here".to_string());
    History { events: simulation.events, ending }
}

/// A quiescent history of a queue with a defect, and whether the defect showed.
pub(crate) fn simulate_bug(
    mix: Mix,
    operations: usize,
    bug: Bug,
    rng: &mut Rng,
) -> (History, bool) {
    let mut simulation = Simulation::new(mix, operations, Some(bug), rng);
    simulation.run();
    simulation.fall_asleep();
    simulation.come_to_rest(bug == Bug::MissedZero);
    (History { events: simulation.events, ending: Ending::Quiescent }, simulation.bug.is_none())
}

impl<'a> Simulation<'a> {
    fn new(mix: Mix, operations: usize, bug: Option<Bug>, rng: &'a mut Rng) -> Simulation<'a> {
        let clients = mix.producers + mix.consumers + mix.joiners + mix.watchers;
        Simulation {
            mix,
            rng,
            events: Vec::with_capacity(2 * operations),
            items: VecDeque::new(),
            unfinished: 0,
            shut: false,
            doing: vec![Doing::Nothing; clients],
            unreported: vec![0; clients],
            next_item: 0,
            calls: 0,
            calls_max: operations,
            bug,
        }
    }

    fn run(&mut self) {
        let clients = self.doing.len();
        while self.calls < self.calls_max {
            let client = self.rng.usize(..clients);
            self.go_on(client);
        }
    }

    /// Some client that waits for what the defect is about will not be woken.
    fn fall_asleep(&mut self) {
        let asleep = |doing: &&mut Doing| match doing {
            Doing::Waiting(Op::Get(Wait::Forever)) => self.bug == Some(Bug::LostWakeUp),
            Doing::Waiting(Op::Join(Wait::Forever)) => self.bug == Some(Bug::MissedZero),
            _ => false,
        };
        if let Some(doing) = self.doing.iter_mut().find(asleep) {
            *doing = Doing::Asleep;
            self.bug = None;
        }
    }

    /// Goes on until nobody can, or wants to: what was got is reported, and perhaps the rest got.
    fn come_to_rest(&mut self, and_empty: bool) {
        let consumers = self.mix.producers..self.mix.producers + self.mix.consumers;
        let mut idle = 0;
        while idle < 100 * self.doing.len() {
            let client = self.rng.usize(..self.doing.len());
            let events = self.events.len();
            if matches!(self.doing[client], Doing::Nothing) && consumers.contains(&client) {
                self.clear_up(client, and_empty);
            }
            self.go_on(client);
            idle = if self.events.len() > events { 0 } else { idle + 1 };
        }
    }

    fn clear_up(&mut self, thread: usize, and_empty: bool) {
        let reports = self.mix.joiners > 0 && self.unreported[thread] > 0;
        let op = match reports {
            true => Op::TaskDone,
            false if and_empty && !self.items.is_empty() => Op::Get(Wait::Never),
            false => return,
        };
        self.unreported[thread] -= usize::from(reports);
        self.call(thread, op);
    }

    fn call(&mut self, thread: usize, op: Op) {
        self.calls += 1;
        self.events.push(Event { thread, kind: EventKind::Call(op) });
        self.doing[thread] = Doing::Waiting(op);
    }

    fn go_on(&mut self, thread: usize) {
        match self.doing[thread] {
            Doing::Nothing if self.calls < self.calls_max => {
                let op = self.next_op(thread);
                self.call(thread, op);
            }
            Doing::Nothing | Doing::Asleep => {}
            Doing::Waiting(op) => {
                if self.is_cancelled(op) {
                    self.doing[thread] = Doing::Returning(Outcome::Cancelled);
                } else if let Some(outcome) = self.effect(op) {
                    self.doing[thread] = Doing::Returning(outcome);
                }
            }
            Doing::Returning(outcome) => {
                self.unreported[thread] += usize::from(matches!(outcome, Outcome::Got(_)));
                self.events.push(Event { thread, kind: EventKind::Return(outcome) });
                self.doing[thread] = Doing::Nothing;
            }
        }
    }

    fn next_op(&mut self, thread: usize) -> Op {
        let Mix { producers, consumers, joiners, .. } = self.mix;
        let shutdown_is_due = self.calls == self.calls_max / 10 * 9;
        if let Some(mode) = self.mix.shutdown.filter(|_| shutdown_is_due) {
            return Op::Shutdown(mode);
        }
        if thread < producers {
            self.next_item += 1;
            let item = match self.mix.discipline {
                // In no order, and each once.
                Discipline::Priority => self.next_item.reverse_bits(),
                Discipline::Fifo | Discipline::Lifo => self.next_item,
            };
            return Op::Put(Item(item), self.wait());
        }
        if thread < producers + consumers {
            let reports = joiners > 0 && self.unreported[thread] > 0;
            let one_too_many = joiners > 0 && self.rng.u8(..) == 0;
            if reports || one_too_many {
                self.unreported[thread] = self.unreported[thread].saturating_sub(1);
                return Op::TaskDone;
            }
            return Op::Get(self.wait());
        }
        if thread < producers + consumers + joiners {
            return Op::Join(self.wait());
        }
        [Op::Len, Op::Unfinished, Op::IsShutdown][self.rng.usize(..3)]
    }

    fn wait(&mut self) -> Wait {
        match self.rng.u8(..5) {
            0 if self.mix.gives_up => Wait::Never,
            1 if self.mix.gives_up => Wait::AtMost(Duration::from_millis(5)),
            _ => Wait::Forever,
        }
    }

    /// Whether somebody gives an operation up now. A put that may have happened may do so.
    fn is_cancelled(&mut self, op: Op) -> bool {
        let Some(cancelled_put) = self.mix.cancels else { return false };
        if !op.can_be_cancelled() || self.rng.u8(..16) > 0 {
            return false;
        }
        let may_happen = cancelled_put == CancelledPut::MayHaveHappened;
        if may_happen && matches!(op, Op::Put(..)) && self.rng.bool() {
            self.effect(op);
        }
        true
    }

    /// What an operation does now; `None` while it waits.
    fn effect(&mut self, op: Op) -> Option<Outcome> {
        let full = self.mix.capacity.is_some_and(|capacity| self.items.len() >= capacity);
        let gives_up = op.wait().is_some_and(Wait::gives_up) && self.rng.bool();
        if self.calls > self.calls_max / 2
            && let Some(outcome) = self.bug.and_then(|bug| self.go_wrong(bug, op, full, gives_up))
        {
            self.bug = None;
            return Some(outcome);
        }
        match op {
            Op::Put(..) if self.shut => return Some(Outcome::ShutDown),
            Op::Put(..) if full => return gives_up.then_some(Outcome::Full),
            Op::Put(item, _) => {
                self.items.push_back(item);
                self.unfinished += 1;
            }
            Op::Get(_) => {
                let next = self.next();
                let got = next.and_then(|at| self.items.remove(at)).map(Outcome::Got);
                let shut = self.shut.then_some(Outcome::ShutDown);
                return got.or(shut).or(gives_up.then_some(Outcome::Empty));
            }
            Op::TaskDone if self.unfinished == 0 => return Some(Outcome::TooMany),
            Op::TaskDone => self.unfinished -= 1,
            Op::Join(_) if self.unfinished > 0 => return gives_up.then_some(Outcome::TimedOut),
            Op::Join(_) => {}
            Op::Shutdown(mode) => {
                self.shut = true;
                if mode == Shutdown::Immediate {
                    self.unfinished = self.unfinished.saturating_sub(self.items.len());
                    self.items.clear();
                }
            }
            Op::Len => return Some(Outcome::Count(self.items.len())),
            Op::Unfinished => return Some(Outcome::Count(self.unfinished)),
            Op::IsShutdown => return Some(Outcome::Is(self.shut)),
        }
        Some(Outcome::Done)
    }

    /// The position of the item that leaves next.
    fn next(&self) -> Option<usize> {
        match self.mix.discipline {
            Discipline::Fifo => (!self.items.is_empty()).then_some(0),
            Discipline::Lifo => self.items.len().checked_sub(1),
            Discipline::Priority => (0..self.items.len()).min_by_key(|at| self.items[*at]),
        }
    }

    /// What an operation does wrong now, if it can.
    fn go_wrong(&mut self, bug: Bug, op: Op, full: bool, gives_up: bool) -> Option<Outcome> {
        match (bug, op) {
            (Bug::OrderSwap, Op::Get(_)) if self.items.len() > 1 => {
                let other = (self.next()? + 1) % self.items.len();
                return self.items.remove(other).map(Outcome::Got);
            }
            (Bug::LostItem, Op::Put(..)) if !full => self.unfinished += 1,
            (Bug::Overfull, Op::Put(item, _)) if full => {
                self.items.push_back(item);
                self.unfinished += 1;
            }
            (Bug::LateEmpty, Op::Get(_)) if gives_up && !self.items.is_empty() => {
                return Some(Outcome::Empty);
            }
            (Bug::EarlyJoin, Op::Join(_)) if self.unfinished > 0 => {}
            (Bug::CancelledGet, Op::Get(_)) => {
                let next = self.next()?;
                self.items.remove(next);
                return Some(Outcome::Cancelled);
            }
            (Bug::CancelledPut, Op::Put(item, _)) if !full => {
                self.items.push_back(item);
                self.unfinished += 1;
                return Some(Outcome::Cancelled);
            }
            _ => return None,
        }
        Some(Outcome::Done)
    }
}
