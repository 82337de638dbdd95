//! The README says what is so.

use crate::cli::{folder, taskdone};
use impls::catalogue::Fate;
use spec::CLAUSES;
use taskdone_conformance::catalogue;
use taskdone_conformance::engine::Engine;

const README: &str = include_str!("../../../README.md");

/// What it shows of a queue of one's own is what the tests run.
#[test]
fn your_own_queue_is_one_that_is_tested() {
    let adapter = include_str!("../../example/tests/conformance.rs");
    assert!(README.contains(&format!("```rust\n{adapter}```")), "the adapter");
    let capabilities = include_str!("../python/threads.json");
    let python = include_str!("../../python/README.md");
    assert!(python.contains(&format!("```json\n{capabilities}```")), "the capabilities");
}

/// Every command line that it shows is one.
#[test]
fn commands_are_understood() {
    let folder = folder();
    let shown = README.lines().filter_map(|line| line.strip_prefix("$ cargo run --release -- "));
    let mut commands = 0;
    for line in shown {
        let (command, _) = line.split_once('#').unwrap_or((line, ""));
        // Asking for help stops short of doing it, but not of reading the arguments before.
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let said = taskdone(&folder, &args);
        assert_eq!(said.code, 0, "{command}: {}", said.err);
        commands += 1;
    }
    assert!(commands >= 10, "{commands}");
}

#[test]
fn numbers_are_right() {
    let clauses = CLAUSES.len();
    let mutants = catalogue::mutants();
    let by_chance =
        mutants.iter().filter(|m| m.fate(Engine::Threads) == Some(Fate::Chance)).count();
    let queues = mutants.len();
    let expected = [
        format!("{clauses} numbered clauses"),
        format!("of {clauses} clauses, "),
        format!("{queues} of {queues} broken queues caught, {queues} as their headers declare"),
        format!("real threads in {by_chance} of {queues}"),
    ];
    for text in expected {
        assert!(README.contains(&text), "the README does not say: {text}");
    }
}
