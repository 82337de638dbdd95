//! Every small monitor, with and without reductions: nothing is vacuous.

use crate::verified::small;
use std::collections::BTreeSet;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::monitor::{Monitor, Owner};

/// What has to come up in a monitor with two producers and two workers, by its constants.
fn reachable(monitor: &Monitor) -> BTreeSet<&'static str> {
    let [timed, shut] = [monitor.timed > 0, monitor.owner != Owner::Absent];
    let early = matches!(monitor.owner, Owner::ReportsEarly(_));
    let rows = [
        ("a put waits", true),
        ("a get waits", true),
        ("a join waits", true),
        ("two joins wait", monitor.joiners > 1),
        ("a woken get finds its item gone", true),
        ("a woken put finds its room taken", true),
        ("a woken join has missed its zero", true),
        ("a time is over", timed),
        ("a get is notified after its time", timed),
        ("a shutdown wakes a get", shut),
        ("a shutdown wakes a put", shut),
        ("a join outlasts a shutdown", shut),
        ("an item outlasts a shutdown", shut && !monitor.is_immediate()),
        ("fewer tasks are unfinished than queued", early),
        ("everybody finishes", true),
    ];
    let names: BTreeSet<&str> = Monitor::reaches().iter().map(|property| property.name).collect();
    assert_eq!(names, rows.iter().map(|row| row.0).collect(), "every property has a row");
    rows.into_iter().filter(|row| row.1).map(|row| row.0).collect()
}

/// Full and reduced searches agree.
#[test]
fn what_has_to_come_up_does() {
    for searched in small::<Monitor>() {
        assert_eq!(searched.verdict.reaches, reachable(&searched.design), "{}", searched.name);
    }
}
