//! One lot: its state on the board, the form to bid, what is said about it, and every bid.

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{
    AuctionId, AuctionView, AuctionsFacade, BidId, BidView, BidderId, Page, PlaceBid, SellerId,
    WithdrawBids, WithdrawnBy,
};
use chrono::{DateTime, Utc};
use foundation::Money;
use serde::Deserialize;

use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::lot_view::{Lot, Standing};
use super::visit::{Then, Visit, VisitAs};
use crate::accounts::{Role, User};
use crate::http::errors::BAD_REQUEST;
use crate::http::identity::{Customer, Staff};
use crate::http::{ArrivedAt, FieldErrors, Problem};

/// As many bids as the page shows.
const SHOWN_BIDS: usize = 100;

/// The form to bid. The currency is the lot's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BidForm {
    amount: String,
}

/// What the viewer may do here. It only hides what would be refused; the rules are the auction's.
struct May {
    bid: bool,
    log_in: bool,
    is_own: bool,
    withdraw: bool,
    moderate: bool,
}

/// A bid as the page shows it.
struct ShownBid {
    id: BidId,
    sequence: i64,
    who: String,
    is_mine: bool,
    leads: bool,
    stands: bool,
    placed_at: DateTime<Utc>,
    amount: Money,
}

#[derive(Template)]
#[template(path = "lot.html")]
struct LotPage {
    frame: Frame,
    lot: Lot,
    standing: Standing,
    may: May,
    typed: String,
    errors: Refusal,
    history: Vec<ShownBid>,
    history_is_cut: bool,
}

/// Shows a lot.
pub(crate) async fn show(visit: Visit, id: web::Path<AuctionId>) -> Result<HttpResponse, Problem> {
    let (view, bids) = load(&visit, *id).await?;
    lot_page(&visit, view, bids, None)
}

