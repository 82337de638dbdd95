//! What a process does next. Its feeder is another thread.

use super::{Defect, Multiprocessing, Stage, State};
use crate::algorithms::Step;
use crate::refinement::Effect;
use spec::{Item, Op, Outcome, Wait};

/// One step of a process.
pub(super) struct Turn<'a> {
    design: &'a Multiprocessing,
    process: usize,
    op: Op,
    /// The state so far.
    s: State,
    /// What has taken effect so far.
    effects: Vec<Effect>,
    /// Whether the operation has returned.
    returns: bool,
}

impl<'a> Turn<'a> {
    /// The next step of a process that has not called everything.
    pub(super) fn of(design: &'a Multiprocessing, s: &State, process: usize) -> Option<Self> {
        let op = design.op(s, process)?;
        Some(Turn { design, process, op, s: s.clone(), effects: Vec::new(), returns: false })
    }

    /// The step, unless the process waits.
    pub(super) fn run(mut self) -> Option<Step<State>> {
        let label = match (self.s.processes[self.process].stage, self.op) {
            (Stage::Called, Op::Put(_, wait)) => self.take_slot(wait),
            (Stage::Reserved, Op::Put(item, _)) => self.buffer(item),
            (Stage::Buffered, Op::Put(..)) => self.count(),
            (Stage::Called, Op::Get(wait)) => self.take_reader_lock(wait),
            (Stage::Reading, Op::Get(wait)) => self.read(wait),
            (Stage::Read, Op::Get(wait)) => self.give_back(wait),
            (Stage::Called, Op::TaskDone) => self.task_done(),
            (Stage::Notifying, Op::TaskDone) => self.leave_task_done(),
            (Stage::Called, Op::Join(_)) => self.join(),
            (Stage::Tested, Op::Join(_)) => self.sleep(),
            (Stage::Asleep | Stage::Notified, Op::Join(_)) => self.wake(),
            (Stage::Awake, Op::Join(_)) => self.leave_join(),
            _ => None,
        }?;
        let Turn { process: thread, effects, returns, s: next, .. } = self;
        Some(Step { thread, label, effects, returns, next })
    }

