//! The payment: one amount that one payer owes. It is paid as an order of a billing.

use chrono::{DateTime, Utc};
use foundation::Money;

use crate::domain::amounts::BasisPoints;
use crate::domain::status::PaymentStatus;
use crate::events::{
    PaymentCaptured, PaymentCharged, PaymentChargedTooLate, PaymentEvent, PaymentFailed,
    PaymentRefunded, PaymentStarted, PaymentTimedOut,
};
use crate::ids::{BillingId, PayeeId, PayerId, PaymentId};

/// What a payment is made of, as the repository keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentData {
    pub(crate) id: PaymentId,
    pub(crate) payer: PayerId,
    /// Who gets the money in the end.
    pub(crate) payee: Option<PayeeId>,
    /// The buyer's premium, where it is not the house's own.
    pub(crate) premium: Option<BasisPoints>,
    pub(crate) amount: Money,
    pub(crate) description: String,
    pub(crate) status: PaymentStatus,
    /// Why the last try came to nothing.
    pub(crate) failure: Option<String>,
    /// The open or successful billing that it is an order of: at most one.
    pub(crate) billing: Option<BillingId>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) charged_at: Option<DateTime<Utc>>,
    pub(crate) captured_at: Option<DateTime<Utc>>,
}

/// The aggregate. It is changed by its methods only, and saved under its version.
#[derive(Debug)]
pub(crate) struct Payment {
    data: PaymentData,
    version: i64,
    changed: bool,
    events: Vec<PaymentEvent>,
}

/// What a new payment is made of.
pub(crate) struct NewPayment {
    pub(crate) id: PaymentId,
    pub(crate) payer: PayerId,
    pub(crate) payee: Option<PayeeId>,
    pub(crate) premium: Option<BasisPoints>,
    pub(crate) amount: Money,
    pub(crate) description: String,
}

impl Payment {
    pub(crate) fn start(new: NewPayment, now: DateTime<Utc>) -> Self {
        let started = PaymentStarted {
            payment: new.id,
            payer: new.payer,
            amount: new.amount,
            description: new.description.clone(),
        };
        let data = PaymentData {
            id: new.id,
            payer: new.payer,
            payee: new.payee,
            premium: new.premium,
            amount: new.amount,
            description: new.description,
            status: PaymentStatus::New,
            failure: None,
            billing: None,
            started_at: now,
            charged_at: None,
            captured_at: None,
        };
        let mut payment = Self::restore(data, 1);
        payment.post(PaymentEvent::Started(started));
        payment
    }

    pub(crate) fn restore(data: PaymentData, version: i64) -> Self {
        Self {
            data,
            version,
            changed: false,
            events: Vec::new(),
        }
    }

    pub(crate) fn data(&self) -> &PaymentData {
        &self.data
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    /// The repository has saved the next version: hands out what happened.
    pub(crate) fn saved(&mut self, version: i64) -> Vec<PaymentEvent> {
        self.version = version;
        self.changed = false;
        std::mem::take(&mut self.events)
    }

    /// It becomes an order of a billing.
    pub(crate) fn join(&mut self, billing: BillingId) {
        self.data.billing = Some(billing);
        self.changed = true;
    }

    /// Its billing came to nothing: it may become an order of another.
    pub(crate) fn leave(&mut self, billing: BillingId) {
        if self.data.billing == Some(billing) {
            self.data.billing = None;
            self.changed = true;
        }
    }

    /// A try to pay came to nothing, or what was held is not there after all: the payer has to try again.
    pub(crate) fn fail(&mut self, reason: &str) {
        self.data.status = PaymentStatus::Failed;
        self.data.failure = Some(reason.to_owned());
        self.data.charged_at = None;
        let (payment, payer, amount) = self.parties();
        self.post(PaymentEvent::Failed(PaymentFailed {
            payment,
            payer,
            amount,
            reason: reason.to_owned(),
        }));
    }

    /// Its billing succeeded.
    pub(crate) fn charge(&mut self, now: DateTime<Utc>) {
        self.data.status = PaymentStatus::Charged;
        self.data.charged_at = Some(now);
        self.data.failure = None;
        let (payment, payer, amount) = self.parties();
        self.post(PaymentEvent::Charged(PaymentCharged {
            payment,
            payer,
            amount,
        }));
    }

    /// The money is there.
    pub(crate) fn capture(&mut self, now: DateTime<Utc>) {
        self.data.status = PaymentStatus::Captured;
        self.data.captured_at = Some(now);
        let (payment, payer, amount) = self.parties();
        self.post(PaymentEvent::Captured(PaymentCaptured {
            payment,
            payer,
            amount,
        }));
    }

    /// What a try held came too late, and is given back.
    pub(crate) fn note_charged_too_late(&mut self) {
        let (payment, payer, amount) = self.parties();
        let late = PaymentChargedTooLate {
            payment,
            payer,
            amount,
        };
        self.post(PaymentEvent::ChargedTooLate(late));
    }

    /// An amount was given back; `whole` when nothing is left.
    pub(crate) fn refund(&mut self, amount: Money, whole: bool) {
        if whole {
            self.data.status = PaymentStatus::Refunded;
        }
        self.post(PaymentEvent::Refunded(PaymentRefunded {
            payment: self.data.id,
            payer: self.data.payer,
            amount,
            whole,
        }));
    }

    /// The time for paying has run out. `false` when it is paid, or had ended before. A try that is under
    /// way does not hold it up: should it succeed, the amount is given back.
    pub(crate) fn time_out(&mut self) -> bool {
        if !self.data.status.is_payable() {
            return false;
        }
        self.data.status = PaymentStatus::TimedOut;
        let (payment, payer, _) = self.parties();
        self.post(PaymentEvent::TimedOut(PaymentTimedOut { payment, payer }));
        true
    }

    fn post(&mut self, event: PaymentEvent) {
        self.changed = true;
        self.events.push(event);
    }

    fn parties(&self) -> (PaymentId, PayerId, Money) {
        (self.data.id, self.data.payer, self.data.amount)
    }
}
