//! Looking at pages and sending forms, as a browser does.

use chrono::TimeDelta;
use reqwest::Method;

use crate::support::{Answer, Lot, Person, TestApp};

/// An id that nothing has.
pub const NO_SUCH_ID: &str = "0192c0de-0000-7000-8000-000000000000";

impl Person<'_> {
    /// Asks for a page, as a browser does.
    pub fn looks_at(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, |request| {
            request.header("accept", "text/html")
        })
    }

    /// Sends a form, as a browser does.
    pub fn fills_in(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.sends(Method::POST, path, |request| {
            request.header("accept", "text/html").form(fields)
        })
    }
}

impl Answer {
    /// Expects to be sent on to another page.
    #[track_caller]
    pub fn goes_to(&self, address: &str) {
        assert_eq!(
            (self.status, self.header("location")),
            (303, address),
            "{}",
            self.text
        );
    }

    /// Expects a text in the page.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        assert!(
            self.text.contains(text),
            "no '{text}' in {} {}",
            self.status,
            self.text
        );
    }

    /// Expects a text not to be in the page.
    #[track_caller]
    pub fn hides(&self, text: &str) {
        assert!(
            !self.text.contains(text),
            "'{text}' in {} {}",
            self.status,
            self.text
        );
    }

    /// The cookies that it sets, as a browser would send them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all("set-cookie").iter();
        let pairs = set.filter_map(|cookie| cookie.to_str().unwrap().split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    }
}

/// A lot that this bidder has won; and the bidder, logged in anew.
pub fn won_by<'a>(app: &'a TestApp, name: &str) -> (Person<'a>, Lot) {
    let (seller, winner) = (app.seller("sam"), app.bidder(name));
    let lot = seller.lists("Brass sextant", "10.00 USD");
    winner.bids(&lot, "15.99").has_status(200);
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    app.deliver_due();
    (Person::log_in(app, &winner.email), lot)
}

/// The address of the page on which the only won item is paid.
pub fn payment_of(winner: &Person<'_>) -> String {
    let page = winner.looks_at("/my/won").has_status(200).text;
    let (_, rest) = page.split_once(r#"href="/my/won/"#).unwrap();
    format!("/my/won/{}", rest.split_once('"').unwrap().0)
}
