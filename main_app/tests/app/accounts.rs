//! Registration, login, sessions and API tokens.

use chrono::TimeDelta;
use foundation::testing::Backend;
use rstest::rstest;
use serde_json::json;

use crate::support::{PASSWORD, Person, TestApp, items};

#[rstest]
fn whoever_registers_logs_in_and_out(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let alice = app.bidder("alice");
    let me = alice.get("/api/me").has_status(200).json();
    assert_eq!(me["email"], "alice@bidder.example");
    assert_eq!(me["role"], "bidder");
    alice.post("/api/logout", &json!({})).has_status(204);
    alice.get("/api/me").is_problem(401, "not-logged-in");
}

#[rstest]
fn an_address_registers_once_whatever_its_capitals(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    app.bidder("alice");
    let before = app.contents();
    let again = json!({"email": "Alice@Bidder.example", "name": "A", "password": PASSWORD});
    let problem = app.nobody().post("/api/register", &again);
    let problem = problem.is_problem(409, "email-taken");
    assert!(problem["errors"]["email"].is_array());
    assert_eq!(app.contents(), before);
}

#[rstest]
#[case(json!({"password": "short"}), "password")]
#[case(json!({"password": "iloveyou123"}), "password")]
#[case(json!({"password": "alice.b@x.example"}), "password")]
#[case(json!({"email": "nobody"}), "email")]
#[case(json!({"name": "  "}), "name")]
#[case(json!({"language": "tlh"}), "language")]
#[case(json!({"time_zone": "Mars/Olympus"}), "time_zone")]
#[case(json!({"role": "staff"}), "role")]
#[case(json!({"role": "admin"}), "role")]
fn a_registration_that_breaks_a_rule_is_refused_by_field(
    #[case] change: serde_json::Value,
    #[case] field: &str,
) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let before = app.contents();
    let mut body = json!({"email": "alice.b@x.example", "name": "Alice", "password": PASSWORD});
    let change = change.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(change);
    let problem = app.nobody().post("/api/register", &body);
    let problem = problem.is_problem(422, "invalid-fields");
    assert!(problem["errors"][field].is_array(), "{problem}");
    assert_eq!(app.contents(), before);
}

#[rstest]
fn a_session_ends_when_it_rests_or_is_old(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let resting = app.bidder("alice");
    app.clock.advance(TimeDelta::hours(13));
    resting.get("/api/me").is_problem(401, "not-logged-in");

    let busy = app.bidder("bob");
    for _ in 0..27 {
        app.clock
            .advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
        busy.get("/api/me").has_status(200);
    }
    app.clock
        .advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    app.clock.advance(TimeDelta::seconds(28));
    busy.get("/api/me").is_problem(401, "not-logged-in");
}

#[test]
fn a_login_makes_a_new_session_and_ends_the_one_it_replaces() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let alice = app.bidder("alice");
    let body = json!({"email": "alice@bidder.example", "password": PASSWORD});
    let answer = alice.post("/api/login", &body).has_status(200);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    alice.get("/api/me").is_problem(401, "not-logged-in");
}

#[test]
fn outside_the_demo_the_cookie_insists_on_https_and_on_this_host() {
    let app = TestApp::spawn_with(Backend::Sqlite, |settings| {
        settings.http.secure_cookies = true;
    });
    let app = app.unwrap();
    app.bidder("alice");
    let body = json!({"email": "alice@bidder.example", "password": PASSWORD});
    let answer = app.nobody().post("/api/login", &body).has_status(200);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-gavel=") && cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(
        cookie.contains("Path=/") && !cookie.contains("Domain"),
        "{cookie}"
    );
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age")
    );
}

#[rstest]
fn sessions_are_listed_and_revoked_by_their_owner_only(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let alice = app.bidder("alice");
    let elsewhere = Person::log_in(&app, &alice.email);
    let bob = app.bidder("bob");
    let sessions = items(&alice.get("/api/sessions"));
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false);
    let path = format!("/api/sessions/{}", other.unwrap()["id"].as_str().unwrap());
    bob.delete(&path).is_problem(404, "not-found");
    elsewhere.get("/api/me").has_status(200);
    alice.delete(&path).has_status(204);
    elsewhere.get("/api/me").is_problem(401, "not-logged-in");
    alice.get("/api/me").has_status(200);
}

