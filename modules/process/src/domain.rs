//! The states of a won item on its way from the hammer to the parcel. Pure: what is done in each step stands
//! in `application`.

use std::fmt;
use std::str::FromStr;

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use foundation::Money;
use payments::PaymentId;
use serde::{Deserialize, Serialize};
use shipping::PackageId;

use crate::ids::ProcessId;

/// How far a won item has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProcessState {
    /// The buyer is to pay.
    PaymentStarted,
    /// The warehouse is to ship.
    Paid,
    /// Finished: the parcel is on its way.
    Shipped,
    /// Finished: nobody paid in time.
    TimedOut,
}

impl ProcessState {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::PaymentStarted,
        Self::Paid,
        Self::Shipped,
        Self::TimedOut,
    ];

    /// The state as it is stored and shown in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PaymentStarted => "PAYMENT_STARTED",
            Self::Paid => "PAID",
            Self::Shipped => "SHIPPED",
            Self::TimedOut => "TIMED_OUT",
        }
    }

    /// Whether nothing more will happen.
    pub const fn is_finished(self) -> bool {
        match self {
            Self::PaymentStarted | Self::Paid => false,
            Self::Shipped | Self::TimedOut => true,
        }
    }
}

impl fmt::Display for ProcessState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the state of a process")]
pub struct UnknownProcessState(String);

impl FromStr for ProcessState {
    type Err = UnknownProcessState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|state| state.name() == name);
        found.ok_or_else(|| UnknownProcessState(name.to_owned()))
    }
}

/// What was won, by whom, for how much, and until when it is to be paid. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WonItem {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) price: Money,
    pub(crate) buyer: CustomerId,
    pub(crate) pay_by: DateTime<Utc>,
}

/// Everything about a process that no event looks it up by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessData {
    pub(crate) item: WonItem,
    /// How many of its reminders are behind it.
    pub(crate) reminded: u32,
}

/// The process manager of one won item: it remembers what was asked of the other modules, under which ids,
/// and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PayingForWonItem {
    pub(crate) id: ProcessId,
    pub(crate) version: i64,
    pub(crate) item: WonItem,
    pub(crate) payment: PaymentId,
    pub(crate) package: Option<PackageId>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) reminded: u32,
    state: ProcessState,
    timer_epoch: i64,
}

impl PayingForWonItem {
    /// The hammer fell: the buyer is to pay.
    pub(crate) fn start(
        id: ProcessId,
        item: WonItem,
        payment: PaymentId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            version: 1,
            item,
            payment,
            package: None,
            started_at: now,
            changed_at: now,
            reminded: 0,
            state: ProcessState::PaymentStarted,
            timer_epoch: 1,
        }
    }

    /// What the repository loaded.
    pub(crate) fn resumed_at(mut self, state: ProcessState, timer_epoch: i64) -> Self {
        self.state = state;
        self.timer_epoch = timer_epoch;
        self
    }

    pub(crate) const fn state(&self) -> ProcessState {
        self.state
    }

    /// Timers set from now on carry this number.
    pub(crate) const fn timer_epoch(&self) -> i64 {
        self.timer_epoch
    }

    pub(crate) fn waits_for_payment(&self) -> bool {
        self.state == ProcessState::PaymentStarted
    }

    /// Whether a timer set in that epoch still means something.
    pub(crate) fn heeds_timer(&self, epoch: i64) -> bool {
        self.waits_for_payment() && self.timer_epoch == epoch
    }

    /// The reminder of this number, the first being 1, is due. False when the buyer has had it or a later
    /// one, or when the timer means nothing any more.
    pub(crate) fn reminder_due(&mut self, epoch: i64, number: u32) -> bool {
        let news = self.heeds_timer(epoch) && number > self.reminded;
        if news {
            self.reminded = number;
        }
        news
    }

    /// The money is there: the item may leave, in this package. False when that was known, or when the
    /// process is over.
    pub(crate) fn paid(&mut self, package: PackageId, now: DateTime<Utc>) -> bool {
        let news = self.waits_for_payment();
        if news {
            self.package = Some(package);
            self.enter(ProcessState::Paid, now);
        }
        news
    }

    /// The parcel is on its way. False when that was known.
    pub(crate) fn shipped(&mut self, now: DateTime<Utc>) -> bool {
        let news = self.state == ProcessState::Paid;
        if news {
            self.enter(ProcessState::Shipped, now);
        }
        news
    }

    /// Nobody paid. False when somebody did, or when that was known.
    pub(crate) fn timed_out(&mut self, now: DateTime<Utc>) -> bool {
        let news = self.waits_for_payment();
        if news {
            self.enter(ProcessState::TimedOut, now);
        }
        news
    }

    /// Timers of the state before mean nothing any more.
    fn enter(&mut self, state: ProcessState, now: DateTime<Utc>) {
        self.state = state;
        self.changed_at = now;
        self.timer_epoch += 1;
    }
}
