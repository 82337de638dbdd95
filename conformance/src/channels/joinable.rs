//! Gives any channel `task_done`, `join` and a shutdown.
//!
//! A channel cannot be told to count when an item goes in, and a count before or after that is wrong
//! for a moment: a put that waits is not yet a task, and an item that is out may be reported before
//! it is counted. So items go in and out under the lock of the count, by the operations of the
//! channel that never wait, and whoever has to wait does so outside the channel.

use crate::adapter::prelude::*;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A channel with a count of unfinished tasks.
pub struct Joinable<C> {
    channel: C,
    count: Mutex<Count>,
    not_empty: Condvar,
    not_full: Condvar,
    all_done: Condvar,
}

struct Count {
    unfinished: usize,
    shut: bool,
}

impl<C: Adapter> Adapter for Joinable<C> {
    const PROFILE: Profile = profile::FULL;

    fn new(constants: Constants) -> Self {
        Joinable {
            channel: C::new(constants),
            count: Mutex::new(Count { unfinished: 0, shut: false }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            all_done: Condvar::new(),
        }
    }

    fn call(&self, call: Call) -> Answer {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        match call {
            Call::Put(item, wait) => self.put(count, item, wait),
            Call::Get(wait) => self.get(count, wait),
            Call::TaskDone if count.unfinished == 0 => Answer::TooMany,
            Call::TaskDone => {
                count.unfinished -= 1;
                if count.unfinished == 0 {
                    self.all_done.notify_all();
                }
                Answer::Done
            }
            Call::Join(wait) => {
                let busy = |count: &mut Count| count.unfinished > 0;
                let count = wait_while(&self.all_done, count, wait, busy);
                if count.unfinished > 0 { Answer::TimedOut } else { Answer::Done }
            }
            Call::Shutdown(mode) => {
                count.shut = true;
                while mode == Shutdown::Immediate
                    && let Answer::Got(item) = self.channel.call(Call::Get(Wait::Never))
                {
                    count.unfinished = count.unfinished.saturating_sub(1);
                    drop(item);
                }
                for condvar in [&self.not_empty, &self.not_full, &self.all_done] {
                    condvar.notify_all();
                }
                Answer::Done
            }
            Call::Len => self.channel.call(Call::Len),
            Call::Unfinished => Answer::Count(count.unfinished),
            Call::IsShutdown => Answer::Is(count.shut),
        }
    }
}

impl<C: Adapter> Joinable<C> {
    fn put(&self, count: MutexGuard<'_, Count>, item: Tracked, wait: Wait) -> Answer {
        // Whoever waits keeps the item; the channel has it, or hands it back.
        let mut item = Some(item);
        let count = wait_while(&self.not_full, count, wait, |count| {
            let Some(handed_in) = item.take_if(|_| !count.shut) else { return false };
            match self.channel.call(Call::Put(handed_in, Wait::Never)) {
                Answer::Full(back) => item = back,
                _ => {
                    count.unfinished += 1;
                    self.not_empty.notify_one();
                }
            }
            item.is_some()
        });
        match item {
            None => Answer::Done,
            back if count.shut => Answer::ShutDown(back),
            back => Answer::Full(back),
        }
    }

    fn get(&self, count: MutexGuard<'_, Count>, wait: Wait) -> Answer {
        let mut answer = Answer::Empty;
        let count = wait_while(&self.not_empty, count, wait, |count| {
            answer = self.channel.call(Call::Get(Wait::Never));
            matches!(answer, Answer::Empty) && !count.shut
        });
        match answer {
            Answer::Got(item) => {
                self.not_full.notify_one();
                Answer::Got(item)
            }
            _ if count.shut => Answer::ShutDown(None),
            other => other,
        }
    }
}

/// Waits on `condvar` as long as `blocked` says so and `wait` is not over. `blocked` is asked at
/// least once.
fn wait_while<'a>(
    condvar: &Condvar,
    mut count: MutexGuard<'a, Count>,
    wait: Wait,
    mut blocked: impl FnMut(&mut Count) -> bool,
) -> MutexGuard<'a, Count> {
    match wait {
        Wait::Never => {
            blocked(&mut count);
            count
        }
        Wait::AtMost(timeout) => {
            let waited = condvar.wait_timeout_while(count, timeout, blocked);
            waited.unwrap_or_else(PoisonError::into_inner).0
        }
        Wait::Forever => condvar.wait_while(count, blocked).unwrap_or_else(PoisonError::into_inner),
    }
}
