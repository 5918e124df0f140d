//! `gavel demo`

mod cast;
mod catalogue;
mod goods;
mod pieces;
mod robots;
mod seeding;
mod stage;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use actix_web::web;
use anyhow::Context;
use chrono::TimeDelta;
use clap::Args;
use tempfile::TempDir;

use self::robots::Robots;
use self::stage::Stage;
use super::opening::open_to_work;
use super::serving::{asked_to_stop, begin_to_log, block_on, serve};
use crate::configuration::Settings;
use crate::http::House;
use crate::pages::DEMO_LOGINS;

/// Show the house: lots that really close, bidding robots, test gateway, mailbox. Nothing leaves this
/// machine.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Keep the data in this SQLite file, and go on with what is in it. Without, a fresh file is used and
    /// deleted at the end.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
}

impl Demo {
    pub(super) fn run(self, settings: Settings) -> anyhow::Result<()> {
        let folder = tempfile::Builder::new().prefix("gavel-demo-").tempdir()?;
        let settings = self.settings(settings, &folder)?;
        begin_to_log(&settings)?;
        make_sure_it_is_free(settings.http.bind)?;
        let opened = open_to_work(&settings)?;
        let stage = Stage::of(&opened);
        println!("Seeding the demo …");
        seeding::seed(&stage).context("the demo could not be seeded")?;
        let house = web::Data::new(House::new(opened.app.clone(), settings).as_demo());
        let robots = Robots::start(stage)?;
        let outcome = block_on(async {
            let opened_at = |address: SocketAddr| println!("{}", welcome(address));
            serve(&opened, house, opened_at, asked_to_stop()).await
        });
        robots.stop();
        outcome
    }

    fn settings(&self, settings: Settings, folder: &TempDir) -> anyhow::Result<Settings> {
        let fresh = || folder.path().join("gavel.db");
        let database = self.database.clone().unwrap_or_else(fresh);
        let mut settings = settings.for_demo(&database)?;
        if let Some(bind) = self.bind {
            settings.http.bind = bind;
            settings.http.public_url = format!("http://localhost:{}", bind.port());
        }
        settings.log.filter = "warn".to_owned();
        settings.process.pay_within = TimeDelta::minutes(6);
        settings.process.reminders_after = vec![TimeDelta::seconds(45), TimeDelta::minutes(3)];
        Ok(settings)
    }
}

/// Says at once, and not after the seeding, that somebody else listens there.
fn make_sure_it_is_free(address: SocketAddr) -> anyhow::Result<()> {
    TcpListener::bind(address).map(drop).with_context(|| {
        format!("{address} cannot be used; take another port: gavel demo --bind 127.0.0.1:8090")
    })
}

/// What a newcomer reads first.
fn welcome(address: SocketAddr) -> String {
    let port = address.port();
    let mut text = format!("\n  Gavel is open: http://localhost:{port}\n\n  Logins\n");
    for login in &DEMO_LOGINS {
        let (email, password, role) = (login.email, login.password, login.role);
        text.push_str(&format!("    {email:<22} {password:<20} {role}\n"));
    }
    text + "
  Seven things to try
    1. Log in as Mira and bid on a lot that closes soon. The robots answer, and on
       the marine chronometer every late bid moves the end.
    2. Within the first minute the ship's lantern misses its reserve, and Mira gets
       a second chance: look at \"My bids\". Within two minutes she wins the moon jar,
       an incense burner and six bowls: pay for all three at once under \"Won items\",
       with the coupon WELCOME-10 and her credit, first with the test card that is
       declined.
    3. Register Mira for the evening sale, approve her as Tess at the sales desk
       (Oskar waits there, too), and bid against the robots with her paddle.
    4. Log in as Tess, take the next package at the packing desk and ship it.
    5. There are only four bowls in the warehouse: Mira waits, or has her money back,
       under \"Parcels\". As Tess, open YUGI-BOWL under \"Stock\" and make the batch
       six, and her parcel can be packed. A pair of lamps waits there until it arrives.
    6. Log in as Jonas and sell a lot that ends in three minutes, with a reserve, a
       price to buy now or secret maxima. The robots like most things.
    7. Read what everybody was told: the mailbox is in the navigation, without a login.

  The JSON API is described at /docs. Ctrl-C ends the demo.
"
}
