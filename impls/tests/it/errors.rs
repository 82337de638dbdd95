//! Whatever is refused comes back, and the reason is told.

use std::error::Error;
use std::time::Duration;
use taskdone_impls::{
    GetError, JoinTimeoutError, JoinableQueue, MutexQueue, PutError, Shutdown, TooManyTaskDone,
    TryGetError, TryPutError,
};

const SOON: Duration = Duration::from_millis(1);

#[test]
fn full() {
    let queue = MutexQueue::bounded(1);
    queue.put("first").expect("there is room");
    assert_eq!(queue.try_put("second"), Err(TryPutError::Full("second")));
    assert_eq!(queue.put_timeout("second", SOON), Err(TryPutError::Full("second")));
    assert_eq!(queue.put_timeout("second", Duration::ZERO), Err(TryPutError::Full("second")));
    assert_eq!((queue.len(), queue.capacity()), (1, Some(1)));
}

#[test]
fn empty() {
    let queue = MutexQueue::<u8>::unbounded();
    assert_eq!(queue.try_get(), Err(TryGetError::Empty));
    assert_eq!(queue.get_timeout(SOON), Err(TryGetError::Empty));
    assert_eq!(queue.get_timeout(Duration::ZERO), Err(TryGetError::Empty));
    assert_eq!((queue.is_empty(), queue.capacity()), (true, None));
}

#[test]
fn shut_down() {
    let queue = MutexQueue::bounded(1);
    queue.put("first").expect("there is room");
    queue.shutdown(Shutdown::Graceful);
    assert_eq!(queue.put("second"), Err(PutError("second")));
    assert_eq!(queue.try_put("second"), Err(TryPutError::ShutDown("second")));
    assert_eq!(queue.get(), Ok("first"));
    assert_eq!(queue.get(), Err(GetError));
    assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
    assert!(queue.is_shutdown());
}

/// A timeout that no clock can reach is as good as none.
#[test]
fn the_longest_timeout() {
    let queue = MutexQueue::bounded(1);
    assert_eq!(queue.put_timeout(1, Duration::MAX), Ok(()));
    assert_eq!(queue.get_timeout(Duration::MAX), Ok(1));
    assert_eq!(queue.task_done(), Ok(()));
    assert_eq!(queue.join_timeout(Duration::MAX), Ok(()));
}

#[test]
fn join_gives_up() {
    let queue = MutexQueue::unbounded();
    queue.put(1).expect("it is open");
    assert_eq!(queue.join_timeout(SOON), Err(JoinTimeoutError));
    assert_eq!(queue.task_done(), Ok(()));
    assert_eq!(queue.task_done(), Err(TooManyTaskDone));
}

#[test]
fn errors_speak() {
    let errors: [(Box<dyn Error>, &str); 4] = [
        (Box::new(PutError(1)), "put on a queue that was shut down"),
        (Box::new(TryPutError::Full(1)), "put on a full queue"),
        (Box::new(TryGetError::Empty), "get on an empty queue"),
        (Box::new(TooManyTaskDone), "task_done called more often than items were put"),
    ];
    for (error, text) in errors {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn room_for_nothing() {
    let made = std::panic::catch_unwind(|| MutexQueue::<u8>::bounded(0));
    assert!(made.is_err(), "nothing could ever be put");
}
