//! The states of a won item on its way from the hammer to the parcel. Pure: what is done in each step stands
//! in `application`.

use std::fmt;
use std::str::FromStr;

use auctions::AuctionId;
use chrono::{DateTime, NaiveDate, Utc};
use customer_relationship::CustomerId;
use foundation::Money;
use payments::{PayeeId, PaymentId};
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
    /// The buyer did not pay in time: the lot is to be offered to the next bidder.
    TimedOut,
    /// The next bidder is to answer the second chance.
    Offered,
    /// Finished: nobody paid, and nobody else is to be asked.
    Unsold,
    /// Finished: the buyer fetched it.
    Collected,
    /// Finished: it is out of stock, and the buyer gets the money back.
    Refunded,
}

impl ProcessState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::PaymentStarted,
        Self::Paid,
        Self::Shipped,
        Self::TimedOut,
        Self::Offered,
        Self::Unsold,
        Self::Collected,
        Self::Refunded,
    ];

    /// The state as it is stored and shown in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PaymentStarted => "PAYMENT_STARTED",
            Self::Paid => "PAID",
            Self::Shipped => "SHIPPED",
            Self::TimedOut => "TIMED_OUT",
            Self::Offered => "OFFERED",
            Self::Unsold => "UNSOLD",
            Self::Collected => "COLLECTED",
            Self::Refunded => "REFUNDED",
        }
    }

    /// Whether nothing more will happen.
    pub const fn is_finished(self) -> bool {
        match self {
            Self::PaymentStarted | Self::Paid | Self::TimedOut | Self::Offered => false,
            Self::Shipped | Self::Unsold | Self::Collected | Self::Refunded => true,
        }
    }

    /// Whether the item has no buyer: the last one did not pay.
    pub(crate) const fn is_free(self) -> bool {
        match self {
            Self::PaymentStarted | Self::Paid | Self::Shipped => false,
            Self::Collected | Self::Refunded => false,
            Self::TimedOut | Self::Offered | Self::Unsold => true,
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

/// What was bought, by whom, for how much, and until when it is to be paid. It changes only with its buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WonItem {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) price: Money,
    /// Who gets the money; unknown of items from before that was kept.
    #[serde(default)]
    pub(crate) seller: Option<PayeeId>,
    pub(crate) buyer: CustomerId,
    pub(crate) pay_by: DateTime<Utc>,
    /// Whether the buyer bought it by a second chance.
    #[serde(default)]
    pub(crate) second_chance: bool,
}

/// A second chance that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) bidder: CustomerId,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Goods that the buyer was told are not in the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ToldMissing {
    /// When they are expected; nothing when there are none.
    pub(crate) expected: Option<NaiveDate>,
}

/// Somebody who did not pay, and the payment that nobody may make any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EarlierBuyer {
    pub(crate) customer: CustomerId,
    pub(crate) payment: PaymentId,
    pub(crate) price: Money,
    pub(crate) pay_by: DateTime<Utc>,
}

