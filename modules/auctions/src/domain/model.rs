//! A slow and obvious auction, written from the rules' note and not from the engine: it keeps everything that
//! was ever asked and looks through all of it again at every step.

use chrono::{DateTime, TimeDelta, Utc};

/// What a lot is sold on, in cents.
#[derive(Debug, Clone)]
pub(super) struct House {
    pub(super) proxy: bool,
    pub(super) start: i64,
    /// Up to which price which step is added; the last one goes on for ever.
    pub(super) steps: Vec<(i64, i64)>,
    pub(super) reserve: Option<i64>,
    pub(super) buy_now: Option<i64>,
    /// Window and cap of the soft close.
    pub(super) window: Option<TimeDelta>,
    pub(super) cap: Option<TimeDelta>,
    pub(super) opens_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
}

/// What somebody asks for.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Bid {
        who: u8,
        amount: i64,
    },
    BuyNow {
        who: u8,
    },
    TakeBack {
        who: u8,
    },
    /// By their places among the accepted bids.
    StaffTakeBack {
        bids: Vec<usize>,
    },
    LowerReserve {
        to: i64,
    },
    Cancel {
        by_seller: bool,
    },
    Hammer,
    Offer {
        unpaid: bool,
    },
    Answer {
        who: u8,
        accepts: bool,
    },
    Expire,
}

/// What can be seen after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) done: bool,
    pub(super) leader: Option<u8>,
    pub(super) second: Option<u8>,
    pub(super) price: i64,
    pub(super) least: i64,
    pub(super) met: Option<bool>,
    pub(super) bids: usize,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) end: Option<End>,
    pub(super) offers: Vec<(u8, i64, Answer)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Sold,
    Unsold,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Open,
    Yes,
    No,
    Late,
}

/// Plays what was asked from the beginning; says what could be seen after each deed, and who has bought the
/// lot in the end.
pub(super) fn play(house: &House, deeds: &[(DateTime<Utc>, Deed)]) -> (Vec<Seen>, Option<u8>) {
    let mut day = Day {
        house,
        bids: Vec::new(),
        reserve: house.reserve,
        lowered_at: 0,
        ends_at: house.ends_at,
        bought: false,
        end: None,
        offers: Vec::new(),
        unpaid: false,
    };
    let deeds = deeds.iter().zip(1..);
    let seen = deeds.map(|((at, deed), number)| {
        let done = day.take(deed, *at, number).is_some();
        day.see(done)
    });
    let seen = seen.collect();
    (seen, day.buyer())
}

struct Day<'h> {
    house: &'h House,
    bids: Vec<Placed>,
    reserve: Option<i64>,
    /// The number of the deed that lowered the reserve.
    lowered_at: usize,
    ends_at: DateTime<Utc>,
    bought: bool,
    end: Option<End>,
    offers: Vec<(u8, i64, DateTime<Utc>, Answer)>,
    /// Whether the house has said that the last buyer did not pay.
    unpaid: bool,
}

struct Placed {
    who: u8,
    amount: i64,
    at: DateTime<Utc>,
    /// The number of the deed.
    number: usize,
    /// A leader's raise that moved nothing is not shown.
    shown: bool,
    gone: bool,
}

