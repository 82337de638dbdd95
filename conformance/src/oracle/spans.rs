//! How many spans of time overlap another one.

/// Spans of time: where they begin and where they end, each in ascending order.
pub(super) struct Spans {
    from: Vec<u32>,
    to: Vec<u32>,
}

impl Spans {
    pub(super) fn of(spans: impl Iterator<Item = (u32, u32)>) -> Spans {
        let (mut from, mut to): (Vec<u32>, Vec<u32>) = spans.unzip();
        from.sort_unstable();
        to.sort_unstable();
        Spans { from, to }
    }

    /// How many of them overlap a span: they have begun before it ends, and not ended by its begin.
    pub(super) fn overlap(&self, from: u32, to: u32) -> usize {
        let begun = self.from.partition_point(|begin| *begin < to);
        begun - self.to.partition_point(|end| *end <= from)
    }
}
