//! Logging in and out.

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpResponse, web};
use askama::Template;
use secrecy::SecretString;
use serde::Deserialize;

use super::demo_logins::{DEMO_LOGINS, DemoLogin};
use super::filters;
use super::forms::{Refusal, own_address};
use super::frame::{Frame, Place};
use super::visit::Visit;
use crate::accounts::{AccountsDesk, LogIn, TokenLabel};
use crate::http::security::{no_session_cookie, session_cookie, session_secret};
use crate::http::{ClientAddress, Problem};

/// Where to go on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Onward {
    #[serde(default)]
    pub(crate) next: String,
}

/// The form to log in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginForm {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    next: String,
    email: String,
    errors: Refusal,
    logins: &'static [DemoLogin],
}

/// Shows the form; somebody who is logged in goes on at once.
pub(crate) async fn show(
    visit: Visit,
    onward: web::Query<Onward>,
) -> Result<HttpResponse, Problem> {
    if visit.signed_in.is_some() {
        return Ok(visit.go_to(own_address(&onward.next)));
    }
    login_page(&visit, &onward.next, String::new(), Refusal::none())
}

/// Logs in.
pub(crate) async fn send(
    visit: Visit,
    address: ClientAddress,
    form: web::Form<LoginForm>,
) -> Result<HttpResponse, Problem> {
    let LoginForm {
        email,
        password,
        next,
    } = form.into_inner();
    match open_session(&visit, address, email.clone(), password, &next).await {
        Ok(response) => Ok(response),
        Err(problem) => login_page(&visit, &next, email, Refusal::of(problem)?),
    }
}

/// Logs out.
pub(crate) async fn leave(visit: Visit) -> Result<HttpResponse, Problem> {
    if let Some(signed_in) = visit.signed_in.clone() {
        let desk = visit.component::<AccountsDesk>();
        visit.work.at_desk(move || desk.log_out(&signed_in)).await?;
    }
    let mut response = visit.go_to("/");
    add_cookie(&mut response, &no_session_cookie(visit.house()))?;
    Ok(response)
}

/// Opens a session and goes on with it.
pub(crate) async fn open_session(
    visit: &Visit,
    address: ClientAddress,
    email: String,
    password: SecretString,
    next: &str,
) -> Result<HttpResponse, Problem> {
    let browser = visit.request().headers().get(USER_AGENT);
    let command = LogIn {
        email,
        password,
        address: address.0,
        browser: TokenLabel::of_browser(browser.and_then(|name| name.to_str().ok())),
        previous: session_secret(visit.request(), visit.house()),
    };
    let desk = visit.component::<AccountsDesk>();
    let session = visit.work.hashing(move || desk.log_in(&command)).await?;
    let mut response = visit.go_to(own_address(next));
    add_cookie(&mut response, &session_cookie(visit.house(), &session))?;
    Ok(response)
}

fn add_cookie(
    response: &mut HttpResponse,
    cookie: &actix_web::cookie::Cookie<'_>,
) -> Result<(), Problem> {
    response
        .add_cookie(cookie)
        .map_err(|error| Problem::internal().because(error.to_string()))
}

fn login_page(
    visit: &Visit,
    next: &str,
    email: String,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let is_demo = visit.house().is_demo();
    let page = LoginPage {
        frame: visit.frame(Place::Elsewhere),
        next: own_address(next).to_owned(),
        email,
        errors,
        logins: if is_demo { &DEMO_LOGINS } else { &[] },
    };
    visit.page_with(page.errors.status(), &page)
}
