//! Whether threads are asleep for good, asked of the kernel instead of a clock.
//!
//! Linux shows for every thread of a process its state and how often it was switched out. If each
//! of a set of threads is asleep in two looks and was not switched out in between, then there was an
//! instant at which all of them were asleep; and if nobody outside the set can wake them, and none of
//! them waits for a time, none will ever run again.

use std::fs;
use std::io;

/// A thread of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tid(String);

impl Tid {
    /// The calling thread.
    pub(super) fn current() -> io::Result<Tid> {
        let link = fs::read_link("/proc/thread-self")?;
        let tid = link.file_name().and_then(|name| name.to_str());
        tid.map(|tid| Tid(tid.to_string())).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// How often the thread was switched out, if it is asleep now.
    fn asleep(&self) -> Option<Vec<String>> {
        let status = fs::read_to_string(format!("/proc/self/task/{}/status", self.0)).ok()?;
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
        let is_asleep = field("State:")?.trim_start().starts_with('S');
        let switches = ["voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"].map(field);
        let switches: Option<Vec<String>> =
            switches.iter().map(|s| s.map(str::to_string)).collect();
        switches.filter(|_| is_asleep)
    }
}

/// A look at a set of threads, all of which were asleep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Look(Vec<Vec<String>>);

/// Looks at the threads; `None` if one of them is awake. Equal looks mean that nobody ran between.
pub(super) fn look(threads: &[Tid]) -> Option<Look> {
    threads.iter().map(Tid::asleep).collect::<Option<Vec<_>>>().map(Look)
}
