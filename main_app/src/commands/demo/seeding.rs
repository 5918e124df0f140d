//! Fills an empty house with people and lots.

use anyhow::Context;
use auctions::{
    AuctionId, AuctionTitle, BeginAuction, BidderId, Decided, Increments, LotDescription, LotTerms,
    PlaceBid, SellerId,
};
use customer_relationship::{CustomerTimeZone, EmailAddress, Language};
use foundation::Money;
use secrecy::SecretString;
use shipping::{AddAddress, AddressId, ConsigneeId, PostalAddress};

use super::cast::{EVERYBODY, Person};
use super::catalogue::{Appeal, CATALOGUE, Piece};
use super::stage::Stage;
use crate::accounts::{Password, PersonName, Register, Role, UserId};
use crate::pages::DEMO_LOGINS;

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
    for piece in &CATALOGUE {
        let auction = put_up(stage, piece).with_context(|| piece.title)?;
        if let Appeal::Only(person) = piece.appeal {
            bid(
                stage,
                auction,
                &person,
                Money::parse_with_code(piece.currency, piece.price)?,
            )??;
        }
    }
    Ok(())
}

/// Puts one lot up, from now on.
pub(super) fn put_up(stage: &Stage, piece: &Piece) -> anyhow::Result<AuctionId> {
    let money = |amount| Money::parse_with_code(piece.currency, amount);
    let command = BeginAuction {
        auction: AuctionId::generate(),
        seller: SellerId::from(piece.seller.id()),
        title: AuctionTitle::parse(piece.title)?,
        description: LotDescription::parse(piece.description)?,
        starting_price: money(piece.price)?,
        ends_at: stage.clock.now() + piece.ends_in(),
        terms: LotTerms {
            increments: Some(Increments::fixed(money(piece.increment)?)?),
            ..LotTerms::default()
        },
    };
    stage
        .transactions
        .run(|uow| stage.auctions.begin(command.clone(), uow))?;
    Ok(command.auction)
}

/// Bids; says whether the bid is now the highest.
pub(super) fn bid(
    stage: &Stage,
    auction: AuctionId,
    person: &Person,
    amount: Money,
) -> anyhow::Result<Decided<bool>> {
    let command = PlaceBid {
        auction,
        bidder: BidderId::from(person.id()),
        amount: amount.into(),
        arrived_at: stage.clock.now(),
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
