//! What operators and browsers rely on: health, metrics, documentation, headers, limits.

use chrono::TimeDelta;
use foundation::testing::Backend;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use crate::support::TestApp;

#[rstest]
fn the_house_is_healthy_until_deliveries_stay_behind(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    let nobody = app.nobody();
    assert_eq!(nobody.get("/health/live").has_status(200).text, "alive\n");
    nobody.get("/health/ready").has_status(200);
    let health = nobody.get("/health").has_status(200).json();
    assert_eq!(health["healthy"], true);
    app.seller("sam").lists("Brass sextant", "10.00 USD");
    app.clock.advance(TimeDelta::hours(3));
    let health = nobody.get("/health").has_status(503).json();
    assert_eq!(health["healthy"], false);
    nobody.get("/health/ready").has_status(200);
    app.deliver_due();
    nobody.get("/health").has_status(200);
}

#[test]
fn metrics_name_routes_by_their_pattern() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    app.nobody()
        .get(&format!("/api/auctions/{}", lot.id))
        .has_status(200);
    app.nobody().get("/no/such/address").has_status(404);
    let metrics = app.nobody().get("/metrics").has_status(200).text;
    assert!(
        metrics.contains(r#"route="/api/auctions/{id}""#),
        "{metrics}"
    );
    assert!(metrics.contains(r#"route="unknown""#));
    assert!(!metrics.contains(&lot.id) && !metrics.contains("/no/such"));
    assert!(metrics.contains("gavel_deliveries_scheduled"));
    assert!(metrics.contains("http_request_seconds_bucket"));
}

#[test]
fn the_documentation_is_served_and_describes_every_route_of_the_api() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let nobody = app.nobody();
    let docs = nobody.get("/docs");
    assert_eq!((docs.status, docs.header("location")), (307, "/docs/"));
    assert!(
        nobody
            .get("/docs/")
            .has_status(200)
            .text
            .contains("Swagger UI")
    );
    nobody.get("/docs/swagger-ui-bundle.js").has_status(200);
    let openapi = nobody.get("/api-docs/openapi.json").has_status(200).json();
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3.1"));
    let title = &openapi["components"]["schemas"]["BeginAuctionRequest"]["properties"]["title"];
    assert_eq!(
        (title["minLength"].as_i64(), title["maxLength"].as_i64()),
        (Some(1), Some(200))
    );
    let paths = openapi["paths"].as_object().unwrap();
    let operations = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let mut names: Vec<_> = operations
        .map(|one| one["operationId"].as_str().unwrap())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "two operations share a name");
}

#[test]
fn every_answer_carries_the_headers_that_protect_its_reader() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    for path in [
        "/",
        "/api/auctions",
        "/api/me",
        "/no/such/address",
        "/docs/",
    ] {
        let answer = app.nobody().get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("script-src 'self' 'unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
    }
}

#[rstest]
#[case(&[("sec-fetch-site", "cross-site")], 403)]
#[case(&[("sec-fetch-site", "same-site")], 403)]
#[case(&[("sec-fetch-site", "same-site"), ("origin", "http://evil.example")], 403)]
#[case(&[("origin", "http://evil.example")], 403)]
#[case(&[("origin", "null")], 403)]
#[case(&[("sec-fetch-site", "same-origin")], 204)]
#[case(&[("sec-fetch-site", "none")], 204)]
#[case(&[("origin", "http://localhost:8080")], 204)]
#[case(&[], 204)]
fn what_another_site_makes_a_browser_send_is_refused(
    #[case] headers: &[(&str, &str)],
    #[case] status: u16,
) {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let alice = app.bidder("alice");
    let answer = alice.sends(Method::POST, "/api/logout", |mut request| {
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    });
    if status == 403 {
        answer.is_problem(403, "foreign-origin");
        alice.get("/api/me").has_status(200);
    } else {
        answer.has_status(status);
    }
}

#[test]
fn an_address_that_is_not_there_and_a_method_that_is_not_served_are_problems() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    app.nobody()
        .get("/api/nothing")
        .is_problem(404, "not-found");
    let refused = app.nobody().delete("/api/auctions");
    refused.is_problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "GET, POST");
    let not_json = app
        .nobody()
        .sends(Method::POST, "/api/login", |request| request.body("x"));
    not_json.is_problem(415, "not-json");
}

