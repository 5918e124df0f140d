//! A lot as pages show it, and how it stands for whoever looks at it.

use auctions::{
    AuctionId, AuctionStatus, AuctionView, BidderId, Bidding, Increments, LotGoods, SellerId,
};
use chrono::{DateTime, TimeDelta, Utc};
use foundation::Money;

use super::plate::plate;

/// Where a lot is in its life, at the moment of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LotState {
    /// Bidding has not begun.
    Upcoming,
    /// Bids are taken.
    Open,
    /// Bids are too late, and the hammer is about to fall.
    Closing,
    /// Ended with a winner.
    Sold,
    /// Ended without a bid, or below the reserve.
    Unsold,
    /// Taken off.
    Cancelled,
}

/// A lot as pages show it.
#[derive(Debug)]
pub(crate) struct Lot {
    pub(crate) id: AuctionId,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) current_price: Money,
    pub(crate) minimum_next: Money,
    pub(crate) bids: i64,
    pub(crate) began_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) state: LotState,
    pub(crate) bidding: Bidding,
    pub(crate) increments: Increments,
    /// Whether the reserve is met, where there is one.
    pub(crate) reserve_met: Option<bool>,
    pub(crate) buy_now: Option<Money>,
    pub(crate) soft_close: Option<TimeDelta>,
    pub(crate) latest_end: Option<DateTime<Utc>>,
    /// The hash of the newest line of the log that everybody may know of, in hexadecimal digits.
    pub(crate) log_head: Option<String>,
    /// What it takes from the stock.
    pub(crate) goods: Option<LotGoods>,
    seller: SellerId,
    leader: Option<BidderId>,
}

impl Lot {
    /// The lot at a moment.
    pub(crate) fn at(now: DateTime<Utc>, view: AuctionView) -> Self {
        let state = match view.status {
            AuctionStatus::Scheduled => LotState::Upcoming,
            AuctionStatus::Running if now < view.ends_at => LotState::Open,
            AuctionStatus::Running => LotState::Closing,
            AuctionStatus::Sold => LotState::Sold,
            AuctionStatus::Unsold => LotState::Unsold,
            AuctionStatus::Cancelled => LotState::Cancelled,
        };
        Self {
            id: view.id,
            title: view.title,
            description: view.description,
            current_price: view.current_price,
            minimum_next: view.minimum_next,
            bids: view.bids,
            began_at: view.began_at,
            ends_at: view.ends_at,
            state,
            bidding: view.bidding,
            increments: view.increments,
            reserve_met: view.reserve_met,
            buy_now: view.buy_now,
            goods: view.goods,
            soft_close: view.soft_close,
            latest_end: view.latest_end,
            log_head: view.log_hash.map(|hash| hexadecimal(&hash)),
            seller: view.seller,
            leader: view.leader,
        }
    }

    /// Whether the page is worth looking at again: something can still happen.
    pub(crate) fn is_running(&self) -> bool {
        match self.state {
            LotState::Upcoming | LotState::Open | LotState::Closing => true,
            LotState::Sold | LotState::Unsold | LotState::Cancelled => false,
        }
    }

    /// Whether bids are taken.
    pub(crate) fn takes_bids(&self) -> bool {
        self.state == LotState::Open
    }

    /// Whether bidding has not begun.
    pub(crate) fn is_upcoming(&self) -> bool {
        self.state == LotState::Upcoming
    }

    /// Whether the hammer is due to fall.
    pub(crate) fn is_closing(&self) -> bool {
        self.state == LotState::Closing
    }

    /// Whether somebody has bid on it, and nobody got it.
    pub(crate) fn is_unsold_with_bids(&self) -> bool {
        self.state == LotState::Unsold && self.bids > 0
    }

    /// Whether the lot can still be taken off, or its reserve lowered.
    pub(crate) fn can_change(&self) -> bool {
        self.is_upcoming() || self.takes_bids()
    }

    /// Whether a bid is a secret maximum.
    pub(crate) fn is_proxy(&self) -> bool {
        match self.bidding {
            Bidding::Proxy => true,
            Bidding::Plain => false,
        }
    }

