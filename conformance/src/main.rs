//! The `taskdone` program.

use taskdone_conformance::cli::{self, Exit};

fn main() -> Exit {
    cli::main(std::env::args_os().collect())
}
