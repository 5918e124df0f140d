//! Registration.

use actix_web::{HttpResponse, web};
use askama::Template;
use customer_relationship::{CustomerTimeZone, EmailAddress, Language};
use secrecy::SecretString;
use serde::Deserialize;

use super::filters;
use super::forms::{Refusal, own_address};
use super::frame::{Frame, Place};
use super::login::{Onward, open_session};
use super::visit::Visit;
use crate::accounts::{AccountsDesk, Password, PersonName, Register, Role, UserId};
use crate::http::{ClientAddress, FieldErrors, Problem};

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
    /// Takes the fields for what they mean, or says everything that is wrong with them at once.
    fn read(&self) -> Result<Register, Problem> {
        let mut errors = FieldErrors::default();
        let password = Password::parse(self.password.clone(), &self.email, &self.name);
        let password = errors.take("password", password);
        let email = errors.take("email", EmailAddress::parse(&self.email));
        let name = errors.take("name", PersonName::parse(&self.name));
        let language = errors.take("language", Language::parse(&self.language));
        let time_zone = errors.take("time_zone", CustomerTimeZone::parse(self.time_zone.trim()));
        if !self.role.is_customer() {
            errors.note("role", "staff are made on the command line of the house");
        }
        match (email, name, password, language, time_zone) {
            (Some(email), Some(name), Some(password), Some(language), Some(time_zone))
                if errors.is_empty() =>
            {
                Ok(Register {
                    user: UserId::generate(),
                    email,
                    name,
                    password,
                    role: self.role,
                    language,
                    time_zone,
                })
            }
            _ => Err(errors.into()),
        }
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
