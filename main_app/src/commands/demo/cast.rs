//! Who is in the demo: the people of the logins, a second seller, and the robots.

use shipping::AddressParts;
use uuid::Uuid;

use crate::accounts::Role;
use crate::pages::DEMO_LOGINS;

/// Somebody in the demo. Ids are fixed, so that a demo on a kept database finds its people again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    number: u128,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) role: Role,
    pub(super) language: &'static str,
    pub(super) time_zone: &'static str,
    pub(super) address: Option<Address>,
    pub(super) habit: Habit,
}

/// Where somebody lives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address {
    street: &'static str,
    city: &'static str,
    region: &'static str,
    postcode: &'static str,
    country: &'static str,
}

/// How somebody pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// A person: whoever logs in decides.
    Human,
    /// A robot that pays soon.
    PaysSoon,
    /// A robot whose first card is declined, and who pays with another later.
    DeclinedFirst,
    /// A robot that forgets to pay.
    NeverPays,
}

impl Person {
    pub(super) const fn id(&self) -> Uuid {
        Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + self.number)
    }

    pub(super) fn is_robot(&self) -> bool {
        match self.habit {
            Habit::Human => false,
            Habit::PaysSoon | Habit::DeclinedFirst | Habit::NeverPays => true,
        }
    }

    pub(super) fn address(&self) -> Option<AddressParts> {
        let address = self.address?;
        Some(AddressParts {
            recipient: self.name.to_owned(),
            street: address.street.to_owned(),
            street2: String::new(),
            city: address.city.to_owned(),
            region: address.region.to_owned(),
            postcode: address.postcode.to_owned(),
            country: address.country.to_owned(),
        })
    }
}

const fn login(index: usize, role: Role, address: Option<Address>) -> Person {
    let login = DEMO_LOGINS[index];
    Person {
        number: 1 + index as u128,
        name: login.name,
        email: login.email,
        role,
        language: "en",
        time_zone: "Europe/Berlin",
        address,
        habit: Habit::Human,
    }
}

/// The bidder whom most newcomers log in as.
pub(super) const MIRA: Person = login(
    0,
    Role::Bidder,
    Some(Address {
        street: "Torstraße 48",
        city: "Berlin",
        region: "",
        postcode: "10119",
        country: "DE",
    }),
);

/// The seller to log in as.
pub(super) const JONAS: Person = login(1, Role::Seller, None);

/// Staff at the desks.
pub(super) const TESS: Person = login(2, Role::Staff, None);
const RAVI: Person = login(3, Role::Admin, None);

/// The house's other seller, who also puts up new lots when few are left.
pub(super) const FERRAND: Person = Person {
    number: 20,
    name: "Maison Ferrand",
    email: "ferrand@gavel.example",
    role: Role::Seller,
    language: "en",
    time_zone: "Europe/Paris",
    address: None,
    habit: Habit::Human,
};

/// Pays soon.
pub(super) const INES: Person = Person {
    number: 30,
    name: "Ines Duarte",
    email: "ines@gavel.example",
    role: Role::Bidder,
    language: "en",
    time_zone: "Europe/Lisbon",
    address: Some(Address {
        street: "Rua da Rosa 112",
        city: "Lisboa",
        region: "",
        postcode: "1200-385",
        country: "PT",
    }),
    habit: Habit::PaysSoon,
};

/// Has a card that is declined first.
pub(super) const TOM: Person = Person {
    number: 31,
    name: "Tom Becker",
    email: "tom@gavel.example",
    role: Role::Bidder,
    language: "en",
    time_zone: "America/Chicago",
    address: Some(Address {
        street: "2210 N Halsted St",
        city: "Chicago",
        region: "IL",
        postcode: "60614",
        country: "US",
    }),
    habit: Habit::DeclinedFirst,
};

/// Reads Korean, pays soon, and has not said where to send anything.
pub(super) const YUNA: Person = Person {
    number: 32,
    name: "서유나",
    email: "yuna@gavel.example",
    role: Role::Bidder,
    language: "ko",
    time_zone: "Asia/Seoul",
    address: None,
    habit: Habit::PaysSoon,
};

/// Never pays.
pub(super) const OSKAR: Person = Person {
    number: 33,
    name: "Oskar Brandt",
    email: "oskar@gavel.example",
    role: Role::Bidder,
    language: "en",
    time_zone: "Europe/Vienna",
    address: None,
    habit: Habit::NeverPays,
};

/// Everybody.
pub(super) const EVERYBODY: [Person; 9] =
    [MIRA, JONAS, TESS, RAVI, FERRAND, INES, TOM, YUNA, OSKAR];
