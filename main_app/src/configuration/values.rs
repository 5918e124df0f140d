//! How single settings are read and shown.

use std::fmt::Display;
use std::str::FromStr;

use chrono::TimeDelta;
use foundation::DatabaseUrl;
use secrecy::SecretString;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serializer};

/// Reads a value from its text, as the environment gives it.
pub(super) fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: Display,
{
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|error| serde::de::Error::custom(format!("'{text}': {error}")))
}

/// Reads the address of a database. What is refused is not repeated: it may hold a password.
pub(super) fn database_url<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<DatabaseUrl, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// Several words: `["a", "b"]` in the file, `a,b` in the environment.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let texts = match Words::deserialize(deserializer)? {
        Words::List(texts) => texts,
        Words::Text(text) => text.split(',').map(str::to_owned).collect(),
    };
    let given = texts.iter().map(|text| text.trim());
    let given = given.filter(|text| !text.is_empty());
    given
        .map(|text| T::deserialize(text.to_owned().into_deserializer()))
        .collect()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    List(Vec<String>),
    Text(String),
}

/// Shows the address of a database without its password.
pub(super) fn masked_url<S: Serializer>(url: &DatabaseUrl, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&url.masked())
}

/// Shows that there is a secret.
pub(super) fn masked<S: Serializer>(
    secret: &Option<SecretString>,
    out: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(_) => out.serialize_str("***"),
        None => out.serialize_none(),
    }
}

/// A time such as `90s`, `15m`, `72h` or `3d`.
pub(super) mod time {
    use super::{Deserialize, Deserializer, Serializer, TimeDelta, parse_time, time_in_words};

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TimeDelta, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_time(&text).map_err(serde::de::Error::custom)
    }

    pub(in super::super) fn serialize<S: Serializer>(
        time: &TimeDelta,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        out.serialize_str(&time_in_words(time))
    }
}

/// Several times: `["24h", "48h"]` in the file, `24h,48h` in the environment.
pub(super) mod times {
    use super::{
        Deserialize, Deserializer, Serializer, TimeDelta, Words, parse_time, time_in_words,
    };

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<TimeDelta>, D::Error> {
        let texts = match Words::deserialize(deserializer)? {
            Words::List(texts) => texts,
            Words::Text(text) => text.split(',').map(str::to_owned).collect(),
        };
        let given = texts
            .iter()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        given
            .map(parse_time)
            .collect::<Result<_, _>>()
            .map_err(serde::de::Error::custom)
    }

    pub(in super::super) fn serialize<S: Serializer>(
        times: &[TimeDelta],
        out: S,
    ) -> Result<S::Ok, S::Error> {
        out.collect_seq(times.iter().map(time_in_words))
    }
}

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

fn parse_time(text: &str) -> Result<TimeDelta, String> {
    let refusal = || format!("'{text}' is no time such as 90s, 15m, 72h or 3d");
    let mut number = text.trim().to_owned();
    let unit = number
        .pop()
        .and_then(|last| UNITS.iter().find(|(letter, _)| *letter == last));
    let (_, seconds) = unit.ok_or_else(refusal)?;
    let number: u32 = number.parse().map_err(|_| refusal())?;
    Ok(TimeDelta::seconds(i64::from(number) * seconds))
}

fn time_in_words(time: &TimeDelta) -> String {
    let total = time.num_seconds();
    let fitting = UNITS.iter().find(|(_, seconds)| total % seconds == 0);
    let (letter, seconds) = fitting.unwrap_or(&('s', 1));
    format!("{}{letter}", total / seconds)
}
