//! What a task does in one turn of the event loop.

use super::{Asyncio, Defect, Line, Stage, State, TASKS_MAX, is_join};
use crate::algorithms::Step;
use crate::refinement::Effect;
use spec::{Item, Op, Outcome, Shutdown, Wait};

/// A task that runs to its next await.
pub(super) struct Turn<'a> {
    design: &'a Asyncio,
    task: usize,
    op: Op,
    /// The state so far.
    s: State,
    /// What has taken effect so far.
    effects: Vec<Effect>,
    /// Whether the operation has returned.
    returns: bool,
}

impl<'a> Turn<'a> {
    /// The turn of a task that has not called everything.
    pub(super) fn of(design: &'a Asyncio, s: &State, task: usize) -> Option<Self> {
        let op = design.op(s, task)?;
        Some(Turn { design, task, op, s: s.clone(), effects: Vec::new(), returns: false })
    }

    /// The step, unless the task waits.
    pub(super) fn run(mut self) -> Option<Step<State>> {
        let waits_again = self.has(Defect::JoinTestsAgain) && self.s.unfinished > 0;
        let label = match (self.s.tasks[self.task].stage, self.op) {
            (Stage::Asleep | Stage::Ended, _) => return None,
            (Stage::Woken, Op::Join(_)) if waits_again => return None,
            (Stage::CancelledAsleep | Stage::CancelledWoken, _) => self.unwind(),
            (Stage::Woken, Op::Join(_)) => self.leave_join(),
            (_, Op::Put(item, wait)) => self.put(item, wait),
            (_, Op::Get(wait)) => self.get(wait),
            (_, Op::TaskDone) => self.task_done(),
            (_, Op::Join(_)) => self.join(),
            (_, Op::Shutdown(mode)) => self.shutdown(mode),
            (_, Op::Len) => self.observe("len", Outcome::Count(self.s.items.len())),
            (_, Op::Unfinished) => self.observe("unfinished", Outcome::Count(self.s.unfinished)),
            (_, Op::IsShutdown) => self.observe("is_shutdown", Outcome::Is(self.s.shut)),
        };
        let Turn { task: thread, effects, returns, s: next, .. } = self;
        Some(Step { thread, label, effects, returns, next })
    }

