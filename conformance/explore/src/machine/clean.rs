//! Stacks without the traces of what is over.

use super::core::scrubs;
use std::hint::black_box;

/// Does what a primitive does in frames that begin as zeros, and leaves zeros behind. So nothing of
/// what the explorer computes, and nothing of earlier calls, ends up in the dead part of frames.
pub(super) fn cleanly<R>(act: impl FnOnce() -> R) -> R {
    let (mut act, mut result) = (Some(act), None);
    between_scrubs(&mut || result = act.take().map(|act| act()));
    result.expect("it has been called")
}

/// One function for all primitives: not even its own address tells them apart afterwards.
#[inline(never)]
fn between_scrubs(act: &mut dyn FnMut()) {
    clean::<FRAMES>();
    act();
    clean::<DEEP>();
}

/// As many words as the frames of a primitive take that a client stops in.
const FRAMES: usize = 80;
/// As many words as all that a primitive calls may take.
const DEEP: usize = 256;

/// Zeroes what a call has left below the caller's frame.
pub(crate) fn clean_below() {
    clean::<DEEP>();
}

/// Zeroes so many words of the stack below the caller's frame, if that is asked for.
fn clean<const WORDS: usize>() {
    if scrubs() {
        scrub::<WORDS>();
    }
}

#[inline(never)]
fn scrub<const WORDS: usize>() {
    let mut zone = [0_u64; WORDS];
    black_box(&mut zone);
}
