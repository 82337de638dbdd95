//! Reduced searches of the broken monitors find the same properties failing as full ones.

use taskdone_model::algorithms::Twin;
use taskdone_model::algorithms::monitor::Defect;
use taskdone_model::algorithms::monitor::verified::{reductions, search};

#[test]
fn reductions_agree_on_every_twin() {
    for defect in Defect::ALL {
        for reduced in reductions(defect.design()) {
            assert!(search(reduced).1.fails.is_empty(), "{reduced:?}");
        }
        let [full, rest @ ..] = reductions(defect.twin()).map(|twin| search(twin).1.fails);
        assert!(!full.is_empty(), "{defect:?}");
        for fails in rest {
            assert_eq!(fails, full, "{defect:?}");
        }
    }
}
