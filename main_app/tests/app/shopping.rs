//! Won lots, and what they are paid with: set up over HTTP, as customers and staff do it.

use chrono::TimeDelta;
use foundation::ids::new_id;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, items, money};

/// The tests' rates: a tenth of premium, a fifth of tax.
pub fn with_premium_and_tax(settings: &mut main_app::configuration::Settings) {
    settings.payments.premium_basis_points = 1000;
    settings.payments.tax_basis_points = 2000;
}

/// A new id.
pub fn fresh() -> String {
    new_id().to_string()
}

/// Lots of one seller, won by each of these people at these prices: everybody logs in anew, since their
/// sessions have ended meanwhile.
pub fn winners<'a>(
    app: &'a TestApp,
    people: &[(&str, &[(&str, &str)])],
) -> (Vec<Person<'a>>, Person<'a>) {
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let won = people.iter().map(|(name, lots)| {
        let winner = app.bidder(name);
        for (title, price) in *lots {
            let (amount, currency) = price.split_once(' ').unwrap();
            let lot = seller.lists(title, &format!("1 {currency}"));
            winner.bids(&lot, amount).has_status(200);
        }
        winner.email
    });
    let won: Vec<String> = won.collect();
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    app.deliver_due();
    let won = won.iter().map(|email| Person::log_in(app, email));
    (won.collect(), Person::log_in(app, &staff.email))
}

/// Ann with these lots, and staff.
pub fn won_by_ann<'a>(app: &'a TestApp, lots: &[(&str, &str)]) -> (Person<'a>, Person<'a>) {
    let (mut people, staff) = winners(app, &[("ann", lots)]);
    (people.remove(0), staff)
}

impl Person<'_> {
    /// As staff: a coupon that takes off an amount.
    pub fn issues(&self, code: &str, amount: &str, allowed: u32) {
        let body =
            json!({"id": fresh(), "code": code, "amount": money(amount), "allowed": allowed});
        self.post("/api/coupons", &body).has_status(201);
    }

    /// As staff: a collection time tomorrow.
    pub fn opens_slot(&self, app: &TestApp, capacity: u32) -> String {
        let id = fresh();
        let starts_at = app.now() + TimeDelta::days(1);
        let body = json!({"id": id, "place": "the ramp", "starts_at": starts_at,
            "ends_at": starts_at + TimeDelta::hours(1), "capacity": capacity});
        self.post("/api/slots", &body).has_status(201);
        id
    }

    /// As staff: credit for a customer.
    pub fn grants(&self, customer: &Person<'_>, amount: &str) {
        let body = json!({"amount": money(amount), "reason": "a late parcel"});
        let path = format!("/api/customers/{}/credit", customer.id);
        self.post(&path, &body).has_status(201);
    }

    /// The ids of the payments that this person can pay now.
    pub fn basket(&self) -> Vec<String> {
        let owed = self.owes().into_iter();
        owed.map(|payment| payment["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Opens a billing of all that is owed; the extras are a coupon, credit or a slot.
    pub fn opens(&self, id: &str, extras: Value) -> Answer {
        let mut body = json!({"id": id, "payments": self.basket()});
        let extras = extras.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(extras);
        self.post("/api/billings", &body)
    }

    /// A new billing of all that is owed.
    pub fn opened(&self) -> String {
        let id = fresh();
        self.opens(&id, json!({})).has_status(201);
        id
    }

    /// Pays a billing with a token.
    pub fn settles(&self, billing: &str, token: &str) -> Answer {
        let path = format!("/api/billings/{billing}/pay");
        self.post(&path, &json!({"token": token}))
    }

    /// Comes back from the gateway.
    pub fn completes(&self, billing: &str, proof: Option<&str>) -> Answer {
        let path = format!("/api/billings/{billing}/complete");
        self.post(&path, &json!({"proof": proof}))
    }

    /// One of this person's billings.
    pub fn billing(&self, id: &str) -> Value {
        let answer = self.get(&format!("/api/billings/{id}"));
        answer.has_status(200).json()
    }

    /// The statuses of all payments of this person, sorted.
    pub fn statuses(&self) -> Vec<String> {
        let all = items(&self.get("/api/payments?all=true")).into_iter();
        let mut all: Vec<String> = all
            .map(|payment| payment["status"].as_str().unwrap().to_owned())
            .collect();
        all.sort_unstable();
        all
    }

    /// What this person may use of their credit.
    pub fn credit(&self) -> Vec<(String, String)> {
        let accounts = items(&self.get("/api/credit")).into_iter();
        let amount = |value: &Value| value["amount"].as_str().unwrap().to_owned();
        accounts
            .map(|account| (amount(&account["available"]), amount(&account["held"])))
            .collect()
    }
}
