//! Fills an empty house with people and lots.

use std::num::NonZeroU32;

use anyhow::Context;
use auctions::{
    Admission, ApproveRegistration, AuctionId, AuctionTitle, BeginAuction, BidderId, BuyersPremium,
    CreateSale, Decided, Increments, LotDescription, LotGoods, LotTerms, PlaceBid, RegisterBidder,
    SaleId, SaleTerms, SaleTitle, SellerId, SoftClose, SoftCloseChoice,
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use customer_relationship::{CustomerTimeZone, EmailAddress, Language};
use foundation::{Currency, Money};
use payments::{
    BasisPoints, CouponCode, CouponId, Discount, GrantCredit, IssueCoupon, OpenSlot, PayerId,
    SlotId,
};
use secrecy::SecretString;
use shipping::{AddAddress, AddressId, ConsigneeId, PostalAddress};
use uuid::Uuid;

use super::cast::{EVERYBODY, INES, MIRA, OSKAR, Person, TESS, TOM, YUNA};
use super::catalogue::{CATALOGUE, SALE};
use super::goods::{OF_GOODS, fill_the_warehouse};
use super::pieces::{Goods, Piece};
use super::stage::Stage;
use crate::accounts::{Password, PersonName, Register, Role, UserId};
use crate::pages::DEMO_LOGINS;
use crate::putting_up;

/// The sale opens this long after it is announced: not in the past.
const OPENING_NOTICE: TimeDelta = TimeDelta::milliseconds(200);

/// Makes the people and puts up the lots, unless somebody is there already.
pub(super) fn seed(stage: &Stage) -> anyhow::Result<()> {
    let bidders = stage
        .transactions
        .read(|reader| stage.accounts.count(Role::Bidder, reader))?;
    if bidders > 0 {
        return Ok(());
    }
    for person in &EVERYBODY {
        register(stage, person).with_context(|| person.email)?;
    }
    hold_sale(stage).context(SALE)?;
    offer_to_pay_with(stage).context("what customers may pay with")?;
    fill_the_warehouse(stage).context("the warehouse")?;
    for piece in CATALOGUE.iter().chain(&OF_GOODS) {
        put_up_with_bids(stage, piece).with_context(|| piece.title)?;
    }
    Ok(())
}

fn put_up_with_bids(stage: &Stage, piece: &Piece) -> anyhow::Result<()> {
    let auction = put_up(stage, piece)?;
    for (person, amount) in piece.terms.opening_bids {
        let amount = Money::parse_with_code(piece.currency, amount)?;
        // Not before the sale has opened, whose opening was this far away at most.
        let arrived_at = stage.clock.now() + OPENING_NOTICE;
        bid_at(stage, auction, (person, amount), arrived_at)??;
    }
    Ok(())
}

/// The id of the demo's sale, always the same, so that a demo on a kept database finds it again.
fn sale() -> SaleId {
    SaleId::from(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0100))
}

/// Announces the sale. Some robots are approved, one waits for the staff, and a seat is left for whoever
/// looks around.
fn hold_sale(stage: &Stage) -> anyhow::Result<()> {
    let command = CreateSale {
        sale: sale(),
        title: SaleTitle::parse(SALE)?,
        currency: Currency::parse("GBP")?,
        opens_at: stage.clock.now() + OPENING_NOTICE,
        terms: SaleTerms {
            buyers_premium: BuyersPremium::default(),
            increments: Increments::standard(Currency::parse("GBP")?),
            soft_close: SoftCloseChoice::Off,
        },
        seats: NonZeroU32::new(6),
        admission: Admission::ByApproval,
        staff: TESS.email.to_owned(),
    };
    let transactions = &stage.transactions;
    transactions.run(|uow| stage.sales.create_sale(command.clone(), uow))?;
    for (bidder, is_approved) in [(INES, true), (TOM, true), (YUNA, true), (OSKAR, false)] {
        let command = RegisterBidder {
            sale: sale(),
            bidder: BidderId::from(bidder.id()),
        };
        let registered = transactions.run(|uow| stage.sales.register(command, uow))?;
        let approval = ApproveRegistration {
            sale: sale(),
            registration: registered.registration,
            staff: TESS.email.to_owned(),
        };
        if is_approved {
            transactions.run(|uow| stage.sales.approve(approval.clone(), uow))?;
        }
    }
    Ok(())
}

