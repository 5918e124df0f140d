//! What the demo begins with: somebody of every role, robots that bid, lots under the hammer.

use auctions::{
    AuctionId, AuctionTitle, AuctionsFacade, BeginAuction, BeginAuctionError, LotDescription,
    SellerId,
};
use chrono::TimeDelta;
use customer_relationship::{CustomerTimeZone, EmailAddress, Language};
use foundation::{Money, Transactions, UnitOfWork, ids};
use shipping::{AddAddress, AddressId, AddressParts, ConsigneeId, PostalAddress, ShippingFacade};

use crate::accounts::{
    Accounts, AccountsDesk, Password, PersonName, Register, RegisterError, Role, UserId,
};
use crate::composition::{AppModule, component};
use crate::pages::{DEMO_LOGINS, DemoLogin};

/// Whom and what the robots work with.
pub(super) struct Planted {
    /// The robots' accounts.
    pub(super) robots: Vec<UserId>,
    /// Who sells.
    pub(super) seller: UserId,
}

/// A lot of the demo: title, description, starting price, currency, and when it ends.
pub(super) struct DemoLot {
    title: &'static str,
    description: &'static str,
    price: &'static str,
    currency: &'static str,
}

const fn lot(
    title: &'static str,
    description: &'static str,
    price: &'static str,
    currency: &'static str,
) -> DemoLot {
    DemoLot {
        title,
        description,
        price,
        currency,
    }
}

/// The demo's lots, over and over.
pub(super) const LOTS: [DemoLot; 12] = [
    lot("Brass sextant", "Made in Hamburg about 1890, in its box. The mirror has a small crack.", "120.00", "USD"),
    lot("Celadon tea bowl", "Thrown by hand, crackled glaze, a kiln mark on the foot.", "85000", "KRW"),
    lot("Travelling typewriter", "Olive green, German keyboard, types well. New ribbon.", "60.00", "EUR"),
    lot("Box of forty sea charts", "North Sea and Baltic, 1930s, with pencil notes of a pilot.", "45.00", "EUR"),
    lot("Walnut writing desk", "Five drawers, one key. To be collected by two strong people.", "240.00", "USD"),
    lot("Station clock", "Double-sided, 60 cm, movement replaced in the 1970s.", "150.00", "EUR"),
    lot("Woodblock print of a heron", "Late impression, good colour, framed.", "18000", "JPY"),
    lot("Field microscope", "Three objectives, folds into its leather case.", "75.00", "USD"),
    lot("Oud by an unknown maker", "Eleven strings, rosewood and spruce, plays in tune.", "95.500", "KWD"),
    lot("First edition with a signature", "A novel about an auction; the jacket is worn.", "30.00", "USD"),
    lot("Set of six wine glasses", "Cut crystal, one with a chip at the foot.", "40.00", "EUR"),
    lot("Moon jar", "White porcelain, 34 cm high, slightly lopsided as it should be.", "320000", "KRW"),
];

/// When the first lots end. The first closes while the newcomer still reads.
const ENDS_IN_SECONDS: [i64; 12] = [45, 70, 95, 120, 180, 300, 600, 900, 1_800, 3_600, 10_800, 86_400];

const ROBOTS: [(&str, &str); 3] = [
    ("Robot Ada", "robot.ada@gavel.example"),
    ("Robot Botan", "robot.botan@gavel.example"),
    ("Robot Cem", "robot.cem@gavel.example"),
];

/// Makes whatever the demo needs and the database does not have.
pub(super) fn plant(app: &AppModule) -> anyhow::Result<Planted> {
    let [bidder, seller, staff, admin] = &DEMO_LOGINS;
    let bidding = person(app, identity(bidder), Role::Bidder)?;
    address(app, bidding, bidder.name)?;
    let selling = person(app, identity(seller), Role::Seller)?;
    person(app, identity(staff), Role::Staff)?;
    person(app, identity(admin), Role::Admin)?;
    let mut robots = Vec::new();
    for (name, email) in ROBOTS {
        let robot = person(app, (name, email, bidder.password), Role::Bidder)?;
        address(app, robot, name)?;
        robots.push(robot);
    }
    for (lot, seconds) in LOTS.iter().zip(ENDS_IN_SECONDS) {
        put_up(app, selling, lot, TimeDelta::seconds(seconds))?;
    }
    Ok(Planted {
        robots,
        seller: selling,
    })
}

const fn identity(login: &DemoLogin) -> (&str, &str, &str) {
    (login.name, login.email, login.password)
}

/// Makes an account, or finds the one of an earlier run.
fn person(
    app: &AppModule,
    (name, email, password): (&str, &str, &str),
    role: Role,
) -> anyhow::Result<UserId> {
    let command = Register {
        user: UserId::generate(),
        email: EmailAddress::parse(email)?,
        name: PersonName::parse(name)?,
        password: Password::parse(password.into(), email, name)?,
        role,
        language: Language::En,
        time_zone: CustomerTimeZone::parse("UTC")?,
    };
    match component::<AccountsDesk>(app).register(&command) {
        Ok(user) => Ok(user.id),
        Err(RegisterError::EmailTaken) => {
            let accounts = component::<Accounts>(app);
            let transactions = component::<Transactions>(app);
            let found = transactions.read(|reader| accounts.user_by_email(email, reader))?;
            found
                .map(|user| user.id)
                .ok_or_else(|| anyhow::anyhow!("{email} is a customer without an account"))
        }
        Err(RegisterError::Unexpected(failure)) => Err(failure.into()),
    }
}

fn address(app: &AppModule, user: UserId, name: &str) -> anyhow::Result<()> {
    let parts = AddressParts {
        recipient: name.to_owned(),
        street: "12 Harbour Street".to_owned(),
        city: "Bristol".to_owned(),
        postcode: "BS1 4QA".to_owned(),
        country: "GB".to_owned(),
        ..AddressParts::default()
    };
    let command = AddAddress {
        address: AddressId::generate(),
        consignee: ConsigneeId::from(user.uuid()),
        postal: PostalAddress::parse(parts)?,
    };
    let shipping = component::<ShippingFacade>(app);
    component::<Transactions>(app).run(|uow| {
        if shipping.addresses_of(command.consignee, uow.reader())?.is_empty() {
            shipping.add_address(command.clone(), uow)?;
        }
        Ok::<_, shipping::AddAddressError>(())
    })?;
    Ok(())
}

fn put_up(
    app: &AppModule,
    seller: UserId,
    lot: &DemoLot,
    time: TimeDelta,
) -> anyhow::Result<()> {
    let auctions = component::<AuctionsFacade>(app);
    let title = AuctionTitle::parse(lot.title)?;
    let description = LotDescription::parse(lot.description)?;
    let starting_price = Money::parse_with_code(lot.currency, lot.price)?;
    let begin = |uow: &mut UnitOfWork| {
        let command = BeginAuction {
            auction: AuctionId::from(ids::new_id()),
            seller: SellerId::from(seller.uuid()),
            title: title.clone(),
            description: description.clone(),
            starting_price,
            increment: None,
            ends_at: uow.now() + time,
        };
        auctions.begin(command, uow)
    };
    component::<Transactions>(app).run::<_, BeginAuctionError>(begin)?;
    Ok(())
}

/// Puts up another lot, as the demo's seller, so that there is always one under the hammer.
pub(super) fn another_lot(app: &AppModule, seller: UserId) -> anyhow::Result<()> {
    let lot = &LOTS[fastrand::usize(..LOTS.len())];
    put_up(app, seller, lot, TimeDelta::seconds(fastrand::i64(90..600)))
}
