//! Makes a counterexample small: a scenario with less in it that breaks the same clause, in the
//! steps that come first.

use super::adapter::Adapter;
use super::check::{Mode, Settings, Witness, explore_one};
use super::fault::Fault;
use super::subject::Subject;
use crate::shrink::reductions;

/// How many smaller scenarios to try.
const TRIES: usize = 200;

/// Shrinks what was found.
///
/// # Errors
///
/// If the adapter is of no use any more.
pub(super) fn shrink(
    adapter: &mut Adapter,
    subject: &Subject,
    mode: Mode,
    witness: &Witness,
    settings: &Settings,
) -> Result<Witness, Fault> {
    let clause = witness.violation.clause;
    let mut best = witness.clone();
    let mut candidates = reductions(&best.scenario).into_iter();
    for _ in 0..TRIES {
        let Some(candidate) = candidates.next().filter(|_| settings.stop.over().is_none()) else {
            break;
        };
        let found = explore_one(adapter, subject, mode, candidate, settings)?;
        if let Some(found) = found.filter(|found| found.violation.clause == clause) {
            candidates = reductions(&found.scenario).into_iter();
            best = found;
        }
    }
    Ok(best)
}
