//! Monitors with one defect each: caught by every search, with a witness that can be replayed.

use crate::monitor::{Clients, Defect, EMPTY};
use crate::seen::{every_of, merged_of, reduced_of};
use taskdone_explore::sync::Mutex;
use taskdone_explore::{
    Blocker, Ended, Event, Judge, Limits, Options, Program, Schedule, Violation, merged, op, replay,
};

/// All clients must come to their end.
struct Finishes;

impl Judge for Finishes {
    type State = ();

    fn start(&self) {}

    fn call(&self, _state: &(), _client: usize, _op: u32) {}

    fn ret(&self, _state: &(), _client: usize, _op: u32, _outcome: u64) -> Option<()> {
        Some(())
    }

    fn ended(&self, _state: &(), ended: &Ended) -> bool {
        *ended == Ended::Finished
    }
}

fn find(clients: &Clients, options: &Options) -> Option<Violation> {
    merged(clients, &Finishes, options, &Limits::default(), &mut ()).expect("explorable").violation
}

/// The violation, after both searches have agreed on the outcomes and it was replayed from its text.
#[track_caller]
fn check(clients: &Clients, options: &Options) -> Violation {
    let violation = find(clients, options).expect("it is broken");
    let token = violation.execution.schedule.to_string();
    let schedule: Schedule = token.parse().expect("a schedule");
    assert_eq!(schedule, violation.execution.schedule);
    let again = replay(clients, options, &schedule).expect("it happened before");
    assert_eq!(again, violation.execution, "{token}");
    let every = every_of(clients, options).outcomes;
    assert_eq!(merged_of(clients, options), every);
    assert_eq!(reduced_of(clients, options).outcomes, every);
    violation
}

#[track_caller]
fn check_stuck(clients: &Clients, switches: usize, token: &str) {
    let violation = check(clients, &Options::default());
    let Ended::Quiescent(blocked) = &violation.execution.ended else {
        panic!("{:?}", violation.execution)
    };
    assert!(blocked.iter().all(|blocked| blocked.by == Blocker::Condvar), "{blocked:?}");
    assert!(violation.is_shortest);
    let schedule = violation.execution.schedule;
    assert_eq!((schedule.context_switches(), &*schedule.to_string()), (switches, token));
}

#[test]
fn one_condition_variable() {
    check_stuck(&Clients::new(2, 1, 2).with(Defect::OneCondvar), 6, "2 3 0 0 1 2 2.1 2 3 4");
}

#[test]
fn notifies_only_when_empty() {
    let clients = Clients { capacity: 2, ..Clients::new(2, 1, 2) };
    check_stuck(&clients.with(Defect::NotifiesWhenEmpty), 5, "2 3 0 0 1 2 2 4");
}

#[test]
fn looks_then_waits() {
    check_stuck(&Clients::new(1, 1, 1).with(Defect::LooksThenWaits), 3, "1 0 1 2");
}

/// Waiting once is right as long as nobody takes the item in between and nobody wakes up for no
/// reason: it takes one spurious wake-up, or a third party.
#[test]
fn waits_once() {
    let clients = Clients::new(1, 1, 1).with(Defect::WaitsOnce);
    assert_eq!(find(&clients, &Options::default()), None);
    let options = Options { spurious: 1, ..Options::default() };
    let Ended::Panicked { client: Some(1), message } = check(&clients, &options).execution.ended
    else {
        panic!("a get without an item")
    };
    assert_eq!(message, "an item");
    let clients = Clients::new(2, 1, 2).with(Defect::WaitsOnce);
    let Ended::Panicked { client: Some(_), .. } =
        check(&clients, &Options::default()).execution.ended
    else {
        panic!("a get without an item")
    };
}

/// Notifying without the mutex is right, and the search must notice that it may not treat it as part
/// of another step.
#[test]
fn notifies_unlocked() {
    let clients = Clients::new(1, 2, 2).with(Defect::NotifiesUnlocked);
    assert_eq!(find(&clients, &Options::default()), None);
    assert_eq!(
        merged_of(&clients, &Options::default()),
        every_of(&clients, &Options::default()).outcomes
    );
}

/// A timed get may give up although a put comes later; then the item stays, and join waits.
#[test]
fn timeouts_are_branches() {
    let clients = Clients { timed: true, ..Clients::new(1, 1, 1) };
    let all = merged_of(&clients, &Options::default());
    assert_eq!(all, every_of(&clients, &Options::default()).outcomes);
    assert_eq!(all.iter().filter(|outcome| outcome.has_answer(EMPTY)).count(), 2);
    let options = Options { timeouts: false, ..Options::default() };
    assert!(merged_of(&clients, &options).iter().all(|outcome| !outcome.has_answer(EMPTY)));
}

/// A client that is blocked at the first access of an operation has called it.
#[test]
fn blocked_at_the_first_access() {
    fn number(client: usize) -> u32 {
        u32::try_from(client).expect("few clients")
    }

    struct KeepsTheMutex;

    impl Program for KeepsTheMutex {
        type Shared = Mutex<()>;

        fn clients(&self) -> usize {
            2
        }

        fn setup(&self) -> Mutex<()> {
            Mutex::new(())
        }

        fn client(&self, mutex: &Mutex<()>, client: usize) {
            op(number(client), || {
                std::mem::forget(mutex.lock());
                0
            });
        }
    }

    let seen = every_of(&KeepsTheMutex, &Options::default());
    let call = |client: usize| Event::Call { client, op: number(client) };
    let first = Event::Return { client: 0, op: 0, outcome: 0 };
    assert!(seen.histories.contains(&vec![call(0), first, call(1)]), "{:?}", seen.histories);
    assert_eq!(seen.outcomes, merged_of(&KeepsTheMutex, &Options::default()));
}
