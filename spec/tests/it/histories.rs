//! Histories become operations, or are malformed.

use taskdone_spec::{Ending, Event, EventKind, History, Malformed, Op, Outcome, Wait};

const GET: EventKind = EventKind::Call(Op::Get(Wait::Forever));
const EMPTY: EventKind = EventKind::Return(Outcome::Empty);

#[track_caller]
fn check(events: &[(usize, EventKind)], expected: Result<&[(usize, Option<usize>)], Malformed>) {
    let events = events.iter().map(|(thread, kind)| Event { thread: *thread, kind: *kind });
    let history = History { events: events.collect(), ending: Ending::Quiescent };
    let operations = history.operations().map(|operations| {
        let spans = operations.iter().map(|o| (o.called, o.returned.map(|(event, _)| event)));
        spans.collect::<Vec<_>>()
    });
    assert_eq!(operations, expected.map(<[_]>::to_vec));
}

#[test]
fn returns_belong_to_the_last_call_of_their_thread() {
    check(&[], Ok(&[]));
    check(&[(0, GET)], Ok(&[(0, None)]));
    check(&[(0, GET), (1, GET), (0, EMPTY), (0, GET)], Ok(&[(0, Some(2)), (1, None), (3, None)]));
}

#[test]
fn malformed() {
    check(&[(0, EMPTY)], Err(Malformed::ReturnWithoutCall(0)));
    check(&[(0, GET), (1, EMPTY)], Err(Malformed::ReturnWithoutCall(1)));
    check(&[(0, GET), (0, EMPTY), (0, EMPTY)], Err(Malformed::ReturnWithoutCall(2)));
    check(&[(0, GET), (1, GET), (0, GET)], Err(Malformed::CallWhilePending(2)));
}
