//! The long runs of the ring: clients up to the size at which a run takes less than two minutes.
//!
//! `cargo run --release -p taskdone-model --example ring`

use spec::{Client, Discipline, Op, Scenario, Shutdown};
use stateright::{Checker, Model};
use std::time::Instant;
use taskdone_model::Pool;
use taskdone_model::algorithms::ring::Ring;
use taskdone_model::refinement::{Checked, INVARIANT, PROGRESS, REFINES};

fn main() {
    println!("one access is one step");
    check(Ring::new(pool((2, 2, 2, 0, 1))), 2_459_879);
    check(Ring::new(pool((2, 2, 2, 0, 2))), 1_672_880);
    check(Ring::new(shut(pool((2, 1, 2, 1, 1)), Shutdown::Graceful)), 2_189_801);
    check(Ring::new(shut(pool((2, 1, 2, 1, 1)), Shutdown::Immediate)), 3_944_109);

    println!("one attempt is one step");
    check(Ring::new(pool((2, 2, 2, 1, 1))).merged(), 2_186_910);
    check(Ring::new(pool((2, 2, 2, 1, 2))).merged(), 1_502_604);
    check(Ring::new(pool((2, 2, 2, 2, 1))).merged(), 8_802_043);
    check(Ring::new(pool((2, 2, 2, 2, 2))).merged(), 5_469_069);
    check(Ring::new(shut(pool((2, 2, 2, 1, 1)), Shutdown::Graceful)).merged(), 19_399_183);
    check(Ring::new(shut(pool((2, 2, 2, 0, 1)), Shutdown::Immediate)).merged(), 5_949_710);
}

/// Producers, puts, workers, joiners, capacity.
type Size = (u32, u32, u32, u32, usize);

fn pool((producers, puts, workers, joiners, capacity): Size) -> Scenario {
    let pool = Pool { producers, puts, workers, joiners, capacity: Some(capacity) };
    pool.scenario(Discipline::Fifo)
}

/// The same with a client that shuts the queue down.
fn shut(mut scenario: Scenario, mode: Shutdown) -> Scenario {
    let ops = vec![Op::Shutdown(mode)];
    scenario.title += &format!(", {}", ops[0]);
    scenario.clients.push(Client { name: "closer".to_string(), ops });
    scenario
}

/// Checks a ring up to the names of its clients.
fn check(ring: Ring, states: usize) {
    let start = Instant::now();
    let scenario = ring.scenario().clone();
    let checker = Checked(ring).checker().threads(2).spawn_dfs().join();
    for property in [REFINES, PROGRESS, INVARIANT] {
        checker.assert_no_discovery(property);
    }
    let (found, seconds) = (checker.unique_state_count(), start.elapsed().as_secs_f32());
    let capacity = scenario.constants.capacity.unwrap_or_default();
    println!("{found:>10} states  {seconds:>6.1} s  capacity {capacity}: {}", scenario.title);
    assert_eq!(found, states, "the number of states has changed");
}
