//! The language and the time zone in which a customer is written to.

use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A language that the house writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

/// The code names no language that the house writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a language of this house: write 'en' or 'ko'")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// Every language of the house.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// Reads a code of ISO 639-1 in small letters.
    pub fn parse(code: &str) -> Result<Self, UnknownLanguage> {
        let known = Self::ALL.into_iter().find(|known| known.code() == code);
        known.ok_or_else(|| UnknownLanguage(code.chars().take(16).collect()))
    }

    /// The code of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

/// A time zone of the IANA database, in which a customer reads times; UTC unless told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerTimeZone(Tz);

/// The name is not in the IANA time zone database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a time zone such as Asia/Seoul")]
pub struct UnknownTimeZone(pub String);

impl CustomerTimeZone {
    /// Reads a name such as `Asia/Seoul`.
    pub fn parse(name: &str) -> Result<Self, UnknownTimeZone> {
        let zone = name.parse().map(Self);
        zone.map_err(|_| UnknownTimeZone(name.chars().take(64).collect()))
    }

    /// The name in the IANA database.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zone as chrono knows it.
    pub(crate) const fn zone(self) -> Tz {
        self.0
    }
}

impl Default for CustomerTimeZone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl fmt::Display for CustomerTimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CustomerTimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_languages_of_the_house_are_read() {
        assert_eq!(Language::parse("ko"), Ok(Language::Ko));
        let refusal = Language::parse("KO").unwrap_err();
        assert!(refusal.to_string().contains("'KO'"));
    }

    #[test]
    fn only_zones_of_the_database_are_read() {
        assert_eq!(
            CustomerTimeZone::parse("Asia/Seoul").unwrap().name(),
            "Asia/Seoul"
        );
        for name in ["", "Seoul", "+09:00", "asia/seoul"] {
            assert!(CustomerTimeZone::parse(name).is_err(), "{name}");
        }
        assert_eq!(CustomerTimeZone::default().name(), "UTC");
    }
}
