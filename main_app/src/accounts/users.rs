//! Users and their roles.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use foundation::typed_id;
use serde::{Deserialize, Serialize};

typed_id! {
    /// Identifies a user, and with the same UUID the person in every module.
    UserId
}

/// What a user may do. Nobody both works for the house and bids in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Bids, pays and receives parcels.
    Bidder,
    /// Does what a bidder does, and puts up lots.
    Seller,
    /// Works for the house: packing desk, closings, processes.
    Staff,
    /// Does what staff do, and looks after the machinery.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Bidder, Self::Seller, Self::Staff, Self::Admin];

    /// The word for it, in JSON and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bidder => "bidder",
            Self::Seller => "seller",
            Self::Staff => "staff",
            Self::Admin => "admin",
        }
    }

    /// Whether this is a customer of the house: one who bids, pays and has an address.
    pub const fn is_customer(self) -> bool {
        match self {
            Self::Bidder | Self::Seller => true,
            Self::Staff | Self::Admin => false,
        }
    }

    /// Whether this user may put up lots.
    pub const fn may_sell(self) -> bool {
        match self {
            Self::Seller => true,
            Self::Bidder | Self::Staff | Self::Admin => false,
        }
    }

    /// Whether this user works for the house.
    pub const fn is_staff(self) -> bool {
        match self {
            Self::Staff | Self::Admin => true,
            Self::Bidder | Self::Seller => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The word names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a role: use bidder, seller, staff or admin")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or_else(|| UnknownRole(word.chars().take(20).collect()))
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identifies the user.
    pub id: UserId,
    /// The address the user logs in with, in small letters.
    pub email: String,
    /// What the user is called.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// The name of a person: 1 to 100 characters after trimming, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonNameError {
    /// There is nothing in it, or too much.
    #[error("a name has 1 to {} characters", PersonName::MAX)]
    WrongLength,
    /// It holds what cannot be printed.
    #[error("a name has no control characters")]
    ControlCharacter,
}

impl PersonName {
    /// The most characters a name may have.
    pub const MAX: usize = 100;

    /// Checks a name.
    pub fn parse(text: &str) -> Result<Self, PersonNameError> {
        let name = text.trim();
        if !(1..=Self::MAX).contains(&name.chars().count()) {
            return Err(PersonNameError::WrongLength);
        }
        if name.chars().any(char::is_control) {
            return Err(PersonNameError::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
