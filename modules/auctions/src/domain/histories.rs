//! Random histories of one lot, and what must be true after each of their steps.

use chrono::{DateTime, TimeDelta, Utc};
use foundation::Currency;
use proptest::prelude::*;
use proptest::sample::Index;

use super::model::{Answer, Deed, End, House, Seen};
use super::room::{RUNS, Room, a_lot, cents, noon, person, seller};
use super::*;
use crate::ids::BidderId;

/// What happens, still without what depends on the moment at which it does.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Bid(u8, Amount),
    /// One that waited so many seconds for its turn.
    LateBid(u8, Amount, i64),
    BuyNow(u8),
    TakeBack(u8),
    StaffTakeBack(Vec<Index>),
    LowerReserve(i64),
    Cancel {
        by_seller: bool,
    },
    Hammer,
    Offer {
        unpaid: bool,
    },
    Answer(Index, bool),
    Expire,
    Wait(TimeDelta),
    /// Waits until so many milliseconds after the end, or before.
    WaitForTheEnd(i64),
}

/// How much is bid, in cents: beside what matters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Amount {
    AboveTheLeast(i64),
    AboveTheLeader(i64),
    AboveTheReserve(i64),
    Exactly(i64),
}

fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        3 => (-2..3_i64).prop_map(Amount::AboveTheLeast),
        3 => (0..1_500_i64).prop_map(Amount::AboveTheLeast),
        4 => (-60..60_i64).prop_map(Amount::AboveTheLeader),
        3 => (-1..2_i64).prop_map(Amount::AboveTheLeader),
        1 => (-2..3_i64).prop_map(Amount::AboveTheReserve),
        1 => (0..20_000_i64).prop_map(Amount::Exactly),
    ]
}

fn while_it_runs() -> impl Strategy<Value = Act> {
    prop_oneof![
        24 => (1..5_u8, amount()).prop_map(|(who, amount)| Act::Bid(who, amount)),
        3 => (1..5_u8).prop_map(Act::TakeBack),
        2 => prop::collection::vec(any::<Index>(), 0..3).prop_map(Act::StaffTakeBack),
        3 => (900..6_000_i64).prop_map(Act::LowerReserve),
        1 => (1..5_u8).prop_map(Act::BuyNow),
        4 => (0..200_i64).prop_map(|minutes| Act::Wait(TimeDelta::minutes(minutes))),
        1 => Just(Act::Hammer),
        1 => any::<bool>().prop_map(|unpaid| Act::Offer { unpaid }),
    ]
}

fn around_the_end() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (1..5_u8, amount()).prop_map(|(who, amount)| Act::Bid(who, amount)),
        6 => (1..5_u8, amount(), 0..3_i64).prop_map(|(who, amount, waited)| Act::LateBid(who, amount, waited)),
        2 => (1..5_u8).prop_map(Act::TakeBack),
        1 => prop::collection::vec(any::<Index>(), 1..2).prop_map(Act::StaffTakeBack),
        1 => (900..6_000_i64).prop_map(Act::LowerReserve),
        5 => (-90_000..400_i64).prop_map(Act::WaitForTheEnd),
        3 => (-1..260_i64).prop_map(Act::WaitForTheEnd),
        1 => prop_oneof![Just(true), Just(false)].prop_map(|by_seller| Act::Cancel { by_seller }),
        2 => Just(Act::Hammer),
    ]
}

fn afterwards() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Hammer),
        4 => any::<bool>().prop_map(|unpaid| Act::Offer { unpaid }),
        3 => (any::<Index>(), any::<bool>()).prop_map(|(who, accepts)| Act::Answer(who, accepts)),
        2 => Just(Act::Expire),
        2 => (1..30_i64).prop_map(|hours| Act::Wait(TimeDelta::hours(hours))),
        2 => (250..251_i64).prop_map(Act::WaitForTheEnd),
        1 => (1..5_u8, amount()).prop_map(|(who, amount)| Act::Bid(who, amount)),
        1 => (1..5_u8).prop_map(Act::TakeBack),
    ]
}

/// A life of a lot: bids, the last minutes, and what comes after.
pub(super) fn acts() -> impl Strategy<Value = Vec<Act>> {
    let running = prop::collection::vec(while_it_runs(), 0..20);
    let ending = prop::collection::vec(around_the_end(), 0..10);
    let ended = prop::collection::vec(afterwards(), 0..10);
    (running, ending, ended).prop_map(|(running, ending, ended)| {
        let end = [Act::WaitForTheEnd(250), Act::Hammer];
        let ended = if ended.is_empty() {
            vec![]
        } else {
            [end.to_vec(), ended].concat()
        };
        [running, ending, ended].concat()
    })
}

