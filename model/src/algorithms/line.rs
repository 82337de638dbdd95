//! A short line, first in, first out, that is a part of a state.

/// At most `LENGTH_MAX` values in the order in which they came. Places that are free hold the
/// default, so that equal lines are equal states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Line<T, const LENGTH_MAX: usize> {
    places: [T; LENGTH_MAX],
    length: usize,
}

impl<T: Copy + Default + PartialEq, const LENGTH_MAX: usize> Line<T, LENGTH_MAX> {
    /// Nobody is in it.
    pub(super) fn new() -> Self {
        Line { places: [T::default(); LENGTH_MAX], length: 0 }
    }

    /// The values, the oldest first.
    pub(super) fn values(&self) -> &[T] {
        &self.places[..self.length]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// One more, at the end.
    pub(super) fn push(&mut self, value: T) {
        self.places[self.length] = value;
        self.length += 1;
    }

    /// The oldest, which leaves.
    pub(super) fn pop(&mut self) -> Option<T> {
        let oldest = self.values().first().copied()?;
        self.places.rotate_left(1);
        self.length -= 1;
        self.places[LENGTH_MAX - 1] = T::default();
        Some(oldest)
    }

    /// This one leaves, if it is there.
    pub(super) fn remove(&mut self, value: T) {
        if let Some(at) = self.values().iter().position(|other| *other == value) {
            self.places[at..].rotate_left(1);
            self.length -= 1;
            self.places[LENGTH_MAX - 1] = T::default();
        }
    }
}
