//! How single settings are read and shown.

use std::fmt::Display;
use std::str::FromStr;

use foundation::DatabaseUrl;
use secrecy::SecretString;
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

/// Reads a list of hours: `[24, 48]` in the file, `24,48` in the environment.
pub(super) fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Hours {
        List(Vec<u32>),
        Text(String),
    }
    match Hours::deserialize(deserializer)? {
        Hours::List(hours) => Ok(hours),
        Hours::Text(text) => {
            let parts = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            let hours: Result<Vec<u32>, _> = parts.map(str::parse).collect();
            hours.map_err(|_| serde::de::Error::custom(format!("'{text}' is no list of hours")))
        }
    }
}