/// Bids.
pub(crate) async fn bid(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<BidForm>>,
    id: web::Path<AuctionId>,
    arrived: ArrivedAt,
) -> Result<HttpResponse, Problem> {
    let (view, bids) = load(&visit, *id).await?;
    let typed = form.into_inner().amount;
    let amount = Money::parse(view.starting_price.currency(), typed.trim());
    match place(&visit, *id, amount, arrived).await {
        Ok(flash) => Ok(visit.go_to_with(&format!("/lots/{id}"), &flash)),
        Err(problem) => lot_page(&visit, view, bids, Some((typed, Refusal::of(problem)?))),
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
        arrived_at: arrived.0,
        key: None,
    };
    let verdict = visit.bid(command).await?;
    let (price, next) = (
        spoken(&verdict.current_price),
        spoken(&verdict.minimum_next),
    );
    Ok(if verdict.is_winner {
        Flash::new(
            Tone::Good,
            format!("Your bid stands. You are the highest bidder at {price}."),
        )
    } else if verdict.accepted {
        Flash::new(
            Tone::Warn,
            format!(
                "Your bid stands, but somebody's maximum is higher. The price is {price}; bid at least {next}."
            ),
        )
    } else {
        let amount = spoken(&amount);
        let text =
            format!("Your bid of {amount} is too low. The price is {price}; bid at least {next}.");
        Flash::new(Tone::Warn, text)
    })
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
    let staff = visit.user().email.clone();
    withdraw_by(
        &visit,
        *id,
        WithdrawnBy::Staff {
            bids,
            staff,
            reason,
        },
    )
    .await
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
    match outcome {
        Ok(withdrawn) => {
            let price = spoken(&withdrawn.current_price);
            let text = format!("Withdrawn. The price is {price} now.");
            let address = format!("/lots/{auction}");
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => {
            let refusal = Refusal::of(problem)?;
            let (view, bids) = load(visit, auction).await?;
            let offered = offered(&view);
            lot_page(visit, view, bids, Some((offered, refusal)))
        }
    }
}

async fn load(visit: &Visit, id: AuctionId) -> Result<(AuctionView, Vec<BidView>), Problem> {
    let page = Page::first(i64::try_from(SHOWN_BIDS).unwrap_or(i64::MAX));
    let found = visit.read(move |auctions: &AuctionsFacade, reader| {
        let Some(view) = auctions.single_auction(id, reader)? else {
            return Ok(None);
        };
        Ok(Some((view, auctions.bids_of(id, page, reader)?)))
    });
    found.await?.ok_or_else(|| Problem::not_found("lot"))
}

fn lot_page(
    visit: &Visit,
    view: AuctionView,
    bids: Vec<BidView>,
    sent: Option<(String, Refusal)>,
) -> Result<HttpResponse, Problem> {
    let (typed, errors) = sent.unwrap_or_else(|| (offered(&view), Refusal::none()));
    let user = visit.signed_in.as_ref().map(|known| &known.user);
    let bidder = user.map(|user| BidderId::from(user.id.uuid()));
    let lot = Lot::at(visit.now(), view);
    let mine = |bid: &BidView| Some(bid.bidder) == bidder && bid.withdrawn_at.is_none();
    let has_bid = bids.iter().any(mine);
    let page = LotPage {
        frame: visit.frame(Place::Elsewhere),
        standing: lot.standing_for(bidder, has_bid),
        may: May::of(user, &lot, has_bid),
        history_is_cut: bids.len() >= SHOWN_BIDS,
        history: shown(&lot, bids, bidder),
        typed,
        errors,
        lot,
    };
    visit.page_with(page.errors.status(), &page)
}

/// What stands in the form before anything is typed.
fn offered(view: &AuctionView) -> String {
    view.minimum_next.amount().to_string()
}

impl May {
    fn of(user: Option<&User>, lot: &Lot, has_bid: bool) -> Self {
        let is_customer = user.is_some_and(|user| user.role.is_customer());
        let is_own = user.is_some_and(|user| lot.is_sold_by(SellerId::from(user.id.uuid())));
        let is_staff = user.map(|user| user.role).is_some_and(Role::is_staff);
        Self {
            bid: lot.takes_bids() && is_customer && !is_own,
            log_in: lot.takes_bids() && user.is_none(),
            is_own,
            withdraw: lot.takes_bids() && has_bid,
            moderate: lot.takes_bids() && is_staff && lot.bids > 0,
        }
    }
}

/// Bidders appear under letters in the order of their first bids; who they are is nobody's business.
fn shown(lot: &Lot, bids: Vec<BidView>, viewer: Option<BidderId>) -> Vec<ShownBid> {
    let is_whole = bids.len() < SHOWN_BIDS;
    let mut known: Vec<BidderId> = Vec::new();
    for bid in bids.iter().rev() {
        if !known.contains(&bid.bidder) {
            known.push(bid.bidder);
        }
    }
    let name = |bidder| {
        let position = known.iter().position(|other| *other == bidder);
        match position.and_then(letters) {
            Some(letters) if is_whole => format!("Bidder {letters}"),
            Some(_) | None => "Another bidder".to_owned(),
        }
    };
    let highest = bids
        .iter()
        .find(|bid| bid.withdrawn_at.is_none())
        .map(|bid| bid.id);
    let shown = bids.into_iter().map(|bid| {
        let is_mine = Some(bid.bidder) == viewer;
        ShownBid {
            id: bid.id,
            sequence: bid.sequence,
            who: if is_mine {
                "You".to_owned()
            } else {
                name(bid.bidder)
            },
            is_mine,
            leads: Some(bid.id) == highest && lot.is_led_by(bid.bidder),
            stands: bid.withdrawn_at.is_none(),
            placed_at: bid.placed_at,
            amount: bid.amount,
        }
    });
    shown.collect()
}

/// A, B, … Z, AA, AB, …
fn letters(position: usize) -> Option<String> {
    let letter = |index: usize| char::from_u32(u32::from(b'A') + u32::try_from(index).ok()?);
    let last = letter(position % 26)?;
    match (position / 26).checked_sub(1) {
        None => Some(last.to_string()),
        Some(before) => Some(letters(before)? + &last.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn there_is_a_letter_for_every_bidder() {
        let names: Vec<String> = [0, 25, 26, 51, 52]
            .into_iter()
            .filter_map(letters)
            .collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA"]);
    }
}
