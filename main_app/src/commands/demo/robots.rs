//! The robots: they bid and pay through the same facades as everybody, and put up new lots when few are
//! left.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use auctions::{
    AnswerSecondChance, AuctionStatus, AuctionView, BidderId, Bidding, OfferSecondChance, Page,
    SecondChanceReason, SellerId,
};
use chrono::TimeDelta;
use foundation::Money;
use payments::{ChargePayment, PayerId, PaymentStatus, PaymentToken, PaymentView};

use super::cast::{EVERYBODY, FERRAND, Habit, Person};
use super::catalogue::LATER;
use super::pieces::{Appeal, Piece};
use super::seeding::{bid, put_up};
use super::stage::Stage;

/// Fewer open lots than this, and a new one is put up.
const FEW_LOTS: usize = 9;

/// In this last time of a lot, only the robot that wants it most still bids, so that a demonstration has
/// the winners it needs: one who pays, one whose card is declined, one without an address, one who forgets.
const LAST_SECONDS: TimeDelta = TimeDelta::seconds(12);

/// What a robot waits before it pays, and before it tries another card.
const THINKS_FOR: TimeDelta = TimeDelta::seconds(6);
const FETCHES_ANOTHER_CARD_FOR: TimeDelta = TimeDelta::seconds(40);

/// The running robots.
pub(super) struct Robots {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Robots {
    /// Starts them, on a thread of their own.
    pub(super) fn start(stage: Stage) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let mut crowd = Crowd {
            stage,
            random: fastrand::Rng::new(),
            put_up: 0,
        };
        let thread = std::thread::Builder::new().name("robots".to_owned());
        let thread = thread.spawn(move || crowd.act_until(&stopped))?;
        Ok(Self { stop, thread })
    }

    /// Stops them; whoever is acting finishes first.
    pub(super) fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the robots panicked");
        }
    }
}

struct Crowd {
    stage: Stage,
    random: fastrand::Rng,
    put_up: usize,
}

impl Crowd {
    fn act_until(&mut self, stopped: &Receiver<()>) {
        loop {
            let pause = Duration::from_millis(self.random.u64(900..2_200));
            match stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
            if let Err(error) = self.act() {
                tracing::warn!("a robot stumbled: {error:#}");
            }
        }
    }

    fn act(&mut self) -> anyhow::Result<()> {
        let stage = &self.stage;
        let open: Vec<AuctionView> = stage.transactions.read(|reader| {
            let mut lots = stage.auctions.active_auctions(Page::first(40), reader)?;
            lots.retain(|lot| lot.status == AuctionStatus::Running && lot.ends_at > reader.now());
            Ok::<_, foundation::Failure>(lots)
        })?;
        if open.len() < FEW_LOTS {
            let next = &LATER[self.put_up % LATER.len()];
            // Counted first: on a kept database without these goods, the next piece has its turn.
            self.put_up += 1;
            put_up(stage, next)?;
        }
        self.bid_on_one(&open)?;
        for robot in EVERYBODY.iter().filter(|person| person.is_robot()) {
            self.pay(robot)?;
            self.answer(robot)?;
        }
        self.offer_again()
    }

