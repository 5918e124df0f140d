//! What is done on the page of a lot beside bidding.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Lot, Person, TestApp, money};

fn page_of(lot: &Lot) -> String {
    format!("/lots/{}", lot.id)
}

impl Person<'_> {
    /// Sends a form of a lot's page.
    fn sends_from(&self, lot: &Lot, what: &str, fields: &[(&str, &str)]) -> crate::support::Answer {
        self.fills_in(&format!("/lots/{}/{what}", lot.id), fields)
    }
}

/// A lot of 10.00 USD that ends in two hours, on some terms.
fn lot_on(app: &TestApp, seller: &Person<'_>, terms: Value) -> Lot {
    let ends_at = app.now() + TimeDelta::hours(2);
    seller.lists_on("Brass sextant", "10.00 USD", ends_at, terms)
}

#[rstest]
fn a_lot_is_bought_at_once_after_one_more_question(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    let lot = lot_on(&app, &seller, json!({"buy_now": money("90.00 USD")}));
    let ask = format!("{}/buy-now", page_of(&lot));
    alice.looks_at(&page_of(&lot)).shows(&ask);
    seller.looks_at(&page_of(&lot)).hides(&ask);
    let question = alice.looks_at(&ask).has_status(200);
    question.shows("This binds you");
    question.shows("90.00 <small>USD");
    assert_eq!(
        alice.sees(&lot)["status"],
        "running",
        "a question buys nothing"
    );
    alice
        .sends_from(&lot, "buy-now", &[])
        .goes_to(&page_of(&lot));
    let page = alice.looks_at(&page_of(&lot));
    page.shows("You won this lot");
    page.shows("Hammer price");
    let late = bob.sends_from(&lot, "buy-now", &[]).has_status(422);
    late.shows("The auction has ended.");
    bob.looks_at(&ask).goes_to(&page_of(&lot));
}

#[rstest]
fn the_first_bid_ends_buying_at_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice, bob) = (app.seller("sam"), app.bidder("alice"), app.bidder("bob"));
    let lot = lot_on(&app, &seller, json!({"buy_now": money("90.00 USD")}));
    bob.bids(&lot, "10").has_status(200);
    alice.looks_at(&page_of(&lot)).hides("/buy-now\"");
    let refused = alice.sends_from(&lot, "buy-now", &[]).has_status(422);
    refused.shows("This lot cannot be bought at once.");
    refused.shows("Open for bids");
}

#[rstest]
fn the_seller_lowers_the_reserve_and_hears_the_rule_at_the_field(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other, alice) = (app.seller("sam"), app.seller("sue"), app.bidder("alice"));
    let lot = lot_on(&app, &seller, json!({"reserve": money("50.00 USD")}));
    let lowers = |person: &Person<'_>, to| person.sends_from(&lot, "reserve", &[("reserve", to)]);
    let refused = lowers(&seller, "60").has_status(422);
    refused.shows(r#"id="reserve-error">The reserve may only be lowered."#);
    refused.shows(r#"value="60""#);
    lowers(&seller, "1,5")
        .has_status(422)
        .shows("reserve-error");
    lowers(&other, "20").has_status(404);
    lowers(&alice, "20").has_status(403);
    lowers(&seller, "20").goes_to(&page_of(&lot));
    seller.looks_at(&page_of(&lot)).shows("20.00 <small>USD");
    alice.bids(&lot, "20").has_status(200);
    seller.looks_at(&page_of(&lot)).hides("Lower the reserve");
}

#[rstest]
fn a_seller_cancels_before_the_first_bid_and_staff_always(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other) = (app.seller("sam"), app.seller("sue"));
    let (alice, staff) = (app.bidder("alice"), app.staff("tess"));
    let [first, second] = [0, 1].map(|_| lot_on(&app, &seller, json!({})));
    let why = [("reason", "It broke.")];
    other.sends_from(&first, "cancel", &why).has_status(404);
    alice.sends_from(&first, "cancel", &why).has_status(403);
    let refused = seller.sends_from(&first, "cancel", &[("reason", " ")]);
    refused.has_status(422).shows("reason-error");
    seller
        .sends_from(&first, "cancel", &why)
        .goes_to(&page_of(&first));
    app.nobody().looks_at(&page_of(&first)).shows("Cancelled");

    alice.bids(&second, "12").has_status(200);
    seller.looks_at(&page_of(&second)).hides("Cancel this lot");
    let refused = seller.sends_from(&second, "cancel", &why).has_status(422);
    refused.shows("can only be cancelled by the house");
    staff.looks_at(&page_of(&second)).shows("Cancel this lot");
    staff
        .sends_from(&second, "cancel", &why)
        .goes_to(&page_of(&second));
    let page = alice.looks_at(&page_of(&second));
    page.shows("Cancelled");
    page.hides("Place bid");
}

