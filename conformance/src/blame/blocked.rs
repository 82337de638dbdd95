//! Blame for an operation that stays blocked although it is enabled.

use super::{Violation, cancelled, eventual, exact, name, operations};
use crate::oracle;
use crate::oracle::run::Run;
use crate::oracle::search::Found;
use spec::{
    Choices, ClauseId, History, MomentaryZero, Op, Operation, Phase, Scenario, Shutdown, State,
    Visibility, Wait, queue,
};
use std::time::Duration;

/// What returned can be explained, but these operations are blocked although they are enabled.
pub(super) fn blame(
    scenario: &Scenario,
    choices: Choices,
    history: &History,
    stuck: &[usize],
) -> Violation {
    let all = operations(history);
    if choices.visibility == Visibility::Eventual {
        let (clause, why) = eventual::of_blocked(&all[stuck[0]]);
        let client = name(scenario, all[stuck[0]].thread);
        let reason = format!("`{}` of {client} is blocked for ever, but {why}", all[stuck[0]].op);
        return Violation { clause, reason };
    }
    let run = run(scenario, choices, history, &all);
    let blocked = all[stuck[0]];
    let (client, op) = (name(scenario, blocked.thread), blocked.op);
    let reason = match queue::answer(&scenario.constants, run.end(), op) {
        Some((outcome, _)) => {
            let state = describe(run.end());
            format!(
                "`{op}` of {client} is blocked for ever, but it can answer `{outcome}`: {state}"
            )
        }
        None => format!(
            "`{op}` of {client} is blocked for ever, but the count of unfinished tasks was 0 while it \
             waited"
        ),
    };
    let clause = clause(&run, &all, blocked);
    let clause =
        cancelled::of_blocked(scenario, choices, history, &all, blocked, clause).unwrap_or(clause);
    let reason = reason + &cancelled::aside(scenario, clause, &all);
    Violation { clause, reason }
}

/// The run of what returned.
fn run(scenario: &Scenario, choices: Choices, history: &History, all: &[Operation]) -> Run {
    let returned: Vec<Operation> = all.iter().copied().filter(|o| o.returned.is_some()).collect();
    let exact = exact(scenario, choices);
    let found = oracle::explain(&exact, MomentaryZero::MayMiss, history, &returned);
    let Found::Linearization(steps) = found else {
        unreachable!("the oracle has explained what returned");
    };
    Run::replay(scenario.constants, &returned, &steps)
}

fn clause(run: &Run, all: &[Operation], blocked: Operation) -> ClauseId {
    let shut = run.end().phase == Phase::Shut;
    match blocked.op {
        op if op.wait() == Some(Wait::AtMost(Duration::ZERO)) => ClauseId::Time3,
        op if !op.may_block() => ClauseId::Prog4,
        Op::Get(_) if shut => ClauseId::Shut4,
        Op::Get(_) => ClauseId::Prog1,
        Op::Put(..) if shut => ClauseId::Shut5,
        Op::Put(..) if run.constants.capacity.is_none() => ClauseId::Cap3,
        Op::Put(..) => ClauseId::Prog2,
        _ if run.end().unfinished > 0 => ClauseId::Join6,
        _ if was_idle_throughout(run, blocked) => ClauseId::Join2,
        _ if emptied_by_shutdown(run, blocked) => ClauseId::Shut13,
        _ if another_join_was_released(run, all, blocked) => ClauseId::Join4,
        _ => ClauseId::Prog3,
    }
}

fn was_idle_throughout(run: &Run, join: Operation) -> bool {
    run.states[run.effects_before(join.called)..].iter().all(|state| state.unfinished == 0)
}

/// Whether the last that made the count zero was an immediate shutdown.
fn emptied_by_shutdown(run: &Run, join: Operation) -> bool {
    let waited = run.effects_before(join.called)..run.effects.len();
    let zeroed = |at: &usize| run.states[*at].unfinished > 0 && run.states[at + 1].unfinished == 0;
    let last = waited.rev().find(zeroed).map(|at| run.effects[at].op);
    last == Some(Op::Shutdown(Shutdown::Immediate))
}

/// Whether another join waited beside this one, and was released.
fn another_join_was_released(run: &Run, all: &[Operation], blocked: Operation) -> bool {
    let waited_beside = |o: &Operation| {
        let Some((event, _)) = o.returned.filter(|(event, _)| *event > blocked.called) else {
            return false;
        };
        let meanwhile = run.effects_before(o.called)..=run.effects_before(event);
        run.states[meanwhile].iter().any(|state| state.unfinished > 0)
    };
    all.iter().any(|o| matches!(o.op, Op::Join(_)) && waited_beside(o))
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
