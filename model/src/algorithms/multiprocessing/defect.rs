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
    CountsLate breaks Vis2: "A put raises the count after it has handed its item over.";
    KeepsSlot breaks Prog2: "A get does not give the slot back.";
    KeepsReaderLock breaks Prog1: "A get that finds nothing keeps the reader lock.";
    NotifiesOne breaks Join4: "`task_done` lets one sleeper go.";
    AwaitsNobody breaks Join1:
        "`task_done` lets go of the condition before those whom it notifies are awake.";
    SleepsLater breaks Prog3: "A join lets go of the condition between its test and its sleep.";
    FeederTakesNewest breaks Ord4:
        "A feeder takes the newest item of its buffer: `pop` for `popleft`.";
    FeederSleepsUntested breaks Vis1:
        "A feeder that has written sleeps without a look at its buffer.";
}
