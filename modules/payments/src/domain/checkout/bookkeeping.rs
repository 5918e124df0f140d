//! What happens to the money of a checkout, told to the ledger.

use super::{Checkout, CheckoutError};
use crate::domain::billing::Authorisation;
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::domain::refund::Refund;
use crate::ids::{OperationId, PayeeId, PaymentId};

impl Checkout {
    /// A gateway holds what is due.
    pub(super) fn book_authorisation(&mut self, by: OperationId) {
        let amount = self.billing.data().amount_due;
        let operation = self.billing.operation(by);
        let gateway = named(operation.and_then(|known| known.gateway.clone()));
        self.book.authorise(by, gateway, amount);
    }

    /// The gateway has taken it.
    pub(super) fn book_capture(&mut self) {
        let data = self.billing.data();
        let held = data.authorisation.as_ref();
        let by = held.map_or(Vec::new(), |held| self.holding(&held.reference));
        let held_by = by.iter().rev().find(|by| self.book.holds(**by));
        let by = held_by.or(by.last()).copied();
        // Of a payment from before there were billings, the operation may be unknown.
        let by = by.unwrap_or(data.id.uuid().into());
        let (gateway, amount) = (self.captured_at(), data.amount_due);
        self.book.take_authorised(by, gateway, amount);
    }

    /// A gateway holds nothing any more.
    pub(super) fn book_let_go(&mut self, reference: &GatewayReference) {
        let by = self.holding(reference);
        self.book.let_go(&by);
    }

    /// Everything is paid: everybody gets a share of every order.
    pub(super) fn book_sale(&mut self) {
        for order in self.billing.data().orders.clone() {
            let payee = self.payee(order.payment);
            self.book.sell(&order, payee);
        }
    }

    /// A refund is written down.
    pub(super) fn book_refund(&mut self, refund: &Refund) -> Result<(), CheckoutError> {
        let (payee, gateway) = (self.payee(refund.payment), self.captured_at());
        let booked = self.book.refund(refund, payee, gateway);
        booked.map_err(|_| CheckoutError::NotInLedger)
    }

    /// The operations that had the gateway hold something under this name, the latest last.
    fn holding(&self, reference: &GatewayReference) -> Vec<OperationId> {
        let operations = self.billing.data().operations.iter();
        let holding = operations.filter(|known| known.kind.holds());
        let of_this = holding.filter(|known| known.reference.as_ref() == Some(reference));
        of_this.map(|known| known.id).collect()
    }

    fn captured_at(&self) -> GatewayName {
        let held: Option<&Authorisation> = self.billing.data().authorisation.as_ref();
        named(held.and_then(|held| held.gateway.clone()))
    }

    fn payee(&self, payment: PaymentId) -> Option<PayeeId> {
        let mut payments = self.payments.iter().map(|payment| payment.data());
        payments.find(|data| data.id == payment)?.payee
    }
}

/// Before there were several gateways, nobody wrote down which one it was.
fn named(gateway: Option<GatewayName>) -> GatewayName {
    gateway.unwrap_or_else(|| GatewayName::from("unnamed"))
}
