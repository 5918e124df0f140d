//! The form with which a seller puts up a lot.

use actix_web::HttpResponse;
use actix_web::web;
use askama::Template;
use auctions::{
    AuctionId, AuctionTitle, AuctionsFacade, BeginAuction, Increments, LotDescription, LotTerms,
    SellerId,
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use foundation::{Currency, Money};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::visit::{Then, VisitAs};
use crate::http::identity::Seller;
use crate::http::{FieldErrors, Problem};

/// How long a lot runs unless its seller says otherwise.
const USUAL_TIME: TimeDelta = TimeDelta::days(7);

/// Currencies that the form suggests; every one of ISO 4217 is taken.
const SUGGESTED: [Currency; 5] = [
    Currency::USD,
    Currency::EUR,
    Currency::KRW,
    Currency::JPY,
    Currency::KWD,
];

/// The form, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SellForm {
    /// The new lot's id, made with the empty form: a form that is sent twice makes one lot.
    lot: AuctionId,
    title: String,
    description: String,
    starting_price: String,
    currency: String,
    increment: String,
    ends_at: String,
}

#[derive(Template)]
#[template(path = "sell.html")]
struct SellPage {
    frame: Frame,
    form: SellForm,
    errors: Refusal,
    currencies: Vec<(&'static str, String)>,
}

/// Shows the empty form.
pub(crate) async fn show(visit: VisitAs<Seller>) -> Result<HttpResponse, Problem> {
    let form = SellForm {
        lot: AuctionId::generate(),
        title: String::new(),
        description: String::new(),
        starting_price: String::new(),
        currency: Currency::USD.code().to_owned(),
        increment: String::new(),
        ends_at: (visit.now() + USUAL_TIME)
            .format("%Y-%m-%dT%H:%M")
            .to_string(),
    };
    sell_page(&visit, form, Refusal::none())
}

/// Puts the lot up.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Seller>, web::Form<SellForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match begin(&visit, &form).await {
        Ok(()) => {
            let text = "Your lot is under the hammer.";
            let address = format!("/lots/{}", form.lot);
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => sell_page(&visit, form, Refusal::of(problem)?),
    }
}

async fn begin(visit: &VisitAs<Seller>, form: &SellForm) -> Result<(), Problem> {
    let seller = SellerId::from(visit.user().id.uuid());
    let command = form.read(seller)?;
    visit
        .write(move |auctions: &AuctionsFacade, uow| auctions.begin(command.clone(), uow))
        .await
}

impl SellForm {
    /// Takes the fields for what they mean, or says everything that is wrong with them at once.
    fn read(&self, seller: SellerId) -> Result<BeginAuction, Problem> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", AuctionTitle::parse(&self.title));
        let description = errors.take("description", LotDescription::parse(&self.description));
        let currency = errors.take("currency", Currency::parse(self.currency.trim()));
        let mut money = |field, typed: &str| {
            let amount = Money::parse(currency?, typed.trim());
            errors.take(field, amount)
        };
        let starting_price = money("starting_price", &self.starting_price);
        let increment = match self.increment.trim() {
            "" => None,
            typed => money("increment", typed).map(Increments::fixed),
        };
        let increments = errors.take_if_given("increment", increment);
        let ends_at = errors.take("ends_at", utc(&self.ends_at));
        match (title, description, starting_price, ends_at) {
            (Some(title), Some(description), Some(starting_price), Some(ends_at))
                if errors.is_empty() =>
            {
                Ok(BeginAuction {
                    auction: self.lot,
                    seller,
                    title,
                    description,
                    starting_price,
                    ends_at,
                    terms: LotTerms {
                        increments,
                        ..LotTerms::default()
                    },
                })
            }
            _ => Err(errors.into()),
        }
    }
}

/// Reads what browsers send for a date and a time of day; the page says that it is UTC.
fn utc(typed: &str) -> Result<DateTime<Utc>, &'static str> {
    let typed = typed.trim();
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok())
        .map(|time| time.and_utc())
        .ok_or("write date and time as 2026-12-24T18:00")
}

fn sell_page(
    visit: &VisitAs<Seller>,
    form: SellForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let currencies = SUGGESTED
        .iter()
        .map(|currency| (currency.code(), currency.name().to_owned()));
    let page = SellPage {
        frame: visit.frame(Place::Sell),
        form,
        errors,
        currencies: currencies.collect(),
    };
    visit.page_with(page.errors.status(), &page)
}