/// A lot on random terms from 10 dollars.
pub(super) fn house() -> impl Strategy<Value = House> {
    let steps = prop_oneof![
        Just(vec![(0, 1)]),
        Just(vec![(0, 25)]),
        Just(vec![
            (1_499, 50),
            (2_999, 100),
            (9_999, 100),
            (24_999, 250),
            (0, 500)
        ]),
    ];
    let reserve = prop_oneof![2 => Just(None), 3 => (1_000..6_000_i64).prop_map(Some)];
    let buy_now = prop_oneof![3 => Just(None), 1 => (0..4_000_i64).prop_map(Some)];
    let soft_close = prop_oneof![
        1 => Just((None, None)),
        2 => Just((Some(120), None)),
        2 => (1..90_i64, 0..200_i64).prop_map(|(window, more)| (Some(window), Some(window + more))),
    ];
    let opens = prop_oneof![4 => Just(0), 1 => Just(3_i64)];
    let parts = (any::<bool>(), steps, reserve, buy_now, soft_close, opens);
    parts.prop_map(
        |(proxy, steps, reserve, above, (window, cap), opens)| House {
            proxy,
            start: 1_000,
            steps,
            reserve,
            buy_now: above.map(|above| reserve.unwrap_or(1_000) + above),
            window: window.map(TimeDelta::seconds),
            cap: cap.map(TimeDelta::seconds),
            opens_at: noon() + TimeDelta::hours(opens),
            ends_at: noon() + RUNS,
        },
    )
}

/// The house's terms as a seller would choose them.
fn terms(house: &House) -> LotTerms {
    let (last, bands) = house.steps.split_last().unwrap();
    let band = |(up_to, step): &(i64, i64)| Band {
        up_to: *up_to,
        step: *step,
    };
    let bands = bands.iter().map(band).collect();
    let seconds = |time: TimeDelta| time.num_seconds();
    let soft_close = house
        .window
        .map(|window| SoftClose::try_new(seconds(window), house.cap.map(seconds)).unwrap());
    LotTerms {
        opens_at: Some(house.opens_at),
        bidding: if house.proxy {
            Bidding::Proxy
        } else {
            Bidding::Plain
        },
        increments: Some(Increments::try_new(Currency::USD, bands, last.1).unwrap()),
        reserve: house.reserve.map(cents),
        buy_now: house.buy_now.map(cents),
        soft_close: soft_close.map_or(SoftCloseChoice::Off, SoftCloseChoice::On),
        ..LotTerms::default()
    }
}

/// A lot that lived through a history, with all that was asked and seen.
pub(super) struct Life {
    pub(super) room: Room,
    pub(super) deeds: Vec<(DateTime<Utc>, Deed)>,
    pub(super) seen: Vec<Seen>,
}

impl Life {
    pub(super) fn live(house: &House, acts: &[Act]) -> Self {
        let mut life = Self {
            room: Room::begin(a_lot(cents(house.start), terms(house))),
            deeds: Vec::new(),
            seen: Vec::new(),
        };
        acts.iter().for_each(|act| life.perform(act));
        life
    }

    fn perform(&mut self, act: &Act) {
        let now = self.room.now;
        let deed = match act {
            Act::Wait(time) => {
                self.room.now += *time;
                return;
            }
            Act::WaitForTheEnd(milliseconds) => {
                let then = self.room.lot().ends_at + TimeDelta::milliseconds(*milliseconds);
                self.room.now = now.max(then);
                return;
            }
            Act::Bid(who, amount) => (now, self.a_bid(*who, *amount)),
            Act::LateBid(who, amount, waited) => {
                (now - TimeDelta::seconds(*waited), self.a_bid(*who, *amount))
            }
            Act::BuyNow(who) => (now, Deed::BuyNow { who: *who }),
            Act::TakeBack(who) => (now, Deed::TakeBack { who: *who }),
            Act::StaffTakeBack(bids) => {
                let count = self.room.history.len();
                let some = bids.iter().filter(|_| count > 0);
                let bids = some.map(|index| index.index(count)).collect();
                (now, Deed::StaffTakeBack { bids })
            }
            Act::LowerReserve(to) => (now, Deed::LowerReserve { to: *to }),
            Act::Cancel { by_seller } => (
                now,
                Deed::Cancel {
                    by_seller: *by_seller,
                },
            ),
            Act::Hammer => (now, Deed::Hammer),
            Act::Offer { unpaid } => (now, Deed::Offer { unpaid: *unpaid }),
            Act::Answer(who, accepts) => {
                let who = *who.get(&self.likely_to_answer());
                let accepts = *accepts;
                (now, Deed::Answer { who, accepts })
            }
            Act::Expire => (now, Deed::Expire),
        };
        self.carry_out(deed);
    }

    /// Most often whoever was asked.
    fn likely_to_answer(&self) -> [u8; 3] {
        let asked = self.room.lot().offers.last();
        let asked = asked.and_then(|offer| number(offer.bidder));
        [asked.unwrap_or(1), asked.unwrap_or(2), 3]
    }

    fn a_bid(&self, who: u8, amount: Amount) -> Deed {
        let lot = self.room.lot();
        let leader = lot.standing.leader.map_or(1_000, |leader| leader.maximum);
        let reserve = lot.reserve.map_or(2_000, |reserve| reserve.price);
        let amount = match amount {
            Amount::AboveTheLeast(more) => lot.minimum_next() + more,
            Amount::AboveTheLeader(more) => leader + more,
            Amount::AboveTheReserve(more) => reserve + more,
            Amount::Exactly(amount) => amount,
        };
        Deed::Bid { who, amount }
    }

