//! Which clause a history breaks, and why, in a sentence.

mod fault;

use crate::oracle::relation::{Exact, Relation};
use crate::oracle::search::{Found, Step};
use crate::oracle::{self, Answer};
use fault::{FAULTS, Fault};
use spec::{
    ClauseId, Ending, EventKind, History, Item, MomentaryZero, Op, Operation, Outcome, Phase,
    Scenario, State,
};

/// A broken clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The clause.
    pub clause: ClauseId,
    /// What happened and what would have been allowed.
    pub reason: String,
}

/// Whether a run keeps the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does, by this linearization.
    Conforms(Vec<Step>),
    /// It does not.
    Violates(Violation),
    /// Undecided, and why.
    Unknown(String),
}

/// Judges a run of a scenario.
pub fn judge(scenario: &Scenario, zero: MomentaryZero, history: &History) -> Verdict {
    if let Ending::Panicked { thread, message } = &history.ending {
        let client = name(scenario, *thread);
        let reason = format!("{client} panicked: {message}");
        return Verdict::Violates(Violation { clause: ClauseId::Prog5, reason });
    }
    match oracle::judge(scenario.constants, zero, history) {
        Answer::Allowed(steps) => Verdict::Conforms(steps),
        Answer::Unknown(why) => Verdict::Unknown(why),
        Answer::Stuck(stuck) => Verdict::Violates(blame_blocked(scenario, history, &stuck)),
        Answer::NoLinearization => Verdict::Violates(blame_results(scenario, zero, history)),
    }
}

fn name(scenario: &Scenario, thread: usize) -> &str {
    scenario.clients.get(thread).map_or("a client", |client| &client.name)
}

fn operations(history: &History) -> Vec<Operation> {
    history.operations().expect("the oracle has answered, so the history is well formed")
}

/// What returned cannot be explained.
fn blame_results(scenario: &Scenario, zero: MomentaryZero, history: &History) -> Violation {
    let operations = operations(history);
    let bad = first_bad_return(scenario, zero, history, &operations);
    let reason = match bad {
        Some(bad) => {
            let cut = cut_after(history, operations[bad].returned.expect("it returned").0);
            explain_return(scenario, zero, &cut, &operations[bad])
        }
        None => "what returned can only be explained if an operation that is still blocked had \
                 taken effect"
            .to_string(),
    };
    let clause = impossible_item(&operations)
        .or_else(|| first_fault(scenario, zero, history, &operations))
        .or_else(|| {
            let (event, _) = operations[bad?].returned?;
            first_fault(scenario, zero, &cut_after(history, event), &operations)
        })
        .unwrap_or_else(|| family(operations[bad.unwrap_or(0)]));
    Violation { clause, reason }
}

/// An item that nobody put, or that was got more often than it was put.
fn impossible_item(operations: &[Operation]) -> Option<ClauseId> {
    let got = |o: &Operation| match o.returned {
        Some((_, Outcome::Got(item))) => Some(item),
        _ => None,
    };
    let times = |item: Item| operations.iter().filter(|o| got(o) == Some(item)).count();
    let puts = |item: Item| operations.iter().filter(|o| o.op.item() == Some(item)).count();
    let mut items = operations.iter().filter_map(got);
    items.find(|item| times(*item) > puts(*item)).map(|item| match puts(item) {
        0 => ClauseId::Get1,
        _ => ClauseId::Get2,
    })
}

fn first_fault(
    scenario: &Scenario,
    zero: MomentaryZero,
    history: &History,
    operations: &[Operation],
) -> Option<ClauseId> {
    let within = |o: &&Operation| o.called < history.events.len();
    let operations: Vec<Operation> =
        operations.iter().filter(within).map(|o| cut(o, history)).collect();
    let explains = |clause: &&ClauseId| {
        let fault = Fault { constants: scenario.constants, clause: **clause };
        let found = oracle::explain(&fault, zero, history, &operations);
        matches!(found, Found::Linearization(_))
    };
    FAULTS.iter().find(explains).copied()
}

/// The operation as it stands within the events of `history`.
fn cut(operation: &Operation, history: &History) -> Operation {
    let returned = operation.returned.filter(|(event, _)| *event < history.events.len());
    Operation { returned, ..*operation }
}

/// The history up to and including an event.
fn cut_after(history: &History, event: usize) -> History {
    let ending = Ending::Cut("what follows does not matter".to_string());
    History { events: history.events[..=event].to_vec(), ending }
}

/// The operation with the first return after which no linearization is left.
fn first_bad_return(
    scenario: &Scenario,
    zero: MomentaryZero,
    history: &History,
    operations: &[Operation],
) -> Option<usize> {
    let bad = (0..history.events.len()).find(|event| {
        let cut = cut_after(history, *event);
        oracle::judge(scenario.constants, zero, &cut) == Answer::NoLinearization
    })?;
    operations.iter().position(|o| o.returned.is_some_and(|(event, _)| event == bad))
}

