//! Registration.

use actix_web::{HttpResponse, web};
use askama::Template;
use customer_relationship::{CustomerTimeZone, Language};
use secrecy::SecretString;
use serde::Deserialize;

use super::filters;
use super::forms::{Refusal, own_address};
use super::frame::{Frame, Place};
use super::login::{Onward, open_session};
use super::visit::Visit;
use crate::accounts::{AccountsDesk, Register, Role};
use crate::http::{ClientAddress, Problem, Registration};

/// The form, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterForm {
    name: String,
    email: String,
    password: SecretString,
    role: Role,
    language: String,
    time_zone: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    frame: Frame,
    form: RegisterForm,
    errors: Refusal,
}

/// Shows the empty form; somebody who is logged in goes on at once.
pub(crate) async fn show(
    visit: Visit,
    onward: web::Query<Onward>,
) -> Result<HttpResponse, Problem> {
    if visit.signed_in.is_some() {
        return Ok(visit.go_to(own_address(&onward.next)));
    }
    let form = RegisterForm {
        name: String::new(),
        email: String::new(),
        password: SecretString::default(),
        role: Role::Bidder,
        language: Language::En.code().to_owned(),
        time_zone: CustomerTimeZone::default().to_string(),
        next: own_address(&onward.next).to_owned(),
    };
    register_page(&visit, form, Refusal::none())
}

/// Makes the account and logs in.
pub(crate) async fn send(
    visit: Visit,
    address: ClientAddress,
    form: web::Form<RegisterForm>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match register(&visit, address, &form).await {
        Ok(response) => Ok(response),
        Err(problem) => register_page(&visit, form, Refusal::of(problem)?),
    }
}

async fn register(
    visit: &Visit,
    address: ClientAddress,
    form: &RegisterForm,
) -> Result<HttpResponse, Problem> {
    let command = form.read()?;
    let desk = visit.component::<AccountsDesk>();
    visit.work.hashing(move || desk.register(&command)).await?;
    let (email, password) = (form.email.clone(), form.password.clone());
    open_session(visit, address, email, password, &form.next).await
}

impl RegisterForm {
    fn read(&self) -> Result<Register, Problem> {
        let registration = Registration {
            email: &self.email,
            name: &self.name,
            password: self.password.clone(),
            role: self.role,
            language: &self.language,
            time_zone: &self.time_zone,
        };
        registration.read()
    }

    fn is_seller(&self) -> bool {
        self.role.may_sell()
    }
}

fn register_page(
    visit: &Visit,
    form: RegisterForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let page = RegisterPage {
        frame: visit.frame(Place::Elsewhere),
        form,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}
