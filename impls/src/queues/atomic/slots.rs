//! What both forms of the queue do with their slots.

use super::words::{Refusal, Words};

/// Slots that positions are mapped to. A claim is made by a compare-and-swap of the tail or the
/// head, which is the instant at which the put or the get takes effect; it has to be honoured.
pub(super) trait Slots<T> {
    /// A slot that is owned.
    type Claim;

    /// Claims the slot of the next put. Waits for a get that has claimed it a lap ago.
    fn claim_put(&self, words: &Words) -> Result<Self::Claim, Refusal>;

    /// Hands the item over.
    fn fill(&self, words: &Words, claim: Self::Claim, item: T);

    /// Claims the slot of the next get. May wait for the put that has claimed it.
    fn claim_get(&self, words: &Words) -> Result<Self::Claim, Refusal>;

    /// Takes the item out. May wait for the put that has claimed the slot.
    fn take(&self, words: &Words, claim: Self::Claim) -> T;

    /// Takes out all items from `head` to `tail`, which are marked by an immediate shutdown: no
    /// put or get claims a slot any more. To be called once.
    fn drain(&self, words: &Words, head: u64, tail: u64) -> Vec<T>;

    /// Drops all items from `head` to `tail`. There is no other user.
    fn clear(&mut self, words: &Words, head: u64, tail: u64);
}
