//! States: that their hash tells them apart, and that symmetry keeps what it should.

use spec::Shutdown;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::monitor::{Line, Monitor, Owner, State, Wakes};

/// Keeps what is written.
#[derive(Default)]
struct Words(Vec<u128>);

impl Hasher for Words {
    fn write(&mut self, _: &[u8]) {
        panic!("a state is hashed in words");
    }

    fn write_u128(&mut self, word: u128) {
        self.0.push(word);
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn reachable(monitor: &Monitor) -> HashSet<State> {
    let mut seen = HashSet::from([monitor.init()]);
    let mut todo = vec![monitor.init()];
    while let Some(s) = todo.pop() {
        let mut next = Vec::new();
        monitor.successors(&s, &mut next);
        todo.extend(next.into_iter().filter(|next| seen.insert(*next)));
    }
    seen
}

fn everything() -> Monitor {
    let owner = Owner::ReportsEarly(Shutdown::Immediate);
    Monitor { owner, timed: 1, wakes: Wakes::Any, ..Monitor::new((2, 1), 2, 2, 1) }
}

#[test]
fn different_states_are_different_words() {
    let mut states: HashMap<Vec<u128>, State> = HashMap::new();
    for monitor in [everything(), Monitor::new((2, 2), 2, 2, 2)] {
        states.clear();
        for s in reachable(&monitor) {
            let mut words = Words::default();
            s.hash(&mut words);
            assert_eq!(words.0.len(), 2);
            assert_eq!(states.insert(words.0, s), None);
        }
        assert!(states.len() > 10_000, "{}", states.len());
    }
}

#[test]
fn a_representative_represents_itself() {
    for monitor in [everything(), Monitor::new((2, 2), 2, 2, 2), Monitor::new((3, 1), 3, 1, 1)] {
        let reduced = Monitor { symmetry: true, ..monitor };
        let all = reachable(&monitor);
        let representatives: HashSet<State> =
            all.iter().map(|s| reduced.representative(s)).collect();
        assert!(representatives.is_subset(&all));
        assert!(representatives.iter().all(|s| reduced.representative(s) == *s));
        assert!(representatives.len() < all.len());
    }
}

#[test]
fn lines() {
    let mut line: Line = [3, 1, 15].into_iter().collect();
    assert_eq!((line.len(), line.get(2), line.get(3), line.position(1)), (3, 15, 0, Some(1)));
    assert_eq!(line.remove(1), 1);
    assert_eq!(format!("{line:?}"), "[3, 15]");
    line.insert(7);
    line.insert(1);
    assert_eq!(line.iter().collect::<Vec<_>>(), [1, 3, 7, 15]);
    assert_eq!(line.remove(4), 0);
}
