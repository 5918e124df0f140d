//! What this module is made of, and what it listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use foundation::{OnOutbound, Subscription, Transactions, injectable};
use shaku::module;

use crate::application::gateway::PaymentGateway;
use crate::application::operations::Operations;
use crate::application::payments::Payments;
use crate::application::queries::PaymentQueries;
use crate::application::starting::Starting;
use crate::desk::CashierDesk;
use crate::events::{OperationDue, PaymentCharged, PaymentChargedTooLate};
use crate::facade::PaymentsFacade;
use crate::handlers::{CapturePayment, FinishOperation, VoidPayment};
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
            TestGateway,
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
    gateway: dyn PaymentGateway,
});
injectable!(Starting { payments: dyn Payments });
injectable!(Operations { payments: dyn Payments, gateway: dyn PaymentGateway });
injectable!(dyn Payments: DieselPayments {});
injectable!(dyn PaymentQueries: DieselPaymentQueries {});
injectable!(dyn PaymentGateway: TestGateway {});
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

/// Builds the module with the gateway that the settings name.
pub fn module(settings: PaymentsSettings) -> PaymentsModule {
    let builder = PaymentsModule::builder();
    match settings.gateway {
        GatewaySettings::Test => builder.build(),
        GatewaySettings::Stripe {
            base_url,
            secret_key,
            timeout,
        } => {
            let gateway = StripeGateway::new(&base_url, secret_key, timeout);
            builder
                .with_component_override::<dyn PaymentGateway>(Box::new(gateway))
                .build()
        }
    }
}
