//! The rules of the architecture, as ARCHITECTURE.md states them, and for each a planted violation that must
//! be found: a check that cannot fail is none.

#[path = "architecture/arrows.rs"]
mod arrows;
#[path = "architecture/layers.rs"]
mod layers;
#[path = "architecture/sources.rs"]
mod sources;

use rstest::rstest;

use arrows::{ALLOWED, Arrow, Arrows};
use layers::{Tables, violations};
use sources::Source;

#[test]
fn crates_depend_on_each_other_as_agreed_and_no_arrow_is_idle() {
    let arrows = Arrows::of_workspace();
    assert_eq!(arrows.mistakes(), [] as [String; 0]);
}

#[test]
fn an_undeclared_arrow_is_found() {
    let mut arrows = Arrows::of_workspace();
    arrows.add("auctions", "payments");
    let mistakes = arrows.mistakes();
    assert_eq!(mistakes, ["'auctions' must not depend on 'payments'"]);
}

#[test]
fn a_declared_arrow_that_no_cargo_toml_has_is_found() {
    let mut arrows = Arrows::of_workspace();
    let Arrow { from, to, .. } = ALLOWED[0];
    arrows.remove(from, to);
    let expected = format!("'{from}' may depend on '{to}' but does not");
    assert_eq!(arrows.mistakes(), [expected]);
}

#[test]
fn a_dependency_that_no_source_names_is_found() {
    let mut arrows = Arrows::of_workspace();
    arrows.forget_sources_of("process", "shipping");
    assert_eq!(
        arrows.mistakes(),
        ["'process' declares 'shipping' but names it nowhere"]
    );
}

#[test]
fn customers_know_the_auctions_events_and_nothing_else_of_them() {
    let events = ["events", "sale_events"]
        .map(|file| Source::read(&format!("modules/auctions/src/{file}.rs")));
    let customers = Source::all_under("modules/customer_relationship/src");
    let mistakes: Vec<_> = customers
        .iter()
        .flat_map(|source| arrows::more_than_events(source, &events))
        .collect();
    assert_eq!(mistakes, [] as [String; 0]);

    let planted = Source::planted("x.rs", "use auctions::{AuctionEnded, AuctionsFacade};");
    assert_eq!(
        arrows::more_than_events(&planted, &events),
        ["x.rs: AuctionsFacade"]
    );
}

#[test]
fn every_file_keeps_to_its_layer() {
    let tables = Tables::of_migrations();
    let mut sources = Source::all_under("modules");
    sources.extend(Source::all_under("main_app/src"));
    sources.extend(Source::all_under("foundation/src"));
    assert!(sources.len() > 100, "the sources were not found");
    let found: Vec<_> = sources
        .iter()
        .flat_map(|source| violations(source, &tables))
        .collect();
    assert_eq!(found, [] as [String; 0]);
}

#[rstest]
#[case(
    "modules/auctions/src/domain/bid.rs",
    "use diesel::prelude::*;",
    "domain"
)]
#[case("modules/auctions/src/domain.rs", "struct Bid(shaku::X);", "domain")]
#[case(
    "modules/payments/src/domain/token.rs",
    "use reqwest::Client;",
    "domain"
)]
#[case(
    "modules/shipping/src/domain/address.rs",
    "use actix_web::web;",
    "domain"
)]
#[case(
    "modules/shipping/src/domain/address.rs",
    "use lettre::Address;",
    "domain"
)]
#[case(
    "modules/auctions/src/application/place_bid.rs",
    "diesel::insert_into(x)",
    "application"
)]
#[case(
    "modules/auctions/src/application.rs",
    "use diesel::prelude::*;",
    "application"
)]
#[case(
    "modules/auctions/src/handlers.rs",
    "query.load(uow.connection())",
    "infrastructure"
)]
#[case(
    "main_app/src/api/bids.rs",
    "query.load(reader\n    .connection())",
    "infrastructure"
)]
#[case("modules/auctions/src/facade.rs", "use shaku::Component;", "wiring.rs")]
#[case(
    "main_app/src/api/bids.rs",
    "fn x(m: shaku_actix::Inject<A, B>) {}",
    "wiring.rs"
)]
#[case("modules/process/src/handlers.rs", "use actix_web::web;", "HTTP")]
#[case(
    "modules/process/src/infrastructure/queries.rs",
    "sql_query(\"SELECT * FROM payments_payments\")",
    "payments_payments"
)]
fn a_planted_violation_is_found(#[case] path: &str, #[case] text: &str, #[case] rule: &str) {
    let found = violations(&Source::planted(path, text), &Tables::of_migrations());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains(rule) && found[0].contains(path),
        "{found:?}"
    );
}

#[rstest]
#[case(
    "modules/auctions/src/domain/bid.rs",
    "// diesel would not be at home here\n"
)]
#[case(
    "modules/auctions/src/infrastructure/auctions.rs",
    "use diesel::x; uow.connection();"
)]
#[case("main_app/src/accounts/storage.rs", "reader.connection()")]
#[case("modules/auctions/src/wiring.rs", "use shaku::module;")]
fn what_is_in_its_place_is_left_alone(#[case] path: &str, #[case] text: &str) {
    let found = violations(&Source::planted(path, text), &Tables::of_migrations());
    assert_eq!(found, [] as [String; 0]);
}

#[test]
fn no_file_is_too_long_to_be_read_at_once() {
    let mut all = Source::all_under("modules");
    all.extend(Source::all_under("main_app"));
    all.extend(Source::all_under("foundation"));
    let long: Vec<_> = all.iter().filter_map(layers::too_long).collect();
    assert_eq!(long, [] as [String; 0]);
    let planted = Source::planted("x.rs", &"\n".repeat(401));
    assert!(layers::too_long(&planted).is_some());
}
