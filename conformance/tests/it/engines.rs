//! The engines: what they explore is pinned, they repeat themselves where they say so, and none of
//! them takes a queue that works for a broken one.

use crate::histories::shape;
use crate::setup::{judge_all, scenario, subject};
use fastrand::Rng;
use spec::{Discipline, Ending, History, Scenario};
use std::collections::HashSet;
use std::ops::ControlFlow;
use taskdone_conformance::engine::{Execution, Extent, Plan, Repeat, Visitor, explore};
use taskdone_conformance::plan::{Case, Origin};
use taskdone_conformance::subject::Subject;

/// Keeps everything.
struct Keep(Vec<Execution>);

impl Visitor for Keep {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        self.0.push(execution);
        ControlFlow::Continue(())
    }
}

fn run(subject: &Subject, scenario: &Scenario, plan: &Plan) -> (Extent, Vec<Execution>) {
    let (extent, keep) = explore(subject, scenario, plan, Keep(Vec::new()));
    (extent, keep.0)
}

/// How many executions there are, and how many different histories.
#[track_caller]
fn check_counts(text: &str, plan: &Plan, extent: Extent, executions: usize, histories: usize) {
    let (found, all) = run(&subject("mutex/fifo"), &scenario(text), plan);
    let mut different: Vec<&History> = Vec::new();
    for execution in &all {
        if !different.contains(&&execution.history) {
            different.push(&execution.history);
        }
    }
    assert_eq!(
        (found, all.len(), different.len()),
        (extent, executions, histories),
        "{plan:?}{text}"
    );
}

const PUT_GET: &str = "queue fifo\nproducer: put 1\nworker: get";
const TWO_TWO: &str = "queue fifo capacity=1\nproducer: put 1; put 2\nworker: get; get";
const JOINER: &str = "queue fifo\nproducer: put 1\nworker: get; done\njoiner: join";
const WAITS: &str = "queue fifo\nleft: get; get\nright: get";

#[test]
fn shuttle_goes_through_every_schedule() {
    check_counts(PUT_GET, &Plan::Dfs, Extent::Exhaustive, 21, 3);
    check_counts(TWO_TWO, &Plan::Dfs, Extent::Exhaustive, 5_535, 17);
    check_counts(JOINER, &Plan::Dfs, Extent::Exhaustive, 13_418, 36);
    check_counts(WAITS, &Plan::Dfs, Extent::Exhaustive, 12, 2);
}

#[test]
fn loom_goes_through_every_execution_within_its_bound() {
    let counts = [
        (PUT_GET, [(1, 1), (6, 4), (24, 5)]),
        (TWO_TWO, [(1, 1), (15, 8), (105, 23)]),
        (JOINER, [(1, 1), (24, 13), (277, 56)]),
    ];
    for (text, counts) in counts {
        for (preemption_bound, (executions, histories)) in counts.into_iter().enumerate() {
            let plan = Plan::Loom { preemption_bound };
            check_counts(text, &plan, Extent::Bounded(preemption_bound), executions, histories);
        }
    }
}

#[test]
fn the_same_seed_draws_the_same_schedules() {
    let (mutex, scenario) = (subject("mutex/fifo"), scenario(JOINER));
    let executions = 50;
    let plans = [7, 8].map(|seed| {
        [
            Plan::Random { seed, executions },
            Plan::Pct { seed, depth: 3, executions },
            Plan::Urw { seed, executions },
        ]
    });
    let schedules = |plan: &Plan| {
        let (extent, all) = run(&mutex, &scenario, plan);
        assert_eq!((extent, all.len()), (Extent::Sampled, executions), "{plan:?}");
        all.into_iter().map(|execution| execution.repeat).collect::<Vec<Repeat>>()
    };
    for (seven, eight) in plans[0].iter().zip(&plans[1]) {
        assert_eq!(schedules(seven), schedules(seven), "{seven:?}");
        assert_ne!(schedules(seven), schedules(eight), "{seven:?}");
    }
}

#[test]
fn every_execution_of_loom_and_shuttle_can_be_repeated() {
    let (mutex, scenario) = (subject("mutex/fifo"), scenario(JOINER));
    let plans = [Plan::Loom { preemption_bound: 1 }, Plan::Urw { seed: 3, executions: 20 }];
    for plan in plans {
        for execution in run(&mutex, &scenario, &plan).1 {
            let (_, again) = run(&mutex, &scenario, &Plan::Repeat(execution.repeat.clone()));
            let again: Vec<&History> = again.iter().map(|execution| &execution.history).collect();
            assert_eq!(again, [&execution.history], "{:?}", execution.repeat);
        }
    }
}

