//! Payments and the gateways that carry them.
//!
//! A payment is started for a payer ([`PaymentsFacade::start_new_payment`]) and is paid, alone or with others, as
//! an order of a billing. The billing keeps its coupon, its credit and its collection time, is paid at the
//! [`CashierDesk`], captured by a handler of this module, cancelled, or expires; everything that hangs on it
//! follows. Whoever carries the money stands behind [`PaymentGateway`].
//!
//! - `domain`: payment, billing, coupon, credit, collection slot, and the checkout that changes them together.
//! - `application`: the use cases, the ports, the read model.
//! - `infrastructure`: tables and gateways.
//! - `desk.rs`: serves a waiting customer; `handlers.rs`: captures, voids, and finishes what a crash left.

mod application;
mod desk;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod schema;
mod settings;
mod wiring;

pub use application::billing_queries::{
    BillingKey, BillingView, CouponView, CreditView, OperationView, SlotView,
};
pub use application::catalogue::{
    GrantCredit, GrantCreditError, IssueCoupon, IssueCouponError, OpenSlot, OpenSlotError,
};
pub use application::charging::{ChargeOutcome, ChargePayment, ChargePaymentError, RecordedCharge};
pub use application::comparing::{
    Difference, Resolution, ResolveDifference, ResolveDifferenceError,
};
pub use application::gateway::{GatewayError, Gateways, Notice, NoticeRefusal, PaymentGateway};
pub use application::invoice_queries::{InvoiceSummary, WhichInvoices};
pub use application::invoicing::{Buyers, InvoicingTerms};
pub use application::notices::{ReceiveNotice, ReceiveNoticeError};
pub use application::opening::{OpenBilling, OpenBillingError};
pub use application::paying::{CompleteBilling, PayBilling, PayBillingError, PayOutcome};
pub use application::payouts::{Payable, RecordPayout, RecordPayoutError};
pub use application::proving::{LedgerProof, LedgerTotal};
pub use application::queries::PaymentView;
pub use application::refunds::RefundError;
pub use application::settling::CancelBillingError;
pub use application::starting::{StartPayment, StartPaymentError, TimeOutError};
pub use desk::CashierDesk;
pub use domain::amounts::{BasisPoints, TooManyBasisPoints};
pub use domain::billing::{BillingStatus, CancelReason, HandOver};
pub use domain::checkout::OpenRefusal;
pub use domain::coupon::{CouponCode, CouponRefusal, Discount, InvalidCouponCode};
pub use domain::credit::NotEnoughCredit;
pub use domain::difference::{DifferenceKind, Shown};
pub use domain::instruction::{Answer, Attempt, GatewayName, GatewayReference, Instruction, Task};
pub use domain::invoice::{
    Buyer, Correction, InvalidInvoiceNumber, Invoice, InvoiceKind, InvoiceLine, InvoiceNumber,
    Party, SellerOfRecord,
};
pub use domain::ledger::sum::Sum;
pub use domain::operation::{OperationKind, OperationState, UnknownWord};
pub use domain::order::{Order, Rates};
pub use domain::redirect::{InvalidReturnUrl, Redirect, ReturnUrl};
pub use domain::refund::{Refund, RefundPayment, RefundRefusal, RefundState};
pub use domain::slot::SlotRefusal;
pub use domain::statement::{
    CustomerLine, CustomerStatement, Occasion, Period, SellerLine, SellerStatement, StatementEntry,
};
pub use domain::status::{PaymentStatus, UnknownStatus};
pub use domain::token::{InvalidPaymentToken, PaymentToken};
pub use events::{
    BillingCancelled, BillingCaptured, BillingChargedTooLate, BillingOpened, BillingSucceeded,
    PaymentCaptured, PaymentCharged, PaymentChargedTooLate, PaymentFailed, PaymentRefunded,
    PaymentStarted, PaymentTimedOut,
};
pub use facade::PaymentsFacade;
pub use ids::{
    BillingId, CouponId, DifferenceId, OperationId, PayeeId, PayerId, PaymentId, PayoutId,
    RefundId, SlotId, SubjectId,
};
pub use infrastructure::test_gateway::TEST_TOKENS;
pub use settings::{BillingTerms, CheckoutLocking, GatewaySettings, PaymentsSettings};
pub use wiring::{PaymentsModule, module, module_of, module_with};
