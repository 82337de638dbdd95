//! Reduced searches of the broken monitors find the same properties failing as full ones.

use std::collections::BTreeSet;
use taskdone_model::algorithms::Twin;
use taskdone_model::algorithms::monitor::verified::reductions;
use taskdone_model::algorithms::monitor::{Defect, Monitor};
use taskdone_model::algorithms::verified::Search;

#[test]
fn reductions_agree_on_every_twin() {
    for defect in Defect::ALL {
        for reduced in reductions(defect.design()) {
            assert!(reduced.search().fails.is_empty(), "{reduced:?}");
        }
        let fails = |twin: Monitor| twin.search().fails.into_keys().collect::<BTreeSet<_>>();
        let [full, rest @ ..] = reductions(defect.twin()).map(fails);
        assert!(!full.is_empty(), "{defect:?}");
        for fails in rest {
            assert_eq!(fails, full, "{defect:?}");
        }
    }
}
