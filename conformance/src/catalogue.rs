//! The built-in subjects: the queues of this project, and the broken ones.

use crate::subject::{Queue, Subject};
use impls::catalogue::{Broken, Discipline as Order, Entry, Fate};
use impls::{on_loom, on_shuttle, on_std};
use spec::{ClauseId, Constants, Discipline, Item, profile};
use std::sync::Arc;

/// The queues that are meant to be used, once for each discipline.
pub fn queues() -> Vec<Subject> {
    let worlds = [on_std::queues::all(), on_loom::queues::all(), on_shuttle::queues::all()];
    let disciplines = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
    let subject = move |entries: [Entry<Item>; 3]| {
        disciplines.map(|discipline| {
            let name = format!("{}/{discipline}", entries[0].name);
            let about = format!("{} queue of this project, {discipline}", entries[0].name);
            Subject::new(name, about, &profile::FULL, discipline, entries.map(make))
        })
    };
    zip(worlds).flat_map(subject).collect()
}

/// A broken queue, and what has to come of it.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The queue.
    pub subject: Subject,
    /// The clause that it breaks.
    pub breaks: ClauseId,
    /// Its header.
    pub declared: Broken,
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
        let discipline = match declared.discipline {
            Order::Fifo => Discipline::Fifo,
            Order::Lifo => Discipline::Lifo,
            Order::Priority => Discipline::Priority,
        };
        let name = format!("broken/{}", entries[0].name);
        let about = declared.defect.to_string();
        let makes = entries.map(make);
        let subject = Subject::new(name, about, &profile::FULL, discipline, makes);
        Mutant { subject, breaks, declared }
    };
    zip(worlds).map(mutant).collect()
}

/// Every built-in subject.
pub fn all() -> Vec<Subject> {
    queues().into_iter().chain(mutants().into_iter().map(|mutant| mutant.subject)).collect()
}

impl Mutant {
    /// What the header declares of an engine.
    pub fn fate(&self, engine: crate::engine::Engine) -> Fate {
        use crate::engine::Engine;
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

fn make(entry: Entry<Item>) -> crate::subject::Make {
    Arc::new(move |constants: Constants| -> Arc<Queue> {
        let order = match constants.discipline {
            Discipline::Fifo => Order::Fifo,
            Discipline::Lifo => Order::Lifo,
            Discipline::Priority => Order::Priority,
        };
        (entry.make)(order, constants.capacity)
    })
}
