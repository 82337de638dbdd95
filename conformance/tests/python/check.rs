//! The queues of the standard library.

use crate::Test;
use crate::setup::{Interpreter, check, folder, only, taskdone, with};
use reports::{Status, Verdict};
use std::fs;
use taskdone_conformance::process::python::ADAPTER;

pub(crate) const TESTS: &[Test] = &[
    ("queue_queue", queue_queue),
    ("queue_lifo", |python| conforms(python, "queue.LifoQueue", &[])),
    ("queue_priority", |python| conforms(python, "queue.PriorityQueue", &["PUT-5"])),
    ("asyncio_queue", |python| conforms(python, "asyncio.Queue", &[])),
    ("asyncio_lifo", |python| conforms(python, "asyncio.LifoQueue", &[])),
    ("asyncio_priority", |python| conforms(python, "asyncio.PriorityQueue", &["PUT-5"])),
    ("joinable_queue", joinable_queue),
    ("smoke", smoke),
    ("a_queue_that_is_not_there", a_queue_that_is_not_there),
    ("what_was_finished_is_reported", what_was_finished_is_reported),
];

/// What each version has to be served with.
pub(crate) const EACH_VERSION: &[Test] =
    &[("smoke", smoke), ("queue_queue", queue_queue), ("joinable_queue", joinable_queue)];

/// It conforms, but for known defects that break these clauses.
fn conforms(python: &Interpreter, queue: &str, known: &[&str]) {
    let said = check(python, &[queue]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let subject = only(&said);
    assert_eq!(subject.verdict, Verdict::Conforms);
    assert_eq!(with(subject, Status::Waived), known);
    assert_eq!(with(subject, Status::Vacuous), Vec::<&str>::new());
    let kept = with(subject, Status::Kept);
    for clause in
        ["PUT-1", "GET-3", "CAP-1", "DONE-2", "DONE-4", "JOIN-1", "CANC-1", "CANC-3", "CANC-4"]
    {
        assert!(kept.contains(&clause), "{clause} in {kept:?}");
    }
    let shutdown = subject.profile.starts_with("python.queue-pre") || python.minor < 13;
    assert_eq!(kept.contains(&"SHUT-5"), !shutdown, "shutdown came with 3.13");
}

fn queue_queue(python: &Interpreter) {
    conforms(python, "queue.Queue", &[]);
}

fn joinable_queue(python: &Interpreter) {
    let said = check(python, &["multiprocessing.JoinableQueue"]);
    // Each run is slow, so there are few, and luck decides whether two joins wait for one report.
    let vacuous = only(&said).clauses.iter().filter(|clause| clause.status == Status::Vacuous);
    let expected = if vacuous.count() == 0 { 0 } else { 2 };
    assert_eq!(said.code, expected, "{}{}", said.out, said.err);
    let subject = only(&said);
    assert_eq!(with(subject, Status::Broken), Vec::<&str>::new());
    assert_eq!(subject.profile, "python.multiprocessing");
    assert_eq!(with(subject, Status::Waived), ["PUT-5", "PROG-1", "PROG-4"]);
    let kept = with(subject, Status::Kept);
    for clause in ["PUT-1", "ORD-4", "DONE-2", "JOIN-1", "VIS-1", "VIS-2", "CANC-1"] {
        assert!(kept.contains(&clause), "{clause} in {kept:?}");
    }
    assert!(with(subject, Status::NotApplicable).contains(&"SHUT-1"), "there is no shutdown");
}

fn smoke(python: &Interpreter) {
    let folder = folder();
    let printed = taskdone(&folder, &["adapter", "python"]);
    assert_eq!((printed.code, printed.out.as_str()), (0, ADAPTER));
    fs::write(folder.path().join("adapter.py"), &printed.out).expect("a folder of its own");
    let said = taskdone(&folder, &["smoke", python.command, "adapter.py"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.lines().count() > 50 && !said.out.contains("WRONG"), "{}", said.out);
}

fn a_queue_that_is_not_there(python: &Interpreter) {
    let said = check(python, &["queue.Stack"]);
    assert_eq!(said.code, 69, "{}", said.out);
    assert!(
        said.out.contains("its adapter has no such queue; it has queue.Queue, "),
        "{}",
        said.out
    );
}

/// An adapter that dies in the middle of its work.
fn what_was_finished_is_reported(python: &Interpreter) {
    let folder = folder();
    fs::write(folder.path().join("adapter.py"), ADAPTER).expect("a folder of its own");
    // Passes on so many replies, and then kills its whole group.
    let script = format!(
        "{} adapter.py | {{ i=0; while [ $i -lt 900 ] && IFS= read -r line; do echo \"$line\"; \
         i=$((i+1)); done; kill -9 0; }}",
        python.command
    );
    fs::write(folder.path().join("adapter.sh"), script).expect("a folder of its own");
    let args = ["check", "--adapter", "sh adapter.sh", "--json", "run.json", "queue.Queue"];
    let said = taskdone(&folder, &args);
    assert_eq!(said.code, 69, "{}{}", said.out, said.err);
    assert!(said.out.contains("Explored"), "{}", said.out);
    let subject = only(&said);
    assert_eq!(subject.verdict, Verdict::Unusable);
    let executions: u64 = subject.engines.iter().map(|engine| engine.executions).sum();
    assert!((10..900).contains(&executions), "{executions}");
    assert!(subject.clauses.iter().any(|clause| clause.evidence.values().any(|n| *n > 0)));
}
