//! Parking, and the token that ends it.

use super::clean::cleanly;
use super::client::{Object, Pending, Wake};
use super::core::{SPURIOUSLY, TIME_OUT, running};
use super::footprint::Touch;

/// Waits for the token of the running client, and takes it.
#[inline(never)]
pub(crate) fn park(timed: bool) -> Wake {
    cleanly(|| park_here(Pending::Park { timed }))
}

/// The same, but gives up at any moment, if time may pass.
#[inline(never)]
pub(crate) fn park_or_give_up() -> Wake {
    cleanly(|| park_here(Pending::ParkOrGiveUp))
}

fn park_here(pending: Pending) -> Wake {
    let (core, index, client) = running().expect("a park outside an exploration never ends");
    match core.announce(index, client, pending) {
        TIME_OUT => {
            core.touched(token(index), Touch::Read);
            Wake::TimedOut
        }
        SPURIOUSLY => {
            core.touched(token(index), Touch::Read);
            Wake::Spurious
        }
        _ => {
            client.token.set(false);
            core.touched(token(index), Touch::Write);
            let timed = pending != Pending::Park { timed: false };
            let only = !core.gives_up(client, timed);
            core.note(|footprint| footprint.took_token = only);
            Wake::Notified
        }
    }
}

/// The token of a client, as an object: nothing lies at such an address.
fn token(client: usize) -> Object {
    client + 1
}

/// Hands out the token of a client, as long as that is awaited: once it is not, it never will be.
#[inline(never)]
pub(crate) fn unpark(target: usize, is_awaited: &dyn Fn() -> bool) {
    cleanly(|| unpark_here(target, is_awaited));
}

fn unpark_here(target: usize, is_awaited: &dyn Fn() -> bool) {
    let Some((core, index, client)) = running() else { return };
    core.touched(token(target), Touch::Read);
    if !is_awaited() {
        return;
    }
    core.announce(index, client, Pending::Unpark(target));
    core.touched(token(target), Touch::Write);
    if is_awaited() && !core.clients[target].token.replace(true) {
        core.note(|footprint| footprint.handed_out = Some(target));
    }
}

/// Takes back the token of the running client, if it was handed out.
pub(crate) fn take_back_token() {
    if let Some((core, index, client)) = running() {
        core.touched(token(index), Touch::Write);
        client.token.set(false);
    }
}