    fn put(&mut self, item: Item, wait: Wait) -> &'static str {
        if self.s.shut {
            return self.refuse("put is told of the shutdown", Outcome::ShutDown);
        }
        if self.design.full(&self.s) && wait.gives_up() {
            return self.refuse("put finds no room", Outcome::Full);
        }
        if self.design.full(&self.s) {
            self.s.putters.push(self.task);
            return self.sleep("put waits");
        }
        self.answer(Outcome::Done);
        self.add(item);
        "put"
    }

    fn add(&mut self, item: Item) {
        self.s.items.push(item);
        self.s.unfinished += 1;
        self.s.finished = self.has(Defect::PutLeavesEventSet) && self.s.finished;
        self.wake_next(|s| &mut s.getters);
    }

    fn get(&mut self, wait: Wait) -> &'static str {
        let woken = self.s.tasks[self.task].stage == Stage::Woken;
        if self.s.items.is_empty() && self.s.shut {
            return self.refuse("get is told of the shutdown", Outcome::ShutDown);
        }
        let tests_once = self.has(Defect::GetTestsOnce) && woken;
        if self.s.items.is_empty() && (wait.gives_up() || tests_once) {
            return self.refuse("get finds no item", Outcome::Empty);
        }
        let Some(item) = self.take() else {
            self.s.getters.push(self.task);
            return self.sleep("get waits");
        };
        self.answer(Outcome::Got(item));
        "get"
    }

    fn take(&mut self) -> Option<Item> {
        let item = self.s.items.pop()?;
        self.wake_next(|s| &mut s.putters);
        Some(item)
    }

    fn task_done(&mut self) -> &'static str {
        let Some(unfinished) = self.s.unfinished.checked_sub(1) else {
            self.answer(Outcome::TooMany);
            return "task_done is one too many";
        };
        self.answer(Outcome::Done);
        self.s.unfinished = unfinished;
        if unfinished == usize::from(self.has(Defect::EventSetEarly)) {
            self.set_finished();
        }
        "task_done"
    }

    fn join(&mut self) -> &'static str {
        if self.s.unfinished > 0 && !self.s.finished {
            return self.sleep("join waits");
        }
        self.answer(Outcome::Done);
        "join"
    }

    /// Its release was its effect; it does not look at the count again.
    fn leave_join(&mut self) -> &'static str {
        self.go_on();
        "join returns"
    }

    fn shutdown(&mut self, mode: Shutdown) -> &'static str {
        self.answer(Outcome::Done);
        self.s.shut = true;
        if mode == Shutdown::Immediate {
            while self.s.items.pop().is_some() {
                self.s.unfinished = self.s.unfinished.saturating_sub(1);
            }
            if self.s.unfinished == 0 {
                self.set_finished();
            }
        }
        while self.wake_next(|s| &mut s.getters) {}
        while !self.has(Defect::ShutdownForgetsPuts) && self.wake_next(|s| &mut s.putters) {}
        "shutdown"
    }

    /// The cancellation is raised where the task waits. Who had been woken hands that on, if
    /// somebody can still make use of it.
    fn unwind(&mut self) -> &'static str {
        let woken = self.s.tasks[self.task].stage == Stage::CancelledWoken;
        self.s.getters.remove(self.task);
        self.s.putters.remove(self.task);
        self.s.tasks[self.task].stage = Stage::Ended;
        self.returns = true;
        if !(woken && is_join(self.op)) {
            self.effects.push(Effect::Cancelled { client: self.task });
        }
        let (room, item) = (!self.design.full(&self.s), !self.s.items.is_empty());
        match self.op {
            Op::Put(item, _) if woken && self.has(Defect::CancelledPutAddsItem) => self.add(item),
            Op::Get(_) if woken && self.has(Defect::CancelledGetTakesItem) => {
                self.take();
            }
            Op::Put(..) if woken && room && !self.has(Defect::CancelledPutKeepsWakeUp) => {
                self.wake_next(|s| &mut s.putters);
            }
            Op::Get(_) if woken && item && !self.has(Defect::CancelledGetKeepsWakeUp) => {
                self.wake_next(|s| &mut s.getters);
            }
            _ => {}
        }
        "unwinds"
    }

    fn observe(&mut self, label: &'static str, outcome: Outcome) -> &'static str {
        self.answer(outcome);
        label
    }

    /// Completes the oldest future that is neither completed nor cancelled; false if there is none.
    /// Those before it leave the line.
    fn wake_next(&mut self, line: fn(&mut State) -> &mut Line<usize, TASKS_MAX>) -> bool {
        while let Some(task) = line(&mut self.s).pop() {
            if self.s.tasks[task].stage == Stage::Asleep {
                self.s.tasks[task].stage = Stage::Woken;
                return true;
            }
        }
        false
    }

    /// Every join that sleeps takes effect now, whatever becomes of the count before it runs.
    fn set_finished(&mut self) {
        self.s.finished = true;
        for task in 0..self.s.tasks.len() {
            let Some(op) = self.design.op(&self.s, task) else { continue };
            if is_join(op) && self.s.tasks[task].stage == Stage::Asleep {
                self.s.tasks[task].stage = Stage::Woken;
                self.effects.push(Effect::Takes { client: task, op, outcome: Outcome::Done });
            }
        }
    }

    fn sleep(&mut self, label: &'static str) -> &'static str {
        self.s.tasks[self.task].stage = Stage::Asleep;
        label
    }

    fn refuse(&mut self, label: &'static str, outcome: Outcome) -> &'static str {
        self.answer(outcome);
        self.s.tasks[self.task].stage = Stage::Ended;
        label
    }

    /// The operation takes effect and returns.
    fn answer(&mut self, outcome: Outcome) {
        self.effects.push(Effect::Takes { client: self.task, op: self.op, outcome });
        self.go_on();
    }

    fn go_on(&mut self) {
        self.returns = true;
        self.s.tasks[self.task].at += 1;
        self.s.tasks[self.task].stage = Stage::Ready;
    }

    fn has(&self, defect: Defect) -> bool {
        self.design.defect == Some(defect)
    }
}
