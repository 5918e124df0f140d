//! People who use the house over HTTP, as a browser or a program would.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, PASSWORD, TestApp};

/// Somebody, logged in or not.
pub struct Person<'a> {
    app: &'a TestApp,
    /// The address they registered with; empty for nobody.
    pub email: String,
    /// The user's id; empty for nobody.
    pub id: String,
    cookie: Option<String>,
    token: Option<String>,
}

/// A lot, as its seller got it back.
#[derive(Debug, Clone)]
pub struct Lot {
    /// Its id.
    pub id: String,
    /// From this moment on, bids are too late.
    pub ends_at: DateTime<Utc>,
}

impl<'a> Person<'a> {
    pub(super) fn nobody(app: &'a TestApp) -> Self {
        Self {
            app,
            email: String::new(),
            id: String::new(),
            cookie: None,
            token: None,
        }
    }

    pub(super) fn register(app: &'a TestApp, name: &str, role: &str) -> Self {
        let email = format!("{name}@{role}.example");
        let body = json!({"email": email, "name": name, "password": PASSWORD, "role": role});
        app.nobody().post("/api/register", &body).has_status(201);
        Self::log_in(app, &email)
    }

    /// Logs in with the tests' password.
    pub fn log_in(app: &'a TestApp, email: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = app.nobody().post("/api/login", &body).has_status(200);
        Self {
            id: answer.json()["id"].as_str().unwrap().to_owned(),
            cookie: Some(session_of(&answer)),
            ..Self::nobody(app)
        }
        .known_as(email)
    }

    fn known_as(self, email: &str) -> Self {
        Self {
            email: email.to_owned(),
            ..self
        }
    }

    /// The same person with an API token instead of a session.
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            app: self.app,
            email: self.email.clone(),
            id: self.id.clone(),
            cookie: None,
            token: Some(token.to_owned()),
        }
    }

    /// The same person at another instance.
    pub fn at<'b>(&self, app: &'b TestApp) -> Person<'b> {
        Person {
            app,
            email: self.email.clone(),
            id: self.id.clone(),
            cookie: self.cookie.clone(),
            token: self.token.clone(),
        }
    }

    /// The session's cookie, for requests that no client sends.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    /// Sends a request; the closure may add to it.
    pub fn sends(
        &self,
        method: Method,
        path: &str,
        add: impl FnOnce(reqwest::blocking::RequestBuilder) -> reqwest::blocking::RequestBuilder,
    ) -> Answer {
        let mut request = self
            .app
            .client
            .request(method, format!("{}{path}", self.app.url));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Answer::read(add(request).send().unwrap())
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, |request| request)
    }

    /// Sends JSON.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.sends(Method::POST, path, |request| request.json(body))
    }

    /// Sends a body as it is, and says that it is JSON.
    pub fn post_raw(&self, path: &str, body: impl Into<reqwest::blocking::Body>) -> Answer {
        self.sends(Method::POST, path, |request| {
            request
                .header("content-type", "application/json")
                .body(body)
        })
    }

    /// Sends a form, as a page does.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.sends(Method::POST, path, |request| request.form(fields))
    }

    /// Deletes.
    pub fn delete(&self, path: &str) -> Answer {
        self.sends(Method::DELETE, path, |request| request)
    }

    /// Puts a lot up that ends in two hours; the price is `"10.00 USD"`.
    pub fn lists(&self, title: &str, price: &str) -> Lot {
        self.lists_for(title, price, TimeDelta::hours(2))
    }

    /// Puts a lot up that ends after a time.
    pub fn lists_for(&self, title: &str, price: &str, time: TimeDelta) -> Lot {
        let ends_at = self.app.now() + time;
        self.lists_on(title, price, ends_at, json!({}))
    }

    /// Puts a lot up on terms of the seller's own.
    pub fn lists_on(&self, title: &str, price: &str, ends_at: DateTime<Utc>, terms: Value) -> Lot {
        let mut body = json!({
            "title": title,
            "description": "As seen.",
            "starting_price": money(price),
            "ends_at": ends_at,
        });
        let terms = terms.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(terms);
        let answer = self.post("/api/auctions", &body).has_status(201);
        Lot {
            id: answer.json()["id"].as_str().unwrap().to_owned(),
            ends_at,
        }
    }

    /// Bids in the lot's currency.
    pub fn bids(&self, lot: &Lot, amount: &str) -> Answer {
        let path = format!("/api/auctions/{}/bids", lot.id);
        self.post(&path, &json!({"amount": amount}))
    }

    /// Does something with a lot: `buy-now`, `cancel`, `reserve`, `second-chance`, ….
    pub fn does(&self, lot: &Lot, what: &str, body: Value) -> Answer {
        self.post(&format!("/api/auctions/{}/{what}", lot.id), &body)
    }

    /// Reads what belongs to a lot: `log`, `bids`, `second-chance`.
    pub fn reads(&self, lot: &Lot, what: &str) -> Answer {
        self.get(&format!("/api/auctions/{}/{what}", lot.id))
    }

    /// Withdraws as a bidder.
    pub fn withdraws(&self, lot: &Lot) -> Answer {
        self.post(&format!("/api/auctions/{}/withdrawals", lot.id), &json!({}))
    }

    /// The lot as this person sees it.
    pub fn sees(&self, lot: &Lot) -> Value {
        self.get(&format!("/api/auctions/{}", lot.id))
            .has_status(200)
            .json()
    }

    /// The payments that this person can pay now.
    pub fn owes(&self) -> Vec<Value> {
        items(&self.get("/api/payments"))
    }

    /// Pays with a token of the test gateway, such as `tok_approved`.
    pub fn pays(&self, payment: &Value, token: &str) -> Answer {
        let id = payment["id"].as_str().unwrap();
        self.post(
            &format!("/api/payments/{id}/charge"),
            &json!({"token": token}),
        )
    }

    /// Puts an address into the book.
    pub fn lives_somewhere(&self) {
        let address = json!({"recipient": "Somebody", "street": "12 Harbour Street",
            "city": "Bristol", "postcode": "BS1 4QA", "country": "GB"});
        self.post("/api/addresses", &address).has_status(201);
    }

    /// Takes the next package at the packing desk; `None` when there is nothing to pack.
    pub fn takes_next_package(&self) -> Option<Value> {
        let answer = self.post("/api/shipping/package/next", &json!({}));
        match answer.status {
            204 => None,
            _ => Some(answer.has_status(200).json()),
        }
    }

    /// Hands a package to a carrier.
    pub fn ships(&self, package: &Value, tracking_number: &str) -> Answer {
        let id = package["id"].as_str().unwrap();
        let body = json!({"carrier": "Korea Post", "tracking_number": tracking_number});
        self.post(&format!("/api/shipping/package/{id}/ship"), &body)
    }

    /// What this person has won.
    pub fn won_items(&self) -> Vec<Value> {
        items(&self.get("/api/my/won-items"))
    }
}

/// Money in JSON, of `"10.00 USD"`.
pub fn money(text: &str) -> Value {
    let (amount, currency) = text.split_once(' ').unwrap();
    json!({"amount": amount, "currency": currency})
}

/// The entries of a list.
#[track_caller]
pub fn items(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

/// The session cookie that an answer sets, as a browser would send it back.
pub fn session_of(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}
