//! The command line.

mod adapter;
mod analyze;
mod args;
mod check;
mod exit;
mod explain;
mod list;
mod model;
mod models;
mod process;
mod replay;
mod smoke;

pub use exit::{Exit, exit_code};

use crate::engine::message;
use args::{Args, Command};
use clap::Parser;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::panic::catch_unwind;

/// Runs the program. A panic of the suite itself is [`Exit::SuiteBug`].
pub fn main(args: Vec<OsString>) -> Exit {
    catch_unwind(|| run(args)).unwrap_or_else(|payload| {
        // The hook may have been told to be quiet.
        let said = message(&*payload).unwrap_or_else(|| "no message".to_string());
        refuse(Exit::SuiteBug, format!("the suite has panicked: {said}"))
    })
}

fn run(args: Vec<OsString>) -> Exit {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and the version are no errors. Nobody is left to tell if printing fails.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Conforms };
        }
    };
    match args.command {
        None => check::everything(&args.options),
        Some(Command::Check(args))
            if args.process.python.is_some() || args.process.adapter.is_some() =>
        {
            process::check(&args)
        }
        Some(Command::Check(args)) => check::check(&args),
        Some(Command::Smoke(args)) => smoke::smoke_test(&args),
        Some(Command::Adapter(args)) => adapter::adapter(&args),
        Some(Command::List(args)) => list::list(&args),
        Some(Command::Explain(args)) => explain::explain(&args),
        Some(Command::Replay(args)) => replay::replay(&args),
        Some(Command::Analyze(args)) => analyze::analyze(&args),
        Some(Command::Model(args)) => model::model(&args),
    }
}

/// Prints to stdout. If nobody reads it any more (`taskdone list | head`), that is no error.
fn say(text: impl Display) {
    let _ = write!(anstream::stdout(), "{text}");
}

/// Says what is wrong with the command.
fn refuse(exit: Exit, error: impl Display) -> Exit {
    let _ = writeln!(anstream::stderr(), "taskdone: {error}");
    exit
}
