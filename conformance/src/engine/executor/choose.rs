//! Who chooses what happens next.

use super::clients::Action;
use std::vec::IntoIter;

pub(super) trait Choose {
    /// Whether there is another execution.
    fn another(&mut self) -> bool;

    /// The position of the chosen one. The first `due` are no disturbances; there is at least one.
    fn choose(&mut self, actions: &[Action], due: usize) -> usize;
}

/// Every execution once, depth first: each repeats the choices of the one before, up to the last that
/// leaves an alternative.
#[derive(Default)]
pub(super) struct DepthFirst {
    /// What was chosen, and out of how many.
    path: Vec<(usize, usize)>,
    at: usize,
    started: bool,
}

impl Choose for DepthFirst {
    fn another(&mut self) -> bool {
        self.at = 0;
        if !std::mem::replace(&mut self.started, true) {
            return true;
        }
        while let Some((chosen, alternatives)) = self.path.pop() {
            if chosen + 1 < alternatives {
                self.path.push((chosen + 1, alternatives));
                return true;
            }
        }
        false
    }

    fn choose(&mut self, actions: &[Action], _: usize) -> usize {
        if self.at == self.path.len() {
            self.path.push((0, actions.len()));
        }
        self.at += 1;
        self.path[self.at - 1].0
    }
}

/// Draws.
pub(super) struct Random {
    rng: fastrand::Rng,
    left: usize,
}

impl Random {
    pub(super) fn new(seed: u64, executions: usize) -> Random {
        Random { rng: fastrand::Rng::with_seed(seed), left: executions }
    }
}

impl Choose for Random {
    fn another(&mut self) -> bool {
        let another = self.left > 0;
        self.left = self.left.saturating_sub(1);
        another
    }

    /// Disturbances are rarer than what has to happen, or they would all come in the beginning.
    fn choose(&mut self, actions: &[Action], due: usize) -> usize {
        const DISTURBED: f64 = 0.2;
        let among = if self.rng.f64() < DISTURBED { actions.len() } else { due };
        self.rng.usize(..among)
    }
}

/// One execution that was recorded before, as far as it goes. Where the queue has changed since, it may
/// not fit any more; any choice is as good as another then, and the caller compares the histories.
pub(super) struct Prescribed {
    actions: IntoIter<Action>,
    started: bool,
}

impl Prescribed {
    pub(super) fn new(choices: &str) -> Prescribed {
        Prescribed { actions: Action::parse(choices).into_iter(), started: false }
    }
}

impl Choose for Prescribed {
    fn another(&mut self) -> bool {
        !std::mem::replace(&mut self.started, true)
    }

    fn choose(&mut self, actions: &[Action], _: usize) -> usize {
        let next = self.actions.next();
        actions.iter().position(|action| Some(*action) == next).unwrap_or(0)
    }
}
