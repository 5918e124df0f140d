//! Processor time and memory of the server, the database, and this program.

use std::ops::Sub;
use std::time::Duration;

use super::process_files::{children, machine_time, size, stat};

/// Whose use is watched.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    server: u32,
    /// The first process of a PostgreSQL cluster on this machine.
    postmaster: Option<u32>,
}

/// Processor time used so far; the difference of two is that of the time between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// By the server.
    pub server: Duration,
    /// By the database server's processes; nothing where it is elsewhere or inside the server.
    pub database: Option<Duration>,
    /// By this program.
    pub bench: Duration,
    /// By everything on the machine, these included.
    pub machine: Duration,
}

impl Watch {
    /// Watches the server, and the cluster if it is on this machine.
    pub fn of(server: u32, postmaster: Option<u32>) -> Self {
        Self { server, postmaster }
    }

    /// What was used so far.
    pub fn usage(&self) -> Usage {
        let time = |process| stat(process).map_or(Duration::ZERO, |stat| stat.time);
        Usage {
            server: time(self.server),
            database: self.postmaster.map(cluster_time),
            bench: time(std::process::id()),
            machine: machine_time(),
        }
    }

    /// What children of this program used that have ended.
    pub fn ended_children(&self) -> Duration {
        let own = stat(std::process::id());
        own.map_or(Duration::ZERO, |stat| stat.of_ended_children)
    }

    /// The server's memory in bytes.
    pub fn server_memory(&self) -> u64 {
        size(self.server, "status", "VmRSS").unwrap_or_default()
    }

    /// The cluster's memory in bytes, what its processes share counted once.
    pub fn database_memory(&self) -> Option<u64> {
        let postmaster = self.postmaster?;
        let all = children(postmaster).into_iter().chain([postmaster]);
        let share = |process| size(process, "smaps_rollup", "Pss").unwrap_or_default();
        Some(all.map(share).sum())
    }
}

impl Usage {
    /// By others: what disturbs the measurement.
    pub fn others(&self) -> Duration {
        let ours = self.server + self.database.unwrap_or_default() + self.bench;
        self.machine.saturating_sub(ours)
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        let database = self.database.zip(earlier.database);
        Self {
            server: self.server.saturating_sub(earlier.server),
            database: database.map(|(now, then)| now.saturating_sub(then)),
            bench: self.bench.saturating_sub(earlier.bench),
            machine: self.machine.saturating_sub(earlier.machine),
        }
    }
}

fn cluster_time(postmaster: u32) -> Duration {
    let living = children(postmaster).into_iter().filter_map(stat);
    let living: Duration = living.map(|stat| stat.time).sum();
    let itself = stat(postmaster);
    living + itself.map_or(Duration::ZERO, |stat| stat.time + stat.of_ended_children)
}
