//! Litmus histories: small ones, each with a verdict and the reason for it.
//!
//! Every operation has a thread of its own and an interval: `P1 1-2` is put of item 1, called at 1
//! and returned at 2. `G1` got item 1, `E` get answered empty, `F1` put answered full, `X1` put
//! answered shut down, `GX` get answered shut down, `D` and `D!` `task_done` answered ok and too many,
//! `J` and `JT` join answered ok and timed out, `SG` and `SI` a graceful and an immediate shutdown.
//! `~` instead of a return: pending; `get`, `put` and `join` are those three, pending.

use spec::{
    Constants, Discipline, Ending, Event, EventKind, History, Item, MomentaryZero, Op, Outcome,
    Shutdown, Wait,
};
use taskdone_conformance::oracle::{Answer, judge};

const FOREVER: Wait = Wait::Forever;

fn operation(word: &str) -> (Op, Outcome) {
    let number = |prefix: &str| word.strip_prefix(prefix).and_then(|n| n.parse().ok()).map(Item);
    let put = |item, wait, outcome| (Op::Put(item, wait), outcome);
    match word {
        "E" => (Op::Get(Wait::Never), Outcome::Empty),
        "GX" => (Op::Get(FOREVER), Outcome::ShutDown),
        "D" => (Op::TaskDone, Outcome::Done),
        "D!" => (Op::TaskDone, Outcome::TooMany),
        "J" | "join" => (Op::Join(FOREVER), Outcome::Done),
        "JT" => (Op::Join(Wait::Never), Outcome::TimedOut),
        "SG" => (Op::Shutdown(Shutdown::Graceful), Outcome::Done),
        "SI" => (Op::Shutdown(Shutdown::Immediate), Outcome::Done),
        "get" => (Op::Get(FOREVER), Outcome::Empty),
        "put" => put(Item(99), FOREVER, Outcome::Done),
        _ => number("P")
            .map(|item| put(item, FOREVER, Outcome::Done))
            .or_else(|| number("F").map(|item| put(item, Wait::Never, Outcome::Full)))
            .or_else(|| number("X").map(|item| put(item, FOREVER, Outcome::ShutDown)))
            .or_else(|| number("G").map(|item| (Op::Get(FOREVER), Outcome::Got(item))))
            .unwrap_or_else(|| panic!("{word} is no operation")),
    }
}

fn history(text: &str, ending: Ending) -> History {
    let mut timed: Vec<(u32, Event)> = Vec::new();
    for (thread, part) in text.split(", ").enumerate() {
        let (word, interval) = part.split_once(' ').expect("an operation and an interval");
        let (called, returned) = interval.split_once('-').expect("two times");
        let (op, outcome) = operation(word);
        let time = |text: &str| text.parse().expect("a time");
        timed.push((time(called), Event { thread, kind: EventKind::Call(op) }));
        if returned != "~" {
            timed.push((time(returned), Event { thread, kind: EventKind::Return(outcome) }));
        }
    }
    timed.sort_by_key(|(time, _)| *time);
    History { events: timed.into_iter().map(|(_, event)| event).collect(), ending }
}

/// What the specification says of a history.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It can be linearized.
    Linearizable,
    /// It cannot.
    Not,
    /// It can, and whoever is blocked may be.
    WaitsRightly,
    /// It can, but somebody is blocked who must not be.
    Stuck,
}

use Verdict::{Linearizable as L, Not as N, Stuck, WaitsRightly};

fn verdict(
    discipline: Discipline,
    capacity: Option<usize>,
    text: &str,
    quiescent: bool,
) -> Verdict {
    let ending = if quiescent { Ending::Quiescent } else { Ending::Cut("litmus".to_string()) };
    let constants = Constants { discipline, capacity };
    match judge(constants, MomentaryZero::MayMiss, &history(text, ending)) {
        Answer::Allowed(_) if quiescent => WaitsRightly,
        Answer::Allowed(_) => L,
        Answer::NoLinearization => N,
        Answer::Stuck(_) => Stuck,
        Answer::Unknown(why) => panic!("{text}: {why}"),
    }
}

#[track_caller]
fn check(discipline: Discipline, table: &[(Option<usize>, &str, Verdict, &str)]) {
    for (capacity, text, expected, why) in table {
        let quiescent = matches!(expected, WaitsRightly | Stuck);
        let found = verdict(discipline, *capacity, text, quiescent);
        assert_eq!(found, *expected, "{discipline} {capacity:?} {text}: {why}");
    }
}

