//! The `taskdone` program.

use conformance::cli::{Exit, main as run};

fn main() -> Exit {
    run(std::env::args_os())
}
