//! The checkout: which won items are paid together, with which coupon, how much credit, and how they change hands.

use actix_web::{HttpResponse, web};
use askama::Template;
use foundation::{Currency, Failure, Money};
use payments::{
    BillingId, CashierDesk, CouponCode, CreditView, HandOver, OpenBilling, OpenBillingError,
    PayerId, PaymentId, PaymentView, PaymentsFacade, SlotId, SlotView,
};

use super::bill::{self, Bill};
use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::visit::{Then, VisitAs};
use crate::http::errors::{INVALID_BODY, INVALID_QUERY};
use crate::http::identity::Customer;
use crate::http::problem::Kind;
use crate::http::{FieldErrors, Problem};

type Pairs = Vec<(String, String)>;

/// How the goods are sent, in the form.
const DELIVERY: &str = "delivery";

/// The form, with what was typed. A field may come several times, hence by hand.
#[derive(Debug, Default)]
struct CheckoutForm {
    /// The new billing's id, made with the empty form: a form that is sent twice opens one billing.
    billing: Option<BillingId>,
    currency: String,
    payments: Vec<PaymentId>,
    coupon: String,
    credit: String,
    hand_over: String,
    /// Whether only the sum is wanted.
    asks_only: bool,
}

/// A won item that may be paid.
struct Choice {
    id: PaymentId,
    title: String,
    amount: Money,
    /// With premium and tax.
    total: Money,
    is_chosen: bool,
    /// The open billing that has it already.
    elsewhere: Option<BillingId>,
}

#[derive(Template)]
#[template(path = "checkout.html")]
struct CheckoutPage {
    frame: Frame,
    form: CheckoutForm,
    billing: BillingId,
    errors: Refusal,
    choices: Vec<Choice>,
    others: Vec<Currency>,
    credit: Option<CreditView>,
    slots: Vec<SlotView>,
    bill: Option<Bill>,
}

/// Shows what can be paid together.
pub(crate) async fn show(
    visit: VisitAs<Customer>,
    query: web::Query<Pairs>,
) -> Result<HttpResponse, Problem> {
    let form = CheckoutForm::read(query.into_inner(), INVALID_QUERY)?;
    checkout_page(&visit, form, Refusal::none(), None).await
}

/// Shows the sum, or opens the billing and goes on to it.
pub(crate) async fn send(
    Then(visit, pairs): Then<VisitAs<Customer>, web::Form<Pairs>>,
) -> Result<HttpResponse, Problem> {
    let form = CheckoutForm::read(pairs.into_inner(), INVALID_BODY)?;
    let command = match form.command(PayerId::from(visit.user().id.uuid())) {
        Ok(command) => command,
        Err(problem) => return checkout_page(&visit, form, Refusal::of(problem)?, None).await,
    };
    if form.asks_only {
        return match quote(&visit, command).await {
            Ok(bill) => checkout_page(&visit, form, Refusal::none(), Some(bill)).await,
            Err(problem) => checkout_page(&visit, form, Refusal::of(problem)?, None).await,
        };
    }
    let (desk, billing) = (visit.component::<CashierDesk>(), command.billing);
    let opened = visit.work.at_desk(move || match desk.open(command) {
        Ok(()) => Ok(true),
        Err(OpenBillingError::AlreadyOpened(_)) => Ok(false),
        Err(refusal) => Err(refusal),
    });
    match opened.await {
        Ok(true) => Ok(visit.go_to(&bill::address(billing))),
        Ok(false) => {
            let text = "You have opened this bill before. To change it, cancel it first.";
            let flash = Flash::new(Tone::Warn, text);
            Ok(visit.go_to_with(&bill::address(billing), &flash))
        }
        Err(problem) => checkout_page(&visit, form, Refusal::of(problem)?, None).await,
    }
}

async fn quote(visit: &VisitAs<Customer>, command: OpenBilling) -> Result<Bill, Problem> {
    let payments = visit.component::<PaymentsFacade>();
    let quoted = visit.work.write(move |uow| {
        let quoted = payments.quote(&command, uow)?;
        Ok::<_, OpenBillingError>(Bill::read(&quoted, &payments, uow.reader())?)
    });
    quoted.await
}

