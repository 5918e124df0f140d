//! The house that is measured: the real `gavel serve` as a child process, on a database of its own.

mod child;
mod people;
mod process_files;
mod store;
mod usage;

use std::net::SocketAddr;

use anyhow::Context;

pub use child::{Child, Program, free_address};
pub use people::{People, Person};
pub use store::{Store, Template, psql};
pub use usage::{Usage, Watch};

/// What a house is opened with.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Settings by the names of their environment variables.
    pub settings: Vec<(&'static str, String)>,
}

impl Terms {
    /// With one more setting.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((name, value.into()));
        self
    }
}

/// A template of a database in which people are registered, and the houses opened on copies of it.
///
/// Passwords are hashed slowly on purpose, so that is done once and not before every run.
pub struct Estate {
    program: Program,
    template: Template,
    people: People,
}

/// An open house.
pub struct House {
    /// Its people.
    pub people: People,
    child: Child,
    database: Store,
}

impl Estate {
    /// Makes the template with a seller and as many tokens as there are clients.
    pub fn found(program: Program, template: Template, clients: usize) -> anyhow::Result<Self> {
        let database = template.original();
        let child = program.serve(database, &Terms::default())?;
        let people = People::register(child.address(), clients)?;
        child.stop()?;
        Ok(Self {
            program,
            template,
            people,
        })
    }

    /// Opens a house on a fresh copy.
    pub fn open(&self, terms: &Terms) -> anyhow::Result<House> {
        let database = self.template.copy()?;
        let child = self.program.serve(&database, terms)?;
        Ok(House {
            people: self.people.clone(),
            child,
            database,
        })
    }

    /// Whether the server has a setting.
    pub fn knows_setting(&self, name: &str) -> anyhow::Result<bool> {
        self.program.knows_setting(name)
    }

    /// Which database it is and how durable, in words.
    pub fn facts(&self) -> anyhow::Result<String> {
        self.template.original().facts()
    }

    /// The name of the database.
    pub fn database(&self) -> &'static str {
        self.template.original().name()
    }

    /// A fresh database without a house.
    pub fn ground(&self) -> anyhow::Result<Store> {
        self.template.copy()
    }
}

impl House {
    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.child.address()
    }

    /// Watches what it uses.
    pub fn watch(&self) -> anyhow::Result<Watch> {
        let postmaster = self.database.postmaster();
        let postmaster = postmaster.context("the database's processes cannot be found")?;
        Ok(Watch::of(self.child.id(), postmaster))
    }

    /// Stops the server as an operator does, then drops the database.
    pub fn close(self) -> anyhow::Result<()> {
        self.child.stop()?;
        drop(self.database);
        Ok(())
    }
}
