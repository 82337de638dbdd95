//! Long runs of real threads: far more operations than the model can follow, drawn at random, and
//! every history judged by the oracle.
//!
//! Where a queue is first in, first out, the oracle's time grows with the length of the history, so
//! runs have thousands of operations, and who waits may wait for ever: what is lost on the way shows
//! when nobody can move. In other disciplines the histories are short, and nobody waits for long.

use crate::blame::{Verdict, Violation, judge};
use crate::check::Settings;
use crate::engine::{Engine, Execution, Plan, Visitor, explore};
use crate::oracle::core;
use crate::recorded::Recorded;
use crate::shrink::Counterexample;
use crate::stop::{Over, Stop};
use crate::subject::Subject;
use fastrand::Rng;
use spec::{
    Choices, Client, Constants, Discipline, Ending, EventKind, History, Item, Op, Scenario,
    Shutdown, Visibility, Wait,
};
use std::ops::ControlFlow;
use std::time::Duration;

/// What the long runs of a subject have come to.
#[derive(Clone, Debug, Default)]
pub struct LongRuns {
    /// How many runs there were.
    pub runs: u64,
    /// How many operations were called and judged in them.
    pub operations: u64,
    /// The first violation, reduced to what shows it.
    pub counterexample: Option<Counterexample>,
    /// Why a run could not be judged.
    pub unknown: Option<String>,
    /// Why there are less of them than asked for, if from outside.
    pub over: Option<Over>,
}

/// How many operations a client calls where histories may be long, and elsewhere.
const OPS_LONG: usize = 2_500;
const OPS_SHORT: usize = 24;

/// How many runs there are of what was drawn once.
const RUNS_EACH: usize = 20;

/// A timeout that is over in the middle of a wait.
const MOMENT: Duration = Duration::from_micros(20);

/// One that is over at once. Most are: to fall asleep takes longer than all else in a run.
const INSTANT: Duration = Duration::from_nanos(1);

/// Runs and judges until so many operations were called, or a violation was found. `None`: there is
/// nothing to run, or nothing that could judge it.
pub fn long_runs(subject: &Subject, settings: &Settings) -> Option<LongRuns> {
    let asked = settings.effort.operations_long;
    let is_used = settings.engines.contains(&Engine::Threads) && subject.runs_on(Engine::Threads);
    let choices = subject.profile.choices();
    if asked == 0 || !is_used || choices.visibility == Visibility::Eventual {
        return None;
    }
    let mut rng = Rng::with_seed(settings.seed);
    let mut runs = LongRuns::default();
    while runs.operations < asked && runs.counterexample.is_none() && runs.unknown.is_none() {
        runs.over = settings.stop.over();
        if runs.over.is_some() {
            break;
        }
        let scenario = draw(subject, &mut rng);
        let plan = Plan::Threads { seed: rng.u64(..), executions: RUNS_EACH, led: false };
        let judging =
            Judging { scenario: scenario.clone(), choices, stop: settings.stop, asked, runs };
        runs = explore(subject, &scenario, &plan, judging).1.runs;
    }
    Some(runs)
}

/// Judges each run as it comes.
struct Judging {
    scenario: Scenario,
    choices: Choices,
    stop: Stop,
    asked: u64,
    runs: LongRuns,
}

impl Visitor for Judging {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        let calls = calls(&execution.history);
        self.runs.runs += 1;
        self.runs.operations += calls;
        match judge(&self.scenario, self.choices, &execution.history) {
            Verdict::Conforms(_) => {}
            Verdict::Unknown(why) => self.runs.unknown = Some(why),
            Verdict::Violates(violation) => {
                let found = reduced(&self.scenario, self.choices, execution, violation);
                self.runs.counterexample = Some(found);
            }
        }
        let is_enough = self.runs.operations >= self.asked || self.stop.over().is_some();
        if is_enough || self.runs.unknown.is_some() || self.runs.counterexample.is_some() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

fn calls(history: &History) -> u64 {
    let calls = history.events.iter().filter(|event| matches!(event.kind, EventKind::Call(_)));
    calls.count() as u64
}

/// What shows a violation, without the rest. If that is no answer but how the run ended, what came
/// last.
fn reduced(
    scenario: &Scenario,
    choices: Choices,
    execution: Execution,
    violation: Violation,
) -> Counterexample {
    let constants = scenario.constants;
    let history = match execution.history.ending {
        Ending::Panicked { .. } | Ending::Mishandled(_) => last(&execution.history),
        _ => core::core(constants, choices, &execution.history).history,
    };
    let clients = scenario.clients.iter().map(|client| Some(client.name.clone())).collect();
    let title = "of a long run".to_string();
    let of = Recorded { title, constants, choices, clients, history, expected: None };
    let scenario = of.scenario();
    Counterexample {
        scenario,
        violation,
        execution: Execution { history: of.history, ..execution },
    }
}

/// The last operations of a history.
fn last(history: &History) -> History {
    const LAST: usize = 8;
    let calls = usize::try_from(calls(history)).unwrap_or(usize::MAX);
    core::restrict(history, &(calls.saturating_sub(LAST)..calls).collect::<Vec<_>>())
}

/// Two clients that mostly put, two that mostly get and report; all of them do everything else now
/// and then.
fn draw(subject: &Subject, rng: &mut Rng) -> Scenario {
    let is_long = subject.discipline == Discipline::Fifo;
    let capacity = [Some(1), Some(2), Some(8), Some(33), None][rng.usize(..5)];
    let constants = Constants { discipline: subject.discipline, capacity };
    let ops = if is_long { OPS_LONG } else { OPS_SHORT };
    // Every item once, and of a priority queue in no order.
    let mut items: Vec<u32> = (0..4 * ops).map(|item| u32::try_from(item).expect("few")).collect();
    rng.shuffle(&mut items);
    let mut numbered = |op: Op| match op {
        Op::Put(_, wait) => Op::Put(Item(items.pop().expect("one for each operation")), wait),
        other => other,
    };
    let mut client = |name: &str, puts: bool| {
        let drawn = std::iter::repeat_with(|| op(rng, puts, is_long));
        let drawn = drawn.filter(|op| subject.profile.has(*op)).take(ops);
        Client { name: name.to_string(), ops: drawn.map(&mut numbered).collect() }
    };
    let mut clients = vec![
        client("left", true),
        client("right", true),
        client("worker", false),
        client("helper", false),
    ];
    // So that nobody stays blocked when the first have nothing more to do.
    let shutdown = Op::Shutdown(Shutdown::Graceful);
    if subject.profile.has(shutdown) {
        for client in &mut clients {
            client.ops.push(shutdown);
        }
    }
    Scenario { title: String::new(), constants, clients }
}

/// An operation; the item of a put has no number yet.
fn op(rng: &mut Rng, puts: bool, is_long: bool) -> Op {
    let forever = if is_long { Wait::Forever } else { Wait::Never };
    let timeout = Wait::AtMost([INSTANT, INSTANT, INSTANT, MOMENT][rng.usize(..4)]);
    let wait = [forever, forever, forever, Wait::Never, timeout][rng.usize(..5)];
    // Who puts waits for room only, who gets for items only: so there is always one who can go on.
    match rng.u8(..21) {
        0..10 if puts => Op::Put(Item(0), wait),
        0..10 => Op::Get(wait),
        10 if puts => Op::Get(Wait::Never),
        10 => Op::Put(Item(0), Wait::Never),
        11..16 => Op::TaskDone,
        16 => Op::Join(Wait::Never),
        17 => Op::Join(timeout),
        18 => Op::Len,
        19 => Op::Unfinished,
        _ => Op::IsShutdown,
    }
}
