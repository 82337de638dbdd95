//! A child process that talks in lines: started in a group of its own, watched, and killed with all
//! that it has started.

use super::fault::FaultKind;
use super::memory;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What an adapter may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The time until a reply.
    pub reply: Duration,
    /// The memory of the adapter and all that it has started.
    pub memory_mb: u64,
    /// The length of a line.
    pub line_bytes: usize,
}

impl Limits {
    /// Far from what an adapter needs.
    pub const USUAL: Limits =
        Limits { reply: Duration::from_mins(1), memory_mb: 2_048, line_bytes: 16 << 20 };

    /// With another limit of memory, if one is given.
    #[must_use]
    pub fn with_memory(self, megabytes: Option<u64>) -> Limits {
        Limits { memory_mb: megabytes.unwrap_or(self.memory_mb), ..self }
    }
}

/// How many lines may wait to be read. Whoever prints more is held up.
const LINES_MAX: usize = 64;

/// How much of stderr is kept.
const SAID_BYTES: usize = 4_096;

/// How often to look after a child that does not answer.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long the last words of a child may take to come in.
const LAST_WORDS: Duration = Duration::from_secs(1);

enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

/// The child.
pub(super) struct Child {
    process: std::process::Child,
    stdin: ChildStdin,
    lines: Receiver<Line>,
    said: Arc<Mutex<VecDeque<u8>>>,
    said_all: Receiver<()>,
    limits: Limits,
    looked: Instant,
    ended: bool,
}

impl Child {
    /// Starts it.
    pub(super) fn start(command: &[String], limits: Limits) -> io::Result<Child> {
        let (program, args) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut process = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let stdin = process.stdin.take().expect("it is piped");
        let stdout = process.stdout.take().expect("it is piped");
        let stderr = process.stderr.take().expect("it is piped");
        let (send, lines) = sync_channel(LINES_MAX);
        thread::spawn(move || read_lines(stdout, limits.line_bytes, &send));
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (over, said_all) = sync_channel(1);
        let keep = Arc::clone(&said);
        thread::spawn(move || {
            listen(stderr, &keep);
            // Nobody has to wait for it.
            let _ = over.send(());
        });
        let looked = Instant::now();
        Ok(Child { process, stdin, lines, said, said_all, limits, looked, ended: false })
    }

    /// Writes lines.
    pub(super) fn write(&mut self, lines: &str) -> Result<(), FaultKind> {
        let written = self.stdin.write_all(lines.as_bytes()).and_then(|()| self.stdin.flush());
        written.map_err(|_| self.gone())
    }

    /// The next line.
    pub(super) fn read(&mut self) -> Result<Vec<u8>, FaultKind> {
        let begin = Instant::now();
        loop {
            // Also one that answers all the time.
            if self.looked.elapsed() >= LOOK_EVERY {
                self.looked = Instant::now();
                self.within_memory()?;
            }
            match self.lines.recv_timeout(LOOK_EVERY) {
                Ok(Line::Whole(line)) => return Ok(line),
                Ok(Line::TooLong) => return Err(FaultKind::TooLong(self.limits.line_bytes)),
                Ok(Line::End) | Err(RecvTimeoutError::Disconnected) => return Err(self.gone()),
                Err(RecvTimeoutError::Timeout) if begin.elapsed() >= self.limits.reply => {
                    return Err(FaultKind::Hung(self.limits.reply));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// A line that has come in already, if any.
    pub(super) fn surplus(&mut self) -> Option<Vec<u8>> {
        match self.lines.try_recv() {
            Ok(Line::Whole(line)) => Some(line),
            _ => None,
        }
    }

    fn within_memory(&self) -> Result<(), FaultKind> {
        match memory::of_group(self.process.id()) {
            Some(used) if used > self.limits.memory_mb => {
                Err(FaultKind::Memory(self.limits.memory_mb))
            }
            _ => Ok(()),
        }
    }

    /// Its pipe is closed: has it ended?
    fn gone(&self) -> FaultKind {
        let begin = Instant::now();
        loop {
            // It is not waited for: its number has to stay taken until its group is killed.
            let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
            match waitid(Id::Pid(self.pid()), flags) {
                Ok(WaitStatus::Exited(_, code)) => {
                    return FaultKind::Died(format!("exit code {code}"));
                }
                Ok(WaitStatus::Signaled(_, signal, _)) => {
                    return FaultKind::Died(signal.to_string());
                }
                _ if begin.elapsed() > LAST_WORDS => return FaultKind::ClosedPipe,
                // It may be on its way out. Nothing comes through this channel but the end.
                _ => drop(self.said_all.recv_timeout(Duration::from_millis(5))),
            }
        }
    }

    /// Ends it and all that it has started. Returns its last words; `dump` asks it for its stacks.
    pub(super) fn end(&mut self, dump: bool) -> String {
        if dump {
            self.signal(Signal::SIGABRT);
            // Not longer than that, whatever it makes of it.
            let _ = self.said_all.recv_timeout(LAST_WORDS);
        }
        self.kill();
        let _ = self.said_all.recv_timeout(LAST_WORDS);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = said.iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim_end().to_string()
    }

    fn kill(&mut self) {
        if !self.ended {
            self.signal(Signal::SIGKILL);
            // Whoever is killed ends.
            let _ = self.process.wait();
            self.ended = true;
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).expect("a process has a small number"))
    }

    /// To the whole group. It may have ended by itself.
    fn signal(&self, signal: Signal) {
        let _ = killpg(self.pid(), signal);
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

fn read_lines(stdout: ChildStdout, line_bytes: usize, send: &SyncSender<Line>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let limit = line_bytes as u64 + 1;
        let read = (&mut stdout).take(limit).read_until(b'\n', &mut line);
        let line = match read {
            Ok(0) | Err(_) => Line::End,
            Ok(_) if line.last() == Some(&b'\n') => Line::Whole(line),
            Ok(n) if n > line_bytes => Line::TooLong,
            // The end of what was cut off within a line.
            Ok(_) => Line::Whole(line),
        };
        let last = !matches!(line, Line::Whole(_));
        if send.send(line).is_err() || last {
            return;
        }
    }
}

/// Keeps the end of what is said, and reads all of it, so that the child is not held up.
fn listen(mut stderr: ChildStderr, said: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 4_096];
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.extend(&buffer[..read]);
        let surplus = said.len().saturating_sub(SAID_BYTES);
        said.drain(..surplus);
    }
}
