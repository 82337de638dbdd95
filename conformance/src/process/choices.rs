//! Choices on the way through a scenario: all of them, one after the other; at random; or the ones
//! of an earlier run.

/// Where choices come from.
#[derive(Clone, Debug)]
pub enum Choices {
    /// Every sequence once. The last choice changes first.
    All(Vec<Choice>),
    /// At random.
    Random(fastrand::Rng),
    /// These.
    Given(Vec<usize>),
}

/// A choice that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    chosen: usize,
    of: usize,
}

/// The choices of one run.
#[derive(Debug)]
pub struct Way<'a> {
    choices: &'a mut Choices,
    taken: Vec<usize>,
}

impl Choices {
    /// Begins a run.
    pub fn begin(&mut self) -> Way<'_> {
        Way { choices: self, taken: Vec::new() }
    }

    /// Goes on to the next sequence; `false` if there is none.
    pub fn advance(&mut self) -> bool {
        let Choices::All(path) = self else { return matches!(self, Choices::Random(_)) };
        while path.last().is_some_and(|choice| choice.chosen + 1 == choice.of) {
            path.pop();
        }
        path.last_mut().map(|choice| choice.chosen += 1).is_some()
    }
}

impl Way<'_> {
    /// One of so many; at least one.
    pub fn choose(&mut self, of: usize) -> usize {
        let at = self.taken.len();
        let chosen = match self.choices {
            Choices::Random(rng) => rng.usize(..of),
            // A run that takes another course than the one before has fewer choices.
            Choices::Given(path) => path.get(at).copied().unwrap_or(0).min(of - 1),
            Choices::All(path) => {
                // A queue need not do the same again: what came after belongs to another run.
                if path.get(at).is_some_and(|choice| choice.of != of) {
                    path.truncate(at);
                }
                if at == path.len() {
                    path.push(Choice { chosen: 0, of });
                }
                path[at].chosen
            }
        };
        self.taken.push(chosen);
        chosen
    }

    /// What was chosen.
    pub fn taken(self) -> Vec<usize> {
        self.taken
    }
}
