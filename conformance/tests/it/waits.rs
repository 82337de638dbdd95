//! Waiting for ever is told from a bug.

use crate::setup::{judge_all, scenario, subject};
use spec::ClauseId;
use taskdone_conformance::engine::{Extent, Plan};

const FORGETFUL: &str = "queue fifo\nproducer: put 1; join\nworker: get";

/// Whether the report counts depends on whether it comes after the put.
const HASTY: &str = "queue fifo\nproducer: put 1; join\nworker: done";

/// It depends on who gets the item.
const ONE_FORGETS: &str = "queue fifo\nproducer: put 1; join\ncareful: get; done\nforgetful: get";

/// The numbers of ends in which the join returns and in which it waits; nothing is refused.
fn conforms(text: &str, plan: &Plan) -> (usize, usize) {
    let (_, tally) = judge_all(&subject("mutex/fifo"), &scenario(text), plan);
    assert!(tally.witness.is_none() && tally.unknown.is_none(), "{text} {:?}", tally.witness);
    let waits = tally.finals.iter().filter(|end| end.blocked.contains(&0)).count();
    (tally.finals.len() - waits, waits)
}

#[test]
fn a_forgotten_task_done_keeps_join_waiting_and_conforms() {
    assert_eq!(conforms(FORGETFUL, &Plan::Dfs), (0, 1));
    assert_eq!(conforms(HASTY, &Plan::Dfs), (1, 1));
    let random = Plan::Random { seed: 1, executions: 2_000 };
    assert_eq!(conforms(ONE_FORGETS, &random), (1, 1));
    assert_eq!(conforms(FORGETFUL, &Plan::Threads { seed: 1, executions: 10, led: false }), (0, 1));
}

#[test]
fn without_the_notification_at_zero_it_violates_progress() {
    let random = Plan::Random { seed: 1, executions: 2_000 };
    let broken = subject("broken/task_done_notifies_nobody");
    for (text, plan) in [(HASTY, Plan::Dfs), (ONE_FORGETS, random)] {
        let (extent, tally) = judge_all(&broken, &scenario(text), &plan);
        let violation = tally.witness.expect("join sleeps on an idle queue").violation;
        assert_eq!((extent, violation.clause), (Extent::Stopped, ClauseId::Prog3), "{text}");
    }
}