#[test]
fn time_stands_still_in_shuttle() {
    let scenario = scenario("queue fifo\nworker: get_timeout 5ms");
    let (_, all) = run(&subject("mutex/fifo"), &scenario, &Plan::Dfs);
    assert!(matches!(all[0].history.ending, Ending::Cut(_)), "{all:?}");
    let plan = Plan::Threads { seed: 1, executions: 1, led: false };
    let (_, all) = run(&subject("mutex/fifo"), &scenario, &plan);
    assert_eq!(all[0].history.ending, Ending::Quiescent);
}

#[test]
fn a_panic_of_the_queue_is_the_end_of_the_run() {
    let text = "queue fifo\nproducer: put 1\nslow: get\nquick: try_get";
    let (_, all) = run(&subject("broken/get_waits_with_if"), &scenario(text), &Plan::Dfs);
    let panicked = |e: &&Execution| matches!(e.history.ending, Ending::Panicked { thread: 1, .. });
    assert!(all.iter().any(|e| panicked(&e)) && !all.iter().all(|e| panicked(&e)));
}

/// A thread that sleeps for ever is found asleep by asking the kernel.
#[test]
fn real_threads_see_a_lost_wake_up() {
    // The owner lets the worker fall asleep first.
    let text = "queue fifo\nworker: get\nowner: get_timeout 20ms; shutdown graceful";
    let scenario = scenario(text);
    let plan = Plan::Threads { seed: 1, executions: 5, led: false };
    let (_, all) = run(&subject("broken/shutdown_forgets_getters"), &scenario, &plan);
    let asleep = |e: &&Execution| {
        let operations = e.history.operations().expect("it is well formed");
        e.history.ending == Ending::Quiescent && operations.iter().any(|o| o.returned.is_none())
    };
    assert!(all.iter().any(|execution| asleep(&execution)));
}

/// Who is to be woken sleeps already: no luck is needed.
#[test]
fn a_run_that_is_led_shows_a_wake_up_that_was_forgotten() {
    let scenario =
        scenario("queue fifo\nworker: get\njoiner: put 1; join\nowner: shutdown graceful");
    let plan = Plan::Threads { seed: 1, executions: 20, led: true };
    let (_, all) = run(&subject("mutex/fifo"), &scenario, &plan);
    let histories: HashSet<_> = all.iter().map(|execution| &execution.history.events).collect();
    assert!(histories.len() >= 3, "the order is drawn anew for each run: {}", histories.len());
    let (_, tally) = judge_all(&subject("broken/shutdown_forgets_getters"), &scenario, &plan);
    let witness = tally.witness.expect("it is seen");
    assert_eq!(witness.violation.clause, spec::ClauseId::Shut4);
}

/// 100,000 runs on real threads, of which none may be refused.
#[test]
fn no_false_alarm_on_100_000_runs_of_real_threads() {
    let mut rng = Rng::with_seed(5);
    let disciplines = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
    let (mut runs, mut blocking) = (0, 0);
    for round in 0.. {
        if runs >= 100_000 {
            break;
        }
        let discipline = disciplines[round % 3];
        let mutex = subject(&format!("mutex/{discipline}"));
        let zero = mutex.profile.momentary_zero;
        let scenario = model::sample(&shape(3, 4, discipline), &mut rng);
        let case = Case::new(scenario, Origin::Sampled, zero);
        // Runs in which somebody may wait, or lets time pass, take long; a few are enough.
        let timed = case.scenario.ops().any(|(_, op)| op.is_timed());
        let executions = if timed || case.allowed.may_block() { 2 } else { 2_000 };
        blocking += usize::from(case.allowed.may_block());
        let plan = Plan::Threads { seed: rng.u64(..), executions, led: false };
        let (_, tally) = judge_all(&mutex, &case.scenario, &plan);
        assert!(tally.witness.is_none(), "{}{:?}", case.scenario, tally.witness);
        assert_eq!(tally.unknown, None, "{}", case.scenario);
        assert!(tally.finals.is_subset(&case.allowed.finals), "{}", case.scenario);
        runs += tally.executions;
    }
    assert!(blocking > 20, "some scenarios let somebody wait for ever: {blocking}");
}

/// Which outcomes loom reaches without a bound to speak of is what the model allows.
#[test]
fn loom_misses_no_outcome_when_its_bound_is_high() {
    for text in [PUT_GET, TWO_TWO, "queue fifo\nleft: try_get; done\nright: put 1"] {
        let scenario = scenario(text);
        let mutex = subject("mutex/fifo");
        let (_, tally) = judge_all(&mutex, &scenario, &Plan::Loom { preemption_bound: 4 });
        let allowed = model::allowed(&scenario, mutex.profile.momentary_zero).finals;
        assert_eq!(tally.finals, allowed, "{text}");
    }
}
