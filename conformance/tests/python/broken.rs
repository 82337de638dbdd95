//! Broken queues in Python: each is caught with the clause that it breaks, by its class and a
//! capability file alone.

use crate::Test;
use crate::setup::{Interpreter, check, folder, here, only, taskdone, with};
use reports::Status;

pub(crate) const TESTS: &[Test] = &[
    ("the_steps_of_a_counterexample_can_be_taken_again", again),
    ("right", |python| assert_breaks(python, "Right", "threads", None)),
    ("put_notifies_nobody", |python| breaks(python, "PutNotifiesNobody", "threads", "PROG-1")),
    ("task_done_saturates", |python| breaks(python, "TaskDoneSaturates", "threads", "DONE-2")),
    ("join_waits_for_empty", |python| breaks(python, "JoinWaitsForEmpty", "threads", "JOIN-3")),
    ("get_raises", |python| breaks(python, "GetRaises", "threads", "PROG-5")),
    ("interrupted_stays_in_line", |python| {
        breaks(python, "InterruptedStaysInLine", "threads", "CANC-3");
    }),
    ("cancelled_takes_item", |python| breaks(python, "CancelledTakesItem", "tasks", "CANC-1")),
    ("cancelled_keeps_wake_up", |python| {
        breaks(python, "CancelledKeepsWakeUp", "tasks", "CANC-3");
    }),
];

fn breaks(python: &Interpreter, class: &str, actors: &str, clause: &str) {
    assert_breaks(python, class, actors, Some(clause));
}

fn assert_breaks(python: &Interpreter, class: &str, actors: &str, clause: Option<&str>) {
    let capabilities = here().join(format!("{actors}.json"));
    let capabilities = capabilities.to_str().expect("text");
    let said = check(python, &[&format!("broken:{class}"), "--capabilities", capabilities]);
    let Some(clause) = clause else {
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        return;
    };
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let subject = only(&said);
    assert!(with(subject, Status::Broken).contains(&clause), "{}", said.out);
    let example = subject.counterexamples.iter().find(|example| example.clause == clause);
    let example = example.expect("each broken clause has one");
    assert!(example.clients.len() <= 3 && example.rows.len() <= 10, "it is small: {}", said.out);
}

/// The line that a counterexample prints takes its steps again, and nothing else.
fn again(python: &Interpreter) {
    let folder = folder();
    let capabilities = here().join("threads.json");
    let capabilities = capabilities.to_str().expect("text");
    let args =
        ["--python", python.command, "broken:TaskDoneSaturates", "--capabilities", capabilities];
    let said = taskdone(&folder, &[&["check"], args.as_slice()].concat());
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let mut lines = said.out.lines().filter_map(|line| line.trim().strip_prefix("replay: "));
    let line = lines.find(|line| line.contains("DONE-2")).expect("it says how");
    let words: Vec<&str> = line.split(' ').skip(1).collect();
    let again = taskdone(&folder, &words);
    assert_eq!(again.code, 1, "{}{}", again.out, again.err);
    assert!(again.out.contains("DONE-2 broken"), "{}", again.out);
}
