//! Bidding on a lot's page, and taking bids back.

use actix_web::{HttpResponse, web};
use auctions::{AuctionId, AuctionsFacade, BidderId, PlaceBid, Verdict, WithdrawBids, WithdrawnBy};
use foundation::Money;
use serde::Deserialize;

use super::filters::spoken;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::lot::{find, lot_page};
use super::lot_sent::{Form, Sent, finish};
use super::visit::{Then, Visit, VisitAs};
use crate::http::errors::BAD_REQUEST;
use crate::http::identity::{Customer, Staff};
use crate::http::{ArrivedAt, FieldErrors, Problem};

/// The form to bid. The currency is the lot's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BidForm {
    amount: String,
}

/// Bids.
pub(crate) async fn bid(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<BidForm>>,
    id: web::Path<AuctionId>,
    arrived: ArrivedAt,
) -> Result<HttpResponse, Problem> {
    let typed = form.into_inner().amount;
    let found = find(&visit, *id).await?;
    let amount = Money::parse(found.view.starting_price.currency(), typed.trim());
    match place(&visit, *id, amount, arrived).await {
        Ok(flash) => Ok(visit.go_to_with(&format!("/lots/{id}"), &flash)),
        Err(problem) => {
            let errors = Refusal::of(problem)?;
            lot_page(&visit, found, Sent::refused(Form::Bid, typed, errors))
        }
    }
}

async fn place(
    visit: &VisitAs<Customer>,
    auction: AuctionId,
    amount: Result<Money, foundation::MoneyError>,
    arrived: ArrivedAt,
) -> Result<Flash, Problem> {
    let mut errors = FieldErrors::default();
    let Some(amount) = errors.take("amount", amount) else {
        return Err(errors.into());
    };
    let command = PlaceBid {
        auction,
        bidder: BidderId::from(visit.user().id.uuid()),
        amount: amount.into(),
        arrived_at: arrived.at(),
        key: None,
    };
    let verdict = visit.bid(command).await?;
    Ok(told(&verdict, &amount))
}

fn told(verdict: &Verdict, amount: &Money) -> Flash {
    let (price, next) = (
        spoken(&verdict.current_price),
        spoken(&verdict.minimum_next),
    );
    if verdict.is_winner {
        let text = format!("Your bid stands. You are the highest bidder at {price}.");
        return Flash::new(Tone::Good, text);
    }
    let text = if verdict.accepted {
        format!(
            "Your bid stands, but somebody's maximum is higher. The price is {price}; bid at least {next}."
        )
    } else {
        let amount = spoken(amount);
        format!("Your bid of {amount} is too low. The price is {price}; bid at least {next}.")
    };
    Flash::new(Tone::Warn, text)
}

/// Takes the bidder's own bids back.
pub(crate) async fn withdraw(
    visit: VisitAs<Customer>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let bidder = BidderId::from(visit.user().id.uuid());
    withdraw_by(&visit, *id, WithdrawnBy::Bidder(bidder)).await
}

/// Takes bids back for the house, with a reason.
pub(crate) async fn withdraw_by_staff(
    Then(visit, fields): Then<VisitAs<Staff>, web::Form<Vec<(String, String)>>>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let (mut bids, mut reason) = (Vec::new(), String::new());
    for (name, value) in fields.into_inner() {
        match name.as_str() {
            "bid" => bids.push(
                value
                    .parse()
                    .map_err(|error| Problem::new(BAD_REQUEST, error))?,
            ),
            "reason" => reason = value,
            unknown => {
                let detail = format!("The form has no field '{unknown}'.");
                return Err(Problem::new(BAD_REQUEST, detail));
            }
        }
    }
    let by = WithdrawnBy::Staff {
        bids,
        staff: visit.user().email.clone(),
        reason,
    };
    withdraw_by(&visit, *id, by).await
}

async fn withdraw_by(
    visit: &Visit,
    auction: AuctionId,
    by: WithdrawnBy,
) -> Result<HttpResponse, Problem> {
    let command = WithdrawBids { auction, by };
    let outcome = visit
        .write(move |auctions: &AuctionsFacade, uow| auctions.withdraw_bids(command.clone(), uow))
        .await
        .and_then(|decided| Ok(decided?));
    let told = outcome.map(|withdrawn| {
        let price = spoken(&withdrawn.current_price);
        format!("Withdrawn. The price is {price} now.")
    });
    finish(visit, auction, told, (Form::Button, String::new())).await
}
