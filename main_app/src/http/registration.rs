//! What somebody fills in to register: the same rules on the page and in the API.

use customer_relationship::{CustomerTimeZone, EmailAddress, Language};
use secrecy::SecretString;

use super::problem::{FieldErrors, Problem};
use crate::accounts::{Password, PersonName, Register, Role, UserId};

/// The fields as they came.
pub struct Registration<'a> {
    /// The address to log in with, and to write to.
    pub email: &'a str,
    /// What the user is called.
    pub name: &'a str,
    /// The password.
    pub password: SecretString,
    /// What the user wants to be.
    pub role: Role,
    /// In which language the user is written to.
    pub language: &'a str,
    /// In which time zone the user reads times.
    pub time_zone: &'a str,
}

impl Registration<'_> {
    /// Takes the fields for what they mean, or says everything that is wrong with them at once.
    pub fn read(self) -> Result<Register, Problem> {
        let mut errors = FieldErrors::default();
        let password = Password::parse(self.password, self.email, self.name);
        let password = errors.take("password", password);
        let email = errors.take("email", EmailAddress::parse(self.email));
        let name = errors.take("name", PersonName::parse(self.name));
        let language = errors.take("language", Language::parse(self.language));
        let time_zone = errors.take("time_zone", CustomerTimeZone::parse(self.time_zone.trim()));
        if !self.role.is_customer() {
            errors.note("role", "staff are made on the command line of the house");
        }
        match (email, name, password, language, time_zone) {
            (Some(email), Some(name), Some(password), Some(language), Some(time_zone))
                if errors.is_empty() =>
            {
                Ok(Register {
                    user: UserId::generate(),
                    email,
                    name,
                    password,
                    role: self.role,
                    language,
                    time_zone,
                })
            }
            _ => Err(errors.into()),
        }
    }
}
