//! The test binary of a queue of somebody else: what its tests say.

use spec::ClauseId;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use taskdone_conformance::adapter::prelude::*;
use taskdone_conformance::declared::tried;
use taskdone_conformance::subject::Subject;
use taskdone_conformance::suite::Suite;

/// A queue with nothing but put, get and len. The silent one has these defects: put notifies nobody;
/// it declares a shutdown that it has not; it does not say that it has a length.
struct Mine<const SILENT: bool> {
    items: Mutex<VecDeque<Tracked>>,
    changed: Condvar,
    capacity: Option<usize>,
}

impl<const SILENT: bool> Mine<SILENT> {
    fn empty(Constants { capacity, .. }: Constants) -> Self {
        Mine { items: Mutex::default(), changed: Condvar::new(), capacity }
    }

    fn called(&self, call: Call) -> Answer {
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        match call {
            Call::Put(item, Wait::Forever) => {
                let is_full = |items: &mut VecDeque<_>| Some(items.len()) == self.capacity;
                let waited = self.changed.wait_while(items, is_full);
                waited.unwrap_or_else(PoisonError::into_inner).push_back(item);
                if !SILENT {
                    self.changed.notify_all();
                }
                Answer::Done
            }
            Call::Get(Wait::Forever) => {
                let waited = self.changed.wait_while(items, |items| items.is_empty());
                let item = waited.unwrap_or_else(PoisonError::into_inner).pop_front();
                self.changed.notify_all();
                item.map_or(Answer::Empty, Answer::Got)
            }
            Call::Len => Answer::Count(items.len()),
            _ => Answer::NotOffered,
        }
    }
}

impl Adapter for Mine<false> {
    const PROFILE: Profile = Profile { offers: &[Feature::Len], ..profile::CHANNEL };

    fn new(constants: Constants) -> Self {
        Mine::empty(constants)
    }

    fn call(&self, call: Call) -> Answer {
        self.called(call)
    }
}

impl Adapter for Mine<true> {
    const PROFILE: Profile = Profile { offers: &[Feature::Graceful], ..profile::CHANNEL };

    fn new(constants: Constants) -> Self {
        Mine::empty(constants)
    }

    fn call(&self, call: Call) -> Answer {
        self.called(call)
    }
}

#[test]
fn a_clause_that_is_kept() {
    let mine = Subject::of::<Mine<false>>("mine", "a queue");
    let declared = tried(&mine);
    assert!(declared.missing.is_empty() && declared.undeclared.is_empty(), "{declared:?}");
    assert!(Suite::new(mine).keeps(ClauseId::Prog1).is_ok());
}

#[test]
fn a_lost_wake_up_is_named_with_its_clause() {
    let silent = Subject::of::<Mine<true>>("silent", "put notifies nobody");
    let failed =
        Suite::new(silent).keeps(ClauseId::Prog1).expect_err("a get sleeps beside an item");
    let text = failed.message().unwrap_or_default();
    assert!(text.contains("PROG-1 broken: silent, found by threads"), "{text}");
}

/// Too much is an error, too little is told.
#[test]
fn a_wrong_declaration_is_found() {
    let declared = tried(&Subject::of::<Mine<true>>("silent", "put notifies nobody"));
    assert_eq!(declared.missing, [Feature::Graceful]);
    assert_eq!(declared.undeclared, [Feature::Len]);
}

/// What no run can show of a queue is no pass.
#[test]
fn a_clause_of_which_nothing_was_shown_fails() {
    let mine = Subject::of::<Mine<false>>("mine", "a queue");
    let failed = Suite::new(mine).keeps(ClauseId::Join3).expect_err("it has no join");
    assert!(failed.message().unwrap_or_default().contains("vacuous"), "{failed:?}");
}