    /// The price at which it can be bought now.
    pub(crate) fn buy_now_price(&self) -> Option<Money> {
        self.buy_now.filter(|_| self.takes_bids())
    }

    /// The least that a bidder may bid, whose own highest bid is known: the leader of a lot with proxy
    /// bidding only raises the own maximum.
    pub(crate) fn least_for(&self, bidder: Option<BidderId>, maximum: Option<Money>) -> Money {
        let leads = bidder.is_some_and(|bidder| self.is_led_by(bidder));
        let above = maximum
            .filter(|_| leads && self.is_proxy())
            .and_then(|own| {
                Money::from_minor_units(own.currency(), own.minor_units().checked_add(1)?).ok()
            });
        above.unwrap_or(self.minimum_next)
    }

    pub(crate) fn is_led_by(&self, bidder: BidderId) -> bool {
        self.leader == Some(bidder)
    }

    pub(crate) fn is_sold_by(&self, seller: SellerId) -> bool {
        self.seller == seller
    }

    /// The picture.
    pub(crate) fn plate(&self) -> String {
        plate(self.id.uuid())
    }

    /// How it ended.
    pub(crate) fn outcome(&self) -> &'static str {
        self.standing_for(None, false).sentence()
    }

    /// What the price is.
    pub(crate) fn price_label(&self) -> &'static str {
        match self.state {
            LotState::Sold => "Hammer price",
            LotState::Open | LotState::Closing if self.bids > 0 => "Current price",
            LotState::Unsold | LotState::Cancelled if self.bids > 0 => "Last price",
            LotState::Upcoming
            | LotState::Open
            | LotState::Closing
            | LotState::Unsold
            | LotState::Cancelled => "Starting price",
        }
    }

    /// What stands beside the highest bid.
    pub(crate) fn leads_label(&self) -> &'static str {
        match self.state {
            LotState::Sold => "won",
            LotState::Upcoming
            | LotState::Open
            | LotState::Closing
            | LotState::Unsold
            | LotState::Cancelled => "leads",
        }
    }

    /// How the lot stands for a bidder, who is known to have bid or not.
    pub(crate) fn standing_for(&self, bidder: Option<BidderId>, has_bid: bool) -> Standing {
        let leads = bidder.is_some_and(|bidder| self.is_led_by(bidder));
        match self.state {
            LotState::Open if leads && self.reserve_met == Some(false) => {
                Standing::LeadingBelowReserve
            }
            LotState::Open if leads => Standing::Leading,
            LotState::Open if has_bid => Standing::Outbid,
            LotState::Open => Standing::Open,
            LotState::Closing => Standing::Closing,
            LotState::Sold if leads => Standing::Won,
            LotState::Sold if has_bid => Standing::Lost,
            LotState::Sold => Standing::Sold,
            LotState::Unsold if self.bids > 0 && self.reserve_met == Some(false) => {
                Standing::BelowReserve
            }
            LotState::Unsold => Standing::Unsold,
            LotState::Upcoming => Standing::Upcoming,
            LotState::Cancelled => Standing::Cancelled,
        }
    }
}

/// How a lot stands for whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Bidding has not begun.
    Upcoming,
    /// Open, and the viewer has no part in it.
    Open,
    /// The viewer leads.
    Leading,
    /// The viewer leads, and would not get the lot for that.
    LeadingBelowReserve,
    /// The viewer has bid and does not lead.
    Outbid,
    /// The hammer is about to fall.
    Closing,
    /// The viewer has won.
    Won,
    /// The viewer has bid, and somebody else has won.
    Lost,
    /// Sold to somebody else.
    Sold,
    /// Ended without a bid.
    Unsold,
    /// Ended below the reserve.
    BelowReserve,
    /// Taken off.
    Cancelled,
}

