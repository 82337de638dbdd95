//! `taskdone smoke COMMAND`: checks an adapter before a run.

use super::args;
use super::exit::Exit;
use super::{refuse, say};
use crate::process::Limits;
use crate::process::smoke::{Line, smoke};

pub(super) fn smoke_test(args: &args::Smoke) -> Exit {
    let outcome = smoke(&args.command, Limits::USUAL, &mut |line: Line| say(format!("{line}\n")));
    match outcome {
        Ok(true) => Exit::Conforms,
        Ok(false) => Exit::Unusable,
        Err(fault) => refuse(Exit::Unusable, fault),
    }
}
