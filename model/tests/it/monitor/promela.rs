//! SPIN's word: the same design in Promela has exactly as many states.

use super::spin::{self, Verifier};
use stateright::{Checker, Model};
use std::io::{self, Write};
use std::path::Path;
use taskdone_model::algorithms::monitor::Monitor;
use taskdone_model::bare::Bare;

fn states(monitor: Monitor) -> usize {
    let checker = Bare(monitor).checker().spawn_dfs().join();
    checker.assert_properties();
    checker.unique_state_count()
}

/// 3 producers × 2 puts, 3 workers, 1 joiner, capacity 2: what SPIN 6.5.2 counts.
#[test]
fn as_many_states_as_the_promela_twin() {
    assert_eq!(states(Monitor::new((3, 2), 3, 1, 2)), 4_426_204);
}

/// Against SPIN itself, where it is installed (Debian: `spin` and `gcc`).
#[test]
fn spin_counts_the_same() {
    if let Some(why) = spin::missing() {
        // Not `println!`, which the test harness keeps to itself where a test passes.
        let skipped = format!("skipped: nothing compared with SPIN: {why}\n");
        return io::stderr().write_all(skipped.as_bytes()).expect("an open stderr");
    }
    let monitors = [
        Monitor::new((2, 2), 2, 1, 1),
        Monitor::new((2, 2), 2, 2, 2),
        Monitor::new((2, 3), 2, 1, 2),
    ];
    for (at, monitor) in monitors.into_iter().enumerate() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("spin-{at}"));
        let verifier = Verifier::build(&monitor, "-O2", &folder).expect("SPIN builds it");
        let (stored, _) = verifier.run(20).expect("SPIN finds nothing");
        assert_eq!(u32::try_from(states(monitor)), Ok(stored), "{monitor}");
    }
}
