//! The queues of this project as the suite calls them.

use crate::call::{Answer, Call};
use crate::items::Tracked;
use crate::subject::{Answering, Callable, Tasks};
use impls::{JoinTimeoutError, JoinableQueue, JoinableTasks, TryGetError, TryPutError};
use spec::{Shutdown, Wait};
use std::sync::Arc;

/// A queue for threads. Each operation is called by the method that a user would call.
pub(crate) struct Own(pub(crate) Arc<dyn JoinableQueue<Tracked>>);

impl Callable for Own {
    fn call(&self, call: Call) -> Answer {
        call_on(&*self.0, call)
    }
}

/// A queue for tasks.
pub(crate) struct OwnTasks(pub(crate) Arc<dyn JoinableTasks<Tracked>>);

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