#[test]
fn a_client_that_asks_too_often_is_slowed_down_but_probes_are_not() {
    let app = TestApp::spawn_with(Backend::Sqlite, |settings| {
        settings.http.requests_per_second = 1;
        settings.http.burst = 3;
    });
    let app = app.unwrap();
    let answers: Vec<_> = (0..6).map(|_| app.nobody().get("/api/auctions")).collect();
    let refused = answers.iter().find(|answer| answer.status != 200).unwrap();
    refused.is_problem(429, "too-many-requests");
    assert!(!refused.header("retry-after").is_empty());
    app.nobody().get("/health/live").has_status(200);
}

#[test]
fn a_failure_inside_the_house_tells_nothing_about_the_inside() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let seller = app.seller("sam");
    let lot = seller.lists("Brass sextant", "10.00 USD");
    app.database()
        .tamper("UPDATE auctions_auctions SET currency = '???'");
    let problem = seller.get(&format!("/api/auctions/{}", lot.id));
    let problem = problem.is_problem(500, "internal").to_string();
    for inside in ["???", "currency", "damaged", "sql", "diesel"] {
        assert!(!problem.contains(inside), "{problem}");
    }
}

#[rstest]
fn a_dead_delivery_is_seen_and_let_go_by_staff(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(app) = TestApp::spawn(backend) else {
        return;
    };
    app.seller("sam").lists("Brass sextant", "10.00 USD");
    app.database()
        .tamper("UPDATE foundation_deliveries SET state = 'dead'");
    let tess = app.staff("tess");
    let dead = crate::support::items(&tess.get("/api/deliveries?status=dead"));
    let path = format!("/api/deliveries/{}", dead[0]["id"].as_str().unwrap());
    tess.post(&format!("{path}/retry"), &json!({}))
        .has_status(204);
    tess.post(&format!("{path}/retry"), &json!({}))
        .is_problem(404, "not-found");
    app.database()
        .tamper("UPDATE foundation_deliveries SET state = 'dead'");
    let no_reason = tess.post(&format!("{path}/discard"), &json!({"reason": " "}));
    no_reason.is_problem(422, "invalid-fields");
    tess.post(&format!("{path}/discard"), &json!({"reason": "a test"}))
        .has_status(204);
}

#[test]
fn head_is_answered_wherever_get_is_with_the_same_headers_and_no_body() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let of_lot = format!("/api/auctions/{}", lot.id);
    let page = format!("/lots/{}", lot.id);
    let paths = ["/", "/login", &page, &of_lot, "/api/auctions", "/no/such"];
    for path in paths {
        let nobody = app.nobody();
        let get = nobody.get(path);
        let head = nobody.sends(Method::HEAD, path, |request| request);
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.text, "", "{path}");
        for name in ["content-length", "content-type", "content-security-policy"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    app.bidder("alice")
        .sends(Method::HEAD, "/api/logout", |request| request)
        .has_status(405);
    let metrics = app.nobody().get("/metrics").has_status(200).text;
    assert!(metrics.contains(r#"method="HEAD",route="/lots/{id}""#));
}

#[test]
fn large_texts_are_compressed_for_who_can_read_that_and_small_ones_are_not() {
    let app = TestApp::spawn(Backend::Sqlite).unwrap();
    let lot = app.seller("sam").lists("Brass sextant", "10.00 USD");
    let ask = |path: &str, accepted: &'static str| {
        let nobody = app.nobody();
        nobody.sends(Method::GET, path, |request| {
            request.header("accept-encoding", accepted)
        })
    };
    let small = ask(&format!("/api/auctions/{}", lot.id), "gzip");
    assert_eq!(small.header("content-encoding"), "");
    small.has_status(200).json();
    let plain = ask("/api-docs/openapi.json", "identity");
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "accept-encoding");
    let large = ask("/api-docs/openapi.json", "gzip");
    assert_eq!(large.header("content-encoding"), "gzip");
    assert_eq!(large.header("vary"), "accept-encoding");
    assert!(large.text.len() < plain.text.len() / 2);
    let refused = ask("/api-docs/openapi.json", "br");
    assert_eq!(refused.header("content-encoding"), "");
}
