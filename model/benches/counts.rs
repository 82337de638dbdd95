//! The long run: verifies everything that `COUNTS.md` names, and prints that file anew.
//!
//! `cargo bench -p taskdone-model --bench counts > model/COUNTS.md`

use std::time::Instant;
use taskdone_model::algorithms::monitor::Monitor;
use taskdone_model::algorithms::monitor::verified::{large, reductions, row, search, small};

const SMALL: &str = "\
# The verified monitors and their numbers of states

Every state of these monitors was looked at: every step refines the sequential specification,
nobody is blocked who could go on, and the invariant holds. A row is *producers × puts each,
workers, joiners; discipline of capacity*, and what is switched on. `any waiter`: a notification
wakes any of the waiters, not the first one. `n timed`: the puts of n producers and the gets of n
workers have a timeout, which may fire whenever they wait.

`cargo test` searches these again and compares. *Fine* has one step each for lock, test, notify and
unlock; *coarse* has one step for a critical section; *symmetry* looks at one of the states that
differ in the names of like threads.

| monitor | fine | fine, symmetry | coarse | coarse, symmetry |
|---|--:|--:|--:|--:|
";

const LARGE: &str = "
The long run, `cargo bench -p taskdone-model --bench counts`, searches these too and prints this
file anew:

| monitor | coarse, symmetry |
|---|--:|
";

fn main() {
    print!("{SMALL}");
    for monitor in small() {
        print!("{}", verified(&monitor, &reductions(monitor)));
    }
    print!("{LARGE}");
    for monitor in large() {
        print!("{}", verified(&monitor, &[monitor]));
    }
}

/// The row of a monitor, after searches in which nothing fails.
fn verified(monitor: &Monitor, searched: &[Monitor]) -> String {
    let states = searched.iter().map(|monitor| {
        let start = Instant::now();
        let (states, verdict) = search(*monitor);
        eprintln!("{monitor}: {states} states in {:.1} s", start.elapsed().as_secs_f64());
        assert!(verdict.fails.is_empty(), "{monitor}: {:?}", verdict.fails);
        states
    });
    row(monitor, &states.collect::<Vec<usize>>())
}
