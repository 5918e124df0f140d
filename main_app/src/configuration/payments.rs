//! The settings of the cashier.

use ::payments::{BasisPoints, BillingTerms, CheckoutLocking, Rates};
use chrono::TimeDelta;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{SettingsError, values};

/// Which gateway carries the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GatewayChoice {
    /// The embedded test gateway: no money moves, and every page says so.
    Test,
    /// Stripe.
    Stripe,
    /// KakaoPay, for won.
    KakaoPay,
}

/// `[payments]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentsSection {
    /// Which gateways serve, the preferred one first: `["stripe", "kakaopay"]` in the file,
    /// `stripe,kakaopay` in the environment. None is the test gateway.
    #[serde(alias = "gateway", deserialize_with = "values::list")]
    pub gateways: Vec<GatewayChoice>,
    /// How Stripe is reached.
    pub stripe: StripeSection,
    /// How KakaoPay is reached.
    pub kakaopay: KakaoPaySection,
    /// The buyer's premium on the hammer price: 2500 is a quarter.
    pub premium_basis_points: u32,
    /// The tax on hammer price and premium.
    pub tax_basis_points: u32,
    /// What the house keeps of a seller's hammer price.
    pub commission_basis_points: u32,
    /// After so many minutes an open checkout gives back what it keeps.
    pub checkout_minutes: u32,
    /// How simultaneous checkouts exclude each other.
    pub checkout_locking: LockingChoice,
}

/// How simultaneous checkouts exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockingChoice {
    /// Whoever saves second begins again.
    Optimistic,
    /// Whoever comes second waits.
    RowLock,
}

impl Default for PaymentsSection {
    fn default() -> Self {
        Self {
            gateways: Vec::new(),
            stripe: StripeSection::default(),
            kakaopay: KakaoPaySection::default(),
            premium_basis_points: 0,
            tax_basis_points: 0,
            commission_basis_points: 0,
            checkout_minutes: 30,
            checkout_locking: LockingChoice::Optimistic,
        }
    }
}

impl PaymentsSection {
    /// Whether each gateway is named once and has what it needs.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let wrong = |setting, rule| Err(SettingsError::Inconsistent { setting, rule });
        if let Some((setting, rule)) = self.mistake_in_terms() {
            return wrong(setting, rule);
        }
        for (at, choice) in self.gateways.iter().enumerate() {
            if self.gateways[..at].contains(choice) {
                return wrong("payments.gateways", "each gateway is named once");
            }
            match choice {
                GatewayChoice::Test => {}
                GatewayChoice::Stripe if self.stripe.secret_key.is_none() => {
                    return wrong(
                        "payments.stripe.secret_key",
                        "the gateway 'stripe' needs it",
                    );
                }
                GatewayChoice::KakaoPay if self.kakaopay.secret_key.is_none() => {
                    let rule = "the gateway 'kakaopay' needs it";
                    return wrong("payments.kakaopay.secret_key", rule);
                }
                GatewayChoice::KakaoPay if !(1..=10).contains(&self.kakaopay.cid.len()) => {
                    return wrong("payments.kakaopay.cid", "it has 1 to 10 characters");
                }
                GatewayChoice::Stripe | GatewayChoice::KakaoPay => {}
            }
        }
        Ok(())
    }
}

/// `[payments.stripe]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StripeSection {
    /// Where its API is.
    pub base_url: String,
    /// The account's secret key.
    #[serde(serialize_with = "values::masked")]
    pub secret_key: Option<SecretString>,
    /// The secret with which it signs its webhooks to `/webhooks/stripe`; without it they are refused.
    #[serde(serialize_with = "values::masked")]
    pub webhook_secret: Option<SecretString>,
    /// How long to wait for an answer.
    pub timeout_seconds: u64,
}

impl Default for StripeSection {
    fn default() -> Self {
        Self {
            base_url: "https://api.stripe.com".to_owned(),
            secret_key: None,
            webhook_secret: None,
            timeout_seconds: 10,
        }
    }
}

/// `[payments.kakaopay]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KakaoPaySection {
    /// Where its API is.
    pub base_url: String,
    /// The house's secret key.
    #[serde(serialize_with = "values::masked")]
    pub secret_key: Option<SecretString>,
    /// The house's code (CID); KakaoPay's own for trying things out unless it is set.
    pub cid: String,
    /// How long to wait for an answer.
    pub timeout_seconds: u64,
}

impl Default for KakaoPaySection {
    fn default() -> Self {
        Self {
            base_url: "https://open-api.kakaopay.com".to_owned(),
            secret_key: None,
            cid: "TC0ONETIME".to_owned(),
            timeout_seconds: 10,
        }
    }
}

impl PaymentsSection {
    /// A setting of the terms that cannot be, and the rule that it breaks.
    fn mistake_in_terms(&self) -> Option<(&'static str, &'static str)> {
        if self.checkout_minutes == 0 {
            return Some(("payments.checkout_minutes", "it must be at least 1"));
        }
        let shares = [
            ("payments.premium_basis_points", self.premium_basis_points),
            ("payments.tax_basis_points", self.tax_basis_points),
            (
                "payments.commission_basis_points",
                self.commission_basis_points,
            ),
        ];
        let whole = "it must be at most 10000, which is the whole";
        let mut wrong = shares.into_iter().filter(|(_, share)| *share > 10_000);
        wrong.next().map(|(name, _)| (name, whole))
    }

    pub(super) fn terms(&self) -> BillingTerms {
        let share = |basis_points| {
            BasisPoints::try_new(basis_points)
                .expect("the shares were checked when the settings were loaded")
        };
        BillingTerms {
            rates: Rates {
                premium: share(self.premium_basis_points),
                tax: share(self.tax_basis_points),
            },
            commission: share(self.commission_basis_points),
            open_for: TimeDelta::minutes(self.checkout_minutes.into()),
            locking: match self.checkout_locking {
                LockingChoice::Optimistic => CheckoutLocking::Optimistic,
                LockingChoice::RowLock => CheckoutLocking::RowLock,
            },
        }
    }
}