    /// One robot bids on one lot; those that end soon attract more bids.
    fn bid_on_one(&mut self, open: &[AuctionView]) -> anyhow::Result<()> {
        let attractive: Vec<&AuctionView> = open
            .iter()
            .filter(|lot| !self.bidders_for(lot).is_empty())
            .collect();
        let Some(next) = attractive.first() else {
            return Ok(());
        };
        let dice = [0, 1, 2].map(|_| self.random.usize(0..attractive.len()));
        let chosen = attractive[dice.into_iter().min().unwrap_or_default()];
        let duels: Vec<&AuctionView> = attractive
            .iter()
            .copied()
            .filter(|lot| lot.bidding == Bidding::Proxy)
            .collect();
        let chosen = match self.random.u8(0..3) {
            0 if !duels.is_empty() => duels[self.random.usize(0..duels.len())],
            _ => chosen,
        };
        let lot = if self.is_about_to_end(next) || self.can_be_extended(next) {
            next
        } else {
            chosen
        };
        let bidders = self.bidders_for(lot);
        let robot = bidders[self.random.usize(0..bidders.len())];
        let amount = self.amount(lot)?;
        match bid(&self.stage, lot.id, &robot, amount)? {
            // Somebody else was quicker, or the hammer fell: that is bidding.
            Ok(_) | Err(auctions::CommandError::Refused(auctions::Refusal::HasEnded)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The robots that do not lead and would still bid.
    fn bidders_for(&self, lot: &AuctionView) -> Vec<Person> {
        let appeal = Piece::by_title(&lot.title).map(|piece| piece.appeal);
        let favourite = match appeal {
            Some(Appeal::Nobody) => return Vec::new(),
            Some(Appeal::Many(favourite)) => Some(favourite.id()),
            None => None,
        };
        let only_favourite = favourite.is_some() && self.is_about_to_end(lot);
        let robots = EVERYBODY.iter().copied().filter(Person::is_robot);
        let bidders = robots.filter(|robot| {
            let leads = lot.leader == Some(BidderId::from(robot.id()));
            let is_favourite = favourite == Some(robot.id());
            let affords = lot.minimum_next.minor_units() <= limit(robot, lot, is_favourite);
            // Nobody has approved Oskar for the sale; a person at the sales desk may.
            let is_admitted = lot.sale.is_none() || robot.habit != Habit::NeverPays;
            !leads && affords && is_admitted && (is_favourite || !only_favourite)
        });
        bidders.collect()
    }

    /// Whether the end is so near that nothing will move it.
    fn is_about_to_end(&self, lot: &AuctionView) -> bool {
        let end = match lot.soft_close {
            None => lot.ends_at,
            Some(_) => lot.latest_end.unwrap_or(lot.ends_at),
        };
        end - self.stage.clock.now() <= LAST_SECONDS
    }

    /// Whether a bid that comes now moves the end, as a demonstration wants to show.
    fn can_be_extended(&self, lot: &AuctionView) -> bool {
        let left = lot.ends_at - self.stage.clock.now();
        lot.soft_close.is_some_and(|window| left < window)
            && lot.latest_end.is_none_or(|latest| lot.ends_at < latest)
    }

    /// The least next bid, at times a few steps more; with proxy bidding a maximum well above it.
    fn amount(&mut self, lot: &AuctionView) -> anyhow::Result<Money> {
        let least = lot.minimum_next.minor_units();
        let step = lot.increments.step(lot.current_price.minor_units());
        let leap = match lot.bidding {
            Bidding::Proxy => step * self.random.i64(0..4),
            Bidding::Plain if self.random.u8(0..4) == 0 => step * self.random.i64(1..3),
            Bidding::Plain => 0,
        };
        Ok(Money::from_minor_units(
            lot.minimum_next.currency(),
            least + leap,
        )?)
    }

    fn pay(&self, robot: &Person) -> anyhow::Result<()> {
        let payer = PayerId::from(robot.id());
        let stage = &self.stage;
        let pending = stage
            .transactions
            .read(|reader| stage.payments.pending_payments(payer, reader))?;
        for payment in pending {
            let Some(token) = self.card(robot, &payment) else {
                continue;
            };
            let command = ChargePayment {
                payment: payment.id,
                payer,
                token: PaymentToken::parse(token)?,
            };
            stage.cashier.charge(command)?;
        }
        Ok(())
    }

    /// Robots take second chances, but for the one that never pays.
    fn answer(&self, robot: &Person) -> anyhow::Result<()> {
        let (stage, bidder) = (&self.stage, BidderId::from(robot.id()));
        let chances = stage
            .transactions
            .read(|reader| stage.auctions.open_second_chances(bidder, reader))?;
        for chance in chances {
            let command = AnswerSecondChance {
                auction: chance.auction,
                bidder,
                accepts: robot.habit != Habit::NeverPays,
                arrived_at: stage.clock.now(),
            };
            stage
                .transactions
                .run(|uow| stage.auctions.answer_second_chance(&command, uow))??;
        }
        Ok(())
    }

    /// The robots' seller offers lots that missed their reserve to the best bidder, once each.
    fn offer_again(&self) -> anyhow::Result<()> {
        let (stage, seller) = (&self.stage, SellerId::from(FERRAND.id()));
        let missed: Vec<AuctionView> = stage.transactions.read(|reader| {
            let page = Page::first(40);
            let mut lots = stage.auctions.auctions_of_seller(seller, page, reader)?;
            lots.retain(|lot| lot.status == AuctionStatus::Unsold && lot.bids > 0);
            Ok::<_, foundation::Failure>(lots)
        })?;
        for lot in missed {
            let auction = lot.id;
            let earlier = stage
                .transactions
                .read(|reader| stage.auctions.second_chance(auction, reader))?;
            if earlier.is_some() {
                continue;
            }
            let command = OfferSecondChance {
                auction,
                because: SecondChanceReason::NotSold,
            };
            stage
                .transactions
                .run(|uow| stage.auctions.offer_second_chance(&command, uow))??;
        }
        Ok(())
    }

    fn card(&self, robot: &Person, payment: &PaymentView) -> Option<&'static str> {
        let waited = self.stage.clock.now() - payment.started_at;
        if payment.in_progress || waited < THINKS_FOR {
            return None;
        }
        let has_failed = payment.status == PaymentStatus::Failed;
        match robot.habit {
            Habit::PaysSoon => Some("tok_approved"),
            Habit::DeclinedFirst if !has_failed => Some("tok_declined"),
            Habit::DeclinedFirst if waited >= FETCHES_ANOTHER_CARD_FOR => Some("tok_approved"),
            Habit::DeclinedFirst | Habit::NeverPays | Habit::Human => None,
        }
    }
}

/// What a robot would give for a lot at most, in minor units. Lots whose end moves attract more.
fn limit(robot: &Person, lot: &AuctionView, is_favourite: bool) -> i64 {
    let percent = if is_favourite {
        220
    } else {
        generosity(robot, lot)
    };
    let extra = if lot.soft_close.is_some() { 60 } else { 0 };
    let limit = i128::from(lot.starting_price.minor_units()) * (percent + extra) / 100;
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// How many per cent of the starting price a robot would give: 115 to 174, always the same for one lot.
fn generosity(robot: &Person, lot: &AuctionView) -> i128 {
    let mixed = robot.id().as_u128() ^ lot.id.uuid().as_u128();
    let mixed = (mixed >> 64) as u64 ^ mixed as u64;
    115 + i128::from(mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58).min(59)
}