#[rstest]
fn the_runner_up_alone_sees_and_answers_a_second_chance(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("accept", "decline")] answer: &str,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, other) = (app.seller("sam"), app.seller("sue"));
    let (alice, bob) = (app.bidder("alice"), app.bidder("bob"));
    let lot = lot_on(&app, &seller, json!({"reserve": money("90.00 USD")}));
    bob.bids(&lot, "12").has_status(200);
    alice.bids(&lot, "43.21").has_status(200);
    app.passes(TimeDelta::hours(2) + TimeDelta::seconds(1));
    let [seller, other, alice, bob] =
        [seller, other, alice, bob].map(|person| Person::log_in(&app, &person.email));
    let page = alice.looks_at(&page_of(&lot));
    page.shows("Ended below its reserve");
    page.shows("Last price");
    seller
        .looks_at(&page_of(&lot))
        .shows("Offer a second chance");
    other.sends_from(&lot, "second-chance", &[]).has_status(404);
    seller
        .sends_from(&lot, "second-chance", &[])
        .goes_to(&page_of(&lot));
    seller.looks_at(&page_of(&lot)).shows("waits for an answer");
    let again = seller
        .sends_from(&lot, "second-chance", &[])
        .has_status(422);
    again.shows("A second chance is already offered.");

    for person in [&app.nobody(), &bob, &other] {
        person.looks_at(&page_of(&lot)).hides("second chance");
    }
    bob.looks_at("/my/bids").hides("second chance");
    let page = alice.looks_at(&page_of(&lot));
    page.shows("You have a second chance");
    page.shows("43.21 USD");
    alice.looks_at("/my/bids").shows("You have a second chance");
    alice.looks_at("/my/won").shows("You have a second chance");

    let fields = [("answer", answer)];
    let taken = bob.sends_from(&lot, "second-chance/answer", &fields);
    taken.has_status(422).hides("43.21 USD");
    alice
        .sends_from(&lot, "second-chance/answer", &[("answer", "perhaps")])
        .has_status(422);
    alice
        .sends_from(&lot, "second-chance/answer", &fields)
        .goes_to(&page_of(&lot));
    let page = alice.looks_at(&page_of(&lot));
    page.shows(if answer == "accept" {
        "You accepted"
    } else {
        "You declined"
    });
    alice.looks_at("/my/bids").hides("You have a second chance");
    alice
        .sends_from(&lot, "second-chance/answer", &fields)
        .has_status(422)
        .shows("There is no offer to answer.");
}

#[rstest]
fn a_late_bid_moves_the_end_and_the_page_says_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let soft_close = json!({"window_seconds": 300, "cap_seconds": 600});
    let lot = lot_on(&app, &seller, json!({"soft_close": soft_close}));
    let page = app.nobody().looks_at(&page_of(&lot));
    page.shows("a bid with less than 5 minutes left");
    page.shows("The latest end is");
    page.hides("Extended");
    app.clock.set(lot.ends_at - TimeDelta::seconds(10));
    let alice = Person::log_in(&app, &alice.email);
    alice.bids(&lot, "12").has_status(200);
    let page = app.nobody().looks_at(&page_of(&lot));
    page.shows("Extended: late bids moved the end from");
    let end = (lot.ends_at + TimeDelta::seconds(290)).format("%H:%M:%S UTC");
    page.shows(&format!("Late bids moved the end to {end}."));
}

#[rstest]
fn a_lot_that_is_not_open_yet_says_when_and_takes_no_bids(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let opens_at = app.now() + TimeDelta::hours(1);
    let lot = lot_on(&app, &seller, json!({"opens_at": opens_at}));
    let page = alice.looks_at(&page_of(&lot));
    page.shows("Bidding has not begun");
    page.shows("Opens in");
    page.hides("Place bid");
    let early = alice.sends_from(&lot, "bids", &[("amount", "12")]);
    early
        .has_status(422)
        .shows("Bidding on this lot has not begun.");
}

#[rstest]
fn whoever_bid_long_ago_can_still_withdraw_on_the_page(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, alice) = (app.seller("sam"), app.bidder("alice"));
    let (bob, carol) = (app.bidder("bob"), app.bidder("carol"));
    let lot = seller.lists_for("Brass sextant", "10.00 USD", TimeDelta::days(2));
    alice.bids(&lot, "10").has_status(200);
    for amount in 11..=112 {
        let bidder = if amount % 2 == 0 { &bob } else { &carol };
        bidder.bids(&lot, &amount.to_string()).has_status(200);
    }
    let page = alice.looks_at(&page_of(&lot));
    page.shows("Only the newest 100 bids are shown.");
    page.shows("You were outbid");
    page.shows("Withdraw my bids");
    alice
        .sends_from(&lot, "withdrawals", &[])
        .goes_to(&page_of(&lot));
    let page = alice.looks_at(&page_of(&lot));
    page.hides("Withdraw my bids");
    page.hides("You were outbid");
}

#[rstest]
fn staff_let_the_hammer_fall_when_it_is_due(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let (seller, staff) = (app.seller("sam"), app.staff("tess"));
    let lot = lot_on(&app, &seller, json!({}));
    staff.looks_at(&page_of(&lot)).hides("Let the hammer fall");
    staff.sends_from(&lot, "end", &[]).has_status(422);
    app.clock.set(lot.ends_at + TimeDelta::seconds(1));
    let staff = Person::log_in(&app, &staff.email);
    staff.looks_at(&page_of(&lot)).shows("Let the hammer fall");
    staff.sends_from(&lot, "end", &[]).goes_to(&page_of(&lot));
    staff.looks_at(&page_of(&lot)).shows("Ended without a sale");
}
