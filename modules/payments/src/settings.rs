//! What the operator decides about payments.

use std::time::Duration;

use chrono::TimeDelta;
use foundation::handed_in;
use secrecy::SecretString;

use crate::application::invoicing::InvoicingTerms;
use crate::domain::amounts::BasisPoints;
use crate::domain::order::Rates;

/// Settings of the payments module.
#[derive(Debug, Clone, Default)]
pub struct PaymentsSettings {
    /// Who carries the money, the preferred one first; none means the test gateway.
    pub gateways: Vec<GatewaySettings>,
    /// What is added to a price, what sellers pay, and how long a checkout may take.
    pub terms: BillingTerms,
    /// In whose name invoices are written, and by whose calendar.
    pub invoicing: InvoicingTerms,
}

/// What is added to a price, what sellers pay, and how long a checkout may take.
#[derive(Debug, Clone)]
pub struct BillingTerms {
    /// The buyer's premium and the tax, frozen when a billing is opened.
    pub rates: Rates,
    /// What the house keeps of a seller's hammer price.
    pub commission: BasisPoints,
    /// After this time an open billing gives back what it keeps.
    pub open_for: TimeDelta,
    /// How simultaneous checkouts exclude each other.
    pub locking: CheckoutLocking,
}

/// How simultaneous checkouts exclude each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CheckoutLocking {
    /// Whoever saves second begins again on fresh state, and waits for the others then.
    #[default]
    Optimistic,
    /// Whoever comes second waits: `SELECT … FOR UPDATE`.
    RowLock,
}

impl Default for BillingTerms {
    /// Nothing is added, nothing is kept, half an hour.
    fn default() -> Self {
        Self {
            rates: Rates::default(),
            commission: BasisPoints::ZERO,
            open_for: TimeDelta::minutes(30),
            locking: CheckoutLocking::default(),
        }
    }
}

handed_in!(BillingTerms);

/// A gateway that carries money, and how it is reached.
#[derive(Debug, Clone)]
pub enum GatewaySettings {
    /// The embedded gateway for demonstrations and tests: no money moves.
    Test,
    /// Stripe, or anything that speaks its API.
    Stripe {
        /// Where the API is, such as `https://api.stripe.com`; plain `http://` is for tests.
        base_url: String,
        /// The account's secret key.
        secret_key: SecretString,
        /// The secret with which Stripe signs its messages; without it they are refused.
        webhook_secret: Option<SecretString>,
        /// How long to wait for an answer. Keep it below the half minute after which an unfinished
        /// operation is looked up again.
        timeout: Duration,
    },
    /// KakaoPay, or anything that speaks its API. It carries won only.
    KakaoPay {
        /// Where the API is, such as `https://open-api.kakaopay.com`; plain `http://` is for tests.
        base_url: String,
        /// The house's secret key.
        secret_key: SecretString,
        /// The house's code: `TC0ONETIME` for trying things out.
        cid: String,
        /// How long to wait for an answer, as for Stripe.
        timeout: Duration,
    },
}
