//! Refusals of the auction room.

use actix_web::http::StatusCode;
use auctions::{
    BeginAuction, BeginAuctionError, CommandError, DeskError, EndAuctionError, Refusal,
};
use foundation::Money;

use super::{
    AUCTION_HAS_ENDED, INVALID_FIELDS, NOT_DUE, NOT_FOUND, NOT_WITHDRAWABLE, OWN_LOT, UNAVAILABLE,
    WRONG_CURRENCY, WRONG_STATE,
};
use crate::http::problem::{Kind, Problem};

/// Bidding has not begun.
const NOT_OPEN_YET: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-open-yet",
    "Bidding on this lot has not begun",
);
/// In a sale, only approved paddles bid.
const NO_PADDLE: Kind = Kind::new(
    StatusCode::FORBIDDEN,
    "no-paddle",
    "You have no approved paddle for this sale",
);
/// The lot cannot be bought at once.
const NO_BUY_NOW: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "no-buy-now",
    "This lot cannot be bought at once",
);
/// An idempotency key is used for another bid.
const KEY_REUSED: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "idempotency-key-reused",
    "This idempotency key belongs to another bid",
);
/// A rule of lowering reserves.
const RESERVE_RULE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "reserve-rule",
    "The reserve cannot be changed like that",
);
/// After the first bid only staff cancel.
const LOT_HAS_BIDS: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "lot-has-bids",
    "This lot has been bid on",
);
/// A rule of second chances.
const NO_SECOND_CHANCE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "no-second-chance",
    "There is no such second chance",
);

/// The problem of a lot that did not begin, at the field of it that is to blame.
pub fn about_the_lot(error: BeginAuctionError, lot: &BeginAuction) -> Problem {
    let field = match error {
        BeginAuctionError::EndingInThePast | BeginAuctionError::EndingTooFarAway => "ends_at",
        BeginAuctionError::OpeningInThePast
        | BeginAuctionError::OpeningAfterTheEnd
        | BeginAuctionError::OpeningBeforeTheSale => "opens_at",
        BeginAuctionError::PriceNotPositive => "starting_price",
        BeginAuctionError::PriceTooLarge => field_of_the_highest_price(lot),
        BeginAuctionError::ReserveBelowStart => "reserve",
        BeginAuctionError::BuyNowTooLow => "buy_now",
        BeginAuctionError::NoSuchSale => "sale",
        BeginAuctionError::CurrencyMismatch { .. } => {
            let field = field_of_another_currency(lot);
            return Problem::new(WRONG_CURRENCY, &error).at(field, &error);
        }
        BeginAuctionError::NotTheSalesCurrency { .. } => {
            return Problem::new(WRONG_CURRENCY, &error).at("starting_price", &error);
        }
        BeginAuctionError::AlreadyBegun => return Problem::new(WRONG_STATE, &error),
        BeginAuctionError::Unexpected(failure) => return failure.into(),
    };
    Problem::new(INVALID_FIELDS, &error).at(field, &error)
}

/// Prices beside the starting price.
fn further_prices(lot: &BeginAuction) -> impl Iterator<Item = (&'static str, Money)> {
    let prices = [
        ("reserve", lot.terms.reserve),
        ("buy_now", lot.terms.buy_now),
    ];
    let given = |(field, price): (_, Option<Money>)| Some((field, price?));
    prices.into_iter().filter_map(given)
}

fn field_of_another_currency(lot: &BeginAuction) -> &'static str {
    let expected = lot.starting_price.currency();
    let other = further_prices(lot).find(|(_, price)| price.currency() != expected);
    other.map_or("increment", |(field, _)| field)
}

/// Steps grow with the price: if any is too large, the highest is.
fn field_of_the_highest_price(lot: &BeginAuction) -> &'static str {
    let start = ("starting_price", lot.starting_price);
    let prices = further_prices(lot).chain([start]);
    let highest = prices.max_by_key(|(_, price)| price.minor_units());
    highest.map_or("starting_price", |(field, _)| field)
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::NotFound => Self::not_found("auction"),
            CommandError::WrongCurrency { .. } => {
                Self::new(WRONG_CURRENCY, &error).at("currency", &error)
            }
            CommandError::BadAmount(rule) => Self::new(INVALID_FIELDS, &rule).at("amount", &rule),
            CommandError::UnknownBid(_) => Self::new(NOT_WITHDRAWABLE, &error).at("bids", &error),
            CommandError::BadReason(rule) => Self::new(INVALID_FIELDS, &rule).at("reason", &rule),
            CommandError::KeyReused => Self::new(KEY_REUSED, &error),
            CommandError::Refused(refusal) => refusal.into(),
        }
    }
}

