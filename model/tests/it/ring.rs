use spec::Discipline;
use stateright::{Checker, Model};
use taskdone_model::Pool;
use taskdone_model::algorithms::ring::Ring;
use taskdone_model::refinement::{Checked, Reached};

#[test]
fn measure() {
    for (producers, puts, workers, joiners, capacity) in
        [(1, 1, 1, 1, 1), (1, 2, 1, 1, 1), (2, 1, 2, 1, 1), (1, 2, 2, 2, 1), (2, 2, 2, 0, 1), (2, 2, 2, 1, 1)]
    {
        let pool = Pool { producers, puts, workers, joiners, capacity: Some(capacity) };
        let scenario = pool.scenario(Discipline::Fifo);
        for symmetry in [false, true] {
            if !symmetry && producers * puts * workers > 4 { continue; }
            let start = std::time::Instant::now();
            let builder = Checked(Ring::new(scenario.clone(), None)).checker().threads(2);
            let builder = if symmetry {
                builder.symmetry_fn(|s| Reached { state: s.state.sorted(), refines: s.refines })
            } else { builder };
            let checker = builder.spawn_dfs().join();
            println!("{producers}x{puts} {workers} {joiners} cap {capacity} sym {symmetry}: {} unique, {} all, {:?}",
                checker.unique_state_count(), checker.state_count(), start.elapsed());
            for (name, path) in checker.discoveries() {
                if name.contains("every") || name.contains("nobody is b") || name.contains("invariant") {
                    println!("{name}");
                    for (_, action) in path.into_vec() {
                        if let Some(a) = action { println!("   {} {}: {:?}", a.thread, a.label, a.effects); }
                    }
                } else { print!("[{name}] "); }
            }
            println!();
        }
    }
}
