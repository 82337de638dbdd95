//! Every twin is refuted, and the design that it was made from is not.

use stateright::{Checker, Model};
use taskdone_model::algorithms::catalogue::{self, Judged};
use taskdone_model::algorithms::{Twin, asyncio, monitor, multiprocessing, ring};
use taskdone_model::refinement::{Checked, INVARIANT, PROGRESS, REFINES};

/// What each twin breaks, which property fails, and how.
#[test]
fn every_twin_is_refuted() {
    let mut told = String::new();
    for entry in catalogue::all() {
        let Some(breaks) = entry.breaks else { continue };
        let report = entry.check();
        let failing = report.properties.iter().find(|judged| judged.fails());
        let Judged { name, path, .. } = failing.unwrap_or_else(|| panic!("{}", entry.name));
        let path = path.as_ref().map(|steps| steps.join("\n  ")).unwrap_or_default();
        told += &format!("{} {breaks}: {}\n not so: {name}\n  {path}\n\n", entry.name, entry.about);
    }
    insta::assert_snapshot!(told);
}

/// It is the one line that makes the difference: with the same clients, the design holds.
fn designs_hold<D: Twin>() {
    for defect in D::ALL {
        let checker = Checked(defect.design()).checker().spawn_dfs().join();
        for property in [REFINES, PROGRESS, INVARIANT] {
            assert!(checker.discovery(property).is_none(), "{defect:?}: {property}");
        }
    }
}

#[test]
fn the_designs_hold_where_their_twins_fail() {
    designs_hold::<monitor::Defect>();
    designs_hold::<asyncio::Defect>();
    designs_hold::<multiprocessing::Defect>();
    designs_hold::<ring::Defect>();
}

/// Every design is in the catalogue, and holds there.
#[test]
fn the_designs_of_the_catalogue_hold() {
    let states = catalogue::all().into_iter().filter(|entry| entry.breaks.is_none()).map(|entry| {
        let report = entry.check();
        for judged in &report.properties {
            assert!(!judged.fails(), "{}: {} {:?}", entry.name, judged.name, judged.path);
        }
        format!("{} {} states, {} steps\n", entry.name, report.states, report.depth)
    });
    insta::assert_snapshot!(states.collect::<String>());
}
