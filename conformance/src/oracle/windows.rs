//! Windows: between which events an operation can take effect at all, given everybody's answers.
//!
//! In a queue the order of the gets decides the order of the puts, and the other way round, so the
//! windows of one side narrow those of the other. A history of puts and gets is linearizable iff no
//! window is empty (Gibbons, Bruno and Phillips, "Black-box correctness tests for basic parallel
//! data structures", 2002; Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability
//! proofs", 2013). One round suffices: both relations are interval orders, and a chain through two
//! gets collapses. Each rule is a running maximum or minimum over time.

use super::record::{Entry, NONE, Record, Role, time};
use spec::Shutdown;

/// Narrows all windows. False if one is empty: then there is no linearization.
pub(super) fn narrow(record: &mut Record) -> bool {
    by_shutdown(record);
    by_order(record);
    record.entries.iter().all(|entry| entry.role == Role::Idle || entry.lo < entry.hi)
}

/// The queue is open up to one point, and shut from then on.
fn by_shutdown(record: &mut Record) {
    let end = record.end();
    let immediate = |role| role == Role::Shutdown(Shutdown::Immediate);
    let shuts = |role| matches!(role, Role::Shutdown(_));
    let (mut open, mut shut, mut first) = (0, end, end);
    let (mut dropped, mut last_get) = (end, 0);
    for &Entry { role, lo, hi, .. } in &record.entries {
        let must = hi < end;
        open = if must && role.sees_open() { open.max(lo) } else { open };
        last_get = if role == Role::Get { last_get.max(lo) } else { last_get };
        shut = if role.sees_shut() || shuts(role) { shut.min(hi) } else { shut };
        first = if shuts(role) { first.min(lo) } else { first };
        dropped = if immediate(role) { dropped.min(hi) } else { dropped };
    }
    for entry in &mut record.entries {
        if shuts(entry.role) {
            entry.lo = entry.lo.max(open);
        } else if entry.role.sees_shut() {
            entry.lo = entry.lo.max(open).max(first);
        } else if entry.role.sees_open() && entry.hi < end {
            entry.hi = entry.hi.min(shut);
        } else if entry.role == Role::Get {
            entry.hi = entry.hi.min(dropped);
        }
        if immediate(entry.role) {
            entry.lo = entry.lo.max(last_get);
        }
    }
}

/// What comes first leaves first.
fn by_order(record: &mut Record) {
    let end = record.end();
    let is_put = |at: &usize| record.entries[*at].role == Role::Put;
    let puts: Vec<u32> = (0..record.entries.len()).filter(is_put).map(time).collect();
    let is_got = |put: &u32| record.entry(*put).mate != NONE;
    let got: Vec<u32> = puts.iter().copied().filter(is_got).collect();
    for &put in &got {
        let get = record.entry(put).mate as usize;
        record.entries[put as usize].hi = record.entry(put).hi.min(record.entries[get].hi);
    }
    // A put comes after the puts whose items left before its own could.
    let mut bound = vec![0; end as usize + 1];
    for &put in &got {
        raise(&mut bound, record.leaves(record.entry(put)).1, record.entry(put).lo);
    }
    running_maximum(&mut bound);
    for &put in &puts {
        let after = bound[record.leaves(record.entry(put)).0 as usize];
        record.entries[put as usize].lo = record.entry(put).lo.max(after);
    }
    // And before the puts whose items could only leave after its own had.
    bound.fill(end);
    for &put in &puts {
        lower(&mut bound, record.leaves(record.entry(put)).0, record.entry(put).hi);
    }
    running_minimum(&mut bound);
    for &put in &got {
        let before = bound[record.leaves(record.entry(put)).1 as usize];
        record.entries[put as usize].hi = record.entry(put).hi.min(before);
    }
    gets_by_order(record, &puts, &got, bound);
}

/// The same for the gets, by the windows that the puts now have.
fn gets_by_order(record: &mut Record, puts: &[u32], got: &[u32], mut bound: Vec<u32>) {
    let end = record.end();
    bound.fill(0);
    for &put in puts {
        raise(&mut bound, record.entry(put).hi, record.leaves(record.entry(put)).0);
    }
    running_maximum(&mut bound);
    for &put in got {
        let Entry { lo, mate, .. } = *record.entry(put);
        let get = &mut record.entries[mate as usize];
        get.lo = get.lo.max(lo).max(bound[lo as usize]);
    }
    bound.fill(end);
    for &put in got {
        lower(&mut bound, record.entry(put).lo, record.leaves(record.entry(put)).1);
    }
    running_minimum(&mut bound);
    for &put in got {
        let Entry { hi, mate, .. } = *record.entry(put);
        let get = &mut record.entries[mate as usize];
        get.hi = get.hi.min(bound[hi as usize]);
    }
}

fn raise(bound: &mut [u32], at: u32, to: u32) {
    bound[at as usize] = bound[at as usize].max(to);
}

fn lower(bound: &mut [u32], at: u32, to: u32) {
    bound[at as usize] = bound[at as usize].min(to);
}

fn running_maximum(bound: &mut [u32]) {
    for at in 1..bound.len() {
        bound[at] = bound[at].max(bound[at - 1]);
    }
}

fn running_minimum(bound: &mut [u32]) {
    for at in (1..bound.len()).rev() {
        bound[at - 1] = bound[at - 1].min(bound[at]);
    }
}
