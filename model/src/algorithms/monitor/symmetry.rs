//! Symmetry reduction: producers, workers and joiners are each alike, so that only one of the
//! states that differ in their names has to be looked at (Ip and Dill, "Better verification through
//! symmetry", 1996).
//!
//! Threads are sorted by everything about them that does not depend on names. Where two are equal
//! in that, swapping them (and the workers that hold their items) changes nothing.

use super::state::{number, thread};
use super::{Line, Monitor, State, THREADS_MAX, Wakes};
use spec::Discipline;
use std::ops::Range;

/// The new name of each thread.
type Names = [usize; THREADS_MAX];

pub(super) fn representative(monitor: &Monitor, s: &State) -> State {
    let (producers, workers) = (monitor.producers, monitor.workers);
    let timed = |first: usize, count: usize| first..first + monitor.timed.min(count);
    let mut names: Names = std::array::from_fn(|t| t);
    // In a priority queue, what a producer puts tells it from the others.
    if monitor.queue.discipline != Discipline::Priority {
        let key = |t: usize| producer_key(monitor, s, t);
        rename(&mut names, timed(0, producers), key);
        rename(&mut names, timed(0, producers).end..producers, key);
    }
    let worker_key = |t: usize| {
        let item = u128::from(renamed_item(monitor, &names, s.threads[t].item));
        local_key(monitor, s, t) << 4 | item
    };
    let mut worker_names = names;
    let timed_workers = timed(producers, workers);
    rename(&mut worker_names, timed_workers.clone(), worker_key);
    rename(&mut worker_names, timed_workers.end..producers + workers, worker_key);
    let joiners = producers + workers..producers + workers + monitor.joiners;
    rename(&mut worker_names, joiners, |t| local_key(monitor, s, t));
    apply(monitor, s, &worker_names)
}

/// Names the threads of a group in the order of their keys.
fn rename(names: &mut Names, group: Range<usize>, key: impl Fn(usize) -> u128) {
    let mut keyed = [(0, 0); THREADS_MAX];
    let keyed = &mut keyed[..group.len()];
    for (slot, t) in keyed.iter_mut().zip(group.clone()) {
        *slot = (key(t), t);
    }
    keyed.sort_unstable();
    for (new, (_, old)) in group.zip(keyed) {
        names[*old] = new;
    }
}

/// What is known of a thread without any name, but for the item that it holds: 15 bits.
fn local_key(monitor: &Monitor, s: &State, t: usize) -> u128 {
    let me = s.threads[t];
    let place = (me.call as u16) << 4 | me.at as u16;
    let position = s.waiters[monitor.waits_for(me.call)].position(number(t));
    // A set of waiters has no first one.
    let position = match (position, monitor.wakes) {
        (None, _) => 0,
        (Some(_), Wakes::Any) => 1,
        (Some(at), Wakes::Fifo) => u16::try_from(at + 1).expect("few waiters"),
    };
    u128::from((place << 3 | u16::from(me.left)) << 4 | position)
}

/// Where the items of a producer are: in which places of the queue, and with what workers.
fn producer_key(monitor: &Monitor, s: &State, producer: usize) -> u128 {
    let own = |item: u8| item != 0 && usize::from(item - 1) / monitor.puts == producer;
    let queued = s.items.iter().fold(0, |bits, item| bits << 1 | u128::from(own(item)));
    let workers = monitor.producers..monitor.producers + monitor.workers;
    let held = workers.filter(|t| own(s.threads[*t].item)).map(|t| {
        let round = usize::from(s.threads[t].item - 1) % monitor.puts;
        (local_key(monitor, s, t) + 1) << (15 * round)
    });
    let held: u128 = held.sum();
    (held << 10 | queued) << 15 | local_key(monitor, s, producer)
}

fn renamed_item(monitor: &Monitor, names: &Names, item: u8) -> u8 {
    if item == 0 {
        return 0;
    }
    let (producer, round) =
        (usize::from(item - 1) / monitor.puts, usize::from(item - 1) % monitor.puts);
    number(names[producer] * monitor.puts + round)
}

fn apply(monitor: &Monitor, s: &State, names: &Names) -> State {
    let mut next = *s;
    for (old, new) in names.iter().enumerate() {
        next.threads[*new] = s.threads[old];
        next.threads[*new].item = renamed_item(monitor, names, s.threads[old].item);
    }
    next.waiters = s.waiters.map(|waiters| {
        let mut renamed = Line::default();
        for waiter in waiters.iter() {
            monitor.line_up(&mut renamed, number(names[thread(waiter)]));
        }
        renamed
    });
    next.items = s.items.iter().map(|item| renamed_item(monitor, names, item)).collect();
    next.holder = s.holder.map(|holder| number(names[usize::from(holder)]) - 1);
    next
}
