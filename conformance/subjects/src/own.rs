//! The queues of this project as the suite calls them.

use crate::call::{Answer, Call};
use crate::callable::{Answering, Callable, Make, MakeTasks, Tasks, Worlds};
use crate::items::Tracked;
use impls::catalogue::Entry;
use impls::{JoinTimeoutError, JoinableQueue, JoinableTasks, TryGetError, TryPutError};
use impls::{on_explore, on_loom, on_shuttle, on_std};
use spec::{Shutdown, Wait};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The queues that are meant to be used, with the worlds that have each.
pub fn queues() -> Vec<(Entry<Tracked>, Worlds)> {
    zip([
        on_std::queues::all(),
        on_loom::queues::all(),
        on_shuttle::queues::all(),
        on_explore::queues::all(),
    ])
}

/// The broken queues, by name, with the worlds that have each; none without the feature `broken`.
#[cfg(not(feature = "broken"))]
pub fn broken() -> Vec<(Entry<Tracked>, Worlds)> {
    Vec::new()
}

/// The broken queues, by name, with the worlds that have each.
#[cfg(feature = "broken")]
pub fn broken() -> Vec<(Entry<Tracked>, Worlds)> {
    let worlds = [
        on_std::queues::broken::all(),
        on_loom::queues::broken::all(),
        on_shuttle::queues::broken::all(),
        on_explore::queues::broken::all(),
    ];
    let mut broken = zip(worlds);
    broken.sort_by_key(|(entry, _)| entry.name);
    broken
}

/// Each entry once, in the order of their first world, with the worlds that have it.
fn zip([std, loom, shuttle, explore]: [Vec<Entry<Tracked>>; 4]) -> Vec<(Entry<Tracked>, Worlds)> {
    let mut order: Vec<Entry<Tracked>> = Vec::new();
    let mut worlds: BTreeMap<&str, Worlds> = BTreeMap::new();
    let mut add = |entries: Vec<Entry<Tracked>>, fill: fn(&mut Worlds, &Entry<Tracked>)| {
        for entry in entries {
            let known = worlds.len();
            fill(worlds.entry(entry.name).or_default(), &entry);
            order.extend((worlds.len() > known).then_some(entry));
        }
    };
    add(std, |worlds, entry| {
        worlds.std = Some(make(entry));
        worlds.tasks = make_tasks(entry);
    });
    add(loom, |worlds, entry| worlds.loom = Some(make(entry)));
    add(shuttle, |worlds, entry| worlds.shuttle = Some(make(entry)));
    add(explore, |worlds, entry| {
        worlds.explore = Some(make(entry));
        worlds.explore_tasks = make_tasks(entry);
    });
    let taken = |entry: Entry<Tracked>| {
        let worlds = worlds.remove(entry.name).unwrap_or_default();
        (entry, worlds)
    };
    order.into_iter().map(taken).collect()
}

fn make(entry: &Entry<Tracked>) -> Make {
    let make = entry.make;
    Arc::new(move |constants| Arc::new(Own(make(constants.capacity))))
}

fn make_tasks(entry: &Entry<Tracked>) -> Option<MakeTasks> {
    let make = entry.tasks?;
    Some(Arc::new(move |constants| Arc::new(OwnTasks(make(constants.capacity)))))
}

/// A queue for threads. Each operation is called by the method that a user would call.
struct Own(Arc<dyn JoinableQueue<Tracked>>);

impl Callable for Own {
    fn call(&self, call: Call) -> Answer {
        call_on(&*self.0, call)
    }
}

/// A queue for tasks.
struct OwnTasks(Arc<dyn JoinableTasks<Tracked>>);

impl Tasks for OwnTasks {
    fn call(self: Arc<Self>, call: Call) -> Answering {
        Box::pin(async move {
            let queue = &*self.0;
            match call {
                Call::Put(item, Wait::Forever) => match queue.put_task(item).await {
                    Ok(()) => Answer::Done,
                    Err(error) => Answer::ShutDown(Some(error.0)),
                },
                Call::Get(Wait::Forever) => {
                    got(queue.get_task().await.map_err(|_| TryGetError::ShutDown))
                }
                Call::Join(Wait::Forever) => {
                    queue.join_task().await;
                    Answer::Done
                }
                call => call_on(queue, call),
            }
        })
    }
}

fn call_on(queue: &dyn JoinableQueue<Tracked>, call: Call) -> Answer {
    match call {
        Call::Put(item, Wait::Forever) => {
            put(queue.put(item).map_err(|error| TryPutError::ShutDown(error.0)))
        }
        Call::Put(item, Wait::Never) => put(queue.try_put(item)),
        Call::Put(item, Wait::AtMost(timeout)) => put(queue.put_timeout(item, timeout)),
        Call::Get(Wait::Forever) => got(queue.get().map_err(|_| TryGetError::ShutDown)),
        Call::Get(Wait::Never) => got(queue.try_get()),
        Call::Get(Wait::AtMost(timeout)) => got(queue.get_timeout(timeout)),
        Call::TaskDone => queue.task_done().map_or(Answer::TooMany, |()| Answer::Done),
        Call::Join(Wait::Forever) => {
            queue.join();
            Answer::Done
        }
        Call::Join(Wait::Never) => joined(queue.try_join()),
        Call::Join(Wait::AtMost(timeout)) => joined(queue.join_timeout(timeout)),
        Call::Shutdown(mode) => {
            queue.shutdown(match mode {
                Shutdown::Graceful => impls::Shutdown::Graceful,
                Shutdown::Immediate => impls::Shutdown::Immediate,
            });
            Answer::Done
        }
        Call::Len => Answer::Count(queue.len()),
        Call::Unfinished => Answer::Count(queue.unfinished()),
        Call::IsShutdown => Answer::Is(queue.is_shutdown()),
    }
}

fn put(result: Result<(), TryPutError<Tracked>>) -> Answer {
    match result {
        Ok(()) => Answer::Done,
        Err(TryPutError::Full(item)) => Answer::Full(Some(item)),
        Err(TryPutError::ShutDown(item)) => Answer::ShutDown(Some(item)),
    }
}

fn got(result: Result<Tracked, TryGetError>) -> Answer {
    match result {
        Ok(item) => Answer::Got(item),
        Err(TryGetError::Empty) => Answer::Empty,
        Err(TryGetError::ShutDown) => Answer::ShutDown(None),
    }
}

fn joined(result: Result<(), JoinTimeoutError>) -> Answer {
    result.map_or(Answer::TimedOut, |()| Answer::Done)
}
