//! The built-in subjects: the queues of this project, and the broken ones.

use crate::engine::Engine;
use crate::subject::{Subject, Tracked, Worlds};
use impls::catalogue::{Broken, Discipline as Order, Entry, Fate};
use spec::{ClauseId, Discipline, profile};

/// The queues that are meant to be used.
pub fn queues() -> Vec<Subject> {
    let about = |entry: &Entry<Tracked>| format!("a queue of this project ({})", entry.name);
    let queues = subjects::queues().into_iter();
    queues.map(|(entry, worlds)| subject(about(&entry), &entry, worlds)).collect()
}

/// A broken queue, and what has to come of it.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The queue.
    pub subject: Subject,
    /// The clause that it breaks.
    pub breaks: ClauseId,
    /// Another one that it breaks, and that engines may find first which see more.
    pub also_breaks: Option<ClauseId>,
    /// Its header.
    pub declared: &'static Broken,
}

/// The broken queues, by name.
///
/// # Panics
///
/// If the header of a patch names a clause that does not exist.
pub fn mutants() -> Vec<Mutant> {
    let mutant = |(entry, worlds): (Entry<Tracked>, Worlds)| {
        let declared = entry.broken.expect("a broken queue says what is broken");
        let named = |name| {
            ClauseId::named(name)
                .unwrap_or_else(|| panic!("{} breaks no clause of the table", entry.name))
        };
        let (breaks, also_breaks) = (named(declared.breaks), declared.also_breaks.map(named));
        let subject = subject(declared.defect.to_string(), &entry, worlds);
        Mutant { subject, breaks, also_breaks, declared }
    };
    subjects::broken().into_iter().map(mutant).collect()
}

/// Queues of other crates.
pub fn others() -> Vec<Subject> {
    #[cfg(feature = "channels")]
    return crate::channels::channels();
    #[cfg(not(feature = "channels"))]
    Vec::new()
}

/// Every built-in subject.
pub fn all() -> Vec<Subject> {
    let mutants = mutants().into_iter().map(|mutant| mutant.subject);
    queues().into_iter().chain(others()).chain(mutants).collect()
}

impl Mutant {
    /// What the header declares of an engine; `None` if the engine is not given the queue.
    pub fn fate(&self, engine: Engine) -> Option<Fate> {
        let is_of = |(name, _): &&(&str, Fate)| name.eq_ignore_ascii_case(&engine.to_string());
        self.declared.fates.iter().find(is_of).map(|(_, fate)| *fate)
    }
}

fn subject(about: String, entry: &Entry<Tracked>, worlds: Worlds) -> Subject {
    let discipline = match entry.discipline {
        Order::Fifo => Discipline::Fifo,
        Order::Lifo => Discipline::Lifo,
        Order::Priority => Discipline::Priority,
    };
    // Waits that are futures can be cancelled.
    let profile = if worlds.tasks.is_some() { &profile::TASKS } else { &profile::FULL };
    Subject { name: entry.name.to_string(), about, profile, discipline, worlds }
}
