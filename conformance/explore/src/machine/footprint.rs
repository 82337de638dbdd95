//! What a step touched, for telling which steps commute.

use super::client::Object;

/// How a step touched an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    Read,
    Write,
    /// It acquired a mutex, and would have waited for it.
    Acquire,
    Release,
    /// It had a mutex, and could have released it.
    Hold,
}

/// The objects that a step touched, and what it added to the history.
#[allow(clippy::struct_excessive_bools)] // a set of facts
#[derive(Clone, Debug, Default)]
pub(crate) struct Footprint {
    pub(crate) touches: Vec<(Object, Touch)>,
    pub(crate) called: bool,
    /// Whether its operation could have returned: that may depend on what it found.
    pub(crate) may_return: bool,
    /// The clients that it woke, and whether they could have gone on without.
    pub(crate) woke: Vec<(usize, bool)>,
    /// It handed out the token of this client, who had none.
    pub(crate) handed_out: Option<usize>,
    /// It took the client's token, and had no other way to go on.
    pub(crate) took_token: bool,
    /// It did not come to its end: it may have touched anything.
    pub(crate) anything: bool,
}

impl Footprint {
    pub(crate) fn clear(&mut self) {
        self.touches.clear();
        self.woke.clear();
        (self.called, self.may_return) = (false, false);
        (self.took_token, self.handed_out) = (false, None);
    }

    pub(crate) fn has(&self, object: Object, touch: Touch) -> bool {
        self.touches.contains(&(object, touch))
    }

    pub(crate) fn acquired(&self) -> impl Iterator<Item = Object> {
        let acquires = self.touches.iter().filter(|(_, touch)| *touch == Touch::Acquire);
        acquires.map(|(mutex, _)| *mutex)
    }

    /// Adds what another part, or another alternative, of the same step touched.
    pub(crate) fn join(&mut self, other: &Footprint) {
        self.touches.extend_from_slice(&other.touches);
        self.woke.extend_from_slice(&other.woke);
        self.called |= other.called;
        self.may_return |= other.may_return;
        self.took_token |= other.took_token;
        self.anything |= other.anything;
        self.handed_out = self.handed_out.or(other.handed_out);
    }

    /// Whether the order of two steps of different clients can make a difference: to what they do,
    /// or to which operation precedes which.
    pub(crate) fn depends_on(&self, other: &Footprint) -> bool {
        let ordered = self.called && other.may_return || self.may_return && other.called;
        if ordered || self.anything || other.anything {
            return true;
        }
        self.touches.iter().any(|(object, touch)| {
            let same = other.touches.iter().filter(|(o, _)| o == object);
            same.into_iter().any(|(_, t)| (*touch, *t) != (Touch::Read, Touch::Read))
        })
    }
}
