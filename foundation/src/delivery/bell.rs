//! Wakes workers before their next poll.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use shaku::{Component, Module, ModuleBuildContext};

/// Rung after a commit that wrote deliveries. A missed ring costs one polling interval, nothing else.
#[derive(Default)]
pub struct Bell {
    rings: Mutex<u64>,
    rung: Condvar,
}

impl<M: Module> Component<M> for Bell {
    type Interface = Self;
    type Parameters = ();

    fn build(_: &mut ModuleBuildContext<M>, _: ()) -> Box<Self> {
        Box::default()
    }
}

impl Bell {
    /// Wakes everybody who waits.
    pub fn ring(&self) {
        *self.lock() += 1;
        self.rung.notify_all();
    }

    /// How often the bell has rung: to be asked before looking for work.
    pub(super) fn rings(&self) -> u64 {
        *self.lock()
    }

    /// Waits until the bell has rung again since `heard`, at most for `time`.
    pub(super) fn wait(&self, heard: u64, time: Duration) {
        let rings = self.lock();
        let outcome = self
            .rung
            .wait_timeout_while(rings, time, |rings| *rings == heard);
        drop(outcome);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, u64> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
