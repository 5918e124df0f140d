//! Billings of one payment, for tests of what lies behind them.

use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::Failure;
use foundation::database::Guid;
use payments::{
    BillingId, CompleteBilling, HandOver, OpenBilling, PayBilling, PayBillingError, PayOutcome,
    PaymentId, PaymentToken, RefundId, RefundPayment, ReturnUrl,
};

use crate::bench::Bench;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Guid)]
    billing: BillingId,
}

/// The only billing of a bench with one payment.
pub fn only_billing(bench: &Bench) -> BillingId {
    let transactions = bench.app.transactions();
    let query = "SELECT billing FROM payments_orders";
    let read: Result<Row, Failure> =
        transactions.read(|reader| Ok(sql_query(query).get_result(reader.connection())?));
    read.unwrap().billing
}

/// Opens a billing of one payment.
pub fn opened(bench: &Bench, payment: PaymentId) -> BillingId {
    let billing = BillingId::generate();
    let command = OpenBilling {
        billing,
        payer: bench.payer,
        payments: vec![payment],
        coupon: None,
        credit: None,
        hand_over: HandOver::Delivery,
    };
    bench.desk.open(command).unwrap();
    billing
}

/// Pays a billing, from a page to which the payer can come back.
pub fn pays(bench: &Bench, billing: BillingId, token: &str) -> Result<PayOutcome, PayBillingError> {
    bench.desk.pay(PayBilling {
        billing,
        payer: bench.payer,
        token: Some(PaymentToken::parse(token).unwrap()),
        gateway: None,
        return_url: Some(ReturnUrl::parse("https://gavel.example/checkout").unwrap()),
    })
}

/// Comes back from the gateway.
pub fn comes_back(
    bench: &Bench,
    billing: BillingId,
    proof: Option<&str>,
) -> Result<PayOutcome, PayBillingError> {
    bench.desk.complete(CompleteBilling {
        billing,
        payer: bench.payer,
        proof: proof.map(|text| PaymentToken::parse(text).unwrap()),
    })
}

/// Asks for a refund of a part.
pub fn refund(bench: &Bench, payment: PaymentId, amount: foundation::Money) -> RefundId {
    let refund = RefundId::generate();
    let wish = RefundPayment {
        refund,
        payment,
        amount: Some(amount),
        reason: "a scratch".to_owned(),
        staff: "Sam".to_owned(),
    };
    let transactions = bench.app.transactions();
    let asked = transactions.run(|uow| bench.payments.refund(wish.clone(), uow));
    asked.unwrap();
    refund
}
