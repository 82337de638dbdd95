//! Channels for tasks.

use super::MANY;
use super::blocking::Flume;
use crate::adapter::prelude::*;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a channel for tasks can be asked besides put and get.
const WITH_CLOSE: Profile = Profile {
    offers: &[Feature::Try, Feature::Graceful, Feature::Len, Feature::IsShutdown, Feature::Cancel],
    ..profile::CHANNEL
};

pub(super) struct AsyncChannel(async_channel::Sender<Tracked>, async_channel::Receiver<Tracked>);

impl AsyncAdapter for AsyncChannel {
    const PROFILE: Profile = WITH_CLOSE;

    fn new(constants: Constants) -> Self {
        let (sender, receiver) =
            constants.capacity.map_or_else(async_channel::unbounded, async_channel::bounded);
        AsyncChannel(sender, receiver)
    }

    fn call(self: Arc<Self>, call: Call) -> Answering {
        use async_channel::{TryRecvError, TrySendError};
        Box::pin(async move {
            let AsyncChannel(sender, receiver) = &*self;
            match call {
                Call::Put(item, Wait::Forever) => match sender.send(item).await {
                    Ok(()) => Answer::Done,
                    Err(error) => Answer::ShutDown(Some(error.0)),
                },
                Call::Put(item, Wait::Never) => match sender.try_send(item) {
                    Ok(()) => Answer::Done,
                    Err(TrySendError::Full(item)) => Answer::Full(Some(item)),
                    Err(TrySendError::Closed(item)) => Answer::ShutDown(Some(item)),
                },
                Call::Get(Wait::Forever) => {
                    receiver.recv().await.map_or(Answer::ShutDown(None), Answer::Got)
                }
                Call::Get(Wait::Never) => match receiver.try_recv() {
                    Ok(item) => Answer::Got(item),
                    Err(TryRecvError::Empty) => Answer::Empty,
                    Err(TryRecvError::Closed) => Answer::ShutDown(None),
                },
                Call::Shutdown(Shutdown::Graceful) => {
                    sender.close();
                    Answer::Done
                }
                Call::Len => Answer::Count(receiver.len()),
                Call::IsShutdown => Answer::Is(sender.is_closed()),
                _ => Answer::NotOffered,
            }
        })
    }
}

pub(super) struct FlumeTasks(Flume);

impl AsyncAdapter for FlumeTasks {
    // It is closed by the last sender, and a put that waits has one.
    const PROFILE: Profile =
        Profile { offers: &[Feature::Try, Feature::Len, Feature::Cancel], ..profile::CHANNEL };

    fn new(constants: Constants) -> Self {
        FlumeTasks(Flume::new(constants))
    }

    fn call(self: Arc<Self>, call: Call) -> Answering {
        Box::pin(async move {
            let (sender, receiver) = self.0.halves();
            match call {
                Call::Put(item, Wait::Forever) => match sender.send_async(item).await {
                    Ok(()) => Answer::Done,
                    Err(error) => Answer::ShutDown(Some(error.0)),
                },
                Call::Get(Wait::Forever) => {
                    receiver.recv_async().await.map_or(Answer::ShutDown(None), Answer::Got)
                }
                // A task must not wait in a thread; what does not wait is the same for both.
                Call::Put(_, Wait::AtMost(_)) | Call::Get(Wait::AtMost(_)) => Answer::NotOffered,
                call => Adapter::call(&self.0, call),
            }
        })
    }
}

pub(super) struct KanalTasks(kanal::AsyncSender<Tracked>, kanal::AsyncReceiver<Tracked>);

impl AsyncAdapter for KanalTasks {
    // Closing drops what is queued, and says how many senders and receivers there were: it is an
    // immediate shutdown.
    const PROFILE: Profile = Profile {
        offers: &[
            Feature::Try,
            Feature::Immediate,
            Feature::Len,
            Feature::IsShutdown,
            Feature::Cancel,
        ],
        ..profile::CHANNEL
    };

    fn new(constants: Constants) -> Self {
        let (sender, receiver) =
            constants.capacity.map_or_else(kanal::unbounded_async, kanal::bounded_async);
        KanalTasks(sender, receiver)
    }

    fn call(self: Arc<Self>, call: Call) -> Answering {
        Box::pin(async move {
            let KanalTasks(sender, receiver) = &*self;
            match call {
                // kanal does not hand an item back.
                Call::Put(item, Wait::Forever) => {
                    sender.send(item).await.map_or(Answer::ShutDown(None), |()| Answer::Done)
                }
                Call::Put(item, Wait::Never) => match sender.try_send(item) {
                    Ok(true) => Answer::Done,
                    Ok(false) => Answer::Full(None),
                    Err(_) => Answer::ShutDown(None),
                },
                Call::Get(Wait::Forever) => {
                    receiver.recv().await.map_or(Answer::ShutDown(None), Answer::Got)
                }
                Call::Get(Wait::Never) => match receiver.try_recv() {
                    Ok(Some(item)) => Answer::Got(item),
                    Ok(None) => Answer::Empty,
                    Err(_) => Answer::ShutDown(None),
                },
                Call::Shutdown(Shutdown::Immediate) => {
                    // An error says that it was closed before.
                    let _ = sender.close();
                    Answer::Done
                }
                Call::Len => Answer::Count(receiver.len()),
                Call::IsShutdown => Answer::Is(sender.is_closed()),
                _ => Answer::NotOffered,
            }
        })
    }
}

pub(super) struct Tokio(mpsc::Sender<Tracked>, tokio::sync::Mutex<mpsc::Receiver<Tracked>>);

impl AsyncAdapter for Tokio {
    // Only the receiver can close it, and a get that waits has the receiver.
    const PROFILE: Profile = Profile { offers: &[Feature::Cancel], ..profile::CHANNEL };

    fn new(constants: Constants) -> Self {
        let (sender, receiver) = mpsc::channel(constants.capacity.unwrap_or(MANY));
        Tokio(sender, tokio::sync::Mutex::new(receiver))
    }

    fn call(self: Arc<Self>, call: Call) -> Answering {
        Box::pin(async move {
            let Tokio(sender, receiver) = &*self;
            match call {
                Call::Put(item, Wait::Forever) => match sender.send(item).await {
                    Ok(()) => Answer::Done,
                    Err(error) => Answer::ShutDown(Some(error.0)),
                },
                Call::Get(Wait::Forever) => {
                    receiver.lock().await.recv().await.map_or(Answer::ShutDown(None), Answer::Got)
                }
                _ => Answer::NotOffered,
            }
        })
    }
}
