//! A house that writes invoices, and knows its customers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono_tz::Tz;
use foundation::testing::Backend;
use foundation::{Failure, Money, Reader};
use payments::{
    BasisPoints, BillingId, BillingTerms, Buyer, Buyers, CouponCode, HandOver, Invoice,
    InvoiceNumber, InvoicingTerms, OpenBilling, Party, PayBilling, PayerId, PaymentId,
    PaymentToken, PaymentsModule, PaymentsSettings, Rates, RefundId, RefundPayment, SellerOfRecord,
    StartPayment, WhichInvoices,
};

use crate::bench::Bench;

/// How often those who write invoices look for others who do, so that they do it at the same time.
const LOOKS: usize = 2_000;

/// The customers that are known. Clones share them.
#[derive(Clone, Default)]
pub struct Customers {
    names: Arc<Mutex<HashMap<PayerId, String>>>,
    waiting: Arc<AtomicUsize>,
    crowd: usize,
}

impl Customers {
    /// Whoever asks waits a little for others, until so many do at once.
    pub fn asked_by(crowd: usize) -> Self {
        Self {
            crowd,
            ..Self::default()
        }
    }

    pub fn are_called(&self, payer: PayerId, name: &str) {
        self.names.lock().unwrap().insert(payer, name.to_owned());
    }

    fn crowd(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        for _ in 0..LOOKS {
            if self.waiting.load(Ordering::SeqCst) >= self.crowd {
                break;
            }
            std::thread::yield_now();
        }
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Buyers for Customers {
    fn buyer(&self, payer: PayerId, _: &mut Reader) -> Result<Option<Buyer>, Failure> {
        self.crowd();
        let names = self.names.lock().unwrap();
        Ok(names.get(&payer).map(|name| Buyer {
            party: Party {
                name: name.clone(),
                address: vec!["1 Quay Street".to_owned(), "Bristol".to_owned()],
            },
            language: "ko".to_owned(),
        }))
    }
}

/// The house under its name, by its calendar.
pub fn house(name: &str, time_zone: Tz) -> InvoicingTerms {
    InvoicingTerms {
        seller: SellerOfRecord {
            party: Party {
                name: name.to_owned(),
                address: vec!["2 Hammer Lane".to_owned(), "London".to_owned()],
            },
            registration: "VAT GB 123".to_owned(),
            contact: "invoices@gavel.example".to_owned(),
        },
        time_zone,
    }
}

/// What is added to a price, in basis points.
pub fn rates(premium: u32, tax: u32) -> Rates {
    Rates {
        premium: BasisPoints::try_new(premium).unwrap(),
        tax: BasisPoints::try_new(tax).unwrap(),
    }
}

pub fn module(customers: &Customers, invoicing: InvoicingTerms, rates: Rates) -> PaymentsModule {
    let settings = PaymentsSettings {
        invoicing,
        terms: BillingTerms {
            rates,
            ..BillingTerms::default()
        },
        ..PaymentsSettings::default()
    };
    payments::module_of(settings, Box::new(customers.clone()))
}

/// The house, its customers, and what they buy.
pub struct Office {
    pub bench: Bench,
    pub customers: Customers,
}

impl Office {
    pub fn on(backend: Backend) -> Option<Self> {
        Self::with(backend, Customers::default(), rates(0, 0))
    }

    pub fn with(backend: Backend, customers: Customers, rates: Rates) -> Option<Self> {
        let module = module(&customers, house("Gavel", Tz::UTC), rates);
        let bench = Bench::of_module(backend, module)?;
        customers.are_called(bench.payer, "Ada");
        Some(Self { bench, customers })
    }

    pub fn buys(&self, payer: PayerId, amount: Money, title: &str) -> PaymentId {
        let payment = PaymentId::generate();
        let command = StartPayment {
            payment,
            payer,
            payee: None,
            premium: None,
            amount,
            description: title.to_owned(),
        };
        let payments = &self.bench.payments;
        let started = |uow: &mut _| payments.start_new_payment(command.clone(), uow);
        self.bench.app.transactions().run(started).unwrap();
        payment
    }

    /// Pays for payments in one go; the money is taken when it is delivered.
    pub fn pays(
        &self,
        payer: PayerId,
        payments: &[PaymentId],
        (coupon, credit): (Option<CouponCode>, Option<Money>),
    ) -> BillingId {
        let billing = BillingId::generate();
        let opened = self.bench.desk.open(OpenBilling {
            billing,
            payer,
            payments: payments.to_vec(),
            coupon,
            credit,
            hand_over: HandOver::Delivery,
        });
        opened.unwrap();
        let paid = self.bench.desk.pay(PayBilling {
            billing,
            payer,
            token: Some(PaymentToken::parse("tok_approved").unwrap()),
            gateway: None,
            return_url: None,
        });
        paid.unwrap();
        billing
    }

    /// This bench's payer buys one thing and pays for it.
    pub fn sells(&self, amount: &str) -> (BillingId, PaymentId) {
        let amount = Money::parse_with_code("USD", amount).unwrap();
        let payment = self.buys(self.bench.payer, amount, "A lamp");
        let billing = self.pays(self.bench.payer, &[payment], (None, None));
        (billing, payment)
    }

    pub fn gives_back(&self, payment: PaymentId, amount: Option<Money>) {
        let wish = RefundPayment {
            refund: RefundId::generate(),
            payment,
            amount,
            reason: "a crack".to_owned(),
            staff: "sam".to_owned(),
        };
        let payments = &self.bench.payments;
        let asked = |uow: &mut _| payments.refund(wish.clone(), uow);
        self.bench.app.transactions().run(asked).unwrap();
    }

    /// The numbers of all invoices and credit notes, in their order.
    pub fn numbers(&self) -> Vec<String> {
        let list = |reader: &mut _| {
            let all = WhichInvoices::All;
            self.bench.payments.invoices(all, 10_000, reader)
        };
        let all = self.bench.app.transactions().read(list).unwrap();
        let mut numbers: Vec<_> = all.iter().map(|one| one.number.to_string()).collect();
        numbers.sort();
        numbers
    }

    pub fn invoice(&self, number: &str) -> Invoice {
        let number = InvoiceNumber::parse(number).unwrap();
        let read = |reader: &mut _| {
            self.bench
                .payments
                .invoice(number, WhichInvoices::All, reader)
        };
        let found: Result<_, Failure> = self.bench.app.transactions().read(read);
        found.unwrap().unwrap()
    }
}

/// The first numbers of a series.
pub fn first(prefix: &str, count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("{prefix}-{number:06}"))
        .collect()
}
