//! One lot: its state on the board, what the viewer may do with it, what is said about it, and every bid.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{
    AuctionId, AuctionView, AuctionsFacade, BidView, BidderId, Page, RegistrationView, SaleView,
    SalesFacade, SecondChanceView, SellerId,
};
use chrono::{DateTime, Utc};
use foundation::{Failure, Money, Reader};
use process::ProcessFacade;
use shipping::PackageId;

use super::filters;
use super::frame::{Frame, Place};
use super::lot_history::{SHOWN_BIDS, ShownBid, shown};
use super::lot_sent::Sent;
use super::lot_view::{Lot, Standing};
use super::lot_words::{Step, increment_rule, increment_table, soft_close_rule};
use super::membership::Membership;
use super::packing;
use super::second_chance::Chance;
use super::visit::Visit;
use crate::accounts::User;
use crate::http::Problem;

/// What the viewer may do here. It only hides what would be refused; the rules are the auction's.
struct May {
    bid: bool,
    log_in: bool,
    is_own: bool,
    withdraw: bool,
    buy: bool,
    /// Whether the viewer sells the lot or works for the house.
    manage: bool,
    /// Whether the viewer works for the house.
    see_desks: bool,
    moderate: bool,
    lower_reserve: bool,
    cancel: bool,
    end: bool,
    offer_again: bool,
}

/// What the page needs of a lot.
pub(crate) struct Found {
    pub(crate) view: AuctionView,
    bids: Vec<BidView>,
    first_end: Option<DateTime<Utc>>,
    sale: Option<SaleView>,
    /// The viewer's registration for the lot's sale.
    registration: Option<RegistrationView>,
    /// The viewer's highest bid.
    maximum: Option<Money>,
    /// The reserve, where the viewer sells the lot.
    reserve: Option<Money>,
    chance: Option<SecondChanceView>,
    /// The paddles of those who bid, where the viewer works for the house.
    paddles: HashMap<BidderId, i64>,
    /// What is sent for it, where the viewer works for the house.
    package: Option<PackageId>,
}

#[derive(Template)]
#[template(path = "lot.html")]
struct LotPage {
    frame: Frame,
    lot: Lot,
    standing: Standing,
    /// What is spoken when it changes.
    say: String,
    may: May,
    sale: Option<SaleView>,
    membership: Membership,
    maximum: Option<Money>,
    least: Money,
    reserve: Option<Money>,
    /// Where what is sent for it is looked at.
    package: Option<String>,
    chance: Chance,
    /// When the lot was to end before late bids moved its end.
    moved_from: Option<DateTime<Utc>>,
    increment_rule: String,
    increment_table: Vec<Step>,
    soft_close_rule: String,
    sent: Sent,
    history: Vec<ShownBid>,
    history_is_cut: bool,
}

/// Shows a lot.
pub(crate) async fn show(visit: Visit, id: web::Path<AuctionId>) -> Result<HttpResponse, Problem> {
    let found = find(&visit, *id).await?;
    lot_page(&visit, found, Sent::nothing())
}

/// Looks up a lot with everything that the viewer may know of it.
pub(crate) async fn find(visit: &Visit, id: AuctionId) -> Result<Found, Problem> {
    let auctions = visit.component::<AuctionsFacade>();
    let sales = visit.component::<SalesFacade>();
    let processes = visit.component::<ProcessFacade>();
    let viewer = visit.signed_in.as_ref().map(|known| known.user.clone());
    let found = visit.work.read(move |reader| {
        let Some(view) = auctions.single_auction(id, reader)? else {
            return Ok(None);
        };
        let mut found = Found::about(view, viewer.as_ref(), (&auctions, &sales), reader)?;
        if viewer.is_some_and(|user| user.role.is_staff()) {
            let sold = processes.of_auction(id, reader)?;
            found.package = sold.and_then(|sold| sold.package);
        }
        Ok::<_, Failure>(Some(found))
    });
    found.await?.ok_or_else(|| Problem::not_found("lot"))
}

