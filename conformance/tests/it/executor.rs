//! The executor: what it explores is pinned, it repeats itself, and a lost wake-up is seen at once.

use crate::histories::shape;
use crate::setup::{judge_all, scenario, settings, subject};
use spec::{ClauseId, Discipline, Ending, Event, EventKind, History, MomentaryZero, Outcome};
use std::collections::{HashSet, VecDeque};
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use taskdone_conformance::adapter::prelude::*;
use taskdone_conformance::engine::{
    Disturbances, Engine, Execution, Extent, Plan, Repeat, Sweep, Visitor, explore,
};
use taskdone_conformance::plan::{Case, Origin, plans};
use taskdone_conformance::subject::Subject;

/// Keeps everything.
struct Keep(Vec<Execution>);

impl Visitor for Keep {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        self.0.push(execution);
        ControlFlow::Continue(())
    }
}

fn run(subject: &Subject, text: &str, plan: &Plan) -> (Extent, Vec<Execution>) {
    let (extent, keep) = explore(subject, &scenario(text), plan, Keep(Vec::new()));
    (extent, keep.0)
}

/// Cancelled, forgotten, spurious.
fn at_most([cancelled, forgotten, spurious]: [usize; 3]) -> Disturbances {
    Disturbances { cancelled, forgotten, spurious }
}

fn exhaustive(limits: [usize; 3]) -> Plan {
    Plan::Executor(Sweep::Exhaustive(at_most(limits)))
}

fn random(seed: u64, executions: usize) -> Plan {
    Plan::Executor(Sweep::Random { most: at_most([2, 1, 3]), seed, executions })
}

const PUT_GET: &str = "queue fifo\nproducer: put 1\nworker: get";
const TWO_TWO: &str = "queue fifo capacity=1\nproducer: put 1; put 2\nworker: get; get";
const JOINER: &str = "queue fifo\nproducer: put 1\nworker: get; done\njoiner: join";
const WAITS: &str = "queue fifo\nleft: get\nright: get";

/// How many executions there are, and how many different histories.
#[track_caller]
fn check_counts(text: &str, limits: [usize; 3], executions: usize, histories: usize) {
    let (extent, all) = run(&subject("async/fifo"), text, &exhaustive(limits));
    let different: HashSet<&History> = all.iter().map(|execution| &execution.history).collect();
    let found = (extent, all.len(), different.len());
    let expected = (Extent::Bounded(limits.iter().sum()), executions, histories);
    assert_eq!(found, expected, "{text} {limits:?}");
}

#[test]
fn every_order_and_every_disturbance() {
    check_counts(PUT_GET, [0, 0, 0], 2, 2);
    check_counts(PUT_GET, [1, 0, 0], 8, 7);
    check_counts(PUT_GET, [0, 1, 0], 3, 3);
    check_counts(PUT_GET, [0, 0, 1], 5, 2);
    check_counts(PUT_GET, [1, 1, 1], 32, 9);
    check_counts(PUT_GET, [2, 1, 2], 115, 10);
    check_counts(WAITS, [0, 0, 0], 2, 2);
    check_counts(WAITS, [1, 0, 0], 12, 8);
    check_counts(WAITS, [0, 1, 0], 6, 6);
    check_counts(WAITS, [0, 0, 1], 14, 2);
    check_counts(WAITS, [1, 1, 1], 166, 14);
    check_counts(WAITS, [2, 1, 2], 1_108, 14);
    check_counts(TWO_TWO, [0, 0, 0], 8, 8);
    check_counts(TWO_TWO, [1, 0, 0], 53, 43);
    check_counts(TWO_TWO, [0, 1, 0], 15, 15);
    check_counts(TWO_TWO, [0, 0, 1], 44, 8);
    check_counts(TWO_TWO, [1, 1, 1], 508, 69);
    check_counts(TWO_TWO, [2, 1, 2], 4_404, 125);
    check_counts(JOINER, [0, 0, 0], 9, 9);
    check_counts(JOINER, [1, 0, 0], 61, 49);
    check_counts(JOINER, [0, 1, 0], 16, 16);
    check_counts(JOINER, [0, 0, 1], 42, 9);
    check_counts(JOINER, [1, 1, 1], 357, 67);
    check_counts(JOINER, [2, 1, 2], 2_056, 119);
}