#[test]
fn fifo() {
    check(
        Discipline::Fifo,
        &[
            (None, "G7 1-2", N, "a value from thin air"),
            (None, "P1 1-2, G1 3-4, G1 5-6", N, "delivered twice"),
            (None, "P1 1-2, P2 3-4, G2 5-6, G1 7-8", N, "out of order"),
            (None, "P1 1-4, P2 2-3, G2 5-6, G1 7-8", L, "the puts overlap"),
            (None, "P1 1-2, P2 3-4, G2 5-6", N, "1 was ahead and never left"),
            (None, "P1 1-2, P2 3-4, get 5-~, G2 6-7", L, "the pending get took 1"),
            (None, "P1 1-2, P2 3-4, G2 5-6, get 7-~", N, "the pending get came too late"),
            (None, "P1 1-~, G1 2-3", L, "the pending put took effect"),
            (None, "G1 1-2, P1 3-4", N, "got before it was put"),
            (None, "P1 1-2, E 3-4, G1 5-6", N, "empty while 1 was inside"),
            (None, "P1 1-2, E 3-6, G1 4-5", L, "empty after 1 had left"),
            (None, "P1 1-10, G1 2-3", L, "got while it was being put"),
            (None, "P1 1-10, J 4-5", L, "joined before it was put"),
            (None, "P1 1-10, G1 2-3, J 4-5", N, "both at once: 1 was in and not done"),
            (None, "P1 1-10, G1 2-3, J 4-8, D 5-6", L, "joined after it was done"),
            (None, "J 1-10, P1 2-3, G1 4-5", L, "joined before the put that it overlaps"),
            (None, "P1 1-2, D 3-4, D 5-6", N, "a report too many, accepted"),
            (None, "P1 1-2, D 3-4, D! 5-6", L, "a report too many, refused"),
            (None, "D 1-5, P1 2-3", L, "a report needs no get"),
            (None, "D 1-2, P1 3-4", N, "a report needs a put"),
            (None, "P1 1-2, D 3-100, J 4-50, D 10-11, P2 20-21", L, "zero after 11, not before"),
            (None, "P1 1-2, D 3-4, JT 5-6", N, "timed out on an idle queue"),
            (None, "P1 1-2, JT 3-6, D 4-5", L, "timed out before the report"),
            (Some(1), "P1 1-2, P2 3-4, G1 5-6", N, "more than fits"),
            (Some(2), "P1 1-2, P2 3-4, G1 5-6", L, "two fit"),
            (Some(1), "P1 1-2, P2 3-6, G1 4-5", L, "the put had waited"),
            (Some(1), "P1 1-2, G1 3-6, F2 4-5", L, "full while the get was going on"),
            (Some(1), "P1 1-2, G1 3-4, F2 5-6", N, "full after the get"),
            (None, "F1 1-2", N, "an unbounded queue is never full"),
            (None, "P1 1-2, SG 3-4, G1 5-6, GX 7-8", L, "drained, then shut down"),
            (None, "P1 1-2, SG 3-4, GX 5-6, G1 7-8", N, "shut down while 1 was left"),
            (None, "P1 1-2, SI 3-4, G1 5-6", N, "got after an immediate shutdown"),
            (None, "P1 1-2, SI 3-6, G1 4-5", L, "got before it took effect"),
            (None, "SG 1-2, E 3-4", N, "shut is not empty"),
            (None, "SG 1-2, P1 3-4", N, "put after the shutdown"),
            (None, "SG 1-4, P1 2-3", L, "put before it took effect"),
            (None, "X1 1-2", N, "nobody has shut it down"),
            (None, "P1 1-2, G1 3-4, SI 5-6, J 7-8", N, "1 is still in flight"),
            (None, "P1 1-2, SI 3-4, J 5-6, D! 7-8", L, "dropped is done"),
            (None, "P1 1-2, P2 3-4, D 5-6, D 7-8, SI 9-10, D! 11-12", L, "the count stops at zero"),
        ],
    );
}

