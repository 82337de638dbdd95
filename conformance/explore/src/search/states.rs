//! The states that have been seen.

use super::fingerprint::{Fingerprint, Table};
use crate::judge::{Judge, Verdicts};
use std::collections::hash_map;

/// States of the program, each with what the judge remembered there. One need not be looked at if the
/// judge was stricter about another with the same state of the program.
#[derive(Default)]
pub(super) struct States {
    /// By the program's state: the last one with it.
    last: Table<Last>,
    /// By number: the one before it with the same state of the program.
    before: Vec<Option<Last>>,
}

/// A number, and what the judge remembered.
#[derive(Clone, Copy)]
struct Last {
    number: u32,
    judged: u32,
}

impl States {
    /// The number of a state that stands for this one; if there is none, it gets the next number.
    pub(super) fn number<J: Judge>(
        &mut self,
        program: Fingerprint,
        judged: u32,
        verdicts: &mut Verdicts<'_, J>,
    ) -> u32 {
        let number = u32::try_from(self.before.len()).expect("memory ends before numbers do");
        let last = self.last.entry(program);
        let before = match &last {
            hash_map::Entry::Occupied(last) => Some(*last.get()),
            hash_map::Entry::Vacant(_) => None,
        };
        let mut at = before;
        while let Some(known) = at {
            if verdicts.accepts_all_of(judged, known.judged) {
                return known.number;
            }
            at = self.before[known.number as usize];
        }
        last.insert_entry(Last { number, judged });
        self.before.push(before);
        number
    }
}