impl CheckoutForm {
    fn read(pairs: Pairs, kind: Kind) -> Result<Self, Problem> {
        let mut form = Self::default();
        for (name, value) in pairs {
            let no_id = |_| Problem::new(kind, format!("'{value}' is no id"));
            match name.as_str() {
                "billing" => form.billing = Some(value.parse().map_err(no_id)?),
                "payment" => form.payments.push(value.parse().map_err(no_id)?),
                "currency" => form.currency = value,
                "coupon" => form.coupon = value,
                "credit" => form.credit = value,
                "hand_over" => form.hand_over = value,
                "then" => form.asks_only = value == "quote",
                unknown => return Err(Problem::new(kind, format!("unknown field '{unknown}'"))),
            }
        }
        Ok(form)
    }

    /// Takes the fields for what they mean, or says everything that is wrong with them at once.
    fn command(&self, payer: PayerId) -> Result<OpenBilling, Problem> {
        let mut errors = FieldErrors::default();
        if self.payments.is_empty() {
            errors.note("payments", "choose at least one item");
        }
        let coupon = given(&self.coupon).map(CouponCode::parse);
        let coupon = errors.take_if_given("coupon", coupon);
        let credit = given(&self.credit).map(|typed| Money::parse_with_code(&self.currency, typed));
        let credit = errors.take_if_given("credit", credit);
        let hand_over = match self.hand_over.as_str() {
            "" | DELIVERY => Some(HandOver::Delivery),
            slot => {
                let slot = slot.parse::<SlotId>().map(HandOver::Collection);
                errors.take(
                    "slot",
                    slot.map_err(|_| "choose one of the collection times"),
                )
            }
        };
        match hand_over {
            Some(hand_over) if errors.is_empty() => Ok(OpenBilling {
                billing: self.billing.unwrap_or_else(BillingId::generate),
                payer,
                payments: self.payments.clone(),
                coupon,
                credit,
                hand_over,
            }),
            _ => Err(errors.into()),
        }
    }

    fn is_delivery(&self) -> bool {
        self.hand_over.is_empty() || self.hand_over == DELIVERY
    }

    fn has_slot(&self, slot: &SlotId) -> bool {
        self.hand_over.parse::<SlotId>().ok().as_ref() == Some(slot)
    }
}

fn given(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

async fn checkout_page(
    visit: &VisitAs<Customer>,
    mut form: CheckoutForm,
    errors: Refusal,
    bill: Option<Bill>,
) -> Result<HttpResponse, Problem> {
    let payer = PayerId::from(visit.user().id.uuid());
    let read = visit.read(move |payments: &PaymentsFacade, reader| {
        let owed = payments.pending_payments(payer, reader)?;
        let credit = payments.credit_of(payer, reader)?;
        Ok::<_, Failure>((owed, credit, payments.slots(reader)?))
    });
    let (owed, credit, slots) = read.await?;
    let owed: Vec<PaymentView> = owed.into_iter().filter(|one| !one.in_progress).collect();
    let currency = form.currency_among(&owed);
    form.currency = currency
        .map(|currency| currency.code().to_owned())
        .unwrap_or_default();
    let mut others: Vec<Currency> = owed.iter().map(|one| one.amount.currency()).collect();
    others.retain(|other| Some(*other) != currency);
    others.sort_unstable_by_key(|other| other.code());
    others.dedup();
    let of_currency = owed
        .into_iter()
        .filter(|one| Some(one.amount.currency()) == currency);
    let is_first_look = form.payments.is_empty() && errors.is_empty();
    let choices = of_currency.map(|one| Choice {
        is_chosen: one.billing.is_none() && (is_first_look || form.payments.contains(&one.id)),
        id: one.id,
        title: one.description,
        total: one.total,
        amount: one.amount,
        elsewhere: one.billing,
    });
    let page = CheckoutPage {
        frame: visit.frame(Place::Won),
        billing: form.billing.unwrap_or_else(BillingId::generate),
        choices: choices.collect(),
        others,
        credit: credit.into_iter().find(|account| {
            Some(account.available.currency()) == currency && !account.available.is_zero()
        }),
        slots,
        form,
        bill,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}

impl CheckoutForm {
    /// The currency in which is paid: the one that was chosen, that of the chosen payments, or the first.
    fn currency_among(&self, owed: &[PaymentView]) -> Option<Currency> {
        let chosen = owed
            .iter()
            .find(|one| one.amount.currency().code() == self.currency);
        let of_payment = || owed.iter().find(|one| self.payments.contains(&one.id));
        let found = chosen.or_else(of_payment).or(owed.first());
        found.map(|one| one.amount.currency())
    }
}
