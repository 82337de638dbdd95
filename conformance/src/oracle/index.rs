//! A map from numbers to operations: an array where the numbers are about as small as there are
//! many of them, as in most recordings, and a hash map where they are not.

use super::record::NONE;
use std::collections::HashMap;

pub(super) enum Index {
    Dense(Vec<u32>),
    Sparse(HashMap<usize, u32>),
}

impl Index {
    /// For keys up to `largest`, about `entries` of them.
    pub(super) fn new(largest: usize, entries: usize) -> Index {
        if largest / 4 <= entries {
            Index::Dense(vec![NONE; largest + 1])
        } else {
            Index::Sparse(HashMap::new())
        }
    }

    pub(super) fn get(&self, key: usize) -> Option<u32> {
        match self {
            Index::Dense(of) => of.get(key).copied().filter(|operation| *operation != NONE),
            Index::Sparse(of) => of.get(&key).copied(),
        }
    }

    /// Sets the operation of a key, and says which it had.
    pub(super) fn insert(&mut self, key: usize, operation: u32) -> Option<u32> {
        match self {
            Index::Dense(of) => {
                Some(std::mem::replace(&mut of[key], operation)).filter(|old| *old != NONE)
            }
            Index::Sparse(of) => of.insert(key, operation),
        }
    }

    /// Forgets the operation of a key, and says which it had.
    pub(super) fn remove(&mut self, key: usize) -> Option<u32> {
        match self {
            Index::Dense(of) => {
                let old = of.get_mut(key).map(|old| std::mem::replace(old, NONE));
                old.filter(|old| *old != NONE)
            }
            Index::Sparse(of) => of.remove(&key),
        }
    }
}
