//! The form with which staff create a sale.

use std::num::NonZeroU32;

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{
    Admission, BuyersPremium, CreateSale, Increments, SaleId, SaleTerms, SaleTitle, SalesFacade,
};
use chrono::TimeDelta;
use foundation::Currency;
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::sell::currencies;
use super::terms_form::{TIME_FORMAT, TypedSoftClose, TypedSteps, utc};
use super::visit::{Then, VisitAs};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

/// When a sale opens unless staff say otherwise.
const USUAL_NOTICE: TimeDelta = TimeDelta::days(1);

/// The form, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleForm {
    /// The new sale's id, made with the empty form: a form that is sent twice makes one sale.
    sale: SaleId,
    title: String,
    currency: String,
    opens_at: String,
    admission: String,
    seats: String,
    buyers_premium: String,
    steps: String,
    increment: String,
    table: String,
    soft_close: String,
    window: String,
    cap: String,
}

#[derive(Template)]
#[template(path = "new_sale.html")]
struct NewSalePage {
    frame: Frame,
    form: SaleForm,
    errors: Refusal,
    currencies: Vec<(&'static str, String)>,
}

/// Shows the empty form.
pub(crate) async fn show(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let opens_at = visit.now() + USUAL_NOTICE;
    let form = SaleForm {
        sale: SaleId::generate(),
        title: String::new(),
        currency: Currency::USD.code().to_owned(),
        opens_at: opens_at.format(TIME_FORMAT).to_string(),
        admission: "approval".to_owned(),
        seats: String::new(),
        buyers_premium: "0".to_owned(),
        steps: "standard".to_owned(),
        increment: String::new(),
        table: String::new(),
        soft_close: "usual".to_owned(),
        window: "2".to_owned(),
        cap: String::new(),
    };
    new_sale_page(&visit, form, Refusal::none())
}

/// Creates the sale.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<SaleForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match create(&visit, &form).await {
        Ok(()) => {
            let text = "The sale is announced. Bidders can register for it from now on.";
            let address = format!("/sales/{}", form.sale);
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => new_sale_page(&visit, form, Refusal::of(problem)?),
    }
}

async fn create(visit: &VisitAs<Staff>, form: &SaleForm) -> Result<(), Problem> {
    let command = form.read(visit.user().email.clone())?;
    visit
        .write(move |sales: &SalesFacade, uow| sales.create_sale(command.clone(), uow))
        .await
}

impl SaleForm {
    /// Takes the fields for what they mean, or says everything that is wrong with them at once.
    fn read(&self, staff: String) -> Result<CreateSale, Problem> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", SaleTitle::parse(&self.title));
        let currency = errors.take("currency", Currency::parse(self.currency.trim()));
        let opens_at = errors.take("opens_at", utc(&self.opens_at));
        let admission = self.admission(&mut errors);
        let seats = self.seats(&mut errors);
        let premium = BuyersPremium::parse(&self.buyers_premium);
        let premium = errors.take("buyers_premium", premium);
        let steps = TypedSteps {
            choice: &self.steps,
            fixed: &self.increment,
            table: &self.table,
        };
        let increments = steps.read(currency, &mut errors);
        let soft_close = TypedSoftClose {
            choice: &self.soft_close,
            window: &self.window,
            cap: &self.cap,
        };
        let soft_close = soft_close.read(&mut errors);
        match (title, currency, opens_at, admission, premium) {
            (Some(title), Some(currency), Some(opens_at), Some(admission), Some(premium))
                if errors.is_empty() =>
            {
                Ok(CreateSale {
                    sale: self.sale,
                    title,
                    currency,
                    opens_at,
                    terms: SaleTerms {
                        buyers_premium: premium,
                        increments: increments.unwrap_or_else(|| Increments::standard(currency)),
                        soft_close,
                    },
                    seats,
                    admission,
                    staff,
                })
            }
            _ => Err(errors.into()),
        }
    }

    fn admission(&self, errors: &mut FieldErrors) -> Option<Admission> {
        match self.admission.as_str() {
            "open" => Some(Admission::Open),
            "approval" => Some(Admission::ByApproval),
            _ => {
                errors.note("admission", "choose how bidders get in");
                None
            }
        }
    }

    fn seats(&self, errors: &mut FieldErrors) -> Option<NonZeroU32> {
        let typed = self.seats.trim();
        let seats = (!typed.is_empty()).then(|| {
            let seats = typed.parse::<NonZeroU32>();
            seats.map_err(|_| "write a whole number of at least 1, or nothing")
        });
        errors.take_if_given("seats", seats)
    }
}

fn new_sale_page(
    visit: &VisitAs<Staff>,
    form: SaleForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let page = NewSalePage {
        frame: visit.frame(Place::SalesDesk),
        form,
        errors,
        currencies: currencies(),
    };
    visit.page_with(page.errors.status(), &page)
}
