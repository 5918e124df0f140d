//! The demo's mailbox: every e-mail of the house, for everybody to read. A serving house has no such pages.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use customer_relationship::{CustomersFacade, EmailId, EmailState, EmailView};

use super::filters;
use super::frame::{Frame, Place};
use super::visit::Visit;
use crate::http::Problem;

const LISTED: i64 = 100;

/// An e-mail may look as it likes, but run nothing, load nothing, and be shown on our own pages only.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

struct Mail {
    id: EmailId,
    to: String,
    subject: String,
    state: &'static str,
    kind: &'static str,
    written_at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct MailboxPage {
    frame: Frame,
    mails: Vec<Mail>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    frame: Frame,
    mail: Mail,
    text: String,
}

/// Shows the newest e-mails.
pub(crate) async fn list(visit: Visit) -> Result<HttpResponse, Problem> {
    only_in_the_demo(&visit)?;
    let mails = visit
        .read(|customers: &CustomersFacade, reader| customers.emails(LISTED, reader))
        .await?;
    visit.page(&MailboxPage {
        frame: visit.frame(Place::Mailbox),
        mails: mails.iter().map(Mail::of).collect(),
    })
}

/// Shows one e-mail.
pub(crate) async fn show(visit: Visit, id: web::Path<EmailId>) -> Result<HttpResponse, Problem> {
    let email = find(&visit, *id).await?;
    visit.page(&MailPage {
        frame: visit.frame(Place::Mailbox),
        mail: Mail::of(&email),
        text: email.text,
    })
}

/// The HTML of an e-mail, as a page of its own for the frame in which it is shown.
pub(crate) async fn html(visit: Visit, id: web::Path<EmailId>) -> Result<HttpResponse, Problem> {
    let email = find(&visit, *id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"))
        .body(email.html))
}

async fn find(visit: &Visit, id: EmailId) -> Result<EmailView, Problem> {
    only_in_the_demo(visit)?;
    let found = visit.read(move |customers: &CustomersFacade, reader| customers.email(id, reader));
    found.await?.ok_or_else(|| Problem::not_found("e-mail"))
}

fn only_in_the_demo(visit: &Visit) -> Result<(), Problem> {
    if visit.house().is_demo() {
        return Ok(());
    }
    Err(Problem::not_found("address"))
}

impl Mail {
    fn of(email: &EmailView) -> Self {
        let (state, kind) = match &email.state {
            EmailState::Queued => ("queued", ""),
            EmailState::Sent { .. } => ("delivered", "good"),
            EmailState::Refused { .. } => ("refused", "bad"),
        };
        Self {
            id: email.id,
            to: format!("{} <{}>", email.recipient_name, email.recipient),
            subject: email.subject.clone(),
            state,
            kind,
            written_at: email.queued_at,
        }
    }
}
