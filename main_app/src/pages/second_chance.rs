//! A second chance as the lot's page shows it, and its forms.

use actix_web::{HttpResponse, web};
use auctions::{
    AnswerSecondChance, AuctionId, AuctionsFacade, BidderId, OfferSecondChance, OfferState,
    SecondChanceReason, SecondChanceView, SellerId,
};
use chrono::{DateTime, Utc};
use foundation::{Money, audit};
use serde::Deserialize;

use super::filters::spoken;
use super::lot::find;
use super::lot_sent::{Form, finish};
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::{Customer, SellerOrStaff};

/// The newest second chance of a lot, as far as the viewer may know.
pub(crate) enum Chance {
    /// There is none, or none that the viewer may know of.
    None,
    /// The viewer is asked.
    Yours(Offered),
    /// Somebody else is asked; the viewer sells the lot or works for the house.
    Others(Offered),
}

/// What was offered, and what became of it.
pub(crate) struct Offered {
    pub(crate) price: Money,
    pub(crate) expires_at: DateTime<Utc>,
    state: OfferState,
}

/// The answer, by the name of the button.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Accept,
    Decline,
}

/// The form to answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerForm {
    answer: Answer,
}

impl Chance {
    /// The second chance as the viewer sees it, who was found to be allowed to.
    pub(crate) fn of(view: Option<&SecondChanceView>, viewer: Option<BidderId>) -> Self {
        let Some(view) = view else {
            return Self::None;
        };
        let offered = Offered {
            price: view.price,
            expires_at: view.expires_at,
            state: view.state,
        };
        if viewer == Some(view.bidder) {
            Self::Yours(offered)
        } else {
            Self::Others(offered)
        }
    }

    /// Whether there is anything to show.
    pub(crate) fn is_shown(&self) -> bool {
        match self {
            Self::None => false,
            Self::Yours(_) | Self::Others(_) => true,
        }
    }

    /// Whether the lot can be offered to somebody.
    pub(crate) fn leaves_room(&self) -> bool {
        match self {
            Self::None => true,
            Self::Yours(offered) | Self::Others(offered) => match offered.state {
                OfferState::Open | OfferState::Accepted => false,
                OfferState::Declined | OfferState::Expired => true,
            },
        }
    }
}

impl Offered {
    /// Whether it waits for an answer.
    pub(crate) fn is_open(&self) -> bool {
        self.state == OfferState::Open
    }

    /// What became of it, to the one who was asked.
    pub(crate) fn told(&self) -> String {
        let price = spoken(&self.price);
        match self.state {
            OfferState::Open => format!("You can have this lot for {price}."),
            OfferState::Accepted => {
                format!("You accepted the second chance and bought this lot for {price}.")
            }
            OfferState::Declined => "You declined the second chance.".to_owned(),
            OfferState::Expired => "Your second chance has expired.".to_owned(),
        }
    }

    /// What became of it, to the seller and to staff.
    pub(crate) fn reported(&self) -> String {
        let price = spoken(&self.price);
        match self.state {
            OfferState::Open => {
                format!("A second chance is offered for {price} and waits for an answer.")
            }
            OfferState::Accepted => format!("A second chance was accepted for {price}."),
            OfferState::Declined => format!("A second chance for {price} was declined."),
            OfferState::Expired => format!("A second chance for {price} has expired."),
        }
    }
}

/// Takes the answer of the one who was asked.
pub(crate) async fn answer(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<AnswerForm>>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let accepts = match form.answer {
        Answer::Accept => true,
        Answer::Decline => false,
    };
    let command = AnswerSecondChance {
        auction: *id,
        bidder: BidderId::from(visit.user().id.uuid()),
        accepts,
        arrived_at: visit.work.arrived_at(),
    };
    let outcome = visit
        .write(move |auctions: &AuctionsFacade, uow| auctions.answer_second_chance(&command, uow))
        .await
        .and_then(|decided| Ok(decided?));
    let told = if accepts {
        "The lot is yours. You find its payment under your won items."
    } else {
        "You declined the second chance."
    };
    let told = outcome.map(|()| told.to_owned());
    finish(&visit, *id, told, (Form::Button, String::new())).await
}

/// Offers a lot that was not sold to the best bidder who has not been asked yet.
pub(crate) async fn offer(
    visit: VisitAs<SellerOrStaff>,
    id: web::Path<AuctionId>,
) -> Result<HttpResponse, Problem> {
    let found = find(&visit, *id).await?;
    let user = visit.user().clone();
    // Whose lot it is never changes, so that the read model may decide about that.
    if !user.role.is_staff() && found.view.seller != SellerId::from(user.id.uuid()) {
        return Err(Problem::not_found("lot"));
    }
    let command = OfferSecondChance {
        auction: *id,
        because: SecondChanceReason::NotSold,
    };
    let outcome = visit
        .write(move |auctions: &AuctionsFacade, uow| {
            let decided = auctions.offer_second_chance(&command, uow)?;
            if decided.is_ok() && user.role.is_staff() {
                let (act, lot) = ("auctions.offer_second_chance", command.auction.to_string());
                audit::record(&user.email, act, &lot, "", uow)?;
            }
            Ok::<_, foundation::Failure>(decided)
        })
        .await
        .and_then(|decided| Ok(decided?));
    let told = "Offered to the best bidder, at that bidder's own highest bid.";
    let told = outcome.map(|_| told.to_owned());
    finish(&visit, *id, told, (Form::Button, String::new())).await
}