/// The clause to name where no single fault explains the history: the one about the result that
/// cannot be explained.
fn family(operation: Operation) -> ClauseId {
    match (operation.op, operation.returned.map(|(_, outcome)| outcome)) {
        (Op::Put(..), Some(Outcome::Full)) => ClauseId::Cap2,
        (Op::Put(..), Some(Outcome::ShutDown)) => ClauseId::Shut10,
        (Op::Put(..), _) => ClauseId::Cap1,
        (Op::Get(_), Some(Outcome::Empty)) => ClauseId::Get5,
        (Op::Get(_), Some(Outcome::ShutDown)) => ClauseId::Shut10,
        (Op::Get(_), _) => ClauseId::Get3,
        (Op::TaskDone, Some(Outcome::TooMany)) => ClauseId::Done4,
        (Op::TaskDone, _) => ClauseId::Done2,
        (Op::Join(_), Some(Outcome::TimedOut)) => ClauseId::Join5,
        (Op::Join(_), _) => ClauseId::Join1,
        (Op::Len, _) => ClauseId::Obs1,
        (Op::Unfinished, _) => ClauseId::Obs2,
        (Op::Shutdown(_) | Op::IsShutdown, _) => ClauseId::Obs3,
    }
}

/// The last event of `history` is the return of `bad`, and cannot be explained.
fn explain_return(
    scenario: &Scenario,
    zero: MomentaryZero,
    history: &History,
    bad: &Operation,
) -> String {
    let outcome = bad.returned.expect("it returned").1;
    let mut changed = history.clone();
    let items = scenario.ops().filter_map(|(_, op)| op.item()).map(Outcome::Got);
    let counts = (0..=scenario.ops().count()).map(Outcome::Count);
    let plain = [
        Outcome::Done,
        Outcome::Full,
        Outcome::Empty,
        Outcome::ShutDown,
        Outcome::TooMany,
        Outcome::TimedOut,
        Outcome::Is(false),
        Outcome::Is(true),
    ];
    let mut allowed = plain.into_iter().chain(items).chain(counts).filter(|other| {
        changed.events.last_mut().expect("the return").kind = EventKind::Return(*other);
        matches!(oracle::judge(scenario.constants, zero, &changed), Answer::Allowed(_))
    });
    let alternatives: Vec<String> = allowed.by_ref().map(|other| format!("`{other}`")).collect();
    let client = name(scenario, bad.thread);
    let expected = match alternatives.as_slice() {
        [] => "here it has to wait".to_string(),
        [only] => format!("here only {only} is allowed"),
        [rest @ .., last] => format!("here only {} or {last} is allowed", rest.join(", ")),
    };
    format!("`{}` of {client} answered `{outcome}`; {expected}", bad.op)
}

/// What returned can be explained, but these operations are blocked although they are enabled.
fn blame_blocked(scenario: &Scenario, history: &History, stuck: &[usize]) -> Violation {
    let all = operations(history);
    let returned: Vec<Operation> = all.iter().copied().filter(|o| o.returned.is_some()).collect();
    let exact = Exact(scenario.constants);
    let cut = History { events: history.events.clone(), ending: Ending::Quiescent };
    let zero = MomentaryZero::MayMiss;
    let Found::Linearization(steps) = oracle::explain(&exact, zero, &cut, &returned) else {
        unreachable!("the oracle has explained what returned");
    };
    let states = states(&exact, &returned, &steps);
    let end = states.last().expect("the initial state at least");
    let blocked = all[stuck[0]];
    let at_call = steps.iter().take_while(|step| step.before <= blocked.called).count();
    let clause = match blocked.op {
        Op::Get(wait) if wait.gives_up() => ClauseId::Prog4,
        Op::Put(_, wait) | Op::Join(wait) if wait.gives_up() => ClauseId::Prog4,
        Op::Get(_) if end.phase == Phase::Shut => ClauseId::Shut4,
        Op::Get(_) => ClauseId::Prog1,
        Op::Put(..) if end.phase == Phase::Shut => ClauseId::Shut5,
        Op::Put(..) => ClauseId::Prog2,
        Op::Join(_) if states[at_call..].iter().all(|s| s.unfinished == 0) => ClauseId::Join2,
        Op::Join(_) if another_join_returned(&all, &blocked) => ClauseId::Join4,
        Op::Join(_) => ClauseId::Prog3,
        _ => ClauseId::Prog4,
    };
    let client = name(scenario, blocked.thread);
    let reason = match exact_answer(&exact, end, blocked.op) {
        Some(outcome) => format!(
            "`{}` of {client} is blocked for ever, but it can answer `{outcome}`: {}",
            blocked.op,
            describe(end)
        ),
        None => format!(
            "`{}` of {client} is blocked for ever, but the count of unfinished tasks was 0 while it \
             waited",
            blocked.op
        ),
    };
    Violation { clause, reason }
}

fn exact_answer(exact: &Exact, state: &State, op: Op) -> Option<Outcome> {
    spec::queue::answer(&exact.0, state, op).map(|(outcome, _)| outcome)
}

/// The state before the first step and after each.
fn states(exact: &Exact, operations: &[Operation], steps: &[Step]) -> Vec<State> {
    let mut states = vec![exact.init()];
    for step in steps {
        let Operation { op, returned, .. } = operations[step.operation];
        let outcome = returned.expect("only what returned was linearized").1;
        let before = states.last().expect("the initial state at least");
        states.push(exact.after(before, op, outcome).swap_remove(0));
    }
    states
}

fn another_join_returned(operations: &[Operation], blocked: &Operation) -> bool {
    let after = |o: &Operation| o.returned.is_some_and(|(event, _)| event > blocked.called);
    operations.iter().any(|o| matches!(o.op, Op::Join(_)) && after(o))
}

fn describe(state: &State) -> String {
    let phase = match state.phase {
        Phase::Open => "open",
        Phase::Shut => "shut down",
    };
    let count = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    format!(
        "the queue is {phase}, with {} queued and {} unfinished",
        count(state.items.len(), "item"),
        count(state.unfinished, "task")
    )
}
