//! Leave to send what grows without end: few may do so at once, and none for ever.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::errors::UNAVAILABLE;
use super::problem::Problem;

/// Exports that a process sends at once.
const AT_ONCE: usize = 2;

/// How long one may take: a client that reads slowly must not keep the others out.
const LONGEST: Duration = Duration::from_secs(60);

/// Where exports take turns.
#[derive(Debug, Clone)]
pub struct Exports(Arc<Semaphore>);

impl Default for Exports {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// The turn of one export; it is over when this is dropped, or has taken too long.
pub struct Turn(oneshot::Sender<()>);

impl Exports {
    /// A turn, if one is free.
    pub fn turn(&self) -> Result<Turn, Problem> {
        let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() else {
            let detail = "Too many others are reading long logs; try again.";
            return Err(Problem::new(UNAVAILABLE, detail).retry_after(5));
        };
        let (turn, dropped) = oneshot::channel();
        // Nobody asks a client that does not read for its turn: it is taken.
        rt::spawn(async move {
            let _permit = permit;
            let _ = timeout(LONGEST, dropped).await;
        });
        Ok(Turn(turn))
    }
}

impl Turn {
    /// Whether somebody else may have it by now.
    pub fn is_over(&self) -> bool {
        self.0.is_closed()
    }
}
