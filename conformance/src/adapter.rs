//! A queue of your own: what its adapter has to say.

use crate::subject::{Answer, Answering, Call, Callable, Make, Subject, Tasks, Worlds};
use spec::{Constants, Discipline, Profile};
use std::sync::Arc;

/// A queue for threads, as the suite calls it.
///
/// ```
/// use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
/// use std::sync::{Mutex, PoisonError};
/// use taskdone_conformance::adapter::prelude::*;
///
/// struct Channel(SyncSender<Tracked>, Mutex<Receiver<Tracked>>);
///
/// impl Adapter for Channel {
///     const PROFILE: Profile = Profile { offers: &[Feature::Try], ..profile::CHANNEL };
///
///     fn new(constants: Constants) -> Self {
///         let (sender, receiver) = sync_channel(constants.capacity.unwrap_or(1_000));
///         Channel(sender, Mutex::new(receiver))
///     }
///
///     fn call(&self, call: Call) -> Answer {
///         let receiver = || self.1.lock().unwrap_or_else(PoisonError::into_inner);
///         match call {
///             Call::Put(item, Wait::Forever) => match self.0.send(item) {
///                 Ok(()) => Answer::Done,
///                 Err(error) => Answer::ShutDown(Some(error.0)),
///             },
///             Call::Get(Wait::Forever) => receiver().recv().map_or(Answer::ShutDown(None), Answer::Got),
///             Call::Get(Wait::Never) => receiver().try_recv().map_or(Answer::Empty, Answer::Got),
///             _ => Answer::NotOffered,
///         }
///     }
/// }
/// ```
///
/// What the queue has no operation for is answered with [`Answer::NotOffered`], and then the profile
/// must not declare it.
pub trait Adapter: Send + Sync + 'static {
    /// What the queue declares about itself.
    const PROFILE: Profile;

    /// The order in which its items leave.
    const DISCIPLINE: Discipline = Discipline::Fifo;

    /// An empty queue.
    fn new(constants: Constants) -> Self;

    /// Calls an operation, and waits for its answer.
    fn call(&self, call: Call) -> Answer;
}

/// A queue for tasks, as the suite calls it.
pub trait AsyncAdapter: Send + Sync + 'static {
    /// What the queue declares about itself.
    const PROFILE: Profile;

    /// The order in which its items leave.
    const DISCIPLINE: Discipline = Discipline::Fifo;

    /// An empty queue.
    fn new(constants: Constants) -> Self;

    /// Calls an operation. Nothing may happen before the future is polled; dropping it cancels the
    /// operation. Operations that never wait are ready at once.
    fn call(self: Arc<Self>, call: Call) -> Answering;
}

struct Thin<A>(A);

impl<A: Adapter> Callable for Thin<A> {
    fn call(&self, call: Call) -> Answer {
        self.0.call(call)
    }
}

struct ThinTasks<A>(Arc<A>);

impl<A: AsyncAdapter> Tasks for ThinTasks<A> {
    fn call(self: Arc<Self>, call: Call) -> Answering {
        Arc::clone(&self.0).call(call)
    }
}

impl Subject {
    /// A queue for threads, to be run on real ones.
    pub fn of<A: Adapter>(name: &str, about: &str) -> Subject {
        Subject::in_worlds::<A>(name, about, |std| Worlds { std, ..Worlds::default() })
    }

    /// A queue for threads that is built on loom's primitives, to be run by loom.
    pub fn of_loom<A: Adapter>(name: &str, about: &str) -> Subject {
        Subject::in_worlds::<A>(name, about, |loom| Worlds { loom, ..Worlds::default() })
    }

    /// A queue for threads that is built on shuttle's primitives, to be run by shuttle.
    pub fn of_shuttle<A: Adapter>(name: &str, about: &str) -> Subject {
        Subject::in_worlds::<A>(name, about, |shuttle| Worlds { shuttle, ..Worlds::default() })
    }

    fn in_worlds<A: Adapter>(
        name: &str,
        about: &str,
        worlds: impl FnOnce(Option<Make>) -> Worlds,
    ) -> Subject {
        let make = |constants| Arc::new(Thin(A::new(constants))) as Arc<dyn Callable>;
        Subject {
            name: name.to_string(),
            about: about.to_string(),
            profile: &A::PROFILE,
            discipline: A::DISCIPLINE,
            worlds: worlds(Some(Arc::new(make))),
        }
    }

    /// A queue for tasks, to be run by the executor.
    pub fn of_tasks<A: AsyncAdapter>(name: &str, about: &str) -> Subject {
        let make = |constants| Arc::new(ThinTasks(Arc::new(A::new(constants)))) as Arc<dyn Tasks>;
        Subject {
            name: name.to_string(),
            about: about.to_string(),
            profile: &A::PROFILE,
            discipline: A::DISCIPLINE,
            worlds: Worlds { tasks: Some(Arc::new(make)), ..Worlds::default() },
        }
    }
}

/// What an adapter needs.
pub mod prelude {
    pub use super::{Adapter, AsyncAdapter};
    pub use crate::subject::Answering;
    pub use crate::subject::Tracked;
    pub use crate::subject::{Answer, Call};
    pub use spec::{Constants, Discipline, Feature, Profile, Shutdown, Wait, profile};
}
