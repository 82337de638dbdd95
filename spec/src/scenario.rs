//! Scenarios: what each client thread calls. Data only; `Display` is the text form.

use crate::{Constants, Discipline, Op};
use std::fmt;

/// One client thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Client {
    /// A role: `producer`, `worker`, `joiner`.
    pub name: String,
    /// What it calls, one after the other.
    pub ops: Vec<Op>,
}

/// A queue and the clients that use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scenario {
    /// What it is about; may be empty.
    pub title: String,
    /// The queue.
    pub constants: Constants,
    /// The clients.
    pub clients: Vec<Client>,
}

impl Scenario {
    /// Every operation with the position of its client.
    pub fn ops(&self) -> impl Iterator<Item = (usize, Op)> + '_ {
        let numbered = self.clients.iter().enumerate();
        numbered.flat_map(|(thread, client)| client.ops.iter().map(move |op| (thread, *op)))
    }
}

impl fmt::Display for Discipline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Discipline::Fifo => "fifo",
            Discipline::Lifo => "lifo",
            Discipline::Priority => "priority",
        })
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.title.lines() {
            writeln!(f, "# {line}")?;
        }
        write!(f, "queue {}", self.constants.discipline)?;
        if let Some(capacity) = self.constants.capacity {
            write!(f, " capacity={capacity}")?;
        }
        writeln!(f)?;
        let width = self.clients.iter().map(|client| client.name.len()).max().unwrap_or(0) + 1;
        for client in &self.clients {
            let ops: Vec<String> = client.ops.iter().map(Op::to_string).collect();
            let line = format!("{:width$} {}", format!("{}:", client.name), ops.join("; "));
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
