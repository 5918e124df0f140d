//! Invoices of what customers bought.

use chrono::TimeDelta;
use foundation::Failure;
use foundation::testing::Backend;
use payments::{PaymentsFacade, WhichInvoices};
use rstest::rstest;

use crate::support::TestApp;

#[rstest]
fn a_winner_who_paid_has_an_invoice_in_their_name(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    alice.lives_somewhere();
    let lot = seller.lists("Brass sextant", "10.00 USD");
    alice.bids(&lot, "12.00").has_status(200);
    app.passes(TimeDelta::hours(3));
    let payment = alice.owes().pop().unwrap();
    alice.pays(&payment, "tok_approved").has_status(200);
    app.deliver_due();
    let payments = app.component::<PaymentsFacade>();
    let all: Result<_, Failure> = app
        .transactions()
        .read(|reader| payments.invoices(WhichInvoices::All, 10, reader));
    let all = all.unwrap();
    let [invoice] = all.as_slice() else {
        panic!("{all:?}")
    };
    let read = |reader: &mut _| payments.any_invoice(invoice.number, reader);
    let invoice = app.transactions().read(read).unwrap().unwrap();
    assert_eq!(invoice.buyer.name, "alice");
    assert!(!invoice.buyer.address.is_empty());
    assert_eq!(invoice.seller.party.name, "Gavel");
    assert_eq!(invoice.lines[0].title, "Brass sextant");
    assert_eq!(invoice.total.to_string(), "12.00 USD");
}
