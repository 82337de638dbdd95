//! The schedule with the fewest context switches that ends in a violation: breadth first, over
//! pairs of a state and the client that moved last.

use crate::judge::{Judge, Verdicts};
use crate::machine::Machine;
use crate::program::{Choice, Ended, Execution, Program, Schedule};
use crate::report::Error;
use foldhash::{HashSet, HashSetExt};
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// So many steps are tried at most: it is a courtesy, and a second is enough for it.
const STEPS_MAX: usize = 300_000;

/// A step, and the step before it.
struct Step {
    choice: Choice,
    before: Option<usize>,
}

/// The execution with the fewest context switches that the judge refuses, if that is found out
/// soon, and it has no more than `switches` of them.
pub(super) fn shortest<P: Program, J: Judge>(
    machine: &mut Machine<'_, P>,
    judge: &J,
    switches: usize,
) -> Result<Option<Execution>, Error> {
    let mut verdicts = Verdicts::new(judge);
    let mut seen = HashSet::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut level: Vec<Option<usize>> = vec![None];
    let (mut bytes, mut root) = (Vec::new(), Vec::new());
    machine.start()?;
    machine.save(&mut root);
    let first_events = machine.core.events.borrow().clone();
    for _ in 0..=switches {
        let mut next_level = Vec::new();
        let mut at = 0;
        while at < level.len() {
            let last = level[at];
            at += 1;
            machine.restore(&root);
            let path = path(&steps, last);
            let mut events = first_events.clone();
            for choice in &path {
                machine.step(*choice);
                events.extend_from_slice(&machine.core.events.borrow());
            }
            let judged = verdicts.after(0, &events);
            let apart = !machine.core.fused.get();
            let refused = |ended, events| {
                let schedule = Schedule { steps: path.clone(), apart };
                Ok(Some(Execution { events, ended, schedule }))
            };
            let Some(judged) = judged else { return refused(Ended::Cut, events) };
            machine.save(&mut bytes);
            let mover = path.last().map_or(u64::MAX, |choice| choice.client.into());
            if !seen.insert(xxh3_128_with_seed(&bytes, u64::from(judged) << 8 ^ mover)) {
                continue;
            }
            let mut choices = Vec::new();
            machine.choices(&mut choices);
            if let Some(ended) = ended(machine, &choices) {
                let judged = match ended {
                    Ended::Quiescent(_) => {
                        let calls = machine.core.events.borrow();
                        events.extend_from_slice(&calls);
                        verdicts.after(judged, &calls).expect("a call cannot be refused")
                    }
                    _ => judged,
                };
                if verdicts.is_right(judged, &ended) {
                    continue;
                }
                return refused(ended, events);
            }
            for choice in choices {
                let same = path.last().is_none_or(|last| last.client == choice.client);
                let level = if same { &mut level } else { &mut next_level };
                level.push(Some(steps.len()));
                steps.push(Step { choice, before: last });
            }
            if steps.len() > STEPS_MAX {
                return Ok(None);
            }
        }
        level = next_level;
    }
    Ok(None)
}

fn ended<P: Program>(machine: &mut Machine<'_, P>, choices: &[Choice]) -> Option<Ended> {
    let failure = machine.failure();
    let ended = failure.or_else(|| choices.is_empty().then(|| machine.ended()))?;
    Some(if ended == Ended::Finished { machine.finish() } else { ended })
}

fn path(steps: &[Step], last: Option<usize>) -> Vec<Choice> {
    let mut path = Vec::new();
    let mut at = last;
    while let Some(Step { choice, before }) = at.map(|at| &steps[at]) {
        path.push(*choice);
        at = *before;
    }
    path.reverse();
    path
}
