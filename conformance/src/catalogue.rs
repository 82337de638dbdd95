//! The built-in subjects: the queues of this project, and the broken ones.

use crate::engine::Engine;
use crate::items::Tracked;
use crate::own::{Own, OwnTasks};
use crate::subject::{Make, MakeTasks, Subject, Worlds};
use impls::catalogue::{Broken, Discipline as Order, Entry, Fate};
use impls::{on_loom, on_shuttle, on_std};
use spec::{ClauseId, Discipline, profile};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The queues that are meant to be used.
pub fn queues() -> Vec<Subject> {
    let worlds = [on_std::queues::all(), on_loom::queues::all(), on_shuttle::queues::all()];
    let about = |entry: &Entry<Tracked>| format!("a queue of this project ({})", entry.name);
    zip(worlds).into_iter().map(|(entry, worlds)| subject(about(&entry), &entry, worlds)).collect()
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

/// The broken queues, by name.
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
    let mutant = |(entry, worlds): (Entry<Tracked>, Worlds)| {
        let declared = entry.broken.expect("a broken queue says what is broken");
        let breaks = ClauseId::named(declared.breaks)
            .unwrap_or_else(|| panic!("{} breaks no clause of the table", entry.name));
        let subject = subject(declared.defect.to_string(), &entry, worlds);
        Mutant { subject, breaks, declared }
    };
    zip(worlds).into_iter().map(mutant).collect()
}

/// Every built-in subject.
pub fn all() -> Vec<Subject> {
    queues().into_iter().chain(mutants().into_iter().map(|mutant| mutant.subject)).collect()
}

impl Mutant {
    /// What the header declares of an engine; `None` if the engine is not given the queue.
    pub fn fate(&self, engine: Engine) -> Option<Fate> {
        let is_of = |(name, _): &&(&str, Fate)| name.eq_ignore_ascii_case(&engine.to_string());
        self.declared.fates.iter().find(is_of).map(|(_, fate)| *fate)
    }
}

/// Each entry once, in the order of their first world, with the worlds that have it.
fn zip([std, loom, shuttle]: [Vec<Entry<Tracked>>; 3]) -> Vec<(Entry<Tracked>, Worlds)> {
    let mut order: Vec<Entry<Tracked>> = Vec::new();
    let mut worlds: BTreeMap<&str, Worlds> = BTreeMap::new();
    let mut add = |entries: Vec<Entry<Tracked>>, fill: fn(&mut Worlds, &Entry<Tracked>)| {
        for entry in entries {
            let known = worlds.len();
            fill(worlds.entry(entry.name).or_default(), &entry);
            order.extend((worlds.len() > known).then_some(entry));
        }
    };
    add(std, |worlds, entry| {
        worlds.std = Some(make(entry));
        worlds.tasks = make_tasks(entry);
    });
    add(loom, |worlds, entry| worlds.loom = Some(make(entry)));
    add(shuttle, |worlds, entry| worlds.shuttle = Some(make(entry)));
    let taken = |entry: Entry<Tracked>| {
        let worlds = worlds.remove(entry.name).unwrap_or_default();
        (entry, worlds)
    };
    order.into_iter().map(taken).collect()
}

fn make(entry: &Entry<Tracked>) -> Make {
    let make = entry.make;
    Arc::new(move |constants| Arc::new(Own(make(constants.capacity))))
}

fn make_tasks(entry: &Entry<Tracked>) -> Option<MakeTasks> {
    let make = entry.tasks?;
    Some(Arc::new(move |constants| Arc::new(OwnTasks(make(constants.capacity)))))
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
