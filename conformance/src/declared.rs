//! What a queue declares about itself, beside what it has.
//!
//! Each operation is called once on a queue of its own, where it does not have to wait. What is
//! declared and not there makes the queue unusable; what is there and not declared is not tried, and
//! that is said.

use crate::subject::{Answer, Call, Callable, Subject, Tasks, Tracked};
use spec::{Constants, Feature, Item, Op, Shutdown, Wait, profile};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

/// What came of trying a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Declared, and not there.
    pub missing: Vec<Feature>,
    /// There, and not declared.
    pub undeclared: Vec<Feature>,
}

/// How long the calls of one feature may take; none of them has to wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// What shows a feature: calls that none has to wait in, the last of which needs it.
fn calls(feature: Feature) -> Option<Vec<Op>> {
    let soon = Wait::AtMost(Duration::from_millis(1));
    let put = Op::Put(Item(1), Wait::Forever);
    Some(match feature {
        Feature::Tasks => vec![put, Op::TaskDone],
        Feature::Graceful => vec![Op::Shutdown(Shutdown::Graceful)],
        Feature::Immediate => vec![Op::Shutdown(Shutdown::Immediate)],
        Feature::Try => vec![Op::Get(Wait::Never)],
        Feature::Timed => vec![Op::Get(soon)],
        Feature::JoinTimed => vec![Op::Join(Wait::Never)],
        Feature::Len => vec![Op::Len],
        Feature::Unfinished => vec![Op::Unfinished],
        Feature::IsShutdown => vec![Op::IsShutdown],
        _ => return None,
    })
}

/// Tries what a subject declares. What cannot be found out, because the queue blocks or panics, or
/// is only there inside a model checker, is left to the engines.
pub fn tried(subject: &Subject) -> Tried {
    let mut tried = Tried::default();
    for &feature in profile::FULL.offers {
        let Some(has) = has(subject, feature) else { continue };
        match (subject.profile.offers(feature), has) {
            (true, false) => tried.missing.push(feature),
            (false, true) => tried.undeclared.push(feature),
            _ => {}
        }
    }
    tried
}

/// Whether the queue has what the feature needs; `None` if it does not come back from the calls.
fn has(subject: &Subject, feature: Feature) -> Option<bool> {
    let ops = calls(feature)?;
    let constants = Constants { discipline: subject.discipline, capacity: Some(1) };
    let worlds = subject.worlds.clone();
    let (tell, told) = channel();
    thread::spawn(move || {
        let call = || match (&worlds.std, &worlds.tasks) {
            (Some(make), _) => {
                let queue = make(constants);
                Some(ops.iter().all(|op| offers(&*queue, *op)))
            }
            (None, Some(make)) => {
                let queue = make(constants);
                Some(ops.iter().all(|op| offers_task(&queue, *op)))
            }
            (None, None) => None,
        };
        // Nobody listens any more if it took too long.
        let _ = tell.send(catch_unwind(AssertUnwindSafe(call)).ok().flatten());
    });
    told.recv_timeout(PATIENCE).ok().flatten()
}

fn offers(queue: &dyn Callable, op: Op) -> bool {
    !matches!(queue.call(Call::new(op, Tracked::unfollowed)), Answer::NotOffered)
}

/// The same of a queue for tasks. What is not ready at once is there.
fn offers_task(queue: &Arc<dyn Tasks>, op: Op) -> bool {
    let mut task = Arc::clone(queue).call(Call::new(op, Tracked::unfollowed));
    let polled = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    !matches!(polled, Poll::Ready(Answer::NotOffered))
}
