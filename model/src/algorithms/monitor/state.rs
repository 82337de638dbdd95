//! VARIABLES of the monitor: small, `Copy`, and hashed as two words.

use super::Condition;
use std::fmt;
use std::hash::{Hash, Hasher};

/// How many threads fit into a state.
pub const THREADS_MAX: usize = 9;

/// A list of numbers from 1 to 15, four bits each, the first one lowest.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line(u64);

impl Line {
    /// How many numbers there are.
    pub fn len(self) -> usize {
        (u64::BITS - self.0.leading_zeros()).div_ceil(4) as usize
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number at a position; 0 behind the end.
    pub fn get(self, at: usize) -> u8 {
        (self.0 >> (4 * at) & 15) as u8
    }

    /// The numbers, first to last.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..self.len()).map(move |at| self.get(at))
    }

    /// Where a number is.
    pub fn position(self, number: u8) -> Option<usize> {
        self.iter().position(|other| other == number)
    }

    /// Adds a number at the end.
    pub fn push(&mut self, number: u8) {
        self.0 |= u64::from(number) << (4 * self.len());
    }

    /// Takes out the number at a position; 0 behind the end.
    pub fn remove(&mut self, at: usize) -> u8 {
        let number = self.get(at);
        let before = (1 << (4 * at)) - 1;
        self.0 = self.0 & before | self.0 >> 4 & !before;
        number
    }

    /// Adds a number where it belongs in a line that has the lowest number first.
    pub fn insert(&mut self, number: u8) {
        let at = self.iter().filter(|other| *other < number).count();
        let before = (1 << (4 * at)) - 1;
        let behind = (self.0 & !before) << 4;
        self.0 = self.0 & before | u64::from(number) << (4 * at) | behind;
    }
}

impl FromIterator<u8> for Line {
    fn from_iter<I: IntoIterator<Item = u8>>(numbers: I) -> Line {
        let mut line = Line::default();
        numbers.into_iter().for_each(|number| line.push(number));
        line
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What a thread calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `put`
    Put,
    /// `get`
    Get,
    /// `task_done`
    TaskDone,
    /// `join`
    Join,
    /// `shutdown`
    Shutdown,
}

/// Where a thread is in its call. Every place is one atomic step of the fine granularity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It wants the lock.
    Lock,
    /// It has the lock, and tests whether it has to wait.
    Test,
    /// It sleeps on a condition variable.
    Waits,
    /// It was woken, and wants the lock back.
    Woken,
    /// Its time is over, and it wants the lock back. The condition variable does not know yet.
    Expired,
    /// As [`At::Test`], but its time is over.
    LastTest,
    /// It takes for granted what it has waited for. Only broken twins do.
    Untested,
    /// Its operation has taken effect, and it notifies whom that concerns.
    Notify,
    /// It gives the lock back.
    Unlock,
    /// It has called everything.
    Finished,
}

/// A thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// What it calls.
    pub call: Call,
    /// Where it is in that.
    pub at: At,
    /// How many rounds are left to it, this one included; [`super::ENDLESS`] until a shutdown.
    pub left: u8,
    /// What a worker has got and not reported; 0 is nothing.
    pub item: u8,
}

/// VARIABLES
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Who has the lock.
    pub holder: Option<u8>,
    /// The items, in the order in which they were put.
    pub items: Line,
    /// Items put and not yet reported as done.
    pub unfinished: u8,
    /// Whether the queue was shut down.
    pub shut: bool,
    /// The waiters of each condition variable, by thread + 1. In the order of their coming, or,
    /// where any may be chosen, lowest first.
    pub waiters: [Line; 3],
    /// The threads: producers, workers, joiners, owner.
    pub threads: [Thread; THREADS_MAX],
}

impl State {
    /// How many items are got and not reported as done.
    pub fn in_flight(&self) -> usize {
        self.threads.iter().filter(|thread| thread.item != 0).count()
    }

    /// The threads, 14 bits each.
    fn pack_threads(&self) -> u128 {
        self.threads.iter().fold(0, |packed, thread| {
            let place = (thread.call as u16) << 4 | thread.at as u16;
            let bits = place << 7 | u16::from(thread.left) << 4 | u16::from(thread.item);
            packed << 14 | u128::from(bits)
        })
    }

    /// The queue: four bits for each waiter, item and the holder.
    fn pack_queue(&self) -> u128 {
        let line = |condition: Condition| u128::from(self.waiters[condition as usize].0);
        let holder = self.holder.map_or(0, |holder| holder + 1);
        let waiters = line(Condition::NotEmpty)
            | line(Condition::NotFull) << 36
            | line(Condition::AllTasksDone) << 52;
        let counts = u128::from(self.items.0)
            | u128::from(self.unfinished) << 40
            | u128::from(self.shut) << 48
            | u128::from(holder) << 52;
        waiters | counts << 68
    }
}

/// Equal states are equal words and, within the limits of [`super::Monitor`], the other way round.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u128(self.pack_threads());
        hasher.write_u128(self.pack_queue());
    }
}

/// A thread as a number in a [`Line`].
pub(super) fn number(thread: usize) -> u8 {
    u8::try_from(thread + 1).expect("few threads")
}

/// The thread of a number in a [`Line`].
pub(super) fn thread(number: u8) -> usize {
    usize::from(number) - 1
}