/// Answers with the lot's page, and on it with the form that was refused.
pub(crate) fn lot_page(visit: &Visit, found: Found, sent: Sent) -> Result<HttpResponse, Problem> {
    let user = visit.signed_in.as_ref().map(|known| &known.user);
    let bidder = user.map(|user| BidderId::from(user.id.uuid()));
    let lot = Lot::at(visit.now(), found.view);
    let has_bid = found.maximum.is_some();
    let membership = Membership::of(found.sale.as_ref(), found.registration.as_ref(), user);
    let chance = Chance::of(found.chance.as_ref(), bidder);
    let standing = lot.standing_for(bidder, has_bid);
    let moved_from = found.first_end.filter(|first| *first < lot.ends_at);
    let page = LotPage {
        frame: visit.frame(Place::Elsewhere),
        may: May::of(user, &lot, has_bid, &membership, &chance),
        say: said(standing, moved_from.map(|_| lot.ends_at)),
        least: lot.least_for(bidder, found.maximum),
        increment_rule: increment_rule(&lot),
        increment_table: increment_table(&lot.increments),
        soft_close_rule: soft_close_rule(lot.soft_close),
        history_is_cut: found.bids.len() >= SHOWN_BIDS,
        history: shown(&lot, found.bids, bidder, &found.paddles),
        sale: found.sale,
        maximum: found.maximum,
        reserve: found.reserve,
        package: found.package.map(packing::address),
        standing,
        membership,
        chance,
        moved_from,
        sent,
        lot,
    };
    visit.page_with(page.sent.status(), &page)
}

fn said(standing: Standing, moved_to: Option<DateTime<Utc>>) -> String {
    let sentence = standing.sentence();
    match moved_to {
        Some(end) => format!(
            "{sentence}. Late bids moved the end to {}.",
            end.format("%H:%M:%S UTC")
        ),
        None => sentence.to_owned(),
    }
}

impl Found {
    fn about(
        view: AuctionView,
        viewer: Option<&User>,
        (auctions, sales): (&AuctionsFacade, &SalesFacade),
        reader: &mut Reader,
    ) -> Result<Self, Failure> {
        let id = view.id;
        let all = i64::try_from(SHOWN_BIDS).unwrap_or(i64::MAX);
        let bidder = viewer.map(|user| BidderId::from(user.id.uuid()));
        let seller = viewer.map(|user| SellerId::from(user.id.uuid()));
        let is_staff = viewer.is_some_and(|user| user.role.is_staff());
        let mut found = Self {
            bids: auctions.bids_of(id, Page::first(all), reader)?,
            first_end: auctions.first_end(id, reader)?,
            sale: None,
            registration: None,
            maximum: None,
            reserve: None,
            chance: auctions.second_chance(id, reader)?,
            paddles: HashMap::new(),
            package: None,
            view,
        };
        found.chance = found.chance.filter(|chance| {
            is_staff || seller == Some(found.view.seller) || bidder == Some(chance.bidder)
        });
        if let Some(bidder) = bidder {
            found.maximum = auctions.maximum_of(id, bidder, reader)?;
        }
        if let Some(seller) = seller {
            found.reserve = auctions.reserve_of(id, seller, reader)?;
        }
        let Some(sale) = found.view.sale else {
            return Ok(found);
        };
        found.sale = sales.single_sale(sale, reader)?;
        if let Some(bidder) = bidder {
            found.registration = sales.registration_of(sale, bidder, reader)?;
        }
        if is_staff {
            let registrations = sales.registrations(sale, None, Page::first(all), reader)?;
            let paddle = |known: RegistrationView| (known.bidder, known.paddle);
            found.paddles = registrations.into_iter().map(paddle).collect();
        }
        Ok(found)
    }
}

impl May {
    fn of(
        user: Option<&User>,
        lot: &Lot,
        has_bid: bool,
        membership: &Membership,
        chance: &Chance,
    ) -> Self {
        let is_customer = user.is_some_and(|user| user.role.is_customer());
        let is_own = user.is_some_and(|user| lot.is_sold_by(SellerId::from(user.id.uuid())));
        let is_staff = user.is_some_and(|user| user.role.is_staff());
        let is_bidder = lot.takes_bids() && is_customer && !is_own && membership.admits();
        Self {
            bid: is_bidder,
            log_in: lot.takes_bids() && user.is_none(),
            is_own,
            withdraw: lot.takes_bids() && has_bid,
            buy: is_bidder && lot.buy_now_price().is_some(),
            manage: is_own || is_staff,
            see_desks: is_staff,
            moderate: lot.takes_bids() && is_staff && lot.bids > 0,
            lower_reserve: is_own && lot.can_change() && lot.reserve_met == Some(false),
            cancel: lot.can_change() && (is_staff || (is_own && lot.bids == 0)),
            end: is_staff && lot.is_closing(),
            offer_again: (is_own || is_staff) && lot.is_unsold_with_bids() && chance.leaves_room(),
        }
    }

    /// Whether there is anything to manage.
    fn manages_something(&self) -> bool {
        self.lower_reserve || self.cancel || self.end || self.offer_again
    }
}
