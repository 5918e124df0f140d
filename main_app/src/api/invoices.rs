//! Invoices and credit notes.

use actix_web::{get, web};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::MoneyError;
use payments::{
    Invoice, InvoiceLine, InvoiceNumber, InvoiceSummary, Party, PaymentsFacade, SellerOfRecord,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::{List, limit};
use super::money::MoneyBody;
use crate::composition::Inject;
use crate::http::identity::Anybody;
use crate::http::problem::ProblemBody;
use crate::http::{As, Problem, Work};
use crate::pages::visible_invoices;

/// How many invoices are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InvoicesQuery {
    /// How many entries; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// An invoice or a credit note in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceSummary)]
struct SummaryResponse {
    /// Identifies it; a credit note's begins with `C`.
    #[schema(example = "2026-000001")]
    number: String,
    /// `INVOICE` or `CREDIT_NOTE`.
    kind: String,
    /// The billing that it is about.
    billing: Uuid,
    /// The name that it is made out to.
    buyer: String,
    /// Its date.
    issued_on: NaiveDate,
    /// What it comes to.
    total: MoneyBody,
    /// For a credit note, the number of the invoice that it corrects.
    corrects: Option<String>,
}

/// Who sells, or who buys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceParty)]
struct PartyResponse {
    /// The name.
    name: String,
    /// The lines of the address.
    address: Vec<String>,
}

/// The house.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceSeller)]
struct SellerResponse {
    /// The name.
    name: String,
    /// The lines of the address.
    address: Vec<String>,
    /// The numbers under which it is registered.
    registration: String,
    /// How it is reached.
    contact: String,
}

/// A line of an invoice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
struct LineResponse {
    /// The payment that it is about.
    payment: Uuid,
    /// What was bought.
    title: String,
    /// The hammer price.
    hammer: MoneyBody,
    /// The buyer's premium.
    premium: MoneyBody,
    /// The tax.
    tax: MoneyBody,
    /// What a coupon takes off.
    discount: MoneyBody,
    /// What it comes to.
    total: MoneyBody,
}

/// What a credit note corrects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceCorrection)]
struct CorrectionResponse {
    /// The number of the invoice.
    invoice: String,
    /// The refund.
    refund: Uuid,
    /// Why.
    reason: String,
}

/// An invoice or a credit note, as it was when it was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
struct InvoiceResponse {
    /// Identifies it; a credit note's begins with `C`.
    #[schema(example = "2026-000001")]
    number: String,
    /// `INVOICE` or `CREDIT_NOTE`.
    kind: String,
    /// The billing that it is about.
    billing: Uuid,
    /// Its date by the house's calendar.
    issued_on: NaiveDate,
    /// When it was written.
    issued_at: DateTime<Utc>,
    /// The language that it is written in.
    #[schema(example = "en")]
    language: String,
    /// The house.
    seller: SellerResponse,
    /// The customer.
    buyer: PartyResponse,
    /// Its lines.
    lines: Vec<LineResponse>,
    /// What the lines come to.
    total: MoneyBody,
    /// What of it was paid with credit, or becomes credit again.
    credit: MoneyBody,
    /// What of it was paid with money, or is given back so.
    paid: MoneyBody,
    /// For a credit note, what it corrects.
    correction: Option<CorrectionResponse>,
}

impl From<InvoiceSummary> for SummaryResponse {
    fn from(view: InvoiceSummary) -> Self {
        Self {
            number: view.number.to_string(),
            kind: view.number.kind().to_string(),
            billing: view.billing.uuid(),
            buyer: view.buyer,
            issued_on: view.issued_on,
            total: view.total.into(),
            corrects: view.corrects.map(|number| number.to_string()),
        }
    }
}

impl From<Party> for PartyResponse {
    fn from(party: Party) -> Self {
        Self {
            name: party.name,
            address: party.address,
        }
    }
}

impl From<SellerOfRecord> for SellerResponse {
    fn from(seller: SellerOfRecord) -> Self {
        Self {
            name: seller.party.name,
            address: seller.party.address,
            registration: seller.registration,
            contact: seller.contact,
        }
    }
}

impl TryFrom<InvoiceLine> for LineResponse {
    type Error = MoneyError;

    fn try_from(line: InvoiceLine) -> Result<Self, MoneyError> {
        Ok(Self {
            total: line.total()?.into(),
            payment: line.payment.uuid(),
            title: line.title,
            hammer: line.hammer.into(),
            premium: line.premium.into(),
            tax: line.tax.into(),
            discount: line.discount.into(),
        })
    }
}

impl TryFrom<Invoice> for InvoiceResponse {
    type Error = MoneyError;

    fn try_from(invoice: Invoice) -> Result<Self, MoneyError> {
        let lines = invoice.lines.into_iter().map(LineResponse::try_from);
        Ok(Self {
            number: invoice.number.to_string(),
            kind: invoice.number.kind().to_string(),
            billing: invoice.billing.uuid(),
            issued_on: invoice.issued_on,
            issued_at: invoice.issued_at,
            language: invoice.language,
            seller: invoice.seller.into(),
            buyer: invoice.buyer.into(),
            lines: lines.collect::<Result<_, _>>()?,
            total: invoice.total.into(),
            credit: invoice.credit.into(),
            paid: invoice.paid.into(),
            correction: invoice.correction.map(|correction| CorrectionResponse {
                invoice: correction.invoice.to_string(),
                refund: correction.refund.uuid(),
                reason: correction.reason,
            }),
        })
    }
}

/// Your invoices and credit notes, the newest first; staff get everybody's.
#[utoipa::path(operation_id = "list_invoices", tag = "payments", params(InvoicesQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The invoices.", body = List<SummaryResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/invoices")]
async fn list(
    query: web::Query<InvoicesQuery>,
    viewer: As<Anybody>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<SummaryResponse>>, Problem> {
    let (which, limit) = (visible_invoices(&viewer.user), limit(query.limit)?);
    let views = work.read(move |reader| payments.invoices(which, limit, reader));
    Ok(web::Json(List::whole(views.await?, SummaryResponse::from)))
}

/// One of your invoices or credit notes; staff get anybody's. As PDF it is at `/invoices/{number}.pdf`.
#[utoipa::path(operation_id = "read_invoice", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The invoice.", body = InvoiceResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/invoices/{number}")]
async fn single(
    number: web::Path<String>,
    viewer: As<Anybody>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<InvoiceResponse>, Problem> {
    let unknown = || Problem::not_found("invoice");
    let number = InvoiceNumber::parse(&number).map_err(|_| unknown())?;
    let which = visible_invoices(&viewer.user);
    let found = work.read(move |reader| payments.invoice(number, which, reader));
    let invoice = found.await?.ok_or_else(unknown)?;
    let shown = InvoiceResponse::try_from(invoice);
    let shown = shown.map_err(|error| Problem::internal().because(error))?;
    Ok(web::Json(shown))
}