#[test]
fn the_same_seed_draws_the_same_executions() {
    let queue = subject("async/fifo");
    let repeats = |seed| {
        let (extent, all) = run(&queue, JOINER, &random(seed, 50));
        assert_eq!((extent, all.len()), (Extent::Sampled, 50));
        all.into_iter().map(|execution| execution.repeat).collect::<Vec<Repeat>>()
    };
    assert_eq!(repeats(7), repeats(7));
    assert_ne!(repeats(7), repeats(8));
}

#[test]
fn every_execution_can_be_repeated() {
    let queue = subject("async/fifo");
    for text in [TWO_TWO, JOINER] {
        for plan in [exhaustive([1, 1, 0]), exhaustive([0, 0, 1]), random(3, 200)] {
            for execution in run(&queue, text, &plan).1 {
                let (_, again) = run(&queue, text, &Plan::Repeat(execution.repeat.clone()));
                let again: Vec<_> = again.into_iter().map(|e| (e.history, e.repeat)).collect();
                assert_eq!(again, [(execution.history, execution.repeat)]);
            }
        }
    }
}

/// Choices that were made for another queue, or by nobody, are no reason to panic.
#[test]
fn choices_that_do_not_fit() {
    for choices in ["", "0c0c0c0c", "zp", "1f", "0", "?p0p", "0p0m0m0m0m1p1c"] {
        let repeat = Repeat::Executor { choices: choices.to_string() };
        let (_, all) = run(&subject("async/fifo"), PUT_GET, &Plan::Repeat(repeat));
        assert_eq!((all.len(), &all[0].history.ending), (1, &Ending::Quiescent), "{choices}");
    }
}

/// Undisturbed, it reaches what the model allows where no call needs to overlap another.
#[test]
fn it_misses_no_outcome() {
    let texts = [
        PUT_GET,
        TWO_TWO,
        JOINER,
        WAITS,
        "queue fifo\nleft: try_get; done\nright: put 1",
        "queue lifo capacity=2\nleft: put 1; put 2\nright: put 3; get\nowner: shutdown immediate",
        "queue priority\nleft: put 2; join\nright: put 1; done\nworker: get; done; shutdown graceful",
    ];
    for text in texts {
        let scenario = scenario(text);
        let queue = subject(&format!("async/{}", scenario.constants.discipline));
        let (extent, tally) = judge_all(&queue, &scenario, &exhaustive([0, 0, 0]));
        let allowed = model::allowed(&scenario, queue.profile.momentary_zero).finals;
        assert_eq!((extent, tally.finals), (Extent::Bounded(0), allowed), "{text}");
    }
}

/// The queues of this project, disturbed in any way: nothing is refused.
#[test]
fn no_false_alarm() {
    let mut rng = fastrand::Rng::with_seed(11);
    let (mut explored, mut waited) = (0, 0);
    for round in 0..300 {
        let disciplines = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
        let discipline = disciplines[round % 3];
        let queue = subject(&format!("async/{discipline}"));
        let scenario = model::sample(&shape(3, 3, discipline), &mut rng);
        if scenario.ops().any(|(_, op)| op.is_timed()) {
            continue;
        }
        let (_, tally) = judge_all(&queue, &scenario, &random(rng.u64(..), 400));
        assert!(tally.witness.is_none(), "{scenario}{:?}", tally.witness);
        assert_eq!(tally.unknown, None, "{scenario}");
        explored += tally.executions;
        waited += usize::from(scenario.ops().any(|(_, op)| op.may_block()));
    }
    assert!(explored > 20_000 && waited > 50, "{explored} executions, {waited} with waits");
}

/// It stays alive until all is over, and nobody else misses it.
#[test]
fn a_forgotten_call_ends_last() {
    let (_, all) = run(&subject("async/fifo"), WAITS, &exhaustive([0, 2, 0]));
    let gone = Event { thread: 0, kind: EventKind::Return(Outcome::Cancelled) };
    let last = |execution: &&Execution| execution.history.events.ends_with(&[gone]);
    assert!(all.iter().any(|execution| last(&execution)));
    let cancelled = run(&subject("async/fifo"), PUT_GET, &exhaustive([1, 0, 0])).1;
    let goes_on = cancelled.iter().filter(|e| e.history.events.len() == 4).count();
    assert!(goes_on > 0, "a cancelled call is followed by others");
}

#[test]
fn no_time_passes_in_it() {
    let queue = subject("async/fifo");
    let plans = |text| {
        let zero = queue.profile.momentary_zero;
        let case = Case::new(scenario(text), Origin::Written, zero);
        plans(&queue, Engine::Executor, &case, &settings(&[Engine::Executor]))
    };
    assert_eq!(plans("queue fifo\nworker: get_timeout 5ms"), Err("no time passes in it"));
    assert_eq!(plans("queue fifo\nworker: get_timeout 0ms").map(|plans| plans[0].len()), Ok(2));
}

