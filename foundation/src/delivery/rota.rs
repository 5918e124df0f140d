//! Whose deliveries a worker takes next.

use std::collections::HashMap;

use super::taking::Share;
use crate::subscriptions::Subscriptions;

/// How many deliveries of ordinary handlers a worker takes at once.
const ORDINARY: usize = 8;

/// Remembers which deliveries a worker has taken, so that whoever waited longest comes first: each batch
/// handler has a turn of its own, all the others share one.
#[derive(Default)]
pub(super) struct Rota {
    turn: u64,
    served: HashMap<&'static str, u64>,
}

/// What a worker takes in one turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// The batch handler's, or empty for the turn that the others share.
    name: &'static str,
    pub(super) shares: Vec<Share>,
}

impl Rota {
    /// The turns of the handlers for which something is due, the one that was served longest ago first.
    pub(super) fn turns(&self, due: &[&'static str], subscriptions: &Subscriptions) -> Vec<Turn> {
        let batch = |handler| subscriptions.later(handler)?.batch;
        let (together, ordinary): (Vec<_>, Vec<_>) = due
            .iter()
            .copied()
            .partition(|handler| batch(handler).is_some());
        let mut turns: Vec<Turn> = together
            .into_iter()
            .filter_map(|handler| {
                let limit = batch(handler)?;
                let shares = vec![Share { handler, limit }];
                Some(Turn {
                    name: handler,
                    shares,
                })
            })
            .collect();
        if !ordinary.is_empty() {
            let limit = (ORDINARY / ordinary.len()).max(1);
            let share = |handler| Share { handler, limit };
            turns.push(Turn {
                name: "",
                shares: ordinary.into_iter().map(share).collect(),
            });
        }
        turns.sort_by_key(|turn| self.served.get(turn.name).copied());
        turns
    }

    /// Notes that something was taken in this turn.
    pub(super) fn serve(&mut self, turn: &Turn) {
        self.turn += 1;
        self.served.insert(turn.name, self.turn);
    }
}
