//! What this module is made of, and what it listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use std::sync::Arc;

use foundation::{OnAsync, OnOutbound, Subscription, Transactions, injectable};
use shaku::module;

use crate::application::billing_queries::BillingQueries;
use crate::application::catalogue::Catalogue;
use crate::application::charging::Charging;
use crate::application::checkouts::Checkouts;
use crate::application::comparing::{Comparing, Differences};
use crate::application::gateway::{Gateways, PaymentGateway};
use crate::application::invoice_queries::InvoiceQueries;
use crate::application::invoicing::{Buyers, Invoices, Invoicing, InvoicingTerms, NamelessBuyers};
use crate::application::ledger::Ledger;
use crate::application::notices::{NoticeInbox, Notices};
use crate::application::opening::OpeningBillings;
use crate::application::operations::Operations;
use crate::application::paying::PayingBillings;
use crate::application::payments::Payments;
use crate::application::payouts::{PayingOut, Payouts};
use crate::application::proving::{LedgerQueries, Proving};
use crate::application::queries::PaymentQueries;
use crate::application::refunds::Refunding;
use crate::application::settling::SettlingBillings;
use crate::application::starting::Starting;
use crate::application::statements::{StatementQueries, Statements};
use crate::application::stores::{Billings, Coupons, CreditAccounts, Slots};
use crate::desk::CashierDesk;
use crate::events::{
    AuthorisationAbandoned, BillingCaptured, BillingChargedTooLate, BillingExpires,
    BillingSucceeded, BooksDue, CaptureDue, ComparisonDue, NoticeReceived, OperationDue,
    PaymentRefunded, RefundDue,
};
use crate::facade::PaymentsFacade;
use crate::handlers::books::{CompareBilling, CompareBooks, FollowNotice, SetComparison};
use crate::handlers::invoices::{IssueCreditNote, IssueInvoice};
use crate::handlers::{
    CaptureBilling, CaptureInTime, CarryOutRefund, ExpireBilling, FinishOperation, LetGo,
    VoidBilling,
};
use crate::infrastructure::billing_queries::DieselBillingQueries;
use crate::infrastructure::billings::DieselBillings;
use crate::infrastructure::coupons::DieselCoupons;
use crate::infrastructure::credit_accounts::DieselCreditAccounts;
use crate::infrastructure::differences::DieselDifferences;
use crate::infrastructure::invoices::{DieselInvoiceQueries, DieselInvoices};
use crate::infrastructure::kakaopay::KakaoPayGateway;
use crate::infrastructure::ledger::DieselLedger;
use crate::infrastructure::ledger_queries::DieselLedgerQueries;
use crate::infrastructure::notices::DieselNotices;
use crate::infrastructure::payments::DieselPayments;
use crate::infrastructure::queries::DieselPaymentQueries;
use crate::infrastructure::slots::DieselSlots;
use crate::infrastructure::statements::{DieselPayouts, DieselStatements};
use crate::infrastructure::stripe::StripeGateway;
use crate::infrastructure::test_gateway::TestGateway;
use crate::settings::{BillingTerms, GatewaySettings, PaymentsSettings};

module! {
    pub PaymentsModule {
        components = [
            PaymentsFacade,
            Starting,
            OpeningBillings,
            SettlingBillings,
            PayingBillings,
            Charging,
            Refunding,
            Catalogue,
            Operations,
            Checkouts,
            DieselPayments,
            DieselBillings,
            DieselCoupons,
            DieselCreditAccounts,
            DieselSlots,
            DieselLedger,
            Proving,
            DieselLedgerQueries,
            Statements,
            DieselStatements,
            PayingOut,
            DieselPayouts,
            DieselPaymentQueries,
            DieselBillingQueries,
            Gateways,
            BillingTerms,
            Notices,
            Comparing,
            DieselNotices,
            DieselDifferences,
            Invoicing,
            InvoicingTerms,
            NamelessBuyers,
            DieselInvoices,
            DieselInvoiceQueries,
            #[ordered(Subscription)] OnOutbound<BillingSucceeded, CaptureBilling>,
            #[ordered(Subscription)] OnOutbound<CaptureDue, CaptureInTime>,
            #[ordered(Subscription)] OnOutbound<BillingChargedTooLate, VoidBilling>,
            #[ordered(Subscription)] OnOutbound<AuthorisationAbandoned, LetGo>,
            #[ordered(Subscription)] OnOutbound<RefundDue, CarryOutRefund>,
            #[ordered(Subscription)] OnOutbound<OperationDue, FinishOperation>,
            #[ordered(Subscription)] OnAsync<BillingExpires, ExpireBilling>,
            #[ordered(Subscription)] OnAsync<BillingSucceeded, SetComparison>,
            #[ordered(Subscription)] OnAsync<BooksDue, CompareBooks>,
            #[ordered(Subscription)] OnOutbound<ComparisonDue, CompareBilling>,
            #[ordered(Subscription)] OnAsync<NoticeReceived, FollowNotice>,
            #[ordered(Subscription)] OnAsync<BillingCaptured, IssueInvoice>,
            #[ordered(Subscription)] OnAsync<BillingSucceeded, IssueInvoice>,
            #[ordered(Subscription)] OnAsync<PaymentRefunded, IssueCreditNote>,
        ],
        providers = []
    }
}