/// A queue with a get of one's own.
struct Odd(Mutex<VecDeque<Tracked>>);

impl Odd {
    fn items(&self) -> std::sync::MutexGuard<'_, VecDeque<Tracked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

macro_rules! odd {
    ($name:ident, $get:expr) => {
        struct $name(Arc<Odd>);

        impl AsyncAdapter for $name {
            const PROFILE: Profile = profile::CHANNEL;

            fn new(_: Constants) -> Self {
                $name(Arc::new(Odd(Mutex::default())))
            }

            fn call(self: Arc<Self>, call: Call) -> Answering {
                let odd = Arc::clone(&self.0);
                Box::pin(async move {
                    match call {
                        Call::Put(item, _) => {
                            odd.items().push_back(item);
                            Answer::Done
                        }
                        Call::Get(_) => $get(odd).await,
                        _ => Answer::NotOffered,
                    }
                })
            }
        }
    };
}

odd!(Deaf, |odd: Arc<Odd>| poll_fn(move |_| {
    odd.items().pop_front().map_or(Poll::Pending, |item| Poll::Ready(Answer::Got(item)))
}));

odd!(Restless, |odd: Arc<Odd>| poll_fn(move |cx| {
    cx.waker().wake_by_ref();
    odd.items().pop_front().map_or(Poll::Pending, |item| Poll::Ready(Answer::Got(item)))
}));

odd!(Fragile, |odd: Arc<Odd>| async move {
    struct Glass;
    impl Drop for Glass {
        fn drop(&mut self) {
            panic!("it was dropped");
        }
    }
    let glass = Glass;
    let item = poll_fn(|_| odd.items().pop_front().map_or(Poll::Pending, Poll::Ready)).await;
    std::mem::forget(glass);
    Answer::Got(item)
});

#[test]
fn a_lost_wake_up_is_seen_at_once() {
    let deaf = Subject::of_tasks::<Deaf>("deaf", "keeps no waker");
    let scenario = scenario("queue fifo\nworker: get\nproducer: put 1");
    let (_, tally) = judge_all(&deaf, &scenario, &exhaustive([0, 0, 0]));
    let witness = tally.witness.expect("the worker is not woken");
    assert_eq!((witness.violation.clause, tally.executions), (ClauseId::Prog1, 1));
    assert_eq!(witness.execution.repeat, Repeat::Executor { choices: "0p1p".to_string() });
}

#[test]
fn a_future_that_never_rests_is_cut() {
    let restless = Subject::of_tasks::<Restless>("restless", "wakes itself");
    let (_, all) = run(&restless, "queue fifo\nworker: get", &exhaustive([0; 3]));
    let Ending::Cut(why) = &all[0].history.ending else { panic!("{all:?}") };
    assert!(all.len() == 1 && why.contains("still woken"), "{why}");
}

#[test]
fn a_destructor_that_panics_is_a_panic_of_its_client() {
    let fragile = Subject::of_tasks::<Fragile>("fragile", "breaks when it is dropped");
    let text = "queue fifo\nproducer: put 1\nworker: get; get";
    for limits in [[0, 0, 0], [1, 0, 0]] {
        let (_, all) = run(&fragile, text, &exhaustive(limits));
        let panicked =
            |e: &&Execution| matches!(e.history.ending, Ending::Panicked { thread: 1, .. });
        assert!(all.iter().any(|execution| panicked(&execution)), "{limits:?}");
    }
}

/// The strict form of join is kept by tasks. A thread may miss a zero between its call and its wait,
/// which explore finds.
#[test]
fn a_task_that_joins_meets_every_zero() {
    const SURE: Profile = Profile { momentary_zero: MomentaryZero::MustReturn, ..profile::TASKS };
    let queue = Subject { profile: &SURE, ..subject("async/fifo") };
    let scenario = scenario("queue fifo\njoiner: join\nworker: put 1; done; put 2");
    let (extent, tally) = judge_all(&queue, &scenario, &exhaustive([1, 1, 1]));
    assert_eq!((extent, tally.unknown), (Extent::Bounded(3), None), "{:?}", tally.witness);
    let (_, tally) = judge_all(
        &queue,
        &scenario,
        &Plan::States { tasks: false, spurious: 0, states_max: 1_000_000 },
    );
    let witness = tally.witness.expect("a thread is not in line yet");
    assert_eq!(witness.violation.clause, ClauseId::Join6);
}
