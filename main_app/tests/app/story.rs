//! One won lot from listing to shipped parcel, told over HTTP to processes that may die at any moment: whatever
//! got no answer is looked up and said again, as a person at a browser would do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Clock, SystemClock};
use reqwest::blocking::{Client, Response};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::gavel_process::{gavel, until};

const PASSWORD: &str = "a lantern in the harbour";

/// Where the application is: one address, or several of one house.
pub struct Site {
    addresses: Vec<String>,
    next: AtomicUsize,
    client: Client,
}

/// Somebody with a session.
struct Person<'s> {
    site: &'s Site,
    cookie: String,
}

impl Site {
    pub fn at(ports: &[u16]) -> Self {
        // Without TLS in use, any provider will do; the client wants one all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(0)
            .build();
        Self {
            addresses: ports
                .iter()
                .map(|port| format!("http://127.0.0.1:{port}"))
                .collect(),
            next: AtomicUsize::new(0),
            client: client.unwrap(),
        }
    }

    /// Sends a request to each address in turn; `None` when there is no usable answer.
    fn send(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
        body: Option<&Value>,
    ) -> Option<Response> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.addresses.len();
        let url = format!("{}{path}", self.addresses[turn]);
        let mut request = self.client.request(method, url).header("cookie", cookie);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().ok()?;
        (!answer.status().is_server_error()).then_some(answer)
    }

    pub fn wait_until_ready(&self) {
        for _ in &self.addresses {
            until("the server is ready", || {
                self.send(Method::GET, "/health/ready", "", None)
            });
        }
    }

    fn register(&self, email: &str, role: &str) -> Person<'_> {
        let body = json!({"email": email, "name": "Somebody", "password": PASSWORD, "role": role});
        until("registering is answered", || {
            let answer = self.send(Method::POST, "/api/register", "", Some(&body))?;
            let status = answer.status();
            // A conflict: the answer to an earlier attempt was lost.
            assert!(
                status == StatusCode::CREATED || status == StatusCode::CONFLICT,
                "{status}"
            );
            Some(())
        });
        self.log_in(email)
    }

    fn log_in(&self, email: &str) -> Person<'_> {
        let body = json!({"email": email, "password": PASSWORD});
        let cookie = until("logging in is answered", || {
            let answer = self.send(Method::POST, "/api/login", "", Some(&body))?;
            let cookie = answer.headers().get("set-cookie")?.to_str().unwrap();
            Some(cookie.split(';').next().unwrap().to_owned())
        });
        Person { site: self, cookie }
    }
}

impl Person<'_> {
    fn get(&self, path: &str) -> Option<Value> {
        let answer = self.site.send(Method::GET, path, &self.cookie, None)?;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().ok()
    }

    fn post(&self, path: &str, body: &Value) -> Option<(StatusCode, Value)> {
        let answer = self
            .site
            .send(Method::POST, path, &self.cookie, Some(body))?;
        Some((answer.status(), answer.json().unwrap_or_default()))
    }

    fn lists(&self, title: &str, ends_at: DateTime<Utc>) -> String {
        let lot = json!({"title": title, "ends_at": ends_at,
            "starting_price": {"amount": "10.00", "currency": "USD"}});
        until("the lot is listed", || {
            let listed = self.get("/api/my/lots")?;
            if let Some(lot) = listed["items"].as_array().unwrap().first() {
                return Some(lot["id"].as_str().unwrap().to_owned());
            }
            self.post("/api/auctions", &lot)?;
            None
        })
    }

    fn leads_with(&self, lot: &str, amount: &str) {
        until("the bid leads", || {
            if self.get(&format!("/api/auctions/{lot}"))?["you_lead"] == true {
                return Some(());
            }
            let (status, verdict) = self.post(
                &format!("/api/auctions/{lot}/bids"),
                &json!({"amount": amount}),
            )?;
            assert!(status.is_success(), "{status} {verdict}");
            None
        });
    }

    fn pays(&self) {
        until("the payment is captured", || {
            let payments = self.get("/api/payments?all=true")?;
            let payment = payments["items"].as_array().unwrap().first()?.clone();
            if payment["status"] == "CAPTURED" {
                return Some(());
            }
            if payment["payable"] == true {
                let path = format!("/api/payments/{}/charge", payment["id"].as_str().unwrap());
                self.post(&path, &json!({"token": "tok_approved"}))?;
            }
            None
        });
    }

    fn ships(&self) {
        until("the package is shipped", || {
            let shipped = self.get("/api/shipping/packages?status=SHIPPED")?;
            if !shipped["items"].as_array().unwrap().is_empty() {
                return Some(());
            }
            let (status, package) = self.post("/api/shipping/package/next", &json!({}))?;
            if status == StatusCode::OK {
                let path = format!("/api/shipping/package/{}/ship", package["id"].as_str()?);
                let label = json!({"carrier": "Korea Post", "tracking_number": "6123456789012"});
                self.post(&path, &label)?;
            }
            None
        });
    }
}

/// Makes the one who packs.
pub fn make_staff(database: &str) {
    let made = gavel(database)
        .args(["create-admin", "--email", "staff@house.example"])
        .env("GAVEL_ADMIN_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// Tells the story; the lot ends after the given time.
pub fn tell(site: &Site, ends_after: TimeDelta) {
    let seller = site.register("sam@seller.example", "seller");
    let alice = site.register("alice@bidder.example", "bidder");
    let bob = site.register("bob@bidder.example", "bidder");
    let staff = site.log_in("staff@house.example");

    let address = json!({"recipient": "Bob", "street": "12 Main Street", "city": "Springfield",
        "region": "IL", "postcode": "62701", "country": "US"});
    until("the address is in the book", || {
        let book = bob.get("/api/addresses")?;
        if !book["items"].as_array().unwrap().is_empty() {
            return Some(());
        }
        let (status, refusal) = bob.post("/api/addresses", &address)?;
        assert!(status.is_success(), "{refusal}");
        None
    });
    let lot = seller.lists("Brass sextant", SystemClock::default().now() + ends_after);
    alice.leads_with(&lot, "12.00");
    bob.leads_with(&lot, "15.99");
    until("the hammer falls", || {
        let lot = alice.get(&format!("/api/auctions/{lot}"))?;
        (lot["status"] == "sold").then_some(())
    });
    bob.pays();
    staff.ships();
}