    fn carry_out(&mut self, (at, deed): (DateTime<Utc>, Deed)) {
        let (before, lines) = (self.room.lot().clone(), self.room.lines.len());
        let done = ask(&mut self.room, at, &deed);
        self.assert_sound(&before, done, at, &deed);
        // The machinery's own attempts that come to nothing are not written down.
        let is_quiet = !done && matches!(deed, Deed::Hammer | Deed::Expire);
        if !is_quiet {
            assert_eq!(self.room.lines.len(), lines + 1, "{deed:?} is one line");
        }
        self.seen.push(see(self.room.lot(), done));
        self.deeds.push((at, deed));
    }

    /// What is true after every deed, whatever it was.
    fn assert_sound(&mut self, before: &Lot, done: bool, at: DateTime<Utc>, deed: &Deed) {
        let told = self.room.told();
        let after = self.room.lot();
        if !done {
            assert_eq!(after, before, "a refusal changes nothing: {deed:?}");
            assert_eq!(told, [], "nobody hears of a refusal: {deed:?}");
            return;
        }
        if let Some(leader) = after.standing.leader {
            assert!(after.standing.price <= leader.maximum, "{deed:?}");
        }
        let takes_back = matches!(deed, Deed::TakeBack { .. } | Deed::StaffTakeBack { .. });
        if !takes_back {
            assert!(after.standing.price >= before.standing.price, "{deed:?}");
            assert!(after.last_number >= before.last_number);
        }
        if matches!(deed, Deed::Bid { .. } | Deed::BuyNow { .. }) {
            assert!(at < before.ends_at, "no bid is accepted late: {deed:?}");
        }
        if !matches!(deed, Deed::BuyNow { .. }) {
            assert!(after.ends_at >= before.ends_at, "{deed:?}");
            let bought = after.ending.is_some() && after.ends_at < noon() + RUNS;
            let bids = self.room.history.iter();
            let recounted = Standing::from_bids(&after.terms, after.reserve, bids);
            assert!(bought || recounted == after.standing, "{deed:?}");
        }
    }
}

fn number(bidder: BidderId) -> Option<u8> {
    (1..5).find(|number| person(*number) == bidder)
}

fn ask(room: &mut Room, at: DateTime<Utc>, deed: &Deed) -> bool {
    match deed {
        Deed::Bid { who, amount } if *amount < 0 => {
            room.bid_at(at, *who, cents(0)).is_ok_and(|v| v.accepted)
        }
        Deed::Bid { who, amount } => room
            .bid_at(at, *who, cents(*amount))
            .is_ok_and(|v| v.accepted),
        Deed::BuyNow { who } => room.buy_now(*who).is_ok(),
        Deed::TakeBack { who } => room.withdraw(WithdrawnBy::Bidder(person(*who))).is_ok(),
        Deed::StaffTakeBack { bids } => room.staff_withdraw(bids).is_ok(),
        Deed::LowerReserve { to } => room.lower_reserve(cents(*to)).is_ok(),
        Deed::Cancel { by_seller: true } => room.cancel(&CancelledBy::Seller(seller())).is_ok(),
        Deed::Cancel { by_seller: false } => {
            room.cancel(&CancelledBy::Staff("dora".to_owned())).is_ok()
        }
        Deed::Hammer => room.end().is_ok(),
        Deed::Offer { unpaid: true } => room.offer(SecondChanceReason::NotPaid).is_ok(),
        Deed::Offer { unpaid: false } => room.offer(SecondChanceReason::NotSold).is_ok(),
        Deed::Answer { who, accepts } => room.answer(*who, *accepts).is_ok(),
        Deed::Expire => {
            let before = room.lot().offers.clone();
            room.expire();
            room.lot().offers != before
        }
    }
}

/// What everybody, the leader and the runner-up see of the lot.
fn see(lot: &Lot, done: bool) -> Seen {
    let who = |place: Option<Place>| place.and_then(|place| number(place.bidder));
    let offer = |offer: &Offer| {
        let answer = match offer.state {
            OfferState::Open => Answer::Open,
            OfferState::Accepted => Answer::Yes,
            OfferState::Declined => Answer::No,
            OfferState::Expired => Answer::Late,
        };
        (number(offer.bidder).unwrap(), offer.price, answer)
    };
    Seen {
        done,
        leader: who(lot.standing.leader),
        second: who(lot.standing.runner_up),
        price: lot.standing.price,
        least: lot.minimum_next(),
        met: lot.reserve_met(),
        bids: usize::try_from(lot.bids).unwrap(),
        ends_at: lot.ends_at,
        end: lot.ending.map(|ending| match ending.result {
            EndResult::Sold => End::Sold,
            EndResult::Unsold => End::Unsold,
            EndResult::Cancelled => End::Cancelled,
        }),
        offers: lot.offers.iter().map(offer).collect(),
    }
}
