//! What can be wrong with a design, one line at a time.

use spec::{Client, Constants, Discipline, Item, Op, Scenario, Shutdown, Wait};

/// Defines `Defect` for a design: a name, the clause that it breaks, what is wrong, and the design in
/// which that shows.
macro_rules! defects {
    ($design:ty; $($name:ident breaks $clause:ident: $sentence:literal => $shows:expr;)*) => {
        /// The one line by which a twin differs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $sentence] $name,)*
        }

        impl $crate::algorithms::Twin for Defect {
            type Design = $design;

            const ALL: &'static [Defect] = &[$(Defect::$name),*];

            fn breaks(self) -> ::spec::ClauseId {
                match self {
                    $(Defect::$name => ::spec::ClauseId::$clause,)*
                }
            }

            fn design(self) -> $design {
                match self {
                    $(Defect::$name => $shows,)*
                }
            }

            fn twin(self) -> $design {
                let mut twin = self.design();
                twin.defect = Some(self);
                twin
            }
        }

        impl ::std::fmt::Display for Defect {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(match self {
                    $(Defect::$name => $sentence,)*
                })
            }
        }
    };
}
pub(super) use defects;

pub(super) const GET: Op = Op::Get(Wait::Forever);
pub(super) const TRY_GET: Op = Op::Get(Wait::Never);
pub(super) const DONE: Op = Op::TaskDone;
pub(super) const JOIN: Op = Op::Join(Wait::Forever);
pub(super) const GRACEFUL: Op = Op::Shutdown(Shutdown::Graceful);
pub(super) const IMMEDIATE: Op = Op::Shutdown(Shutdown::Immediate);

pub(super) fn put(item: u32) -> Op {
    Op::Put(Item(item), Wait::Forever)
}

pub(super) fn try_put(item: u32) -> Op {
    Op::Put(Item(item), Wait::Never)
}

/// Clients of a fifo queue, called a, b, …
pub(super) fn clients(capacity: usize, ops: &[&[Op]]) -> Scenario {
    let client = |(name, ops): (char, &&[Op])| Client { name: name.to_string(), ops: ops.to_vec() };
    Scenario {
        title: String::new(),
        constants: Constants { discipline: Discipline::Fifo, capacity: Some(capacity) },
        clients: ('a'..).zip(ops).map(client).collect(),
    }
}
