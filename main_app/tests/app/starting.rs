//! A serving process starts whole or not at all.

use actix_web::web;
use main_app::commands::opening::open_to_work;
use main_app::commands::serving::{block_on, serve};
use main_app::configuration::Settings;
use main_app::http::House;

/// The first bid of the day must not be the one that finds out.
#[test]
fn a_desk_that_cannot_be_opened_ends_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    let file = folder.path().join("gavel.db");
    settings.database.url = format!("sqlite:{}", file.display()).parse().unwrap();
    settings.http.bind.set_port(0);
    let opened = open_to_work(&settings).unwrap();
    folder.close().unwrap();
    let house = web::Data::new(House::new(opened.app.clone(), settings));
    let opened_at = |address| panic!("requests are taken at {address}");
    let end = block_on(serve(&opened, house, opened_at, std::future::ready(())));
    let told = format!("{:#}", end.unwrap_err());
    assert!(told.contains("the bidding desk"), "{told}");
}
