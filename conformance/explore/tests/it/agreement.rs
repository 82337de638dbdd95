//! All searches see the same of all queues of this project, also of the broken ones.

use crate::judged::{Queue, Scenario};
use crate::seen::{Outcome, Seen, merged_of};
use impls::on_explore::queues;
use spec::{Item, Op, Shutdown, Wait};
use std::collections::BTreeSet;
use std::time::Duration;
use taskdone_explore::{Coverage, Error, Limits, Options, Report, every, reduced};

/// A queue by its name.
struct Named {
    name: &'static str,
    make: fn(Option<usize>) -> Queue,
}

fn all_queues() -> Vec<Named> {
    let entries = queues::all::<u32>().into_iter().chain(queues::broken::all());
    entries.map(|entry| Named { name: entry.name, make: entry.make }).collect()
}

/// Few operations, so that going through all schedules is possible, and of every kind.
fn scenarios() -> Vec<Vec<Vec<Op>>> {
    let (now, always) = (Wait::Never, Wait::Forever);
    let a_while = Wait::AtMost(Duration::from_secs(1));
    let put = |item, wait| Op::Put(Item(item), wait);
    let (get, join) = (Op::Get(always), Op::Join(always));
    vec![
        vec![vec![put(1, always)], vec![get]],
        vec![vec![put(1, always), put(2, always)], vec![get]],
        vec![vec![put(1, always)], vec![put(2, always)], vec![get]],
        vec![vec![put(1, always), Op::TaskDone], vec![join]],
        vec![vec![put(1, a_while), put(2, a_while)], vec![Op::Get(a_while)]],
        vec![vec![put(1, now), put(2, now)], vec![Op::Get(now), Op::Unfinished]],
        vec![vec![put(1, always)], vec![get], vec![Op::Shutdown(Shutdown::Graceful)]],
        vec![vec![put(1, always), join], vec![Op::Shutdown(Shutdown::Immediate), Op::Len]],
    ]
}

/// What one search saw, if it came to its end.
fn outcomes(search: impl Fn(&Limits<'_>, &mut Seen) -> Result<Report, Error>) -> Option<Seen> {
    let mut seen = Seen::default();
    let limits = Limits { executions: 1_000, steps: 300, ..Limits::default() };
    let report = search(&limits, &mut seen).expect("explorable");
    (report.coverage == Coverage::Exhaustive).then_some(seen)
}

/// Which of two races an execution runs into first may depend on the search.
fn comparable(outcomes: &BTreeSet<Outcome>) -> Result<&BTreeSet<Outcome>, &'static str> {
    if outcomes.iter().any(Outcome::is_race) { Err("a data race") } else { Ok(outcomes) }
}

/// Compares the searches where they come to their ends. How often `every` did, and how often
/// `reduced`.
fn compare(spurious: u8) -> [usize; 2] {
    let options = Options { spurious, ..Options::default() };
    let mut compared = [0, 0];
    for Named { name, make } in all_queues() {
        for clients in scenarios() {
            let scenario = Scenario { make, capacity: Some(1), clients };
            let every = outcomes(|limits, seen| every(&scenario, &options, limits, seen));
            let reduced = outcomes(|limits, seen| reduced(&scenario, &options, limits, seen));
            if every.is_none() && reduced.is_none() {
                continue;
            }
            let merged = merged_of(&scenario, &options);
            for (compared, seen) in compared.iter_mut().zip([every, reduced]) {
                let Some(seen) = seen else { continue };
                let (one, other) = (comparable(&merged), comparable(&seen.outcomes));
                assert_eq!(one, other, "{name}: {:?}", scenario.clients);
                *compared += 1;
            }
        }
    }
    compared
}

#[test]
fn timeouts() {
    assert_eq!(compare(0), [629, 679]);
}

#[test]
fn spurious_wake_ups() {
    assert_eq!(compare(1), [588, 649]);
}
