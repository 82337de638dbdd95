//! Panics of explored code are results: they are caught, and not printed.

use crate::memory::outside;
use std::any::Any;
use std::io::Write;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::thread;

static SILENCED: Once = Once::new();

/// From now on panics within explored code are not printed; all others are, as before.
pub(crate) fn silence() {
    SILENCED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !super::core::is_running() {
                before(info);
            }
        }));
    });
    // What the standard library makes at its first use must not be made in an arena.
    let _ = thread::current().id();
    let _ = std::io::stdout().flush();
}

/// Runs explored code; the message if it panics.
pub(crate) fn catch<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(|payload| {
        let message = outside(|| message(&*payload));
        // To drop it could run explored code, and suspend the client where it has nothing left to do.
        mem::forget(payload);
        message
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}
