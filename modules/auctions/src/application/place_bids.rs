//! Bidding.

use std::collections::{HashMap, HashSet};

use foundation::{Failure, UnitOfWork};

use super::auctions::BidKey;
use super::{Auctions, Decided, Paddles};
use crate::domain::{Auction, CommandError, EarlierBid, PlaceBid, Verdict};
use crate::ids::{AuctionId, BidderId, SaleId};

/// Has the auctions consider the bids, in their order, and keeps what came of it: one load, one save and one
/// answer for each bid, however many there are.
pub(crate) fn place_bids(
    bids: &[PlaceBid],
    auctions: &dyn Auctions,
    paddles: &dyn Paddles,
    uow: &mut UnitOfWork,
) -> Result<Vec<Decided<Verdict>>, Failure> {
    let mut room = Room::open(bids, auctions, paddles, uow)?;
    let verdicts = bids.iter().map(|bid| room.place(bid)).collect();
    let mut changed: Vec<Auction> = room.auctions.into_values().collect();
    changed.retain(Auction::is_changed);
    auctions.save_all(&mut changed, uow)?;
    Ok(verdicts)
}

/// What is needed to decide a number of bids.
struct Room {
    auctions: HashMap<AuctionId, Auction>,
    admitted: HashSet<(SaleId, BidderId)>,
    earlier: HashMap<BidKey, EarlierBid>,
    /// What was decided before in this unit of work, with the amount in minor units.
    decided: HashMap<BidKey, (i64, Decided<Verdict>)>,
}

impl Room {
    fn open(
        bids: &[PlaceBid],
        auctions: &dyn Auctions,
        paddles: &dyn Paddles,
        uow: &mut UnitOfWork,
    ) -> Result<Self, Failure> {
        let mut ids: Vec<AuctionId> = bids.iter().map(|bid| bid.auction).collect();
        ids.sort_unstable();
        ids.dedup();
        let lots = auctions.get_all(&ids, uow)?;
        let mut by_sale: HashMap<SaleId, Vec<BidderId>> = HashMap::new();
        for bid in bids {
            if let Some(sale) = lots.get(&bid.auction).and_then(|lot| lot.state().sale) {
                by_sale.entry(sale).or_default().push(bid.bidder);
            }
        }
        let mut admitted = HashSet::new();
        for (sale, bidders) in by_sale {
            let approved = paddles.admitted(sale, &bidders, uow)?;
            admitted.extend(approved.into_iter().map(|bidder| (sale, bidder)));
        }
        let keys: Vec<BidKey> = bids.iter().filter_map(key_of).collect();
        Ok(Self {
            auctions: lots,
            admitted,
            earlier: auctions.earlier_bids(&keys, uow)?,
            decided: HashMap::new(),
        })
    }

    fn place(&mut self, bid: &PlaceBid) -> Decided<Verdict> {
        let auction = self
            .auctions
            .get_mut(&bid.auction)
            .ok_or(CommandError::NotFound)?;
        let Some(key) = key_of(bid) else {
            return auction.place_bid(bid, is_admitted(&self.admitted, auction, bid.bidder));
        };
        if let Some(earlier) = self.earlier.get(&key) {
            return auction.answer_again(bid, earlier);
        }
        // An amount that is none is no bid, and leaves the key to the next one.
        let amount = bid
            .amount
            .in_currency(auction.state().lot.terms.currency())?;
        if let Some((first, answer)) = self.decided.get(&key) {
            return if *first == amount {
                answer.clone()
            } else {
                Err(CommandError::KeyReused)
            };
        }
        let answer = auction.place_bid(bid, is_admitted(&self.admitted, auction, bid.bidder));
        self.decided.insert(key, (amount, answer.clone()));
        answer
    }
}

fn key_of(bid: &PlaceBid) -> Option<BidKey> {
    let key = bid.key.as_ref()?.as_str().to_owned();
    Some((bid.auction, bid.bidder, key))
}

/// A lot outside any sale is open to every customer.
fn is_admitted(
    admitted: &HashSet<(SaleId, BidderId)>,
    auction: &Auction,
    bidder: BidderId,
) -> bool {
    let sale = auction.state().sale;
    sale.is_none_or(|sale| admitted.contains(&(sale, bidder)))
}