/// The problem of a command whose amount is a reserve.
pub fn about_the_reserve(error: CommandError) -> Problem {
    if let CommandError::WrongCurrency { .. } = error {
        return Problem::new(WRONG_CURRENCY, &error).at("reserve", &error);
    }
    error.into()
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::NotOpenYet => NOT_OPEN_YET,
            Refusal::HasEnded => AUCTION_HAS_ENDED,
            Refusal::OwnLot => OWN_LOT,
            Refusal::NotAdmitted => NO_PADDLE,
            Refusal::AmountTooLarge | Refusal::TooLow => {
                return Self::new(INVALID_FIELDS, refusal).at("amount", refusal);
            }
            Refusal::NotForSaleAtOnce => NO_BUY_NOW,
            Refusal::NothingToWithdraw | Refusal::TooLateToWithdraw | Refusal::AlreadyWithdrawn => {
                NOT_WITHDRAWABLE
            }
            // Whose lot it is, is nobody else's business.
            Refusal::NotYourLot => NOT_FOUND,
            Refusal::HasBids => LOT_HAS_BIDS,
            Refusal::NoReserve
            | Refusal::ReserveMet
            | Refusal::ReserveNotLower
            | Refusal::ReserveBelowStart => RESERVE_RULE,
            Refusal::NotDueYet => NOT_DUE,
            Refusal::NotEnded
            | Refusal::Sold
            | Refusal::NotSold
            | Refusal::OfferOpen
            | Refusal::NobodyToOffer
            | Refusal::BelowReserve
            | Refusal::NoOffer
            | Refusal::OfferExpired
            | Refusal::OfferNotOver => NO_SECOND_CHANCE,
        };
        Self::new(kind, refusal)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Full => {
                Self::new(UNAVAILABLE, "Too many bids are waiting; try again.").retry_after(1)
            }
            DeskError::Closed => {
                Self::new(UNAVAILABLE, "The bidding desk is closed; try again.").retry_after(5)
            }
            DeskError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<EndAuctionError> for Problem {
    fn from(error: EndAuctionError) -> Self {
        match error {
            EndAuctionError::NotFound => Self::not_found("auction"),
            EndAuctionError::NotDueYet { .. } => Self::new(NOT_DUE, &error),
            EndAuctionError::AlreadyEnded => Self::new(AUCTION_HAS_ENDED, &error),
            EndAuctionError::Unexpected(failure) => failure.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auctions::{AuctionId, AuctionTitle, LotDescription, LotTerms, SellerId};
    use chrono::DateTime;
    use foundation::Currency;
    use rstest::rstest;

    fn lot(start: &str, reserve: Option<&str>, buy_now: Option<&str>) -> BeginAuction {
        let money = |text: &str| {
            let (amount, currency) = text.split_once(' ').unwrap();
            Money::parse(Currency::parse(currency).unwrap(), amount).unwrap()
        };
        BeginAuction {
            auction: AuctionId::generate(),
            seller: SellerId::generate(),
            title: AuctionTitle::parse("Astrolabe").unwrap(),
            description: LotDescription::parse("").unwrap(),
            starting_price: money(start),
            ends_at: DateTime::UNIX_EPOCH,
            terms: LotTerms {
                reserve: reserve.map(money),
                buy_now: buy_now.map(money),
                ..LotTerms::default()
            },
        }
    }

    #[rstest]
    #[case(Some("20 EUR"), None, "reserve")]
    #[case(Some("20 USD"), Some("30 EUR"), "buy_now")]
    #[case(Some("20 EUR"), Some("30 EUR"), "reserve")]
    #[case(Some("20 USD"), Some("30 USD"), "increment")]
    #[case(None, None, "increment")]
    fn the_amount_of_another_currency_is_named(
        #[case] reserve: Option<&str>,
        #[case] buy_now: Option<&str>,
        #[case] field: &str,
    ) {
        let expected = Currency::parse("USD").unwrap();
        let error = BeginAuctionError::CurrencyMismatch { expected };
        let problem = about_the_lot(error, &lot("10 USD", reserve, buy_now));
        assert_eq!(problem.errors().keys().collect::<Vec<_>>(), [field]);
    }

    #[rstest]
    #[case(None, None, "starting_price")]
    #[case(Some("10 USD"), None, "starting_price")]
    #[case(Some("20 USD"), None, "reserve")]
    #[case(Some("20 USD"), Some("30 USD"), "buy_now")]
    fn the_highest_price_is_the_one_that_is_too_large(
        #[case] reserve: Option<&str>,
        #[case] buy_now: Option<&str>,
        #[case] field: &str,
    ) {
        let lot = lot("10 USD", reserve, buy_now);
        let problem = about_the_lot(BeginAuctionError::PriceTooLarge, &lot);
        assert_eq!(problem.errors().keys().collect::<Vec<_>>(), [field]);
    }
}
