//! The specification of eventual visibility, one step at a time: what it adds to the sequential
//! one, and that it adds no more.

use spec::{Item, Op, Outcome, Shutdown, Wait};
use taskdone_model::eventual::{Eventual, State};
use taskdone_model::refinement::{Effect, Specification};

const EVENTUAL: Eventual = Eventual { capacity: Some(1) };
const GET: Op = Op::Get(Wait::Forever);
const TRY_GET: Op = Op::Get(Wait::Never);
const JOIN: Op = Op::Join(Wait::Forever);
const PUT: Op = put(1);
const TRY_PUT: Op = Op::Put(Item(2), Wait::Never);
const GOT: Outcome = Outcome::Got(Item(1));

const fn put(n: u32) -> Op {
    Op::Put(Item(n), Wait::Forever)
}

fn begins(client: usize, op: Op) -> Effect {
    Effect::Begins { client, op }
}

fn takes(client: usize, op: Op, outcome: Outcome) -> Effect {
    Effect::Takes { client, op, outcome }
}

fn ends(client: usize) -> Effect {
    Effect::Ends { client }
}

fn delivers(client: usize) -> Effect {
    Effect::Delivers { client }
}

/// The effects of a put by client 0, up to its return.
fn has_put() -> Vec<Effect> {
    vec![begins(0, PUT), takes(0, PUT, Outcome::Done)]
}

/// The item that client 0 has put can be got.
fn has_arrived() -> Vec<Effect> {
    [has_put(), vec![delivers(0)]].concat()
}

/// Client 1 has got it and not returned.
fn has_got() -> Vec<Effect> {
    [has_arrived(), vec![begins(1, GET), takes(1, GET, GOT)]].concat()
}

#[track_caller]
fn after(eventual: Eventual, effects: &[Effect]) -> State {
    let step = |s, effect: &Effect| eventual.step(&s, *effect).expect("it is allowed up to here");
    effects.iter().fold(State::init(3), step)
}

#[track_caller]
fn check(before: &[Effect], effect: Effect, allowed: bool) {
    let s = after(EVENTUAL, before);
    assert_eq!(EVENTUAL.step(&s, effect).is_some(), allowed, "{effect:?} in {s:?}");
}

#[test]
fn an_item_can_be_got_when_it_has_arrived() {
    let getting = |mut before: Vec<Effect>| {
        before.push(begins(1, GET));
        before
    };
    check(&getting(has_put()), takes(1, GET, GOT), false);
    check(&getting(has_arrived()), takes(1, GET, GOT), true);
    check(&has_arrived(), takes(1, GET, GOT), false);
    check(&[], delivers(0), false);
    check(&has_put(), delivers(1), false);
}

#[test]
fn items_of_one_producer_arrive_in_order() {
    let roomy = Eventual { capacity: Some(2) };
    let second = [begins(0, put(2)), takes(0, put(2), Outcome::Done)];
    let both = [&has_put()[..], &second, &[delivers(0), begins(1, GET)]].concat();
    let s = after(roomy, &both);
    assert!(roomy.step(&s, takes(1, GET, GOT)).is_some());
    let overtakes = Outcome::Got(Item(2));
    assert!(roomy.step(&s, takes(1, GET, overtakes)).is_none());
}

#[test]
fn empty_in_transit_or_while_another_get_is_under_way() {
    let says_empty = takes(2, TRY_GET, Outcome::Empty);
    check(&[], says_empty, true);
    check(&has_put(), says_empty, true);
    check(&has_arrived(), says_empty, false);
    check(&[has_arrived(), vec![begins(2, TRY_GET)]].concat(), says_empty, false);
    check(&[has_arrived(), vec![begins(1, GET)]].concat(), says_empty, true);
    check(&[], takes(2, GET, Outcome::Empty), false);
}

#[test]
fn full_from_before_the_put_until_after_the_get() {
    let says_full = takes(2, TRY_PUT, Outcome::Full);
    check(&[], says_full, false);
    check(&[begins(0, PUT)], says_full, true);
    check(&has_put(), says_full, true);
    check(&has_got(), says_full, true);
    check(&has_got(), begins(2, TRY_PUT), false);
    check(&[has_got(), vec![ends(1)]].concat(), says_full, false);
    check(&[has_got(), vec![ends(1)]].concat(), begins(2, TRY_PUT), true);
    check(&[], takes(0, PUT, Outcome::Done), false);
    check(&has_arrived(), ends(1), false);
}

#[test]
fn the_count_goes_up_with_the_put() {
    check(&[], takes(2, JOIN, Outcome::Done), true);
    check(&[begins(0, PUT)], takes(2, JOIN, Outcome::Done), true);
    check(&has_put(), takes(2, JOIN, Outcome::Done), false);
    check(&has_put(), takes(2, Op::TaskDone, Outcome::TooMany), false);
    check(&has_put(), takes(2, Op::TaskDone, Outcome::Done), true);
}

#[test]
fn there_is_no_shutdown_and_no_cancellation() {
    check(&[], takes(0, Op::Shutdown(Shutdown::Graceful), Outcome::Done), false);
    check(&[begins(0, PUT)], Effect::Cancelled { client: 0 }, false);
}

#[test]
fn nobody_waits_who_can_go_on_in_the_end() {
    let waits = |before: &[Effect], op| EVENTUAL.waits(&after(EVENTUAL, before), 2, op);
    assert!(waits(&[], GET));
    assert!(!waits(&has_put(), GET));
    assert!(!waits(&[], PUT));
    assert!(waits(&has_put(), PUT));
    assert!(!waits(&has_got(), PUT));
    assert!(!waits(&[], JOIN));
    assert!(waits(&has_put(), JOIN));
    assert!(!waits(&[], TRY_GET));
}
