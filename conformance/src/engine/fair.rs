//! Fairness towards those whom others wait for in a loop.
//!
//! A client that waits for another one's step looks for it again and again, and yields in between.
//! A depth-first search would let it look for ever. So who yields a second time gives way: it does
//! not run until everybody has who could and did not since it yielded before (Musuvathi and
//! Qadeer, "Fair stateless model checking", PLDI 2008). No behaviour is lost: one in which it
//! looks more often in vain has the same effects as one in which it looks once.

use std::collections::BTreeMap;

/// Who gives way to whom in one execution.
#[derive(Default)]
pub(super) struct Fair {
    /// Of each client that has yielded: who has run since.
    ran: BTreeMap<usize, Vec<usize>>,
    /// Who does not run before whom.
    gives_way: Vec<(usize, usize)>,
}

impl Fair {
    /// A client waits in a loop, while these can run.
    pub(super) fn yields(&mut self, client: usize, can_run: impl Iterator<Item = usize>) {
        if let Some(ran) = self.ran.insert(client, Vec::new()) {
            let kept_waiting = can_run.filter(|other| *other != client && !ran.contains(other));
            self.gives_way.extend(kept_waiting.map(|other| (client, other)));
        }
    }

    /// Those who do not give way to one of the others. It is somebody: whoever is given way to has
    /// not run since, so it did not come to give way to others.
    pub(super) fn may_run<T>(&self, can_run: Vec<T>, id: impl Fn(&T) -> usize) -> Vec<T> {
        let ids: Vec<usize> = can_run.iter().map(&id).collect();
        let waits = |client: usize| {
            self.gives_way.iter().any(|(own, other)| *own == client && ids.contains(other))
        };
        can_run.into_iter().filter(|client| !waits(id(client))).collect()
    }

    /// A client runs.
    pub(super) fn runs(&mut self, client: usize) {
        self.gives_way.retain(|(_, other)| *other != client);
        self.ran.values_mut().for_each(|ran| ran.push(client));
    }
}

#[cfg(test)]
mod tests {
    use super::Fair;

    /// Two that wait in a loop, and the third one, which they wait for.
    #[test]
    fn whoever_is_waited_for_runs_in_the_end() {
        let mut fair = Fair::default();
        let mut turns = 0;
        loop {
            let first = fair.may_run(vec![0, 1, 2], |client| *client)[0];
            if first == 2 {
                break;
            }
            fair.runs(first);
            fair.yields(first, [0, 1, 2].into_iter());
            turns += 1;
        }
        assert_eq!(turns, 4, "each looks twice");
    }
}
