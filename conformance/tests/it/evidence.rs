//! Evidence counts what really occurred, not what some linearization makes of it.

use crate::setup::scenario;
use spec::{ClauseId, MomentaryZero};
use taskdone_conformance::blame::{Verdict, judge};
use taskdone_conformance::evidence::occurred;
use taskdone_conformance::text::parse_history;

/// Which of these clauses the history puts to the test.
#[track_caller]
fn check(text: &str, events: &str, clauses: &[ClauseId], expected: &[ClauseId]) {
    let scenario = scenario(text);
    let lines = events.replace(", ", "\n") + "\nquiescent";
    let history = parse_history(&scenario, &lines).expect("it is right");
    let Verdict::Conforms(steps) = judge(&scenario, MomentaryZero::MayMiss, &history) else {
        panic!("{events} is allowed");
    };
    let mut occurred = occurred(scenario.constants, &history, &steps);
    occurred.retain(|clause| clauses.contains(clause));
    assert_eq!(occurred, expected, "{events}");
}

#[test]
fn who_was_enabled_by_an_earlier_call_did_not_wait() {
    use ClauseId::{Join1, Join2, Prog1, Prog3};
    let text = "queue fifo\np: put 1\nw: get";
    check(text, "p: put 1, w: get, p: -> ok, w: -> item 1", &[Prog1], &[]);
    check(text, "w: get, p: put 1, p: -> ok, w: -> item 1", &[Prog1], &[Prog1]);

    let text = "queue fifo\np: put 1; done\nj: join";
    let clauses = [Join1, Join2, Prog3];
    let put = "p: put 1, p: -> ok";
    check(text, &format!("{put}, p: done, j: join, p: -> ok, j: -> ok"), &clauses, &[]);
    let waited = format!("{put}, j: join, p: done, p: -> ok, j: -> ok");
    check(text, &waited, &clauses, &[Join1, Prog3]);
    check(text, "j: join, j: -> ok, p: put 1, p: -> ok, p: done, p: -> ok", &clauses, &[Join2]);
}
