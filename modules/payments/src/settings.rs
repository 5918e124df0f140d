//! What the operator decides about payments.

use std::time::Duration;

use secrecy::SecretString;

/// Settings of the payments module.
#[derive(Debug, Clone, Default)]
pub struct PaymentsSettings {
    /// Who carries the money, the preferred one first; none means the test gateway.
    pub gateways: Vec<GatewaySettings>,
}

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
