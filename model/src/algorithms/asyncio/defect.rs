//! What can be wrong with it. Each twin has one of these defects.

use spec::ClauseId;
use std::fmt;

/// Defines [`Defect`]: a name, the clause that it breaks, and a sentence.
macro_rules! defects {
    ($($name:ident breaks $clause:ident: $sentence:literal;)*) => {
        /// The one line by which a twin differs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $sentence] $name,)*
        }

        impl Defect {
            /// Every defect.
            pub const ALL: &[Defect] = &[$(Defect::$name),*];

            /// The clause that a queue with this defect breaks.
            pub fn breaks(self) -> ClauseId {
                match self {
                    $(Defect::$name => ClauseId::$clause,)*
                }
            }
        }

        impl fmt::Display for Defect {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $(Defect::$name => $sentence,)*
                })
            }
        }
    };
}

defects! {
    CancelledGetKeepsWakeUp breaks Canc3:
        "A get that was woken and is cancelled wakes nobody in its place.";
    CancelledPutKeepsWakeUp breaks Canc3:
        "A put that was woken and is cancelled wakes nobody in its place.";
    CancelledGetTakesItem breaks Canc1:
        "A get that was woken takes its item along when it is cancelled.";
    CancelledPutAddsItem breaks Canc2:
        "A put that was woken adds its item even if it is cancelled.";
    JoinsShareFuture breaks Canc4:
        "Joins wait for one future, and the first that is cancelled cancels it for all.";
    JoinTestsAgain breaks Join6:
        "A join that was woken tests the count again: `while` for `if`.";
    PutLeavesEventSet breaks Join1: "A put leaves the event set.";
    ShutdownForgetsPuts breaks Shut5: "A shutdown wakes no put.";
    EventSetEarly breaks Join1: "The last task but one sets the event.";
    GetTestsOnce breaks Prog6: "A get that was woken does not test again: `if` for `while`.";
}