/// Everything about a process that no event looks it up by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessData {
    pub(crate) item: WonItem,
    /// How many of its reminders are behind it.
    pub(crate) reminded: u32,
    #[serde(default)]
    pub(crate) offer: Option<Offer>,
    #[serde(default)]
    pub(crate) told_missing: Option<ToldMissing>,
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
    pub(crate) offer: Option<Offer>,
    /// What the buyer was told last of goods that are not in the house; nothing when they are, for all he knows.
    pub(crate) told_missing: Option<ToldMissing>,
    /// Who lost the item since the process was loaded, for the repository to write down.
    pub(crate) replaced: Option<EarlierBuyer>,
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
            offer: None,
            told_missing: None,
            replaced: None,
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

    /// Whether this payment is still to be made. One of an earlier buyer is not.
    pub(crate) fn waits_for(&self, payment: PaymentId) -> bool {
        self.waits_for_payment() && self.payment == payment
    }

    /// Whether this payment is the one that the parcel was packed for.
    pub(crate) fn is_paid_with(&self, payment: PaymentId) -> bool {
        self.package.is_some() && self.payment == payment
    }

    fn waits_for_payment(&self) -> bool {
        self.state == ProcessState::PaymentStarted
    }

    /// Whether a timer of that payment, set in that epoch, still means something.
    pub(crate) fn heeds_timer(&self, payment: PaymentId, epoch: i64) -> bool {
        self.waits_for(payment) && self.timer_epoch == epoch
    }

    /// Whether the lot is still to be offered because of the time-out of that epoch.
    pub(crate) fn is_to_be_offered(&self, epoch: i64) -> bool {
        self.state == ProcessState::TimedOut && self.timer_epoch == epoch
    }

    /// Whether this bidder is to answer a second chance.
    pub(crate) fn is_offered_to(&self, bidder: CustomerId) -> bool {
        let asked = self
            .offer
            .as_ref()
            .is_some_and(|offer| offer.bidder == bidder);
        asked && self.state == ProcessState::Offered
    }

    /// Whether this bidder is the one who bought the item by a second chance.
    pub(crate) fn is_second_chance_of(&self, bidder: CustomerId) -> bool {
        self.item.second_chance && self.item.buyer == bidder
    }

    /// The reminder of this number, the first being 1, is due. False when the buyer has had it or a later
    /// one, or when the timer means nothing any more.
    pub(crate) fn reminder_due(&mut self, payment: PaymentId, epoch: i64, number: u32) -> bool {
        let news = self.heeds_timer(payment, epoch) && number > self.reminded;
        if news {
            self.reminded = number;
        }
        news
    }

    /// The money is there: the item may leave, in this package. False when that was known, or when nobody
    /// waits for this payment any more.
    pub(crate) fn paid(
        &mut self,
        payment: PaymentId,
        package: PackageId,
        now: DateTime<Utc>,
    ) -> bool {
        let news = self.waits_for(payment);
        if news {
            self.package = Some(package);
            self.enter(ProcessState::Paid, now);
        }
        news
    }

    /// The goods are missing, or are not. False when the buyer was told so, or has nothing to wait for.
    pub(crate) fn goods_are(&mut self, missing: Option<ToldMissing>) -> bool {
        let news = self.state == ProcessState::Paid && self.told_missing != missing;
        if news {
            self.told_missing = missing;
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

    /// The buyer fetched it. False when that was known.
    pub(crate) fn collected(&mut self, now: DateTime<Utc>) -> bool {
        let news = self.state == ProcessState::Paid;
        if news {
            self.enter(ProcessState::Collected, now);
        }
        news
    }

    /// The buyer gets the money back. False when that was known.
    pub(crate) fn refunded(&mut self, now: DateTime<Utc>) -> bool {
        let news = self.state == ProcessState::Paid;
        if news {
            self.enter(ProcessState::Refunded, now);
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

    /// The next bidder has been asked. False unless the lot was to be offered.
    pub(crate) fn offered(&mut self, offer: Offer, now: DateTime<Utc>) -> bool {
        let news = self.state == ProcessState::TimedOut;
        if news {
            self.offer = Some(offer);
            self.enter(ProcessState::Offered, now);
        }
        news
    }

    /// Nobody else buys the item. False when it has a buyer, or when that was known.
    pub(crate) fn left_unsold(&mut self, now: DateTime<Utc>) -> bool {
        let news = self.state.is_free() && !self.state.is_finished();
        if news {
            self.offer = None;
            self.enter(ProcessState::Unsold, now);
        }
        news
    }

    /// Somebody took the second chance: everything begins again with a new buyer and a new payment. False
    /// when the item has a buyer.
    pub(crate) fn sold_again(
        &mut self,
        item: WonItem,
        payment: PaymentId,
        now: DateTime<Utc>,
    ) -> bool {
        let news = self.state.is_free();
        if news {
            let before = std::mem::replace(&mut self.item, item);
            self.replaced = Some(EarlierBuyer {
                customer: before.buyer,
                payment: std::mem::replace(&mut self.payment, payment),
                price: before.price,
                pay_by: before.pay_by,
            });
            self.offer = None;
            self.reminded = 0;
            self.enter(ProcessState::PaymentStarted, now);
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
