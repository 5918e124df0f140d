//! What this module is made of, and what it listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use std::sync::Arc;

use foundation::{OnOutbound, Subscription, Transactions, injectable};
use shaku::module;

use crate::application::gateway::{Gateways, PaymentGateway};
use crate::application::operations::Operations;
use crate::application::payments::Payments;
use crate::application::queries::PaymentQueries;
use crate::application::starting::Starting;
use crate::desk::CashierDesk;
use crate::events::{OperationDue, PaymentCharged, PaymentChargedTooLate};
use crate::facade::PaymentsFacade;
use crate::handlers::{CapturePayment, FinishOperation, VoidPayment};
use crate::infrastructure::kakaopay::KakaoPayGateway;
use crate::infrastructure::payments::DieselPayments;
use crate::infrastructure::queries::DieselPaymentQueries;
use crate::infrastructure::stripe::StripeGateway;
use crate::infrastructure::test_gateway::TestGateway;
use crate::settings::{GatewaySettings, PaymentsSettings};

module! {
    pub PaymentsModule {
        components = [
            PaymentsFacade,
            Starting,
            Operations,
            DieselPayments,
            DieselPaymentQueries,
            Gateways,
            #[ordered(Subscription)] OnOutbound<PaymentCharged, CapturePayment>,
            #[ordered(Subscription)] OnOutbound<PaymentChargedTooLate, VoidPayment>,
            #[ordered(Subscription)] OnOutbound<OperationDue, FinishOperation>,
        ],
        providers = []
    }
}

injectable!(PaymentsFacade {
    starting: Starting,
    operations: Operations,
    queries: dyn PaymentQueries,
    gateways: Gateways,
});
injectable!(Starting { payments: dyn Payments });
injectable!(Operations { payments: dyn Payments, gateways: Gateways });
injectable!(dyn Payments: DieselPayments {});
injectable!(dyn PaymentQueries: DieselPaymentQueries {});
injectable!(CapturePayment {
    operations: Operations
});
injectable!(VoidPayment {
    operations: Operations
});
injectable!(FinishOperation {
    operations: Operations
});

// Bound in the root module, above the facade, because it opens units of work itself.
injectable!(CashierDesk {
    payments: PaymentsFacade,
    transactions: Transactions
});

/// Builds the module with the gateways that the settings name.
pub fn module(settings: PaymentsSettings) -> PaymentsModule {
    module_with(gateways(settings.gateways))
}

/// Builds the module with these gateways.
pub fn module_with(gateways: Gateways) -> PaymentsModule {
    PaymentsModule::builder()
        .with_component_parameters::<Gateways>(gateways.into())
        .build()
}

fn gateways(settings: Vec<GatewaySettings>) -> Gateways {
    let mut built = settings.into_iter().map(gateway);
    match built.next() {
        Some(preferred) => Gateways::new(preferred, built.collect()),
        None => Gateways::only(TestGateway {}),
    }
}

fn gateway(settings: GatewaySettings) -> Arc<dyn PaymentGateway> {
    match settings {
        GatewaySettings::Test => Arc::new(TestGateway {}),
        GatewaySettings::Stripe {
            base_url,
            secret_key,
            webhook_secret,
            timeout,
        } => Arc::new(StripeGateway::new(
            &base_url,
            secret_key,
            webhook_secret,
            timeout,
        )),
        GatewaySettings::KakaoPay {
            base_url,
            secret_key,
            cid,
            timeout,
        } => Arc::new(KakaoPayGateway::new(&base_url, secret_key, cid, timeout)),
    }
}
