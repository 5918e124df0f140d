//! The slow and obvious model of a house's billings: everything is computed from the list of billings.

use std::collections::BTreeMap;

const COUPON: i64 = 700;
const COUPON_ALLOWED: usize = 2;
const SLOT_CAPACITY: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Success,
    Cancelled,
}

/// A try to pay whose answer has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flight {
    None,
    Good,
    Bad,
}

#[derive(Debug)]
struct Billing {
    payer: usize,
    payments: Vec<usize>,
    coupon: bool,
    discount: i64,
    credit: i64,
    slot: bool,
    due: i64,
    end: End,
    flight: Flight,
    /// How often somebody has tried to pay.
    tries: usize,
    captured: bool,
    refunds: Vec<Refund>,
}

#[derive(Debug)]
struct Refund {
    payment: usize,
    units: i64,
    to_credit: i64,
    done: bool,
}

#[derive(Debug)]
struct Payment {
    units: i64,
    failed: bool,
    timed_out: bool,
}

/// What is stored, in numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    pub payments: BTreeMap<String, i64>,
    pub billings: BTreeMap<String, i64>,
    pub counts: BTreeMap<String, i64>,
}

/// The model.
#[derive(Debug)]
pub struct House {
    payments: Vec<Payment>,
    billings: Vec<Billing>,
    credit: Vec<i64>,
}

impl House {
    pub fn new(payments: &[i64], credit: Vec<i64>) -> Self {
        let payment = |units: &i64| Payment {
            units: *units,
            failed: false,
            timed_out: false,
        };
        Self {
            payments: payments.iter().map(payment).collect(),
            billings: Vec::new(),
            credit,
        }
    }

    pub fn open(
        &mut self,
        payer: usize,
        payments: &[usize],
        (coupon, credit, slot): (bool, i64, bool),
    ) -> bool {
        let payable = |payment: &usize| {
            !self.payments[*payment].timed_out && self.billing_of(*payment).is_none()
        };
        if payments.is_empty() || !payments.iter().all(payable) {
            return false;
        }
        let total: i64 = payments
            .iter()
            .map(|payment| self.payments[*payment].units)
            .sum();
        let discount = if coupon { COUPON.min(total) } else { 0 };
        let uses: Vec<_> = self.live().filter(|billing| billing.coupon).collect();
        let used_up =
            uses.len() >= COUPON_ALLOWED || uses.iter().any(|billing| billing.payer == payer);
        let credit = credit.min(total - discount);
        let full = self.live().filter(|billing| billing.slot).count() >= SLOT_CAPACITY;
        if (coupon && used_up) || (slot && full) || credit > self.available(payer) {
            return false;
        }
        self.billings.push(Billing {
            payer,
            payments: payments.to_vec(),
            coupon,
            discount,
            credit,
            slot,
            due: total - discount - credit,
            end: End::Open,
            flight: Flight::None,
            tries: 0,
            captured: false,
            refunds: Vec::new(),
        });
        true
    }

    pub fn begin(&mut self, billing: usize, good: bool) -> bool {
        let billing = &mut self.billings[billing];
        if billing.end != End::Open || billing.flight != Flight::None {
            return false;
        }
        if billing.due == 0 {
            billing.end = End::Success;
            billing.captured = true;
        } else {
            billing.tries += 1;
            billing.flight = if good { Flight::Good } else { Flight::Bad };
        }
        true
    }

    /// The number of a billing's last try.
    pub fn tries(&self, billing: usize) -> usize {
        self.billings[billing].tries
    }

    /// The answer to a try has come. It changes nothing when it came before, or too late.
    pub fn answer(&mut self, billing: usize, number: usize) {
        let billing = &mut self.billings[billing];
        if billing.tries != number {
            return;
        }
        let flight = std::mem::replace(&mut billing.flight, Flight::None);
        match (billing.end, flight) {
            (End::Open, Flight::Good) => billing.end = End::Success,
            (End::Open, Flight::Bad) => {
                for payment in &billing.payments {
                    self.payments[*payment].failed = true;
                }
            }
            (End::Open, Flight::None) | (End::Success | End::Cancelled, _) => {}
        }
    }

    pub fn answer_all(&mut self) {
        for billing in 0..self.billings.len() {
            self.answer(billing, self.tries(billing));
        }
    }

    pub fn cancel(&mut self, billing: usize) -> bool {
        let billing = &mut self.billings[billing];
        match (billing.end, billing.flight) {
            (End::Open, Flight::None) => billing.end = End::Cancelled,
            (End::Cancelled, _) => {}
            (End::Open, Flight::Good | Flight::Bad) | (End::Success, _) => return false,
        }
        true
    }

    pub fn expire(&mut self) {
        for billing in &mut self.billings {
            if billing.end == End::Open {
                billing.end = End::Cancelled;
            }
        }
    }

    pub fn time_out(&mut self, payment: usize) -> bool {
        if self.payments[payment].timed_out {
            return false;
        }
        if let Some(billing) = self.billing_of(payment) {
            if self.billings[billing].end == End::Success {
                return false;
            }
            self.billings[billing].end = End::Cancelled;
        }
        self.payments[payment].timed_out = true;
        true
    }

    /// The money of what succeeded is taken, or the success undone; refunds are carried out.
    pub fn deliver(&mut self, captures_refused: bool) {
        for billing in &mut self.billings {
            for refund in &mut billing.refunds {
                refund.done = true;
            }
            if billing.end != End::Success || billing.captured {
                continue;
            }
            if captures_refused {
                billing.end = End::Cancelled;
                for payment in &billing.payments {
                    self.payments[*payment].failed = true;
                }
            } else {
                billing.captured = true;
            }
        }
    }

