//! Whose turn it is to write where only one can.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// Lets one writer through at a time, in the order in which they came.
///
/// SQLite has a single writer and no queue: whoever finds the database locked sleeps and tries again, and
/// never gets in beside a thread that writes all the time. Here they queue before they begin.
#[derive(Default)]
pub(super) struct Gate(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    taken: bool,
    waiting: VecDeque<Arc<Ticket>>,
}

struct Ticket {
    holder: Thread,
    called: AtomicBool,
}

/// The right to write, until it is dropped.
pub(super) struct Turn(Arc<Gate>);

impl Gate {
    /// Waits for a turn; `None` when it does not come in time.
    pub(super) fn pass(self: &Arc<Self>, patience: Duration) -> Option<Turn> {
        let ticket = {
            let mut queue = self.lock();
            if !queue.taken {
                queue.taken = true;
                return Some(Turn(Arc::clone(self)));
            }
            let ticket = Arc::new(Ticket {
                holder: std::thread::current(),
                called: AtomicBool::new(false),
            });
            queue.waiting.push_back(Arc::clone(&ticket));
            ticket
        };
        let deadline = Instant::now() + patience;
        while !ticket.called.load(Ordering::Acquire) {
            match deadline.checked_duration_since(Instant::now()) {
                Some(left) => std::thread::park_timeout(left),
                None if self.withdraw(&ticket) => return None,
                None => break,
            }
        }
        Some(Turn(Arc::clone(self)))
    }

    /// Leaves the queue; false when the ticket has just been called.
    fn withdraw(&self, ticket: &Arc<Ticket>) -> bool {
        let mut queue = self.lock();
        let before = queue.waiting.len();
        queue.waiting.retain(|other| !Arc::ptr_eq(other, ticket));
        queue.waiting.len() < before
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    /// Hands the turn to whoever has waited longest. The gate stays taken, so that nobody slips in before.
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        match queue.waiting.pop_front() {
            Some(next) => {
                next.called.store(true, Ordering::Release);
                next.holder.unpark();
            }
            None => queue.taken = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn await_queue(gate: &Gate, length: usize) {
        let deadline = Instant::now() + PATIENCE;
        while gate.lock().waiting.len() != length {
            assert!(Instant::now() < deadline, "nobody queues");
            std::thread::yield_now();
        }
    }

    #[test]
    fn turns_come_in_the_order_of_asking() {
        let gate = Arc::new(Gate::default());
        let order = Mutex::new(Vec::new());
        let first = gate.pass(PATIENCE).unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let (gate, order) = (&gate, &order);
                scope.spawn(move || {
                    let _turn = gate.pass(PATIENCE).unwrap();
                    order.lock().unwrap().push(number);
                });
                await_queue(gate, number + 1);
            }
            drop(first);
        });
        assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn whoever_gives_a_turn_back_cannot_take_it_again_before_those_who_wait() {
        let gate = Arc::new(Gate::default());
        let served = AtomicBool::new(false);
        let turn = gate.pass(PATIENCE).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _turn = gate.pass(PATIENCE).unwrap();
                served.store(true, Ordering::SeqCst);
            });
            await_queue(&gate, 1);
            drop(turn);
            let _again = gate.pass(PATIENCE).unwrap();
            assert!(served.load(Ordering::SeqCst));
        });
    }

    #[test]
    fn whoever_loses_patience_leaves_the_queue() {
        let gate = Arc::new(Gate::default());
        let turn = gate.pass(PATIENCE).unwrap();
        assert!(gate.pass(Duration::from_millis(1)).is_none());
        drop(turn);
        assert!(gate.pass(Duration::ZERO).is_some(), "the gate is free");
    }
}