    fn take_slot(&mut self, wait: Wait) -> Option<&'static str> {
        let Some(slots) = self.s.slots.checked_sub(1) else {
            return self.refuse(wait, Outcome::Full, "put finds no slot");
        };
        self.s.slots = slots;
        self.effects.push(Effect::Begins { client: self.process, op: self.op });
        self.stage(Stage::Reserved, "put takes a slot")
    }

    fn buffer(&mut self, item: Item) -> Option<&'static str> {
        self.take_condition()?;
        self.take_effect(Outcome::Done);
        self.s.processes[self.process].buffer.push(item);
        self.s.processes[self.process].feeder_sleeps = false;
        if self.has(Defect::CountsLate) {
            return self.stage(Stage::Buffered, "put hands over and has not counted");
        }
        self.s.unfinished += 1;
        self.go_on("put counts and hands over")
    }

    fn count(&mut self) -> Option<&'static str> {
        self.s.unfinished += 1;
        self.go_on("put counts")
    }

    fn take_reader_lock(&mut self, wait: Wait) -> Option<&'static str> {
        if self.s.reader.is_some() {
            return self.refuse(wait, Outcome::Empty, "get finds the reader lock taken");
        }
        self.s.reader = Some(self.process);
        self.effects.push(Effect::Begins { client: self.process, op: self.op });
        self.stage(Stage::Reading, "get takes the reader lock")
    }

    fn read(&mut self, wait: Wait) -> Option<&'static str> {
        let Some(item) = self.s.pipe.pop() else {
            self.s.reader = self.s.reader.filter(|_| self.has(Defect::KeepsReaderLock));
            return self.refuse(wait, Outcome::Empty, "get finds nothing");
        };
        self.take_effect(Outcome::Got(item));
        self.stage(Stage::Read, "get reads")
    }

    /// First the reader lock; a get that may give up lets go of it last.
    fn give_back(&mut self, wait: Wait) -> Option<&'static str> {
        let holds = self.s.reader == Some(self.process);
        self.s.reader = self.s.reader.filter(|_| !holds);
        if holds && !wait.gives_up() {
            return self.stage(Stage::Read, "get gives the reader lock back");
        }
        self.s.slots += usize::from(!self.has(Defect::KeepsSlot));
        self.effects.push(Effect::Ends { client: self.process });
        self.go_on("get gives the slot back")
    }

    fn task_done(&mut self) -> Option<&'static str> {
        self.take_condition()?;
        let Some(unfinished) = self.s.unfinished.checked_sub(1) else {
            self.take_effect(Outcome::TooMany);
            return self.go_on("task_done is one too many");
        };
        self.take_effect(Outcome::Done);
        self.s.unfinished = unfinished;
        let sleepers_max = if self.has(Defect::NotifiesOne) { 1 } else { usize::MAX };
        if unfinished > 0 || !self.notify(sleepers_max) || self.has(Defect::AwaitsNobody) {
            return self.go_on("task_done");
        }
        self.s.condition.holder = Some(self.process);
        self.stage(Stage::Notifying, "task_done notifies")
    }

    /// Lets sleepers go; false if there is none. Their joins take effect now, whatever becomes of
    /// the count before they run.
    fn notify(&mut self, sleepers_max: usize) -> bool {
        let asleep = |process: &usize| self.s.processes[*process].stage == Stage::Asleep;
        let sleepers = (0..self.s.processes.len()).filter(asleep).take(sleepers_max);
        let sleepers: Vec<usize> = sleepers.collect();
        for sleeper in &sleepers {
            let op = Op::Join(Wait::Forever);
            self.s.processes[*sleeper].stage = Stage::Notified;
            self.effects.push(Effect::Takes { client: *sleeper, op, outcome: Outcome::Done });
        }
        let condition = &mut self.s.condition;
        condition.sleeping -= sleepers.len();
        condition.wake_ups += sleepers.len();
        condition.awaited = sleepers.len();
        !sleepers.is_empty()
    }

    fn leave_task_done(&mut self) -> Option<&'static str> {
        let condition = &mut self.s.condition;
        condition.awake = condition.awake.checked_sub(condition.awaited)?;
        condition.awaited = 0;
        condition.holder = None;
        self.go_on("task_done returns")
    }

    fn join(&mut self) -> Option<&'static str> {
        self.take_condition()?;
        if self.s.unfinished > 0 && self.has(Defect::SleepsLater) {
            return self.stage(Stage::Tested, "join tests and lets go of the condition");
        }
        if self.s.unfinished > 0 {
            return self.sleep();
        }
        self.take_effect(Outcome::Done);
        self.go_on("join")
    }

    fn sleep(&mut self) -> Option<&'static str> {
        self.take_condition()?;
        self.s.condition.sleeping += 1;
        self.stage(Stage::Asleep, "join sleeps")
    }

    /// Takes a wake-up. One that was meant for somebody else lets a join go as well, zero or not.
    fn wake(&mut self) -> Option<&'static str> {
        self.s.condition.wake_ups = self.s.condition.wake_ups.checked_sub(1)?;
        self.s.condition.awake += 1;
        if self.s.processes[self.process].stage == Stage::Asleep {
            self.take_effect(Outcome::Done);
        }
        self.stage(Stage::Awake, "join wakes")
    }

    /// It takes the condition back and does not test again.
    fn leave_join(&mut self) -> Option<&'static str> {
        self.take_condition()?;
        self.go_on("join returns")
    }

    /// For this step only; none if somebody else holds it.
    fn take_condition(&self) -> Option<()> {
        self.s.condition.holder.is_none().then_some(())
    }

    /// The operation gives up, or else waits.
    fn refuse(
        &mut self,
        wait: Wait,
        outcome: Outcome,
        label: &'static str,
    ) -> Option<&'static str> {
        if !wait.gives_up() {
            return None;
        }
        self.take_effect(outcome);
        self.returns = true;
        self.stage(Stage::Ended, label)
    }

    fn take_effect(&mut self, outcome: Outcome) {
        self.effects.push(Effect::Takes { client: self.process, op: self.op, outcome });
    }

    fn go_on(&mut self, label: &'static str) -> Option<&'static str> {
        self.returns = true;
        self.s.processes[self.process].at += 1;
        self.stage(Stage::Called, label)
    }

    #[expect(clippy::unnecessary_wraps, reason = "it ends a step, like all that may have to wait")]
    fn stage(&mut self, stage: Stage, label: &'static str) -> Option<&'static str> {
        self.s.processes[self.process].stage = stage;
        Some(label)
    }

    fn has(&self, defect: Defect) -> bool {
        self.design.defect == Some(defect)
    }
}
