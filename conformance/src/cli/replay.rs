//! `taskdone replay FILE`

use super::args;
use super::exit::Exit;
use super::{refuse, say};
use crate::catalogue;
use crate::engine::Engine;
use crate::replay::{Again, replay as run_again};
use crate::wire::Case;

pub(super) fn replay(args: &args::Replay) -> Exit {
    let case = match Case::read(&args.file) {
        Ok(case) => case,
        Err(error) => return refuse(Exit::Usage, error),
    };
    let Some(subject) = catalogue::all().into_iter().find(|s| s.name == case.subject) else {
        let error = format!("the case is about {}, and there is no such subject", case.subject);
        return refuse(Exit::Usage, error);
    };
    let again = run_again(&subject, &case);
    say(again.text(&case));
    match again {
        Again::Same(_) | Again::Other(_) => Exit::Violates,
        // Luck may have been against it.
        Again::Conforms if case.repeat.engine() == Engine::Threads => Exit::Unknown,
        Again::Conforms | Again::Allowed => Exit::Conforms,
        Again::NotReached | Again::Unknown(_) => Exit::Unknown,
    }
}
