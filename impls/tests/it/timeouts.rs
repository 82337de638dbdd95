//! Who asks for a time gets it.

use std::time::{Duration, Instant};
use taskdone_impls::{JoinableQueue, MutexQueue};

/// Not less than the timeout passes before a call gives up. How much more depends on the machine.
#[test]
fn nobody_gives_up_early() {
    const TIMEOUT: Duration = Duration::from_millis(20);
    let queue = MutexQueue::bounded(1);
    let waited = |call: &dyn Fn() -> bool| {
        let called = Instant::now();
        assert!(call(), "it gives up");
        called.elapsed()
    };
    assert!(waited(&|| queue.get_timeout(TIMEOUT).is_err()) >= TIMEOUT);
    queue.put(1).expect("there is room");
    assert!(waited(&|| queue.put_timeout(2, TIMEOUT).is_err()) >= TIMEOUT);
    assert!(waited(&|| queue.join_timeout(TIMEOUT).is_err()) >= TIMEOUT);
}
