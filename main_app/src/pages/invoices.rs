//! Invoices and credit notes: a customer's own, and all of them for staff; as pages and on paper.

use actix_web::{HttpResponse, web};
use askama::Template;
use payments::{
    Invoice, InvoiceKind, InvoiceNumber, InvoiceSummary, PayerId, PaymentsFacade, WhichInvoices,
};

use super::filters;
use super::frame::{Frame, Place};
use super::packing_papers::answer;
use super::visit::VisitAs;
use crate::accounts::User;
use crate::documents::{Letter, date, invoice};
use crate::http::Problem;
use crate::http::identity::Anybody;

/// As many as are listed, the newest ones.
const LISTED: i64 = 200;

#[derive(Template)]
#[template(path = "invoices.html")]
struct InvoicesPage {
    frame: Frame,
    invoices: Vec<Listed>,
    is_staff: bool,
}

/// A line of the list.
struct Listed {
    summary: InvoiceSummary,
    what: &'static str,
    day: String,
}

#[derive(Template)]
#[template(path = "invoice.html")]
struct InvoicePage {
    frame: Frame,
    letter: Letter,
    pdf: String,
}

/// Whose invoices somebody may see.
pub(crate) fn visible_invoices(user: &User) -> WhichInvoices {
    match user.role.is_staff() {
        true => WhichInvoices::All,
        false => WhichInvoices::OfPayer(PayerId::from(user.id.uuid())),
    }
}

/// Shows the customer's own invoices, or the newest ones to staff.
pub(crate) async fn list(visit: VisitAs<Anybody>) -> Result<HttpResponse, Problem> {
    let which = visible_invoices(visit.user());
    let invoices = visit
        .read(move |payments: &PaymentsFacade, reader| payments.invoices(which, LISTED, reader))
        .await?;
    visit.page(&InvoicesPage {
        frame: visit.frame(Place::Invoices),
        invoices: invoices.into_iter().map(Listed::of).collect(),
        is_staff: visit.user().role.is_staff(),
    })
}

/// Shows one invoice.
pub(crate) async fn show(
    visit: VisitAs<Anybody>,
    number: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = find(&visit, &number).await?;
    let letter = invoice(&found).map_err(|error| Problem::internal().because(error))?;
    visit.page(&InvoicePage {
        frame: visit.frame(Place::Invoices),
        pdf: format!("/invoices/{}.pdf", found.number),
        letter,
    })
}

/// The same on paper.
pub(crate) async fn pdf(
    visit: VisitAs<Anybody>,
    number: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = find(&visit, &number).await?;
    let file = match found.number.kind() {
        InvoiceKind::Invoice => format!("invoice-{}.pdf", found.number),
        InvoiceKind::CreditNote => format!("credit-note-{}.pdf", found.number),
    };
    answer(&visit, &file, move |fonts| invoice(&found)?.draw(fonts)).await
}

/// One that the visitor may see; the others do not exist.
async fn find(visit: &VisitAs<Anybody>, number: &str) -> Result<Invoice, Problem> {
    let unknown = || Problem::not_found("invoice");
    let number = InvoiceNumber::parse(number).map_err(|_| unknown())?;
    let which = visible_invoices(visit.user());
    let found = visit
        .read(move |payments: &PaymentsFacade, reader| payments.invoice(number, which, reader));
    found.await?.ok_or_else(unknown)
}

impl Listed {
    fn of(summary: InvoiceSummary) -> Self {
        Self {
            what: match summary.number.kind() {
                InvoiceKind::Invoice => "Invoice",
                InvoiceKind::CreditNote => "Credit note",
            },
            day: date(customer_relationship::Language::En, summary.issued_on),
            summary,
        }
    }
}