/// A coupon for everybody, two times to collect, and credit for Mira, who is about to win two lots.
fn offer_to_pay_with(stage: &Stage) -> anyhow::Result<()> {
    let (transactions, payments) = (&stage.transactions, &stage.payments);
    let staff = || TESS.email.to_owned();
    let coupon = IssueCoupon {
        coupon: CouponId::generate(),
        code: CouponCode::parse("WELCOME-10")?,
        discount: Discount::Share(BasisPoints::try_new(1_000)?),
        allowed: 100,
        valid_until: None,
        staff: staff(),
    };
    transactions.run(|uow| payments.issue_coupon(coupon.clone(), uow))?;
    let opens = (stage.clock.now() + TimeDelta::days(1)).date_naive();
    for hour in [10, 15] {
        let starts_at = opens.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(hour);
        let slot = OpenSlot {
            slot: SlotId::generate(),
            place: "the ramp behind the saleroom".to_owned(),
            starts_at,
            ends_at: starts_at + TimeDelta::hours(2),
            capacity: 3,
            staff: staff(),
        };
        transactions.run(|uow| payments.open_slot(slot.clone(), uow))?;
    }
    let credit = GrantCredit {
        owner: PayerId::from(MIRA.id()),
        amount: Money::parse_with_code("KRW", "100000")?,
        seen: None,
        reason: "A parcel that came late.".to_owned(),
        staff: staff(),
    };
    transactions.run(|uow| payments.grant_credit(credit.clone(), uow))?;
    Ok(())
}

/// Puts one lot up, from now on.
pub(super) fn put_up(stage: &Stage, piece: &Piece) -> anyhow::Result<AuctionId> {
    let money = |amount| Money::parse_with_code(piece.currency, amount);
    let opens_in = piece.terms.opens_in_seconds.map(TimeDelta::seconds);
    let goods = piece.terms.goods;
    let goods = goods.map(|Goods(sku, pieces)| LotGoods::parse(sku, pieces));
    let command = BeginAuction {
        auction: AuctionId::generate(),
        seller: SellerId::from(piece.seller.id()),
        title: AuctionTitle::parse(piece.title)?,
        description: LotDescription::parse(piece.description)?,
        starting_price: money(piece.price)?,
        ends_at: stage.clock.now() + piece.ends_in(),
        terms: LotTerms {
            sale: piece.terms.is_in_sale.then(sale),
            opens_at: opens_in.map(|time| stage.clock.now() + time),
            bidding: piece.terms.bidding,
            increments: Some(Increments::fixed(money(piece.increment)?)?),
            reserve: piece.terms.reserve.map(money).transpose()?,
            buy_now: piece.terms.buy_now.map(money).transpose()?,
            soft_close: match piece.terms.soft_close {
                None => SoftCloseChoice::Off,
                Some((window, cap)) => SoftCloseChoice::On(SoftClose::try_new(window, Some(cap))?),
            },
            goods: goods.transpose()?,
        },
    };
    stage
        .transactions
        .run(|uow| putting_up::put_up(&command, "goods", &stage.auctions, &stage.shipping, uow))?;
    Ok(command.auction)
}

/// Bids; says whether the bid is now the highest.
pub(super) fn bid(
    stage: &Stage,
    auction: AuctionId,
    person: &Person,
    amount: Money,
) -> anyhow::Result<Decided<bool>> {
    bid_at(stage, auction, (person, amount), stage.clock.now())
}

fn bid_at(
    stage: &Stage,
    auction: AuctionId,
    (person, amount): (&Person, Money),
    arrived_at: DateTime<Utc>,
) -> anyhow::Result<Decided<bool>> {
    let command = PlaceBid {
        auction,
        bidder: BidderId::from(person.id()),
        amount: amount.into(),
        arrived_at,
        key: None,
    };
    let bids = [command];
    let mut verdicts = stage
        .transactions
        .run(|uow| stage.auctions.place_bids(&bids, uow))?;
    Ok(verdicts.remove(0).map(|verdict| verdict.is_winner))
}

fn register(stage: &Stage, person: &Person) -> anyhow::Result<()> {
    let password = SecretString::from(DEMO_LOGINS[0].password);
    let command = Register {
        user: UserId::from(person.id()),
        email: EmailAddress::parse(person.email)?,
        name: PersonName::parse(person.name)?,
        password: Password::parse(password, person.email, person.name)?,
        role: person.role,
        language: Language::parse(person.language)?,
        time_zone: CustomerTimeZone::parse(person.time_zone)?,
    };
    stage.registration.register(&command)?;
    let Some(parts) = person.address() else {
        return Ok(());
    };
    let command = AddAddress {
        address: AddressId::generate(),
        consignee: ConsigneeId::from(person.id()),
        postal: PostalAddress::parse(parts)?,
    };
    stage
        .transactions
        .run(|uow| stage.shipping.add_address(command.clone(), uow))?;
    Ok(())
}
