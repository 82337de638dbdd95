//! How much memory a group of processes uses, where the system tells.

use std::fs;

/// The resident memory of all processes of a group, in megabytes.
pub(super) fn of_group(group: u32) -> Option<u64> {
    let mut kilobytes = 0;
    for entry in fs::read_dir("/proc").ok()?.filter_map(Result::ok) {
        let path = entry.path();
        // A process may be gone by the time that it is looked at.
        let Ok(stat) = fs::read_to_string(path.join("stat")) else { continue };
        if group_of(&stat) == Some(group) {
            kilobytes += fs::read_to_string(path.join("status")).map_or(0, |s| resident(&s));
        }
    }
    Some(kilobytes / 1_024)
}

/// `1234 (a name) S parent group …`: the name may contain anything.
fn group_of(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(2)?.parse().ok()
}

/// `VmRSS:     1234 kB`.
fn resident(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}
