//! The long run: verifies everything that `COUNTS.md` names, and prints that file anew.
//!
//! `cargo bench -p taskdone-model --bench counts > model/COUNTS.md`

use std::time::Instant;
use taskdone_model::algorithms::verified::{Search, document};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let start = Instant::now();
    print!("{}", document(&mut verified));
    eprintln!("everything in {:.0} s", start.elapsed().as_secs_f64());
}

/// The number of states, after a search in which nothing fails.
fn verified(name: &str, design: &dyn Search) -> usize {
    let start = Instant::now();
    let verdict = design.search();
    assert!(verdict.fails.is_empty(), "{name}: {:?}", verdict.fails);
    eprintln!("{name}: {} states in {:.1} s", verdict.states, start.elapsed().as_secs_f64());
    verdict.states
}
