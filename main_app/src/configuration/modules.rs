//! What each module needs of the settings.

use std::time::Duration;

use auctions::{BiddingSettings, BiddingStrategy};
use customer_relationship::{CustomersSettings, MailSecurity, MailSettings, Sender};
use payments::{GatewaySettings, PaymentsSettings};
use process::ProcessSettings;
use secrecy::SecretString;
use shipping::ShippingSettings;

use super::{BiddingSection, GatewayChoice, MailTransport, Settings, SmtpSecurity, StrategyChoice};

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
        let gateways = self.payments.gateways.iter();
        PaymentsSettings {
            gateways: gateways.map(|choice| self.gateway(*choice)).collect(),
            terms: self.payments.terms(),
            invoicing: self.house.invoicing(),
        }
    }

    fn gateway(&self, choice: GatewayChoice) -> GatewaySettings {
        let (stripe, kakaopay) = (&self.payments.stripe, &self.payments.kakaopay);
        let key = |key: &Option<SecretString>| key.clone().unwrap_or_default();
        match choice {
            GatewayChoice::Test => GatewaySettings::Test,
            GatewayChoice::Stripe => GatewaySettings::Stripe {
                base_url: stripe.base_url.clone(),
                secret_key: key(&stripe.secret_key),
                webhook_secret: stripe.webhook_secret.clone(),
                timeout: Duration::from_secs(stripe.timeout_seconds),
            },
            GatewayChoice::KakaoPay => GatewaySettings::KakaoPay {
                base_url: kakaopay.base_url.clone(),
                secret_key: key(&kakaopay.secret_key),
                cid: kakaopay.cid.clone(),
                timeout: Duration::from_secs(kakaopay.timeout_seconds),
            },
        }
    }

    /// For `shipping`.
    pub fn for_shipping(&self) -> ShippingSettings {
        self.shipping.for_module()
    }

    /// For `process`.
    pub fn for_process(&self) -> ProcessSettings {
        ProcessSettings {
            pay_within: self.process.pay_within,
            reminders: self.process.reminders_after.clone(),
        }
    }
}