impl Standing {
    /// In words.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Upcoming => "Bidding has not begun",
            Self::Open => "Open for bids",
            Self::Leading => "You are the highest bidder",
            Self::LeadingBelowReserve => "You are the highest bidder, below the reserve",
            Self::Outbid => "You were outbid",
            Self::Closing => "The hammer is about to fall",
            Self::Won => "You won this lot",
            Self::Lost => "Sold to another bidder",
            Self::Sold => "Sold",
            Self::Unsold => "Ended without a sale",
            Self::BelowReserve => "Ended below its reserve",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The class in the stylesheet.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Open => "live",
            Self::Leading | Self::Won => "good",
            Self::Outbid | Self::Closing | Self::LeadingBelowReserve => "warn",
            Self::Upcoming
            | Self::Lost
            | Self::Sold
            | Self::Unsold
            | Self::BelowReserve
            | Self::Cancelled => "",
        }
    }

    pub(crate) fn has_won(self) -> bool {
        self == Self::Won
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::Currency;
    use rstest::rstest;

    const END: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

    fn lot(status: AuctionStatus, before_end: i64, leader: Option<BidderId>) -> Lot {
        let price = Money::parse(Currency::USD, "10").unwrap();
        let view = AuctionView {
            id: AuctionId::generate(),
            seller: SellerId::generate(),
            sale: None,
            bidding: auctions::Bidding::Plain,
            reserve_met: None,
            buy_now: None,
            soft_close: None,
            latest_end: None,
            increments: Increments::smallest(Currency::USD),
            log_hash: None,
            goods: None,
            title: "A chair".into(),
            description: String::new(),
            starting_price: price,
            current_price: price,
            minimum_next: price,
            leader,
            bids: leader.iter().count().try_into().unwrap(),
            began_at: END,
            ends_at: END,
            ended_at: None,
            status,
        };
        Lot::at(END - TimeDelta::seconds(before_end), view)
    }

    #[test]
    fn whoever_leads_below_the_reserve_is_told() {
        let me = BidderId::generate();
        let mut running = lot(AuctionStatus::Running, 1, Some(me));
        running.reserve_met = Some(false);
        let standing = running.standing_for(Some(me), true);
        assert_eq!(standing, Standing::LeadingBelowReserve);
        let mut ended = lot(AuctionStatus::Unsold, -1, Some(me));
        ended.reserve_met = Some(false);
        let standing = ended.standing_for(Some(me), true);
        assert_eq!(standing, Standing::BelowReserve);
    }

    #[test]
    fn the_leader_of_a_lot_with_proxy_bidding_only_raises_the_own_maximum() {
        let usd = |amount| Money::parse(Currency::USD, amount).unwrap();
        let (me, other) = (BidderId::generate(), BidderId::generate());
        let mut lot = lot(AuctionStatus::Running, 1, Some(me));
        assert_eq!(lot.least_for(Some(me), Some(usd("20"))), usd("10"));
        lot.bidding = Bidding::Proxy;
        assert_eq!(lot.least_for(Some(me), Some(usd("20"))), usd("20.01"));
        assert_eq!(lot.least_for(Some(other), Some(usd("9"))), usd("10"));
        assert_eq!(lot.least_for(None, None), usd("10"));
    }

    #[rstest]
    #[case(AuctionStatus::Running, 1, true, true, Standing::Leading)]
    #[case(AuctionStatus::Running, 1, false, true, Standing::Outbid)]
    #[case(AuctionStatus::Running, 1, false, false, Standing::Open)]
    #[case(AuctionStatus::Running, 0, true, true, Standing::Closing)]
    #[case(AuctionStatus::Sold, -1, true, true, Standing::Won)]
    #[case(AuctionStatus::Sold, -1, false, true, Standing::Lost)]
    #[case(AuctionStatus::Sold, -1, false, false, Standing::Sold)]
    #[case(AuctionStatus::Unsold, -1, false, false, Standing::Unsold)]
    fn a_lot_stands_differently_for_everybody(
        #[case] status: AuctionStatus,
        #[case] before_end: i64,
        #[case] leads: bool,
        #[case] has_bid: bool,
        #[case] standing: Standing,
    ) {
        let (me, other) = (BidderId::generate(), BidderId::generate());
        let lot = lot(status, before_end, Some(if leads { me } else { other }));
        assert_eq!(lot.standing_for(Some(me), has_bid), standing);
    }
}