impl Day<'_> {
    /// Does what is asked, or not.
    fn take(&mut self, deed: &Deed, at: DateTime<Utc>, number: usize) -> Option<()> {
        match deed {
            Deed::Bid { who, amount } => self.bid(*who, *amount, at, number),
            Deed::BuyNow { who } => self.buy_now(*who, at, number),
            Deed::TakeBack { who } => self.take_back(*who, at),
            Deed::StaffTakeBack { bids } => self.staff_take_back(bids, at),
            Deed::LowerReserve { to } => self.lower_reserve(*to, at, number),
            Deed::Cancel { by_seller } => self.cancel(*by_seller, at),
            Deed::Hammer => self.hammer(at),
            Deed::Offer { unpaid } => self.offer(*unpaid, at),
            Deed::Answer { who, accepts } => self.answer(*who, *accepts, at),
            Deed::Expire => self.expire(at),
        }
    }

    fn step(&self, price: i64) -> i64 {
        let steps = &self.house.steps;
        let band = steps.iter().find(|(up_to, _)| price <= *up_to);
        band.or(steps.last()).unwrap().1
    }

    fn running(&self, at: DateTime<Utc>) -> Option<()> {
        (self.end.is_none() && at < self.ends_at).then_some(())
    }

    fn open(&self, at: DateTime<Utc>) -> Option<()> {
        self.running(at)?;
        (at >= self.house.opens_at).then_some(())
    }

    /// Everybody who bids, best first, with their maxima.
    fn ranking(&self) -> Vec<(u8, i64)> {
        let standing: Vec<&Placed> = self.bids.iter().filter(|bid| !bid.gone).collect();
        let mut everybody: Vec<u8> = standing.iter().map(|bid| bid.who).collect();
        everybody.sort_unstable();
        everybody.dedup();
        let mut ranking = Vec::new();
        for who in everybody {
            let own = || standing.iter().filter(|bid| bid.who == who);
            let maximum = own().map(|bid| bid.amount).max().unwrap();
            let reached = own().filter(|bid| bid.amount == maximum);
            let reached = reached.map(|bid| bid.number).min().unwrap();
            ranking.push((-maximum, reached, who));
        }
        ranking.sort_unstable();
        ranking.iter().map(|(down, _, who)| (*who, -down)).collect()
    }

    fn met(&self) -> bool {
        let since_lowered = |bid: &Placed| !bid.gone && bid.number > self.lowered_at;
        let best = self.ranking().first().map_or(0, |(_, maximum)| *maximum);
        let reached = self.reserve.is_some_and(|reserve| best >= reserve);
        self.bought && self.reserve.is_some() || reached && self.bids.iter().any(since_lowered)
    }

    fn price(&self) -> i64 {
        let ranking = self.ranking();
        let Some((_, best)) = ranking.first() else {
            return self.house.start;
        };
        if !self.house.proxy || self.bought {
            return *best;
        }
        let floor = match self.met() {
            true => self.house.start.max(self.reserve.unwrap()),
            false => self.house.start,
        };
        match ranking.get(1) {
            None => floor,
            Some((_, second)) => (*best).min(floor.max(second + self.step(*second))),
        }
    }

    fn least(&self) -> i64 {
        match self.ranking().is_empty() {
            true => self.house.start,
            false => self.price() + self.step(self.price()),
        }
    }

    fn leader(&self) -> Option<u8> {
        Some(self.ranking().first()?.0)
    }

    fn bid(&mut self, who: u8, amount: i64, at: DateTime<Utc>, number: usize) -> Option<()> {
        self.open(at)?;
        let leads = self.house.proxy && self.leader() == Some(who);
        let enough = match leads {
            true => amount > self.ranking()[0].1,
            false => amount >= self.least(),
        };
        enough.then_some(())?;
        let before = (self.price(), self.leader());
        self.bids.push(Placed {
            who,
            amount,
            at,
            number,
            shown: true,
            gone: false,
        });
        if (self.price(), self.leader()) == before {
            self.bids.last_mut()?.shown = false;
            return Some(());
        }
        if let Some(window) = self.house.window
            && self.ends_at - at < window
        {
            let latest = self.house.cap.map(|cap| self.house.ends_at + cap);
            let extended = latest.map_or(at + window, |latest| latest.min(at + window));
            self.ends_at = self.ends_at.max(extended);
        }
        Some(())
    }

    fn buy_now(&mut self, who: u8, at: DateTime<Utc>, number: usize) -> Option<()> {
        self.open(at)?;
        let price = self.house.buy_now?;
        let gone_past = match self.reserve {
            None => self.leader().is_some(),
            Some(_) => self.met(),
        };
        (!gone_past).then_some(())?;
        self.bids.push(Placed {
            who,
            amount: price,
            at,
            number,
            shown: true,
            gone: false,
        });
        self.bought = true;
        self.ends_at = at;
        self.end = Some(End::Sold);
        Some(())
    }

    fn take_back(&mut self, who: u8, at: DateTime<Utc>) -> Option<()> {
        self.running(at)?;
        let freely = self.ends_at - at > TimeDelta::hours(12);
        let own = self.bids.iter_mut().filter(|bid| bid.who == who);
        let mut own: Vec<&mut Placed> = own.collect();
        if freely {
            own.iter().find(|bid| !bid.gone)?;
            own.iter_mut().for_each(|bid| bid.gone = true);
            return Some(());
        }
        let latest = own.last_mut()?;
        (!latest.gone && at - latest.at <= TimeDelta::hours(1)).then_some(())?;
        latest.gone = true;
        Some(())
    }

    fn staff_take_back(&mut self, bids: &[usize], at: DateTime<Utc>) -> Option<()> {
        self.running(at)?;
        let all_there = bids.iter().all(|place| !self.bids[*place].gone);
        (all_there && !bids.is_empty()).then_some(())?;
        for place in bids {
            self.bids[*place].gone = true;
            let (who, shown) = (self.bids[*place].who, self.bids[*place].shown);
            let later = self.bids.iter_mut().skip(place + 1);
            let unseen = later.filter(|bid| shown && bid.who == who && !bid.shown);
            unseen.for_each(|bid| bid.gone = true);
        }
        Some(())
    }

    fn lower_reserve(&mut self, to: i64, at: DateTime<Utc>, number: usize) -> Option<()> {
        self.running(at)?;
        let now = self.reserve?;
        (!self.met() && to < now && to >= self.house.start).then_some(())?;
        self.reserve = Some(to);
        self.lowered_at = number;
        Some(())
    }

    fn cancel(&mut self, by_seller: bool, at: DateTime<Utc>) -> Option<()> {
        self.running(at)?;
        (!by_seller || self.bids.is_empty()).then_some(())?;
        self.end = Some(End::Cancelled);
        Some(())
    }

    fn hammer(&mut self, at: DateTime<Utc>) -> Option<()> {
        let due = at >= self.ends_at + TimeDelta::milliseconds(250);
        (self.end.is_none() && due).then_some(())?;
        let sold = self.leader().is_some() && (self.reserve.is_none() || self.met());
        self.end = Some(if sold { End::Sold } else { End::Unsold });
        Some(())
    }

    fn offer(&mut self, unpaid: bool, at: DateTime<Utc>) -> Option<()> {
        let ranking = self.ranking();
        let answered = self.offers.last().map(|offer| offer.3);
        let bought_since = answered == Some(Answer::Yes);
        let row: Vec<(u8, i64)> = match (self.end?, unpaid) {
            (End::Sold, true) => ranking.into_iter().skip(1).take(1).collect(),
            (End::Unsold, _) if unpaid == bought_since => ranking.into_iter().take(2).collect(),
            (End::Sold, false) | (End::Unsold | End::Cancelled, _) => return None,
        };
        (answered != Some(Answer::Open)).then_some(())?;
        self.unpaid |= unpaid;
        let asked = |who| self.offers.iter().any(|offer| offer.0 == who);
        let (who, maximum) = row.into_iter().find(|(who, _)| !asked(*who))?;
        let reached = self.reserve.is_none_or(|reserve| maximum >= reserve);
        (reached || self.end == Some(End::Unsold)).then_some(())?;
        let until = at + TimeDelta::hours(48);
        self.offers.push((who, maximum, until, Answer::Open));
        Some(())
    }

    fn answer(&mut self, who: u8, accepts: bool, at: DateTime<Utc>) -> Option<()> {
        let offer = self.offers.last_mut()?;
        (offer.3 == Answer::Open && offer.0 == who && at < offer.2).then_some(())?;
        offer.3 = if accepts { Answer::Yes } else { Answer::No };
        self.unpaid &= !accepts;
        Some(())
    }

    /// Who has the lot in the end.
    fn buyer(&self) -> Option<u8> {
        if self.unpaid {
            return None;
        }
        match (self.offers.last(), self.end) {
            (Some((who, _, _, Answer::Yes)), _) => Some(*who),
            (_, Some(End::Sold)) => self.leader(),
            (_, _) => None,
        }
    }

    fn expire(&mut self, at: DateTime<Utc>) -> Option<()> {
        let offer = self.offers.last_mut()?;
        let due = at >= offer.2 + TimeDelta::milliseconds(250);
        (offer.3 == Answer::Open && due).then_some(())?;
        offer.3 = Answer::Late;
        Some(())
    }

    fn see(&self, done: bool) -> Seen {
        let ranking = self.ranking();
        let counts = self.bids.iter().filter(|bid| bid.shown && !bid.gone);
        let offers = self.offers.iter();
        Seen {
            done,
            leader: self.leader(),
            second: ranking.get(1).map(|(who, _)| *who),
            price: self.price(),
            least: self.least(),
            met: self.reserve.map(|_| self.met()),
            bids: counts.count(),
            ends_at: self.ends_at,
            end: self.end,
            offers: offers
                .map(|(who, price, _, answer)| (*who, *price, *answer))
                .collect(),
        }
    }
}
