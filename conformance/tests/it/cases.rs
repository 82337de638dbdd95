//! Case files that were edited, or whose queue has changed since.

use crate::cli::{folder, taskdone};
use std::fs;

/// A case file that is right, of a queue that conforms.
const CASE: &str = r#"format = 1
subject = "mutex/fifo"
clause = "JOIN-1"
reason = "it was broken once"
scenario = """
queue fifo
producer: put 1; join
worker:   get; done
"""
history = """
producer: put 1
producer: -> ok
producer: join
producer: -> ok
quiescent
"""

[repeat]
engine = "shuttle"
schedule = "000111"
"#;

#[test]
fn a_case_that_no_longer_fails() {
    let folder = folder();
    let replay = |case: &str| {
        fs::write(folder.path().join("case.toml"), case).expect("the folder can be written");
        taskdone(&folder, &["replay", "case.toml"])
    };
    let said = replay(CASE);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("mutex/fifo no longer breaks JOIN-1"), "{}", said.out);

    let shuttle = "engine = \"shuttle\"\nschedule = \"000111\"";
    let loom = "engine = \"loom\"\npreemption_bound = 1\nexecution = 1000000";
    let said = replay(&CASE.replace(shuttle, loom));
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.out.contains("does not come by this execution any more"), "{}", said.out);

    let said = replay(&CASE.replace(shuttle, "engine = \"threads\"\nled = false"));
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.out.contains("did not break JOIN-1 again"), "{}", said.out);

    let said = replay(&CASE.replace("producer: join\nproducer: -> ok\n", ""));
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("the specification allows the stored history"), "{}", said.out);
}

const LOOM_0: &str = "engine = \"loom\"\npreemption_bound = 1\nexecution = 0";
const LOOM_1: &str = "engine = \"loom\"\npreemption_bound = 1\nexecution = -1";

/// What is said of cases with more clients than an engine can run.
fn crowded() -> String {
    let folder = folder();
    let loom =
        CASE.replace("engine = \"shuttle\"\nschedule = \"000111\"", LOOM_1).replace("= -1", "= 1");
    let mut told = String::new();
    for (case, clients) in [(loom.as_str(), 5), (CASE, 37)] {
        let others: String =
            (2..clients).fold(String::new(), |all, n| all + &format!("other{n}: len\n"));
        let case = case.replace("worker:   get; done\n", &format!("worker: get; done\n{others}"));
        fs::write(folder.path().join("case.toml"), case).expect("the folder can be written");
        let said = taskdone(&folder, &["replay", "case.toml"]);
        assert_eq!((said.code, said.out.as_str()), (64, ""), "{}", said.err);
        told += &said.err;
    }
    told
}

/// What is wrong with a case file, and where.
#[test]
fn malformed_cases() {
    let folder = folder();
    let damaged = [
        ("", "not a case at all"),
        ("format = 1", "format = 2"),
        ("format = 1", "format = 'one'"),
        ("subject = \"mutex/fifo\"", "subject = \"mutex/fofi\""),
        ("JOIN-1", "JOIN-99"),
        ("put 1; join", "put 1; jion"),
        ("queue fifo", "queue filo"),
        ("producer: -> ok\nproducer: join", "producer: -> okay\nproducer: join"),
        ("producer: -> ok\nproducer: join", "producer: join"),
        ("quiescent\n", ""),
        ("engine = \"shuttle\"", "engine = \"schuttle\""),
        ("schedule = \"000111\"", ""),
        ("000111", "000211"),
        ("000111", "000!11"),
        ("engine = \"shuttle\"\nschedule = \"000111\"", LOOM_0),
        ("engine = \"shuttle\"\nschedule = \"000111\"", LOOM_1),
        ("producer: join\nproducer: -> ok", "producer: get\nproducer: -> item 1"),
        ("quiescent", "producer: put 1\nquiescent"),
        ("schedule", "sedule"),
        ("[repeat]", "extra = 1\n[repeat]"),
    ];
    let mut told = crowded();
    for (right, wrong) in damaged {
        let case =
            if right.is_empty() { wrong.to_string() } else { CASE.replacen(right, wrong, 1) };
        assert_ne!(case, CASE, "{right} stands in the case");
        fs::write(folder.path().join("case.toml"), case).expect("the folder can be written");
        let said = taskdone(&folder, &["replay", "case.toml"]);
        assert_eq!((said.code, said.out.as_str()), (64, ""), "{wrong}");
        told += &format!("{right:?} -> {wrong:?}\n    {}", said.err);
    }
    insta::assert_snapshot!(told);
}
