//! The built-in subjects: the queues of this project, and the broken ones.

use crate::engine::Engine;
use crate::subject::{Make, Subject};
use impls::catalogue::{Broken, Discipline as Order, Entry, Fate};
use impls::{on_loom, on_shuttle, on_std};
use spec::{ClauseId, Discipline, Item, profile};
use std::sync::Arc;

/// The queues that are meant to be used.
pub fn queues() -> Vec<Subject> {
    let worlds = [on_std::queues::all(), on_loom::queues::all(), on_shuttle::queues::all()];
    let about = |entry: &Entry<Item>| format!("a queue of this project ({})", entry.name);
    zip(worlds).map(|entries| subject(about(&entries[0]), entries)).collect()
}

/// A broken queue, and what has to come of it.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The queue.
    pub subject: Subject,
    /// The clause that it breaks.
    pub breaks: ClauseId,
    /// Its header.
    pub declared: &'static Broken,
}

/// The broken queues.
///
/// # Panics
///
/// If the header of a patch names a clause that does not exist.
pub fn mutants() -> Vec<Mutant> {
    let worlds = [
        on_std::queues::broken::all(),
        on_loom::queues::broken::all(),
        on_shuttle::queues::broken::all(),
    ];
    let mutant = |entries: [Entry<Item>; 3]| {
        let declared = entries[0].broken.expect("a broken queue says what is broken");
        let breaks = ClauseId::named(declared.breaks)
            .unwrap_or_else(|| panic!("{} breaks no clause of the table", entries[0].name));
        Mutant { subject: subject(declared.defect.to_string(), entries), breaks, declared }
    };
    zip(worlds).map(mutant).collect()
}

/// Every built-in subject.
pub fn all() -> Vec<Subject> {
    queues().into_iter().chain(mutants().into_iter().map(|mutant| mutant.subject)).collect()
}

impl Mutant {
    /// What the header declares of an engine.
    pub fn fate(&self, engine: Engine) -> Fate {
        match engine {
            Engine::Loom => self.declared.loom,
            Engine::Shuttle => self.declared.shuttle,
            Engine::Threads => self.declared.threads,
        }
    }
}

/// The entries of the same name.
fn zip(worlds: [Vec<Entry<Item>>; 3]) -> impl Iterator<Item = [Entry<Item>; 3]> {
    let [std, loom, shuttle] = worlds;
    std.into_iter().zip(loom).zip(shuttle).map(|((std, loom), shuttle)| [std, loom, shuttle])
}

fn subject(about: String, entries: [Entry<Item>; 3]) -> Subject {
    let discipline = match entries[0].discipline {
        Order::Fifo => Discipline::Fifo,
        Order::Lifo => Discipline::Lifo,
        Order::Priority => Discipline::Priority,
    };
    let make = |entry: Entry<Item>| -> Make {
        Arc::new(move |constants| (entry.make)(constants.capacity))
    };
    let name = entries[0].name.to_string();
    let [std, loom, shuttle] = entries.map(make);
    Subject { name, about, profile: &profile::FULL, discipline, std, loom, shuttle }
}
