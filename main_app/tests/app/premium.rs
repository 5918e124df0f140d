//! The buyer's premium of a sale, from its terms to what the buyer pays. Over HTTP only.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{TestApp, items};

/// 12.5 percent of 19.99 are 2.49875.
#[rstest]
fn whoever_buys_in_a_sale_pays_its_premium_and_is_told_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, tess, bob) = (app.seller("sam"), app.staff("tess"), app.bidder("bob"));
    let opens_at = app.now() + TimeDelta::hours(1);
    let sale = json!({"title": "Autumn sale", "currency": "USD", "admission": "open",
        "buyers_premium": "12.5", "opens_at": opens_at});
    let sale = tess.post("/api/sales", &sale).has_status(201).json();
    let sale = sale["id"].as_str().unwrap();
    bob.post(&format!("/api/sales/{sale}/registrations"), &json!({}))
        .has_status(201);
    let ends_at = app.now() + TimeDelta::hours(3);
    let lot = seller.lists_on("Astrolabe", "10 USD", ends_at, json!({"sale": sale}));
    app.passes(TimeDelta::hours(2));
    bob.bids(&lot, "19.99").has_status(200);
    app.passes(TimeDelta::hours(1) + TimeDelta::seconds(1));

    let owed = bob.owes();
    let shown = ["amount", "premium", "tax", "discount", "total"]
        .map(|name| owed[0][name]["amount"].as_str().unwrap());
    assert_eq!(shown, ["19.99", "2.50", "0.00", "0.00", "22.49"]);
    let page = bob.get(&format!("/my/won/{}", owed[0]["id"].as_str().unwrap()));
    for words in ["22.49", "buyer’s premium", "2.50"] {
        assert!(page.text.contains(words), "{words}");
    }
    bob.pays(&owed[0], "tok_approved").has_status(200);
    app.deliver_due();
    let paid = items(&bob.get("/api/payments?all=true"));
    assert_eq!(
        (&paid[0]["status"], &paid[0]["total"]["amount"]),
        (&json!("CAPTURED"), &json!("22.49"))
    );
    let mail = items(&tess.get("/api/emails?limit=100"));
    let told = |subject: &str| {
        let found = mail.iter().find(|email| email["subject"] == subject);
        found.unwrap()["text"].as_str().unwrap().contains("22.49")
    };
    assert!(told("You won: Astrolabe") && told("Payment received: Astrolabe"));
}