#[test]
fn blocked() {
    check(
        Discipline::Fifo,
        &[
            (None, "get 1-~", WaitsRightly, "nothing to get"),
            (None, "P1 1-2, P2 3-4, G1 5-6, get 7-~", Stuck, "a lost wake-up beside 2"),
            (None, "P1 1-2, get 3-~, G1 4-5", WaitsRightly, "another took the item"),
            (None, "P1 1-2, G1 3-4, join 5-~, D 6-7", Stuck, "a missed notification"),
            (None, "P1 1-2, G1 3-4, join 5-~", WaitsRightly, "1 was never reported"),
            (None, "P1 1-2, join 3-~, D 4-5, P2 6-7", WaitsRightly, "a momentary zero, missed"),
            (None, "join 1-~", Stuck, "nothing was ever unfinished"),
            (Some(1), "P1 1-2, put 3-~", WaitsRightly, "no room"),
            (Some(1), "P1 1-2, G1 3-4, put 5-~", Stuck, "room for it"),
            (Some(1), "P1 1-2, put 3-~, G1 4-5, get 6-~", Stuck, "put and get both asleep"),
            (None, "SG 1-2, get 3-~", Stuck, "not released by the shutdown"),
            (Some(1), "P1 1-2, put 3-~, SG 4-5", Stuck, "not released by the shutdown"),
            (None, "P1 1-2, join 3-~, SI 4-5", Stuck, "dropped is done"),
            (None, "P1 1-2, G1 3-4, join 5-~, SI 6-7", WaitsRightly, "1 is still in flight"),
            (None, "P1 1-2, G1 3-4, D 5-~", Stuck, "task_done does not wait"),
        ],
    );
}

/// What is blocked has taken nothing, so it explains nothing.
#[test]
fn a_blocked_get_is_no_excuse() {
    let constants = Constants { discipline: Discipline::Fifo, capacity: None };
    let overtaken = history("P1 1-2, get 3-~, P2 4-5, G2 6-7", Ending::Quiescent);
    assert_eq!(judge(constants, MomentaryZero::MayMiss, &overtaken), Answer::NoLinearization);
}

#[test]
fn lifo() {
    check(
        Discipline::Lifo,
        &[
            (None, "P1 1-2, P2 3-4, G2 5-6, G1 7-8", L, "the last first"),
            (None, "P1 1-2, P2 3-4, G1 5-6, G2 7-8", N, "the first first"),
            (None, "P1 1-2, P2 3-6, G1 4-5", L, "2 came after the get"),
            (None, "P1 1-2, G1 3-4, P2 5-6, G2 7-8", L, "one at a time"),
            (Some(1), "P1 1-2, P2 3-6, G1 4-5, G2 7-8", L, "the put had waited"),
            (None, "P1 1-2, P2 3-4, G1 5-6", N, "2 was on top"),
        ],
    );
}

#[test]
fn priority() {
    check(
        Discipline::Priority,
        &[
            (None, "P2 1-2, P1 3-4, G1 5-6, G2 7-8", L, "the lowest first"),
            (None, "P2 1-2, P1 3-4, G2 5-6, G1 7-8", N, "the first first"),
            (None, "P2 1-2, P1 3-6, G2 4-5", L, "1 came after the get"),
            (None, "P1 1-2, P2 3-4, P3 5-6, G1 7-8, G2 9-10", L, "in order"),
            (None, "P3 1-2, P2 3-4, P1 5-6, G2 7-8", N, "1 was lower"),
        ],
    );
}

/// A waiting join that may not miss a zero.
#[test]
fn momentary_zero() {
    let missed = "P1 1-2, join 3-~, D 4-5, P2 6-7";
    let constants = Constants { discipline: Discipline::Fifo, capacity: None };
    let judged = |zero, text| judge(constants, zero, &history(text, Ending::Quiescent));
    assert!(matches!(judged(MomentaryZero::MayMiss, missed), Answer::Allowed(_)));
    assert_eq!(judged(MomentaryZero::MustReturn, missed), Answer::Stuck(vec![1]));
    // The put may come before the report, and then there was no zero.
    let none = "P1 1-2, join 3-~, D 4-7, P2 5-6";
    assert!(matches!(judged(MomentaryZero::MustReturn, none), Answer::Allowed(_)));
    // The zero may lie before the call of the join.
    let before = "P1 1-2, D 3-4, P2 5-8, join 6-~";
    assert!(matches!(judged(MomentaryZero::MustReturn, before), Answer::Allowed(_)));
    let after = "P1 1-2, D 3-4, join 5-~, P2 6-7";
    assert_eq!(judged(MomentaryZero::MustReturn, after), Answer::Stuck(vec![2]));
}
