//! Lets blocked clients go when a run is over.

use crate::subject::{Answer, Call, Callable};
use spec::{Shutdown, Wait};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A broken queue may take any number of reports.
const REPORTS_MAX: usize = 1_000;

/// Does everything that releases the clients of a queue that works. It may block in one that does
/// not, so it wants a thread of its own.
pub(super) fn release(queue: &dyn Callable) {
    // It may panic as well, and then has done what it could.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let shut = queue.call(Call::Shutdown(Shutdown::Immediate));
        if matches!(shut, Answer::NotOffered) {
            queue.call(Call::Shutdown(Shutdown::Graceful));
            // Puts that wait for room may have to be let in.
            let got = |_: &usize| matches!(queue.call(Call::Get(Wait::Never)), Answer::Got(_));
            (0..REPORTS_MAX).take_while(got).count();
        }
        let done = |_: &usize| matches!(queue.call(Call::TaskDone), Answer::Done);
        (0..REPORTS_MAX).take_while(done).count()
    }));
}
