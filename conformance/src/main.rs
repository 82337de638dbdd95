//! The `taskdone` program.

use taskdone_conformance::cli::{self, Exit};

/// What a queue allocates while it is explored is a part of the explored state.
#[global_allocator]
static ALLOCATOR: explore::Allocator = explore::Allocator;

fn main() -> Exit {
    cli::main(std::env::args_os().collect())
}
