use mine::Queue;
use taskdone_conformance::adapter::prelude::*;

struct Mine(Queue<Tracked>);

impl Adapter for Mine {
    const PROFILE: Profile = Profile { offers: &[Feature::Tasks], ..profile::FULL };

    fn new(constants: Constants) -> Self {
        Mine(Queue::new(constants.capacity.unwrap_or(usize::MAX)))
    }

    fn call(&self, call: Call) -> Answer {
        match call {
            Call::Put(item, Wait::Forever) => self.0.put(item).into(),
            Call::Get(Wait::Forever) => self.0.get().into(),
            Call::TaskDone => if self.0.task_done() { Answer::Done } else { Answer::TooMany },
            Call::Join(Wait::Forever) => self.0.join().into(),
            _ => Answer::NotOffered,
        }
    }
}

#[cfg(not(feature = "loom"))]
taskdone_conformance::suite!(Mine);
#[cfg(feature = "loom")]
taskdone_conformance::suite!(Mine, loom);
