//! A house with customers, coupons, credit and collection times, for the tests of checkouts.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use foundation::testing::Backend;
use foundation::{Clock as _, Currency, Failure, Money};
use payments::{
    BillingId, BillingTerms, CouponCode, CouponId, Discount, Gateways, GrantCredit, HandOver,
    IssueCoupon, OpenBilling, OpenBillingError, OpenSlot, PayBilling, PayBillingError, PayOutcome,
    PayeeId, PayerId, PaymentGateway, PaymentId, PaymentToken, Refund, RefundError, RefundId,
    RefundPayment, SlotId, StartPayment,
};

use crate::bench::Bench;

/// What must never be found in the database, whatever has happened: each of these selects what is wrong.
const WRONG: [(&str, &str); 11] = [
    (
        "a payment is in two open or successful billings",
        "SELECT payment FROM payments_orders JOIN payments_billings ON id = billing
         WHERE status <> 'CANCELLED' GROUP BY payment HAVING count(*) > 1",
    ),
    (
        "a payment does not know its billing",
        "SELECT payment.id FROM payments_payments AS payment LEFT JOIN payments_orders AS part
         ON part.payment = payment.id AND part.live
         WHERE (payment.billing IS NULL) <> (part.billing IS NULL) OR payment.billing <> part.billing",
    ),
    (
        "an order lives on in a cancelled billing, or does not in another",
        "SELECT id FROM payments_orders JOIN payments_billings ON id = billing
         WHERE live <> (status <> 'CANCELLED')",
    ),
    (
        "a payment and its billing contradict each other",
        "SELECT payment.id FROM payments_payments AS payment
         LEFT JOIN payments_billings AS billing ON billing.id = payment.billing
         WHERE (payment.status IN ('CHARGED', 'CAPTURED', 'REFUNDED')) <> (coalesce(billing.status, '') = 'SUCCESS')
            OR (payment.status IN ('CAPTURED', 'REFUNDED')) <> (billing.captured_at IS NOT NULL)",
    ),
    (
        "a coupon counts other claims than it has",
        "SELECT id FROM payments_coupons AS coupon WHERE
         held <> (SELECT count(*) FROM payments_coupon_claims WHERE coupon = coupon.id AND NOT redeemed)
         OR redeemed <> (SELECT count(*) FROM payments_coupon_claims WHERE coupon = coupon.id AND redeemed)
         OR held + redeemed > allowed",
    ),
    (
        "a coupon's claim and its billing contradict each other",
        "SELECT claim.coupon FROM payments_coupon_claims AS claim
         JOIN payments_billings AS billing ON billing.id = claim.billing
         WHERE billing.status <> CASE WHEN redeemed THEN 'SUCCESS' ELSE 'OPEN' END
            OR billing.coupon <> claim.coupon OR billing.payer <> claim.payer",
    ),
    (
        "credit is held that no open billing uses, or below zero",
        "SELECT payer FROM payments_credit_accounts AS account WHERE available_minor < 0 OR held_minor <>
         (SELECT coalesce(sum(credit_minor), 0) FROM payments_billings AS billing
          WHERE billing.payer = account.payer AND billing.currency = account.currency AND status = 'OPEN')",
    ),
    (
        "a collection time counts other places than are taken, or more than it has",
        "SELECT id FROM payments_slots AS slot WHERE held + confirmed > capacity
         OR held <> (SELECT count(*) FROM payments_billings WHERE slot = slot.id AND status = 'OPEN')
         OR confirmed <> (SELECT count(*) FROM payments_billings WHERE slot = slot.id AND status = 'SUCCESS')",
    ),
    (
        "what is due is not what the lines cost less coupon and credit",
        "SELECT id FROM payments_billings AS billing WHERE amount_due_minor + credit_minor + discount_minor <>
         (SELECT sum(hammer_minor + premium_minor + tax_minor) FROM payments_orders WHERE billing = billing.id)
         OR discount_minor <> (SELECT sum(discount_minor) FROM payments_orders WHERE billing = billing.id)",
    ),
    (
        "more was given back than was taken, or counted otherwise",
        "SELECT id FROM payments_billings AS billing WHERE refunded_minor > captured_minor OR refunded_minor <>
         (SELECT coalesce(sum(to_gateway_minor), 0) FROM payments_refunds
          WHERE billing = billing.id AND state <> 'FAILED')",
    ),
    (
        "a delivery is dead",
        "SELECT id FROM foundation_deliveries WHERE state = 'dead'",
    ),
];

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub fn usd(units: i64) -> Money {
    Money::from_minor_units(Currency::USD, units).unwrap()
}

/// A bench with more than one customer.
pub struct Shop {
    pub bench: Bench,
}

/// What a customer wants.
#[derive(Debug, Clone, Default)]
pub struct Wants {
    pub coupon: Option<CouponCode>,
    pub credit: Option<i64>,
    pub slot: Option<SlotId>,
}

impl Shop {
    pub fn with(
        backend: Backend,
        gateway: impl PaymentGateway,
        terms: BillingTerms,
    ) -> Option<Self> {
        let module = payments::module_with(Gateways::only(gateway), terms);
        let bench = Bench::of_module(backend, module)?;
        Some(Self { bench })
    }

