//! The people of a house: a seller, and bidders with tokens.

use std::net::SocketAddr;

use anyhow::Context;
use serde::Deserialize;
use serde_json::json;

use crate::calls::{self, Reply};
use crate::wire::Shown;

/// Accounts of bidders. Who has more clients than that gives each bidder several tokens.
const ACCOUNTS: usize = 64;
/// As many at once as keep two processors busy with hashing.
const AT_ONCE: usize = 4;
const PASSWORD: &str = "the hammer falls at noon";

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Person {
    /// The token.
    pub token: String,
}

/// Everybody.
#[derive(Debug, Clone)]
pub struct People {
    /// Who puts up all lots.
    pub seller: Person,
    /// One for each client.
    pub bidders: Vec<Person>,
}

#[derive(Deserialize)]
struct NewToken {
    token: String,
}

impl People {
    /// Registers a seller and bidders, and gets a token for each client.
    pub fn register(address: SocketAddr, clients: usize) -> anyhow::Result<Self> {
        let accounts = ACCOUNTS.min(clients);
        let logins: Vec<_> = (0..=accounts).map(login).collect();
        let registrations = logins.iter().enumerate().map(|(number, (email, name))| {
            let role = if number == accounts {
                "seller"
            } else {
                "bidder"
            };
            let body = json!({"email": email, "name": name, "password": PASSWORD, "role": role});
            calls::post("/api/register", Shown::Nothing, &body)
        });
        for reply in calls::all(address, registrations.collect(), AT_ONCE)? {
            reply.expect(201)?;
        }
        let logins = logins.iter().map(|(email, _)| {
            let body = json!({"email": email, "password": PASSWORD});
            calls::post("/api/login", Shown::Nothing, &body)
        });
        let sessions = calls::all(address, logins.collect(), AT_ONCE)?;
        let cookies: anyhow::Result<Vec<String>> = sessions.iter().map(cookie).collect();
        let cookies = cookies?;
        let owners = (0..clients).map(|client| client % accounts);
        let owners: Vec<usize> = owners.chain([accounts]).collect();
        let requests = owners.iter().map(|&owner| {
            let body = json!({"label": "bench"});
            calls::post("/api/tokens", Shown::Cookie(&cookies[owner]), &body)
        });
        let replies = calls::all(address, requests.collect(), AT_ONCE)?;
        let people = replies.iter().map(|reply| {
            let token = reply.read::<NewToken>(201)?.token;
            Ok(Person { token })
        });
        let mut bidders = people.collect::<anyhow::Result<Vec<_>>>()?;
        let seller = bidders.pop().context("there is a seller")?;
        Ok(Self { seller, bidders })
    }
}

fn login(number: usize) -> (String, String) {
    let email = format!("bidder-{number}@example.com");
    (email, format!("Bidder {number}"))
}

fn cookie(reply: &Reply) -> anyhow::Result<String> {
    reply.expect(200)?;
    let cookie = reply.cookie.clone();
    cookie.context("the login sets no cookie")
}
