//! Whatever is asked of a sale, in whatever order: a slow and obvious model expects the same, and the rules of
//! seats, paddles and bidders hold after every command.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;

use super::sale_tests::Desk;
use super::{Admission, RegistrationStatus};
use crate::ids::{BidderId, RegistrationId};

/// What the model asks: of one of a few bidders, or about their first, second, … registration.
#[derive(Debug, Clone)]
enum Command {
    Register(u8),
    Cancel(u8),
    Approve(usize),
    Refuse(usize),
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let bidder = || 0..6_u8;
    let command = prop_oneof![
        3 => bidder().prop_map(Command::Register),
        1 => bidder().prop_map(Command::Cancel),
        1 => (0..40_usize).prop_map(Command::Approve),
        1 => (0..40_usize).prop_map(Command::Refuse),
    ];
    prop::collection::vec(command, 0..60)
}

/// The rules once more, slow and obvious: every registration ever made, in order, with nothing counted.
#[derive(Default)]
struct Ledger(Vec<(u8, RegistrationStatus)>);

impl Ledger {
    fn is_full(&self, seats: Option<u32>) -> bool {
        let live = self.0.iter().filter(|(_, status)| is_live(*status));
        seats.is_some_and(|seats| live.count() >= usize::try_from(seats).unwrap())
    }

    fn last_of(&mut self, bidder: u8) -> Option<&mut RegistrationStatus> {
        let own = self.0.iter_mut().filter(|(who, _)| *who == bidder);
        own.map(|(_, status)| status).next_back()
    }

    fn follow(&mut self, command: &Command, seats: Option<u32>, first: RegistrationStatus) -> bool {
        let full = self.is_full(seats);
        match *command {
            Command::Register(bidder) => {
                let before = self.last_of(bidder).map(|status| *status);
                let free = before.is_none_or(|status| status == RegistrationStatus::Cancelled);
                if !free || full {
                    return false;
                }
                self.0.push((bidder, first));
                true
            }
            Command::Cancel(bidder) => match self.last_of(bidder) {
                Some(status) if is_live(*status) => {
                    *status = RegistrationStatus::Cancelled;
                    true
                }
                Some(_) | None => false,
            },
            Command::Approve(index) => {
                let Some((_, status)) = self.0.get_mut(index) else {
                    return false;
                };
                let waits = *status == RegistrationStatus::Pending;
                let readmitted = *status == RegistrationStatus::Refused && !full;
                if waits || readmitted {
                    *status = RegistrationStatus::Approved;
                }
                waits || readmitted
            }
            Command::Refuse(index) => match self.0.get_mut(index) {
                Some((_, status)) if is_live(*status) => {
                    *status = RegistrationStatus::Refused;
                    true
                }
                Some(_) | None => false,
            },
        }
    }
}

fn is_live(status: RegistrationStatus) -> bool {
    status == RegistrationStatus::Pending || status == RegistrationStatus::Approved
}

impl Desk {
    /// Whether the aggregate did as it was told.
    fn follow(&mut self, command: &Command) -> bool {
        let by_paddle: BTreeMap<i64, RegistrationId> = self
            .book
            .values()
            .map(|part| (part.paddle, part.id))
            .collect();
        let id = |index: usize| by_paddle.values().nth(index).copied();
        match *command {
            Command::Register(bidder) => self.register(bidder).is_ok(),
            Command::Cancel(bidder) => self.cancel(bidder).is_ok(),
            Command::Approve(index) => id(index).is_some_and(|id| self.approve(id).is_ok()),
            Command::Refuse(index) => id(index).is_some_and(|id| self.refuse(id).is_ok()),
        }
    }

    /// What must be true after every command.
    fn assert_sound(&self, seats: Option<u32>) {
        let live = self.count(is_live);
        let state = self.sale.state();
        assert_eq!(state.seats_taken, i64::try_from(live).unwrap());
        assert!(seats.is_none_or(|seats| live <= usize::try_from(seats).unwrap()));
        let holders = self.book.values().filter(|part| part.is_live());
        let holders: BTreeSet<BidderId> = holders.map(|part| part.bidder).collect();
        assert_eq!(holders.len(), live, "one registration per bidder");
        let paddles: BTreeSet<i64> = self.book.values().map(|part| part.paddle).collect();
        let given = i64::try_from(self.book.len()).unwrap();
        assert!(paddles.into_iter().eq(1..=given), "each number once");
        assert_eq!(state.last_paddle, given);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn whatever_is_asked_the_seats_paddles_and_bidders_are_kept(
        commands in commands(),
        seats in prop_oneof![Just(None), (1..5_u32).prop_map(Some)],
        open in any::<bool>(),
    ) {
        let (admission, first) = match open {
            true => (Admission::Open, RegistrationStatus::Approved),
            false => (Admission::ByApproval, RegistrationStatus::Pending),
        };
        let mut desk = Desk::open(seats, admission);
        let mut ledger = Ledger::default();
        for command in &commands {
            desk.now += TimeDelta::seconds(1);
            let expected = ledger.follow(command, seats, first);
            prop_assert_eq!(desk.follow(command), expected, "{:?}", command);
            let events = desk.save();
            prop_assert_eq!(events.len(), usize::from(expected), "each change is told once");
            desk.assert_sound(seats);
            let by_paddle: BTreeMap<i64, RegistrationStatus> =
                desk.book.values().map(|part| (part.paddle, part.status())).collect();
            let statuses = ledger.0.iter().map(|(_, status)| *status);
            prop_assert!(by_paddle.into_values().eq(statuses));
        }
    }
}