    /// Another process on the same database, after this one has died.
    pub fn restarted(&self, gateway: impl PaymentGateway) -> Self {
        let gateways = Gateways::only(gateway);
        let module = payments::module_with(gateways, BillingTerms::default());
        Self {
            bench: self.bench.restarted(module),
        }
    }

    pub fn payment(&self, payer: PayerId, units: i64) -> PaymentId {
        self.payment_to(PayeeId::generate(), payer, units)
    }

    pub fn payment_to(&self, payee: PayeeId, payer: PayerId, units: i64) -> PaymentId {
        let payment = PaymentId::generate();
        let command = StartPayment {
            payment,
            payer,
            payee: Some(payee),
            premium: None,
            amount: usd(units),
            description: "A lamp".to_owned(),
        };
        let payments = &self.bench.payments;
        let started = |uow: &mut _| payments.start_new_payment(command.clone(), uow);
        self.bench.app.transactions().run(started).unwrap();
        payment
    }

    pub fn coupon(&self, code: &str, discount: Discount, allowed: u32) -> CouponCode {
        let code = CouponCode::parse(code).unwrap();
        let command = IssueCoupon {
            coupon: CouponId::generate(),
            code: code.clone(),
            discount,
            allowed,
            valid_until: None,
            staff: "sam".to_owned(),
        };
        let payments = &self.bench.payments;
        let issued = |uow: &mut _| payments.issue_coupon(command.clone(), uow);
        self.bench.app.transactions().run(issued).unwrap();
        code
    }

    pub fn slot(&self, capacity: u32) -> SlotId {
        let slot = SlotId::generate();
        let starts_at = self.bench.clock.now() + TimeDelta::days(30);
        let command = OpenSlot {
            slot,
            place: "the ramp".to_owned(),
            starts_at,
            ends_at: starts_at + TimeDelta::hours(1),
            capacity,
            staff: "sam".to_owned(),
        };
        let payments = &self.bench.payments;
        let opened = |uow: &mut _| payments.open_slot(command.clone(), uow);
        self.bench.app.transactions().run(opened).unwrap();
        slot
    }

    pub fn credit(&self, owner: PayerId, units: i64) {
        let command = GrantCredit {
            owner,
            amount: usd(units),
            seen: None,
            reason: "a present".to_owned(),
            staff: "sam".to_owned(),
        };
        let payments = &self.bench.payments;
        let granted = |uow: &mut _| payments.grant_credit(command.clone(), uow);
        self.bench.app.transactions().run(granted).unwrap();
    }

    pub fn opens(
        &self,
        payer: PayerId,
        payments: &[PaymentId],
        wants: &Wants,
    ) -> Result<BillingId, OpenBillingError> {
        let billing = BillingId::generate();
        self.bench.desk.open(OpenBilling {
            billing,
            payer,
            payments: payments.to_vec(),
            coupon: wants.coupon.clone(),
            credit: wants.credit.map(usd),
            hand_over: wants.slot.map_or(HandOver::Delivery, HandOver::Collection),
        })?;
        Ok(billing)
    }

    pub fn paying(&self, billing: BillingId, payer: PayerId, token: &str) -> PayBilling {
        PayBilling {
            billing,
            payer,
            token: Some(PaymentToken::parse(token).unwrap()),
            gateway: None,
            return_url: None,
        }
    }

    pub fn pays(
        &self,
        billing: BillingId,
        payer: PayerId,
        token: &str,
    ) -> Result<PayOutcome, PayBillingError> {
        self.bench.desk.pay(self.paying(billing, payer, token))
    }

    pub fn refunds(&self, payment: PaymentId, units: Option<i64>) -> Result<Refund, RefundError> {
        let wish = RefundPayment {
            refund: RefundId::generate(),
            payment,
            amount: units.map(usd),
            reason: "it was broken".to_owned(),
            staff: "sam".to_owned(),
        };
        let payments = &self.bench.payments;
        let asked = |uow: &mut _| payments.refund(wish.clone(), uow);
        self.bench.app.transactions().run(asked)
    }

    /// Fails with the names of the rules that what is stored breaks.
    pub fn keeps_its_rules(&self) {
        let broken: Vec<_> = WRONG
            .iter()
            .filter(|(_, query)| self.count(query) > 0)
            .map(|(rule, _)| *rule)
            .collect();
        assert_eq!(broken, [] as [&str; 0]);
    }

    /// How many rows a query finds.
    pub fn count(&self, query: &str) -> i64 {
        let query = format!("SELECT count(*) AS count FROM ({query}) AS found");
        let counted: Result<Counted, Failure> = self
            .bench
            .app
            .transactions()
            .read(|reader| Ok(sql_query(query).get_result(reader.connection())?));
        counted.unwrap().count
    }

    /// Rows of `name` and `count`.
    pub fn named(&self, query: &str) -> BTreeMap<String, i64> {
        let rows: Result<Vec<Named>, Failure> = self
            .bench
            .app
            .transactions()
            .read(|reader| Ok(sql_query(query).load(reader.connection())?));
        let rows = rows.unwrap().into_iter();
        rows.map(|row| (row.name, row.count)).collect()
    }
}
