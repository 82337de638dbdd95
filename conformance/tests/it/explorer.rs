//! The Explorer in a browser: its page shows the first states of a model.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// Ends the program when the test is over, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, and the address at which it serves the model.
fn explore(model: &str) -> (Server, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskdone"));
    let command = command.args(["model", "explore", model]).stdout(Stdio::piped());
    let mut server = Server(command.spawn().expect("the program starts"));
    let out = server.0.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).expect("it says where");
    let url = line.split(' ').find(|word| word.starts_with("http://127.0.0.1:"));
    (server, url.unwrap_or_else(|| panic!("{line}")).to_string())
}

/// The page after its scripts have run; `None` where there is no browser.
fn page(url: &str) -> Option<String> {
    let mut browser = Command::new("chromium");
    let profile = tempfile::tempdir().expect("a folder of its own");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000"]);
    browser.arg(format!("--user-data-dir={}", profile.path().display()));
    let output = browser.args(["--dump-dom", url]).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_first_states_of_a_model_are_shown() {
    let (_server, url) = explore("monitor-coarse");
    let Some(page) = page(&format!("{url}#/steps/0")) else {
        // Past the capture of the test harness: a skipped test must not look like a passed one.
        let told = writeln!(std::io::stderr(), "skipped: no page was loaded: chromium is absent");
        return told.expect("stderr is open");
    };
    // The title, a property, the first state, and a step from there.
    let expected =
        ["Stateright", "nobody is blocked who could go on", "unfinished: 0", "producer 1: puts"];
    for shown in expected {
        assert!(page.contains(shown), "{shown} is not shown at {url}:\n{page}");
    }
}
