//! `taskdone adapter python`: prints an adapter that is part of this program.

use super::args::{self, Language};
use super::exit::Exit;
use super::say;
use crate::process::python;

pub(super) fn adapter(args: &args::Adapter) -> Exit {
    match args.language {
        Language::Python => say(python::ADAPTER),
    }
    Exit::Conforms
}
