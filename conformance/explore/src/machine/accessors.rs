//! Who uses which atomic.

use super::client::Object;

/// The clients that have accessed each atomic, in the whole search: that must not depend on the
/// schedule.
#[derive(Debug, Default)]
pub(crate) struct Accessors(Vec<(Object, Users)>);

/// Clients, as sets of bits.
#[derive(Clone, Copy, Debug, Default)]
struct Users {
    all: u16,
    writers: u16,
}

/// What is known of an atomic after an access.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    /// Nobody writes it but its only user.
    pub(crate) is_quiet: bool,
    /// It was quiet until this access.
    pub(crate) is_first_conflict: bool,
}

impl Users {
    /// Whether somebody writes what another one uses.
    fn conflict(self) -> bool {
        self.writers != 0 && !self.all.is_power_of_two()
    }
}

impl Accessors {
    /// Adds an access of a client.
    pub(crate) fn add(&mut self, object: Object, client: usize, writes: bool) -> Access {
        let at = self.0.iter().position(|(known, _)| *known == object);
        let at = at.unwrap_or_else(|| {
            self.0.push((object, Users::default()));
            self.0.len() - 1
        });
        let users = &mut self.0[at].1;
        let before = users.conflict();
        users.all |= 1 << client;
        users.writers |= u16::from(writes) << client;
        let after = users.conflict();
        Access { is_quiet: !after, is_first_conflict: after && !before }
    }
}
