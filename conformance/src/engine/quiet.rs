//! Panics that an engine expects are not printed.

use std::cell::Cell;
use std::panic;
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f`; panics of this thread inside it are not printed.
pub fn quietly<R>(f: impl FnOnce() -> R) -> R {
    install_hook();
    with(true, f)
}

/// Runs `f`, which is no queue, inside [`quietly`]: its panics are printed.
pub(super) fn loudly<R>(f: impl FnOnce() -> R) -> R {
    with(false, f)
}

fn with<R>(quiet: bool, f: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    let _restore = Restore(QUIET.replace(quiet));
    f()
}

fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let default = panic::take_hook();
        // shuttle puts a talkative hook in front when it first runs. Let it, and then replace it.
        let one_run = ::shuttle::scheduler::RandomScheduler::new_from_seed(0, 1);
        ::shuttle::Runner::new(one_run, ::shuttle::Config::new()).run(|| {});
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                default(info);
            }
        }));
    });
}
