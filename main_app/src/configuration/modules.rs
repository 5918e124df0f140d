//! What each module needs of the settings.

use std::time::Duration;

use auctions::{BiddingSettings, BiddingStrategy};
use chrono::TimeDelta;
use customer_relationship::{CustomersSettings, MailSecurity, MailSettings, Sender};
use payments::{
    BasisPoints, BillingTerms, CheckoutLocking, GatewaySettings, PaymentsSettings, Rates,
};
use process::ProcessSettings;
use secrecy::SecretString;

use super::{
    BiddingSection, GatewayChoice, LockingChoice, MailTransport, PaymentsSection, Settings,
    SmtpSecurity, StrategyChoice,
};

impl Settings {
    /// For `auctions`.
    pub fn for_bidding(&self) -> BiddingSettings {
        let BiddingSection {
            strategy,
            queue,
            batch,
            clerks,
        } = self.bidding;
        BiddingSettings {
            strategy: match strategy {
                StrategyChoice::Desk => BiddingStrategy::Desk,
                StrategyChoice::Optimistic => BiddingStrategy::Optimistic,
                StrategyChoice::RowLock => BiddingStrategy::RowLock,
            },
            queue,
            batch,
            clerks: (clerks > 0).then_some(clerks),
        }
    }

    /// For `customer_relationship`.
    pub fn for_customers(&self) -> CustomersSettings {
        let smtp = &self.mail.smtp;
        let mail = match self.mail.transport {
            MailTransport::Embedded => MailSettings::Embedded,
            MailTransport::Smtp => MailSettings::Smtp {
                host: smtp.host.clone(),
                port: smtp.port,
                security: match smtp.security {
                    SmtpSecurity::None => MailSecurity::None,
                    SmtpSecurity::StartTls => MailSecurity::StartTls,
                    SmtpSecurity::Tls => MailSecurity::Tls,
                },
                user: smtp.user.clone(),
                password: smtp.password.clone(),
                timeout: Duration::from_secs(smtp.timeout_seconds),
            },
        };
        CustomersSettings {
            mail,
            sender: Sender::parse(&self.mail.sender)
                .expect("the sender was checked when the settings were loaded"),
            public_url: self.http.public_url.clone(),
        }
    }

    /// For `payments`.
    pub fn for_payments(&self) -> PaymentsSettings {
        let stripe = &self.payments.stripe;
        let gateway = match self.payments.gateway {
            GatewayChoice::Test => GatewaySettings::Test,
            GatewayChoice::Stripe => GatewaySettings::Stripe {
                base_url: stripe.base_url.clone(),
                secret_key: stripe
                    .secret_key
                    .clone()
                    .unwrap_or_else(|| SecretString::from("")),
                webhook_secret: stripe.webhook_secret.clone(),
                timeout: Duration::from_secs(stripe.timeout_seconds),
            },
        };
        PaymentsSettings {
            gateways: vec![gateway],
            terms: self.payments.terms(),
        }
    }

    /// For `process`.
    pub fn for_process(&self) -> ProcessSettings {
        ProcessSettings {
            pay_within: self.process.pay_within,
            reminders: self.process.reminders_after.clone(),
        }
    }
}

impl PaymentsSection {
    /// A setting that cannot be, and the rule that it breaks.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.gateway == GatewayChoice::Stripe && self.stripe.secret_key.is_none() {
            let rule = "the gateway 'stripe' needs it";
            return Some(("payments.stripe.secret_key", rule));
        }
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

    fn terms(&self) -> BillingTerms {
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
