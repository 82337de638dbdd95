//! Clients that run futures.

use crate::primitives::{answers, ends, two};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use taskdone_explore::future::{block_on, block_on_or_give_up};
use taskdone_explore::sync::Mutex;
use taskdone_explore::sync::atomic::{AtomicBool, Ordering::SeqCst};
use taskdone_explore::{Blocker, Ended, Options, op};

/// A future that is ready when the flag is set, and is woken by whoever sets it.
struct Flag<'a> {
    set: &'a AtomicBool,
    waker: &'a Mutex<Option<Waker>>,
    /// Registers before it looks, as it must.
    right: bool,
}

impl Future for Flag<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.right && self.set.load(SeqCst) {
            return Poll::Ready(());
        }
        *self.waker.lock().expect("not poisoned") = Some(context.waker().clone());
        let ready = self.right && self.set.load(SeqCst);
        if ready { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[derive(Default)]
struct Event {
    set: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Event {
    fn set(&self) {
        self.set.store(true, SeqCst);
        if let Some(waker) = self.waker.lock().expect("not poisoned").take() {
            waker.wake();
        }
    }

    fn wait(&self, right: bool) -> Flag<'_> {
        Flag { set: &self.set, waker: &self.waker, right }
    }
}

#[test]
fn a_task_is_woken() {
    let wait = |right: bool| {
        two(Event::default, move |event: &Event, client| match client {
            0 => block_on(event.wait(right)),
            _ => event.set(),
        })
    };
    assert_eq!(ends(&wait(true), &Options::default()), [Ended::Finished].into());
    let broken = ends(&wait(false), &Options::default());
    assert!(
        broken.iter().any(|ended| matches!(ended, Ended::Quiescent(b) if b[0].by == Blocker::Park))
    );
}

#[test]
fn a_task_is_cancelled() {
    let program = two(Event::default, |event: &Event, client| {
        if client == 0 {
            op(0, || block_on_or_give_up(pin!(event.wait(true))).is_some().into());
        } else {
            event.set();
        }
    });
    assert_eq!(answers(&program, &Options::default()), [vec![0], vec![1]].into());
}

/// A flag whose waiter stays with the first waker.
struct Loyal<'a>(Flag<'a>);

impl Future for Loyal<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let waker = self.0.waker.lock().expect("not poisoned").clone();
        let first = waker.unwrap_or_else(|| context.waker().clone());
        Pin::new(&mut self.0).poll(&mut Context::from_waker(&first))
    }
}

#[test]
fn a_task_moves() {
    let program = two(Event::default, |event: &Event, client| match client {
        0 => block_on(Loyal(event.wait(true))),
        _ => event.set(),
    });
    let stays = Options::default();
    assert_eq!(ends(&program, &stays), [Ended::Finished].into());
    let moves = Options { spurious: 1, ..stays };
    let stuck = |ended: &Ended| matches!(ended, Ended::Quiescent(by) if by[0].by == Blocker::Park);
    assert!(ends(&program, &moves).iter().any(stuck));
}