injectable!(PaymentsFacade {
    starting: Starting,
    opening: OpeningBillings,
    settling: SettlingBillings,
    paying: PayingBillings,
    charging: Charging,
    refunding: Refunding,
    catalogue: Catalogue,
    operations: Operations,
    queries: dyn PaymentQueries,
    billings: dyn BillingQueries,
    gateways: Gateways,
    terms: BillingTerms,
    notices: Notices,
    comparing: Comparing,
    proving: Proving,
    statements: Statements,
    paying_out: PayingOut,
    invoices: dyn InvoiceQueries,
});
injectable!(Invoicing {
    invoices: dyn Invoices,
    billings: dyn Billings,
    payments: dyn Payments,
    buyers: dyn Buyers,
    terms: InvoicingTerms,
});
injectable!(dyn Buyers: NamelessBuyers {});
injectable!(dyn Invoices: DieselInvoices {});
injectable!(dyn InvoiceQueries: DieselInvoiceQueries {});
injectable!(IssueInvoice {
    invoicing: Invoicing
});
injectable!(IssueCreditNote {
    invoicing: Invoicing
});
injectable!(Statements { queries: dyn StatementQueries });
injectable!(dyn StatementQueries: DieselStatements {});
injectable!(PayingOut { payouts: dyn Payouts, ledger: dyn Ledger, accounts: dyn LedgerQueries });
injectable!(dyn Payouts: DieselPayouts {});
injectable!(Proving { ledger: dyn LedgerQueries });
injectable!(dyn LedgerQueries: DieselLedgerQueries {});
injectable!(Notices {
    inbox: dyn NoticeInbox,
    gateways: Gateways
});
injectable!(Comparing {
    differences: dyn Differences,
    billings: dyn Billings,
    gateways: Gateways,
    inbox: dyn NoticeInbox,
});
injectable!(dyn NoticeInbox: DieselNotices {});
injectable!(dyn Differences: DieselDifferences {});
injectable!(FollowNotice {
    operations: Operations,
    comparing: Comparing
});
injectable!(SetComparison {
    comparing: Comparing
});
injectable!(CompareBooks {
    comparing: Comparing
});
injectable!(CompareBilling {
    comparing: Comparing
});
injectable!(Starting {
    payments: dyn Payments,
    settling: SettlingBillings,
    terms: BillingTerms
});
injectable!(OpeningBillings {
    checkouts: Checkouts,
    terms: BillingTerms
});
injectable!(SettlingBillings {
    checkouts: Checkouts
});
injectable!(PayingBillings {
    operations: Operations
});
injectable!(Charging {
    operations: Operations,
    opening: OpeningBillings
});
injectable!(Refunding {
    checkouts: Checkouts
});
injectable!(Catalogue {
    checkouts: Checkouts
});
injectable!(Operations {
    checkouts: Checkouts,
    gateways: Gateways
});
injectable!(Checkouts {
    payments: dyn Payments,
    billings: dyn Billings,
    coupons: dyn Coupons,
    credit: dyn CreditAccounts,
    slots: dyn Slots,
    ledger: dyn Ledger,
});
injectable!(dyn Payments: DieselPayments {});
injectable!(dyn Billings: DieselBillings {});
injectable!(dyn Coupons: DieselCoupons {});
injectable!(dyn CreditAccounts: DieselCreditAccounts {});
injectable!(dyn Slots: DieselSlots {});
injectable!(dyn Ledger: DieselLedger {});
injectable!(dyn PaymentQueries: DieselPaymentQueries { terms: BillingTerms });
injectable!(dyn BillingQueries: DieselBillingQueries {});
injectable!(CaptureBilling {
    operations: Operations
});
injectable!(CaptureInTime {
    operations: Operations
});
injectable!(VoidBilling {
    operations: Operations
});
injectable!(LetGo {
    operations: Operations
});
injectable!(CarryOutRefund {
    operations: Operations
});
injectable!(FinishOperation {
    operations: Operations
});
injectable!(ExpireBilling {
    settling: SettlingBillings
});

// Bound in the root module, above the facade, because it opens units of work itself.
injectable!(CashierDesk {
    payments: PaymentsFacade,
    transactions: Transactions
});

/// Builds the module with the gateways that the settings name, for an application that does not know its
/// customers' names: invoices are written to nobody in particular.
pub fn module(settings: PaymentsSettings) -> PaymentsModule {
    module_of(settings, Box::new(NamelessBuyers {}))
}

/// Builds the module with the gateways that the settings name. Invoices are written to these buyers.
pub fn module_of(settings: PaymentsSettings, buyers: Box<dyn Buyers>) -> PaymentsModule {
    let gateways = gateways(settings.gateways);
    PaymentsModule::builder()
        .with_component_parameters::<Gateways>(gateways.into())
        .with_component_parameters::<BillingTerms>(settings.terms.into())
        .with_component_parameters::<InvoicingTerms>(settings.invoicing.into())
        .with_component_override::<dyn Buyers>(buyers)
        .build()
}

/// Builds the module with these gateways, for nobody in particular.
pub fn module_with(gateways: Gateways, terms: BillingTerms) -> PaymentsModule {
    PaymentsModule::builder()
        .with_component_parameters::<Gateways>(gateways.into())
        .with_component_parameters::<BillingTerms>(terms.into())
        .with_component_parameters::<InvoicingTerms>(InvoicingTerms::default().into())
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
