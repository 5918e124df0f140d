//! `gavel demo`, as a newcomer starts it: the real binary, the real clock, the robots.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use main_app::pages::DEMO_LOGINS;
use reqwest::blocking::Client;
use reqwest::redirect::Policy;

use crate::gavel_process::{gavel, until};

/// A running demo.
struct Demo {
    process: Child,
    url: String,
    client: Client,
}

impl Demo {
    fn start() -> Self {
        let mut process = gavel("sqlite:nowhere/else.db")
            .args(["demo", "--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let printed = BufReader::new(process.stdout.take().unwrap());
        let mut lines = printed.lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("Gavel is open")).unwrap();
        let (_, url) = line.split_once(": ").unwrap();
        let url = url.to_owned();
        // What it prints later must have somewhere to go.
        std::thread::spawn(move || lines.for_each(drop));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self {
            process,
            url,
            client,
        }
    }

    fn page(&self, path: &str, cookie: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.url));
        let answer = request.header("cookie", cookie).send().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().unwrap()
    }

    fn logs_in(&self, email: &str, password: &str, start: &str) -> String {
        let form = [("email", email), ("password", password), ("next", start)];
        let request = self.client.post(format!("{}/login", self.url)).form(&form);
        let answer = request.send().unwrap();
        assert_eq!(answer.headers()["location"], start, "{email}");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Some goods are in the warehouse, and a package waits for those that are not.
fn has_goods(demo: &Demo, tess: &str) {
    let stock = demo.page("/desk/stock", tess);
    for sku in ["FACTORY-LAMP", "STATION-CLOCK", "YUGI-BOWL"] {
        assert!(stock.contains(sku), "{stock}");
    }
    until("a paid package waits for goods on their way", || {
        demo.page("/desk/packing", tess)
            .contains("Waits for its goods, which are expected on")
            .then_some(())
    });
}

#[test]
fn the_demo_plays_by_itself_and_stops_when_asked() {
    let mut demo = Demo::start();
    let lots = demo.page("/", "");
    assert!(lots.contains("Leica M3") && lots.contains("Moon jar"));
    let cookies = DEMO_LOGINS.map(|login| demo.logs_in(login.email, login.password, login.start));
    for (login, cookie) in DEMO_LOGINS.iter().zip(&cookies) {
        assert!(demo.page(login.start, cookie).contains(login.name));
    }
    let [mira, _, tess, _] = &cookies;
    let mut links = lots.split("href=\"/lots/").skip(1);
    let chronometer = links
        .find(|link| link.contains("Two-day marine chronometer"))
        .unwrap();
    let chronometer = format!("/lots/{}", chronometer.split_once('"').unwrap().0);
    let sales = demo.page("/sales", "");
    assert!(sales.contains("Instruments of precision"), "{sales}");
    assert!(demo.page("/desk/sales", tess).contains("2 seats are left"));
    until(
        "Mira has a second chance, since a lot missed its reserve",
        || {
            let page = demo.page("/my/bids", mira);
            page.contains("You have a second chance").then_some(())
        },
    );
    until("a late bid has moved the end of a lot", || {
        let page = demo.page(&chronometer, "");
        page.contains("Extended: late bids moved the end")
            .then_some(())
    });
    until("a robot has paid, and its package waits", || {
        demo.page("/desk/packing", tess)
            .contains("Leica M3")
            .then_some(())
    });
    has_goods(&demo, tess);
    until("Mira has won the moon jar and the bowls", || {
        let won = demo.page("/my/won", mira);
        (won.contains("Moon jar") && won.contains("yugi bowls")).then_some(())
    });
    let mails = demo.page("/dev/mail", "");
    assert!(mails.contains("ines@gavel.example"), "{mails}");
    let (_, rest) = mails.split_once(r#"href="/dev/mail/"#).unwrap();
    let mail = format!("/dev/mail/{}", rest.split_once('"').unwrap().0);
    assert!(demo.page(&mail, "").contains("sandbox"));
    assert!(demo.page(&format!("{mail}/html"), "").contains("<html"));

    let id = demo.process.id().to_string();
    Command::new("kill").args(["-INT", &id]).status().unwrap();
    let ended = until("the demo ends", || demo.process.try_wait().unwrap());
    assert!(ended.success());
}
