//! Channels for threads. None but kanal's can be closed from outside: that takes the last sender,
//! and a put that waits has one.

use super::{MANY, WITHOUT_CLOSE};
use crate::adapter::prelude::*;
use std::sync::{Mutex, PoisonError, mpsc};

pub(super) struct Std(mpsc::SyncSender<Tracked>, Mutex<mpsc::Receiver<Tracked>>);

impl Adapter for Std {
    // A get that waits holds the lock.
    const PROFILE: Profile = Profile { offers: &[], ..profile::CHANNEL };

    fn new(constants: Constants) -> Self {
        let (sender, receiver) = mpsc::sync_channel(constants.capacity.unwrap_or(MANY));
        Std(sender, Mutex::new(receiver))
    }

    fn call(&self, call: Call) -> Answer {
        match call {
            Call::Put(item, Wait::Forever) => match self.0.send(item) {
                Ok(()) => Answer::Done,
                Err(error) => Answer::ShutDown(Some(error.0)),
            },
            Call::Get(Wait::Forever) => {
                let receiver = self.1.lock().unwrap_or_else(PoisonError::into_inner);
                receiver.recv().map_or(Answer::ShutDown(None), Answer::Got)
            }
            _ => Answer::NotOffered,
        }
    }
}

/// An adapter for a crate whose channel has the names of crossbeam's.
macro_rules! like_crossbeam {
    ($name:ident, $channel:ident) => {
        pub(super) struct $name($channel::Sender<Tracked>, $channel::Receiver<Tracked>);

        impl Adapter for $name {
            const PROFILE: Profile = WITHOUT_CLOSE;

            fn new(constants: Constants) -> Self {
                let (sender, receiver) =
                    constants.capacity.map_or_else($channel::unbounded, $channel::bounded);
                $name(sender, receiver)
            }

            fn call(&self, call: Call) -> Answer {
                use $channel::{RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError};
                let $name(sender, receiver) = self;
                match call {
                    Call::Put(item, Wait::Forever) => match sender.send(item) {
                        Ok(()) => Answer::Done,
                        Err(error) => Answer::ShutDown(Some(error.0)),
                    },
                    Call::Put(item, Wait::Never) => match sender.try_send(item) {
                        Ok(()) => Answer::Done,
                        Err(TrySendError::Full(item)) => Answer::Full(Some(item)),
                        Err(TrySendError::Disconnected(item)) => Answer::ShutDown(Some(item)),
                    },
                    Call::Put(item, Wait::AtMost(timeout)) => {
                        match sender.send_timeout(item, timeout) {
                            Ok(()) => Answer::Done,
                            Err(SendTimeoutError::Timeout(item)) => Answer::Full(Some(item)),
                            Err(SendTimeoutError::Disconnected(item)) => {
                                Answer::ShutDown(Some(item))
                            }
                        }
                    }
                    Call::Get(Wait::Forever) => {
                        receiver.recv().map_or(Answer::ShutDown(None), Answer::Got)
                    }
                    Call::Get(Wait::Never) => match receiver.try_recv() {
                        Ok(item) => Answer::Got(item),
                        Err(TryRecvError::Empty) => Answer::Empty,
                        Err(TryRecvError::Disconnected) => Answer::ShutDown(None),
                    },
                    Call::Get(Wait::AtMost(timeout)) => match receiver.recv_timeout(timeout) {
                        Ok(item) => Answer::Got(item),
                        Err(RecvTimeoutError::Timeout) => Answer::Empty,
                        Err(RecvTimeoutError::Disconnected) => Answer::ShutDown(None),
                    },
                    Call::Len => Answer::Count(receiver.len()),
                    _ => Answer::NotOffered,
                }
            }
        }
    };
}

like_crossbeam!(Crossbeam, crossbeam_channel);
like_crossbeam!(Flume, flume);

impl Flume {
    /// Both halves, for the waits of tasks.
    pub(super) fn halves(&self) -> (&flume::Sender<Tracked>, &flume::Receiver<Tracked>) {
        (&self.0, &self.1)
    }
}

pub(super) struct Kanal(kanal::Sender<Tracked>, kanal::Receiver<Tracked>);

impl Adapter for Kanal {
    const PROFILE: Profile = Profile { offers: &[Feature::Try, Feature::Len], ..profile::CHANNEL };

    fn new(constants: Constants) -> Self {
        let (sender, receiver) = constants.capacity.map_or_else(kanal::unbounded, kanal::bounded);
        Kanal(sender, receiver)
    }

    fn call(&self, call: Call) -> Answer {
        let Kanal(sender, receiver) = self;
        match call {
            // kanal does not hand an item back.
            Call::Put(item, Wait::Forever) => {
                sender.send(item).map_or(Answer::ShutDown(None), |()| Answer::Done)
            }
            Call::Put(item, Wait::Never) => match sender.try_send(item) {
                Ok(true) => Answer::Done,
                Ok(false) => Answer::Full(None),
                Err(_) => Answer::ShutDown(None),
            },
            Call::Get(Wait::Forever) => receiver.recv().map_or(Answer::ShutDown(None), Answer::Got),
            Call::Get(Wait::Never) => match receiver.try_recv() {
                Ok(Some(item)) => Answer::Got(item),
                Ok(None) => Answer::Empty,
                Err(_) => Answer::ShutDown(None),
            },
            Call::Len => Answer::Count(receiver.len()),
            _ => Answer::NotOffered,
        }
    }
}