    pub fn refund(&mut self, payment: usize, units: i64) -> bool {
        let Some(index) = self.billing_of(payment) else {
            return false;
        };
        let left = self.paid(index, payment) - refunded(&self.billings[index], payment);
        let billing = &mut self.billings[index];
        if !billing.captured || units > left {
            return false;
        }
        let money: i64 = billing
            .refunds
            .iter()
            .map(|refund| refund.units - refund.to_credit)
            .sum();
        let to_money = units.min(billing.due - money);
        billing.refunds.push(Refund {
            payment,
            units,
            to_credit: units - to_money,
            done: to_money == 0,
        });
        true
    }

    pub fn taken_and_given_back(&self) -> (i64, i64) {
        let captured = self.billings.iter().filter(|billing| billing.captured);
        let refunds = self.billings.iter().flat_map(|billing| &billing.refunds);
        (
            captured.map(|billing| billing.due).sum(),
            refunds.map(|refund| refund.units - refund.to_credit).sum(),
        )
    }

    pub fn kept(&self) -> Kept {
        let mut counts = BTreeMap::new();
        let mut count = |name: &str, number: i64| counts.insert(name.to_owned(), number);
        let number = |end: End, fits: fn(&Billing) -> bool| {
            let found = self
                .billings
                .iter()
                .filter(|billing| billing.end == end && fits(billing));
            i64::try_from(found.count()).unwrap()
        };
        count("coupon held", number(End::Open, |billing| billing.coupon));
        count(
            "coupon redeemed",
            number(End::Success, |billing| billing.coupon),
        );
        count("slot held", number(End::Open, |billing| billing.slot));
        count(
            "slot confirmed",
            number(End::Success, |billing| billing.slot),
        );
        count(
            "credit",
            (0..self.credit.len())
                .map(|payer| self.available(payer))
                .sum(),
        );
        let open = self
            .billings
            .iter()
            .filter(|billing| billing.end == End::Open);
        count("credit held", open.map(|billing| billing.credit).sum());
        let tally = |names: Vec<&str>| {
            let mut tally = BTreeMap::new();
            for name in names {
                *tally.entry(name.to_owned()).or_insert(0) += 1;
            }
            tally
        };
        let ends = self.billings.iter().map(|billing| match billing.end {
            End::Open => "OPEN",
            End::Success => "SUCCESS",
            End::Cancelled => "CANCELLED",
        });
        let statuses = (0..self.payments.len()).map(|payment| self.status(payment));
        Kept {
            payments: tally(statuses.collect()),
            billings: tally(ends.collect()),
            counts,
        }
    }

    fn status(&self, payment: usize) -> &'static str {
        let known = &self.payments[payment];
        let success = self.billing_of(payment);
        let success = success.filter(|index| self.billings[*index].end == End::Success);
        match success {
            Some(index) if self.billings[index].captured => {
                let billing = &self.billings[index];
                let done = billing.refunds.iter();
                let done = done.filter(|refund| refund.payment == payment && refund.done);
                let done: Vec<_> = done.map(|refund| refund.units).collect();
                let whole =
                    !done.is_empty() && done.iter().sum::<i64>() == self.paid(index, payment);
                if whole { "REFUNDED" } else { "CAPTURED" }
            }
            Some(_) => "CHARGED",
            None if known.timed_out => "TIMED_OUT",
            None if known.failed => "FAILED",
            None => "NEW",
        }
    }

    fn available(&self, payer: usize) -> i64 {
        let own = self.live().filter(|billing| billing.payer == payer);
        let used: i64 = own.map(|billing| billing.credit).sum();
        let own = self
            .billings
            .iter()
            .filter(|billing| billing.payer == payer);
        let back = own
            .flat_map(|billing| &billing.refunds)
            .filter(|refund| refund.done);
        self.credit[payer] - used + back.map(|refund| refund.to_credit).sum::<i64>()
    }

    /// What was paid for a payment: its part of the coupon is rounded down, and what that leaves over goes to
    /// the first lines with a remainder.
    fn paid(&self, billing: usize, payment: usize) -> i64 {
        let billing = &self.billings[billing];
        let units = |payment: &usize| self.payments[*payment].units;
        let total: i64 = billing.payments.iter().map(units).sum();
        let floor = |payment: &usize| billing.discount * units(payment) / total;
        let mut left = billing.discount - billing.payments.iter().map(floor).sum::<i64>();
        for line in &billing.payments {
            let extra = i64::from(left > 0 && billing.discount * units(line) % total != 0);
            left -= extra;
            if *line == payment {
                return units(line) - floor(line) - extra;
            }
        }
        0
    }

    fn live(&self) -> impl Iterator<Item = &Billing> {
        self.billings
            .iter()
            .filter(|billing| billing.end != End::Cancelled)
    }

    fn billing_of(&self, payment: usize) -> Option<usize> {
        let mut live = self.billings.iter().enumerate();
        let found = live.find(|(_, billing)| {
            billing.end != End::Cancelled && billing.payments.contains(&payment)
        });
        found.map(|(index, _)| index)
    }
}

fn refunded(billing: &Billing, payment: usize) -> i64 {
    let own = billing
        .refunds
        .iter()
        .filter(|refund| refund.payment == payment);
    own.map(|refund| refund.units).sum()
}
