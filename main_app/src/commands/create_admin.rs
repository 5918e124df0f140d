//! `gavel create-admin`

use std::io::{BufRead, IsTerminal};

use anyhow::Context;
use clap::Args;
use customer_relationship::{CustomerTimeZone, EmailAddress, Language};
use secrecy::SecretString;

use super::opening::open;
use crate::accounts::{AccountsDesk, Password, PersonName, Register, Role, UserId};
use crate::composition::component;
use crate::configuration::Settings;

/// Make an account that looks after the house. The password comes from GAVEL_ADMIN_PASSWORD, or is read
/// from standard input.
#[derive(Debug, Args)]
pub(super) struct CreateAdmin {
    /// The address to log in with.
    #[arg(long)]
    email: String,
    /// What the person is called.
    #[arg(long, default_value = "Administrator")]
    name: String,
    /// What the person does.
    #[arg(long, value_enum, default_value_t = Office::Admin)]
    role: Office,
}

/// What somebody of the house does. Customers register themselves.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Office {
    /// Looks after the house and its machinery.
    Admin,
    /// Packs parcels, ends lots, helps customers.
    Staff,
}

impl Office {
    const fn role(self) -> Role {
        match self {
            Self::Admin => Role::Admin,
            Self::Staff => Role::Staff,
        }
    }
}

impl CreateAdmin {
    pub(super) fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        let email = EmailAddress::parse(&self.email)?;
        let name = PersonName::parse(&self.name)?;
        let password = Password::parse(password()?, &self.email, &self.name)?;
        let opened = open(settings)?;
        let desk = component::<AccountsDesk>(&opened.app);
        let command = Register {
            user: UserId::generate(),
            email,
            name,
            password,
            role: self.role.role(),
            language: Language::En,
            time_zone: CustomerTimeZone::parse("UTC")?,
        };
        let user = desk.register(&command)?;
        println!("{} may log in now", user.email);
        Ok(())
    }
}

fn password() -> anyhow::Result<SecretString> {
    if let Ok(password) = std::env::var("GAVEL_ADMIN_PASSWORD") {
        return Ok(password.into());
    }
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("Password (it will be seen while you type): ");
    }
    let mut line = String::new();
    stdin
        .lock()
        .read_line(&mut line)
        .context("no password: set GAVEL_ADMIN_PASSWORD, or give it on standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
}
