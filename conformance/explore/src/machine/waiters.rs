//! Who waits at a condition variable: four bits per client, in the order in which they are woken
//! where that order counts, and sorted where any of them can be woken.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The waiters, as part of the explored memory.
#[derive(Debug, Default)]
pub(crate) struct Waiters(AtomicU64);

impl Waiters {
    pub(crate) const fn new() -> Self {
        Waiters(AtomicU64::new(0))
    }

    pub(crate) fn count(&self) -> usize {
        (64 - self.0.load(Relaxed).leading_zeros() as usize).div_ceil(4)
    }

    fn at(&self, position: usize) -> usize {
        (self.0.load(Relaxed) >> (4 * position) & 15) as usize - 1
    }

    /// Adds a client: last, or where its number belongs.
    pub(crate) fn insert(&self, client: usize, last: bool) {
        let count = self.count();
        let before = |position: &usize| last || self.at(*position) < client;
        let position = (0..count).take_while(before).count();
        let word = self.0.load(Relaxed);
        let (low, high) = (word & low_bits(position), word & !low_bits(position));
        self.0.store(low | (client as u64 + 1) << (4 * position) | high << 4, Relaxed);
    }

    /// Takes out the waiter at a position, and says who it is.
    pub(crate) fn remove(&self, position: usize) -> usize {
        let client = self.at(position);
        let word = self.0.load(Relaxed);
        let low = word & low_bits(position);
        self.0.store(low | word >> 4 & !low_bits(position), Relaxed);
        client
    }

    pub(crate) fn position(&self, client: usize) -> Option<usize> {
        (0..self.count()).find(|position| self.at(*position) == client)
    }
}

fn low_bits(position: usize) -> u64 {
    (1 << (4 * position)) - 1
}

#[cfg(test)]
mod tests {
    use super::Waiters;

    fn all(waiters: &Waiters) -> Vec<usize> {
        (0..waiters.count()).map(|position| waiters.at(position)).collect()
    }

    #[test]
    fn sorted_or_in_order() {
        let waiters = Waiters::new();
        for client in [14, 0, 3] {
            waiters.insert(client, false);
        }
        assert_eq!(all(&waiters), [0, 3, 14]);
        assert_eq!((waiters.remove(1), waiters.position(14)), (3, Some(1)));
        waiters.insert(7, true);
        assert_eq!(all(&waiters), [0, 14, 7]);
        assert_eq!((waiters.remove(2), waiters.remove(0), waiters.remove(0)), (7, 0, 14));
        assert_eq!((waiters.count(), waiters.position(0)), (0, None));
    }

    #[test]
    fn as_many_as_there_are_clients() {
        let waiters = Waiters::new();
        (0..15).rev().for_each(|client| waiters.insert(client, false));
        assert_eq!(all(&waiters), (0..15).collect::<Vec<_>>());
    }
}
