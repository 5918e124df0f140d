//! Which crate may depend on which.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::sources::{Source, root};

/// A crate that depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The crate that depends.
    pub from: &'static str,
    /// The crate that is depended on.
    pub to: &'static str,
}

const fn arrow(from: &'static str, to: &'static str) -> Arrow {
    Arrow { from, to }
}

/// Every allowed arrow. All others are forbidden, and each of these must be in use.
pub const ALLOWED: [Arrow; 18] = [
    arrow("auctions", "foundation"),
    arrow("payments", "foundation"),
    arrow("customer_relationship", "foundation"),
    arrow("shipping", "foundation"),
    arrow("process", "foundation"),
    arrow("main_app", "foundation"),
    arrow("customer_relationship", "auctions"),
    arrow("process", "auctions"),
    arrow("process", "payments"),
    arrow("process", "customer_relationship"),
    arrow("process", "shipping"),
    arrow("main_app", "auctions"),
    arrow("main_app", "payments"),
    arrow("main_app", "customer_relationship"),
    arrow("main_app", "shipping"),
    arrow("main_app", "process"),
    arrow("bench", "foundation"),
    arrow("bench", "shipping"),
];

/// The arrows that are there, each with whether a source uses it.
pub struct Arrows(BTreeMap<(String, String), bool>);

impl Arrows {
    /// Those of the workspace. What a crate needs for its tests alone does not count.
    pub fn of_workspace() -> Self {
        let metadata = MetadataCommand::new()
            .manifest_path(root().join("Cargo.toml"))
            .no_deps()
            .exec()
            .unwrap();
        let members: BTreeSet<_> = metadata
            .packages
            .iter()
            .map(|one| one.name.to_string())
            .collect();
        let mut arrows = BTreeMap::new();
        for package in &metadata.packages {
            let folder = package.manifest_path.parent().unwrap();
            let folder = folder.strip_prefix(root()).unwrap();
            let sources = Source::all_under(&format!("{folder}/src"));
            for dependency in &package.dependencies {
                if dependency.kind == DependencyKind::Normal && members.contains(&dependency.name) {
                    let used = sources
                        .iter()
                        .any(|source| source.words().contains(&dependency.name));
                    arrows.insert((package.name.to_string(), dependency.name.clone()), used);
                }
            }
        }
        Self(arrows)
    }

    /// Plants an arrow.
    pub fn add(&mut self, from: &str, to: &str) {
        self.0.insert((from.to_owned(), to.to_owned()), true);
    }

    /// Takes an arrow away.
    pub fn remove(&mut self, from: &str, to: &str) {
        self.0.remove(&(from.to_owned(), to.to_owned()));
    }

    /// Makes as if no source used an arrow.
    pub fn forget_sources_of(&mut self, from: &str, to: &str) {
        self.0.insert((from.to_owned(), to.to_owned()), false);
    }

    /// What is not as agreed.
    pub fn mistakes(&self) -> Vec<String> {
        let allowed: BTreeSet<_> = ALLOWED
            .iter()
            .map(|arrow| (arrow.from.to_owned(), arrow.to.to_owned()))
            .collect();
        let mut mistakes = Vec::new();
        for (arrow @ (from, to), used) in &self.0 {
            if !allowed.contains(arrow) {
                mistakes.push(format!("'{from}' must not depend on '{to}'"));
            } else if !used {
                mistakes.push(format!("'{from}' declares '{to}' but names it nowhere"));
            }
        }
        for arrow @ (from, to) in &allowed {
            if !self.0.contains_key(arrow) {
                mistakes.push(format!("'{from}' may depend on '{to}' but does not"));
            }
        }
        mistakes
    }
}

/// What a file takes from `auctions` beyond its events and the ids that they are made of.
pub fn more_than_events(source: &Source, events: &[Source]) -> Vec<String> {
    let known: Vec<String> = events.iter().flat_map(Source::words).collect();
    let code = source.code();
    let mut taken = Vec::new();
    for rest in code.split("auctions::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => rest
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default(),
        };
        let names = names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        taken.extend(names.filter(|name| !known.iter().any(|word| word == name)));
    }
    taken
        .iter()
        .map(|name| format!("{}: {name}", source.path))
        .collect()
}
