//! Lets blocked clients go when a run is over.

use crate::subject::Queue;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A broken queue may take any number of reports.
const REPORTS_MAX: usize = 1_000;

/// Does everything that releases the clients of a queue that works. It may block in one that does
/// not, so it wants a thread of its own.
pub(super) fn release(queue: &Queue) {
    // It may panic as well, and then has done what it could.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        queue.shutdown(impls::Shutdown::Immediate);
        (0..REPORTS_MAX).take_while(|_| queue.task_done().is_ok()).count()
    }));
}
