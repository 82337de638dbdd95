//! Queues of a real Python. Without one, each test says that it was skipped and counts as ignored,
//! not as passed.

mod beyond;
mod broken;
mod check;
mod known;
mod setup;

use libtest_mimic::{Arguments, Failed, Trial};
use setup::{Interpreter, interpreters};
use std::process::ExitCode;

/// A test, and the version from which on Python has what it needs.
type Test = (&'static str, fn(&Interpreter));

fn main() -> ExitCode {
    let mut trials = Vec::new();
    for (command, found) in interpreters() {
        // The others are there to see that each version is served.
        let tests: Vec<Test> = match command {
            "python3" => [check::TESTS, known::TESTS, broken::TESTS, beyond::TESTS].concat(),
            _ => [check::EACH_VERSION, beyond::EACH_VERSION].concat(),
        };
        for (name, test) in tests {
            let name = format!("{command}::{name}");
            trials.push(match &found {
                Ok(interpreter) => {
                    let interpreter = interpreter.clone();
                    Trial::test(name, move || -> Result<(), Failed> {
                        test(&interpreter);
                        Ok(())
                    })
                }
                Err(why) => {
                    let skipped = Trial::test(name, || Ok(())).with_ignored_flag(true);
                    skipped.with_kind(format!("skipped: {why}"))
                }
            });
        }
    }
    let mut arguments = Arguments::from_args();
    // Most of a test is waiting for an interpreter to come to rest.
    arguments.test_threads.get_or_insert(4);
    libtest_mimic::run(&arguments, trials).exit_code()
}
