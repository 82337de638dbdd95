//! What the executor finds in released channels: it repeats itself, so the findings are pinned.
//! `taskdone check channel` does the same with real threads as well, in minutes.

use crate::setup::settings;
use std::collections::BTreeSet;
use taskdone_conformance::channels::channels;
use taskdone_conformance::check::{Progress, check};
use taskdone_conformance::engine::Engine;

struct Silent;

impl Progress for Silent {
    fn steps(&self, _: usize) {}
    fn step(&self) {}
}

/// The clauses that the executor finds broken in each channel for tasks.
#[test]
fn findings_in_released_channels() {
    let mut lines = String::new();
    for subject in channels().iter().filter(|subject| subject.runs_on(Engine::Executor)) {
        let findings = check(subject, &settings(&[Engine::Executor]), &Silent);
        let explored = &findings.explored[&Engine::Executor];
        assert!(explored.iter().map(|it| it.executions).sum::<u64>() > 1_000, "{}", subject.name);
        assert_eq!(explored.iter().find_map(|it| it.unknown.clone()), None, "{}", subject.name);
        let witnesses = explored.iter().filter_map(|it| it.witness.as_ref());
        let broken: BTreeSet<&str> =
            witnesses.map(|(_, it)| it.violation.clause.clause().name).collect();
        let broken: Vec<&str> = broken.into_iter().collect();
        lines += &format!("{}: {}\n", subject.name, broken.join(" "));
    }
    insta::assert_snapshot!(lines, @r"
    channel/async-channel: 
    channel/flume-tasks: CANC-2 CANC-3
    channel/kanal-tasks: CANC-1 CANC-2 CANC-3 PROG-2 SHUT-5
    channel/tokio:
    ");
}
