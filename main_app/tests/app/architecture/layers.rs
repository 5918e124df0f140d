//! What each layer may know.

use std::collections::BTreeMap;

use super::sources::{Source, root};

/// The longest that a file may be.
const LONGEST_FILE: usize = 400;

/// Each table with the crate that owns it.
pub struct Tables(BTreeMap<String, String>);

impl Tables {
    /// Those that the migrations create. A table is named after its owner.
    pub fn of_migrations() -> Self {
        let owners = [
            "auctions",
            "payments",
            "customer_relationship",
            "shipping",
            "process",
            "main_app",
            "foundation",
        ];
        let mut tables = BTreeMap::new();
        for migration in std::fs::read_dir(root().join("migrations")).unwrap() {
            let up = std::fs::read_to_string(migration.unwrap().path().join("up.sql")).unwrap();
            for rest in up.split("CREATE TABLE ").skip(1) {
                let table = rest.split([' ', '(']).next().unwrap();
                let is_owner = |owner: &&&str| table.starts_with(&format!("{owner}_"));
                let owner = owners.iter().find(is_owner);
                let owner = owner.unwrap_or_else(|| panic!("nobody owns the table {table}"));
                tables.insert(table.to_owned(), (*owner).to_owned());
            }
        }
        Self(tables)
    }
}

/// Every rule that a file breaks.
pub fn violations(source: &Source, tables: &Tables) -> Vec<String> {
    let words = source.words();
    let names = |prefix: &str| words.iter().any(|word| word.starts_with(prefix));
    let in_module = source.path.starts_with("modules/");
    let in_foundation = source.path.starts_with("foundation/");
    let is_test = source.path.contains("/tests/");
    let mut broken = Vec::new();
    let outside = ["diesel", "shaku", "actix", "lettre", "reqwest"];
    if in_module && source.is_in("domain") && outside.iter().any(|name| names(name)) {
        broken.push(format!("the domain knows none of {}", outside.join(", ")));
    } else if in_module && source.is_in("application") && names("diesel") {
        broken.push("the application layer knows no diesel".to_owned());
    } else if in_module && !is_test && names("actix") {
        broken.push("only main_app knows HTTP".to_owned());
    } else if !in_foundation && !is_test && names("shaku") && !is_wiring(source) {
        broken.push("only wiring.rs and composition.rs know shaku".to_owned());
    }
    if !in_foundation && !is_test && takes_connection(source) && !keeps_data(source) {
        broken.push("only infrastructure takes a connection".to_owned());
    }
    if !is_test {
        let foreign = tables.0.iter().filter(|(table, owner)| {
            words.iter().any(|word| word == *table) && !belongs_to(source, owner)
        });
        broken.extend(foreign.map(|(table, owner)| format!("{table} is for {owner} alone")));
    }
    broken
        .iter()
        .map(|rule| format!("{}: {rule}", source.path))
        .collect()
}

/// A file that is too long, with its length.
pub fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", source.path))
}

fn is_wiring(source: &Source) -> bool {
    source.path.ends_with("/src/wiring.rs") || source.path == "main_app/src/composition.rs"
}

/// The accounts are main_app's own, and small: they have no folder for their storage.
fn keeps_data(source: &Source) -> bool {
    let accounts = ["storage", "attempts"].map(|file| format!("main_app/src/accounts/{file}.rs"));
    source.is_in("infrastructure") || accounts.contains(&source.path)
}

fn takes_connection(source: &Source) -> bool {
    let code: String = source.code().split_whitespace().collect();
    code.contains(".connection()")
}

fn belongs_to(source: &Source, owner: &str) -> bool {
    source.path.starts_with(&format!("modules/{owner}/"))
        || source.path.starts_with(&format!("{owner}/"))
}