#[rstest]
fn a_token_acts_for_its_owner_until_it_is_revoked(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let alice = app.bidder("alice");
    let made = alice.post("/api/tokens", &json!({"label": "price watcher"}));
    let made = made.has_status(201).json();
    let program = alice.with_token(made["token"].as_str().unwrap());
    assert_eq!(
        program.get("/api/me").has_status(200).json()["id"],
        *alice.id
    );
    let refused = program.post("/api/tokens", &json!({"label": "another"}));
    refused.is_problem(403, "not-allowed");
    let path = format!("/api/tokens/{}", made["id"].as_str().unwrap());
    alice.delete(&path).has_status(204);
    program.get("/api/me").is_problem(401, "not-logged-in");
    program
        .get("/api/auctions")
        .is_problem(401, "not-logged-in");
}

#[rstest]
fn guessing_is_stopped_for_a_while_even_for_the_right_password(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    app.bidder("alice");
    let nobody = app.nobody();
    let log_in = |email: &str, password: &str| {
        nobody.post("/api/login", &json!({"email": email, "password": password}))
    };
    for _ in 0..5 {
        log_in("alice@bidder.example", "a wrong guess").is_problem(401, "wrong-login");
        log_in("unknown@bidder.example", "a wrong guess").is_problem(401, "wrong-login");
    }
    for email in ["alice@bidder.example", "unknown@bidder.example"] {
        let refused = log_in(email, PASSWORD);
        refused.is_problem(429, "too-many-requests");
        assert_eq!(refused.header("retry-after"), "600");
    }
    app.bidder("bob");
    app.clock.advance(TimeDelta::minutes(10));
    log_in("alice@bidder.example", PASSWORD).has_status(200);
}

#[test]
fn many_guesses_at_once_do_not_slip_through_before_the_first_is_counted() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    app.bidder("alice");
    let guess = || {
        let body = json!({"email": "alice@bidder.example", "password": "a wrong guess"});
        app.nobody().post("/api/login", &body).status
    };
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..12).map(|_| scope.spawn(guess)).collect();
        guesses
            .into_iter()
            .map(|guess| guess.join().unwrap())
            .collect()
    });
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(looked_at, 5, "{statuses:?}");
}

#[test]
fn the_database_keeps_no_secret_that_opens_anything() {
    use diesel::sql_types::Text;
    use diesel::{QueryableByName, RunQueryDsl, sql_query};
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = Text)]
        secret_hash: String,
    }
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let alice = app.bidder("alice");
    let made = alice.post("/api/tokens", &json!({"label": "x"})).json();
    let token = made["token"].as_str().unwrap();
    let kept: Result<Vec<Kept>, foundation::Failure> = app.transactions().read(|reader| {
        let query = sql_query("SELECT secret_hash FROM main_app_credentials");
        Ok(query.load(reader.connection())?)
    });
    for row in kept.unwrap() {
        assert_ne!(row.secret_hash, token);
        let thief = alice.with_token(&row.secret_hash);
        thief.get("/api/me").is_problem(401, "not-logged-in");
    }
}

#[test]
fn a_session_is_no_token_and_a_token_no_session() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let alice = app.bidder("alice");
    let body = json!({"email": alice.email, "password": PASSWORD});
    let opened = app.nobody().post("/api/login", &body).has_status(200);
    let (_, session) = opened.header("set-cookie").split_once('=').unwrap();
    let session = session.split(';').next().unwrap();
    alice
        .with_token(session)
        .get("/api/me")
        .is_problem(401, "not-logged-in");

    let made = alice.post("/api/tokens", &json!({"label": "x"})).json();
    let cookie = format!("gavel={}", made["token"].as_str().unwrap());
    let nobody = app.nobody();
    let answer = nobody.sends(reqwest::Method::GET, "/api/me", |request| {
        request.header("cookie", cookie)
    });
    answer.is_problem(401, "not-logged-in");
}
