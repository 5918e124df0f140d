//! Sales: their list, and one sale with its lots and the viewer's registration for it.

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{
    AuctionId, AuctionsFacade, BidderId, Bidding, CancelRegistration, Page, RegisterBidder,
    RegistrationStatus, RegistrationView, SaleId, SaleView, SalesFacade, SoftCloseChoice,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::lot_view::Lot;
use super::lot_words::{duration, soft_close_rule};
use super::lots::{Paging, next_page};
use super::membership::Membership;
use super::visit::{Then, Visit, VisitAs};
use crate::http::identity::Customer;
use crate::http::{FieldErrors, Problem};

const PER_PAGE: i64 = 24;

/// The form to register for a sale.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationForm {
    /// Ticked: the bidder has read on which terms the sale is held.
    #[serde(default)]
    declared: String,
}

/// Which part of the list of sales is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SalePaging {
    after: Option<SaleId>,
}

impl SalePaging {
    /// So many sales of that part.
    pub(crate) fn of(&self, limit: i64) -> Page {
        Page {
            limit,
            after: self.after.map(SaleId::uuid),
        }
    }
}

/// A sale as lists show it.
pub(crate) struct ShownSale {
    pub(crate) id: SaleId,
    pub(crate) title: String,
    pub(crate) opens_at: DateTime<Utc>,
    pub(crate) is_open: bool,
    /// Who may bid, and how many seats are left.
    pub(crate) admission: String,
}

#[derive(Template)]
#[template(path = "sales.html")]
struct SalesPage {
    frame: Frame,
    sales: Vec<ShownSale>,
    next_page: Option<SaleId>,
}

#[derive(Template)]
#[template(path = "sale.html")]
struct SalePage {
    frame: Frame,
    sale: ShownSale,
    premium: Option<String>,
    currency: &'static str,
    soft_close_rule: String,
    /// How far late bids move an end at most.
    cap: Option<String>,
    membership: Membership,
    log_in: bool,
    errors: Refusal,
    lots: Vec<Lot>,
    next_page: Option<AuctionId>,
}

/// What the page needs of a sale.
struct Found {
    sale: SaleView,
    registration: Option<RegistrationView>,
    lots: Vec<auctions::AuctionView>,
}

/// Shows the sales, the newest first.
pub(crate) async fn list(
    visit: Visit,
    paging: web::Query<SalePaging>,
) -> Result<HttpResponse, Problem> {
    let page = paging.of(PER_PAGE);
    let views = visit
        .read(move |sales: &SalesFacade, reader| sales.sales(page, reader))
        .await?;
    let now = visit.now();
    visit.page(&SalesPage {
        frame: visit.frame(Place::Sales),
        next_page: next_sales(&views, PER_PAGE),
        sales: views.iter().map(|view| ShownSale::at(now, view)).collect(),
    })
}

/// Shows one sale with its lots.
pub(crate) async fn show(
    visit: Visit,
    id: web::Path<SaleId>,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, Problem> {
    sale_page(&visit, *id, paging.of(PER_PAGE), Refusal::none()).await
}

/// Registers the bidder.
pub(crate) async fn register(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<RegistrationForm>>,
    id: web::Path<SaleId>,
) -> Result<HttpResponse, Problem> {
    match register_for(&visit, *id, &form).await {
        Ok(flash) => Ok(visit.go_to_with(&format!("/sales/{id}"), &flash)),
        Err(problem) => {
            let errors = Refusal::of(problem)?;
            sale_page(&visit, *id, Page::first(PER_PAGE), errors).await
        }
    }
}

async fn register_for(
    visit: &VisitAs<Customer>,
    sale: SaleId,
    form: &RegistrationForm,
) -> Result<Flash, Problem> {
    if form.declared.is_empty() {
        let mut errors = FieldErrors::default();
        errors.note("declared", "tick this to register");
        return Err(errors.into());
    }
    let command = RegisterBidder {
        sale,
        bidder: BidderId::from(visit.user().id.uuid()),
    };
    let sales = visit.component::<SalesFacade>();
    let registered = visit
        .work
        .write_locking(move |uow| sales.register(command, uow))
        .await?;
    let paddle = registered.paddle;
    Ok(match registered.status {
        RegistrationStatus::Approved => Flash::new(
            Tone::Good,
            format!("You are registered. Your paddle is number {paddle}: bid away."),
        ),
        RegistrationStatus::Pending
        | RegistrationStatus::Refused
        | RegistrationStatus::Cancelled => Flash::new(
            Tone::Good,
            format!(
                "You are registered with paddle {paddle}. You can bid as soon as the house has approved it."
            ),
        ),
    })
}

/// Takes the bidder's paddle back.
pub(crate) async fn give_back(
    visit: VisitAs<Customer>,
    id: web::Path<SaleId>,
) -> Result<HttpResponse, Problem> {
    let command = CancelRegistration {
        sale: *id,
        bidder: BidderId::from(visit.user().id.uuid()),
    };
    let sales = visit.component::<SalesFacade>();
    let outcome = visit
        .work
        .write_locking(move |uow| sales.cancel(command, uow))
        .await;
    match outcome {
        Ok(()) => {
            let text = "You have given your paddle back. Bids that you placed stay binding.";
            let address = format!("/sales/{id}");
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => {
            let errors = Refusal::of(problem)?;
            sale_page(&visit, *id, Page::first(PER_PAGE), errors).await
        }
    }
}

async fn sale_page(
    visit: &Visit,
    id: SaleId,
    page: Page,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let user = visit.signed_in.as_ref().map(|known| &known.user);
    let found = find(visit, id, page).await?;
    let membership = Membership::of(Some(&found.sale), found.registration.as_ref(), user);
    let (now, terms) = (visit.now(), &found.sale.terms);
    let soft_close = terms.soft_close.for_bidding(Bidding::Proxy);
    let rule = soft_close_rule(soft_close.map(|close| close.window()));
    let cap = soft_close.and_then(|close| close.cap());
    let premium = Some(terms.buyers_premium).filter(|premium| premium.basis_points() > 0);
    let page = SalePage {
        frame: visit.frame(Place::Sales),
        sale: ShownSale::at(now, &found.sale),
        premium: premium.map(|premium| premium.to_string()),
        currency: found.sale.currency.code(),
        soft_close_rule: match terms.soft_close {
            SoftCloseChoice::Usual => {
                format!("Lots with secret maxima: {rule} The end of other lots is final.")
            }
            SoftCloseChoice::Off | SoftCloseChoice::On(_) => rule,
        },
        cap: cap.map(duration),
        membership,
        log_in: user.is_none(),
        errors,
        next_page: next_page(&found.lots, PER_PAGE),
        lots: found
            .lots
            .into_iter()
            .map(|view| Lot::at(now, view))
            .collect(),
    };
    visit.page_with(page.errors.status(), &page)
}

async fn find(visit: &Visit, id: SaleId, page: Page) -> Result<Found, Problem> {
    let sales = visit.component::<SalesFacade>();
    let auctions = visit.component::<AuctionsFacade>();
    let bidder = visit.signed_in.as_ref().map(|known| known.user.id.uuid());
    let bidder = bidder.map(BidderId::from);
    let found = visit.work.read(move |reader| {
        let Some(sale) = sales.single_sale(id, reader)? else {
            return Ok(None);
        };
        let registration = match bidder {
            Some(bidder) => sales.registration_of(id, bidder, reader)?,
            None => None,
        };
        let lots = auctions.auctions_of_sale(id, page, reader)?;
        Ok::<_, foundation::Failure>(Some(Found {
            sale,
            registration,
            lots,
        }))
    });
    found.await?.ok_or_else(|| Problem::not_found("sale"))
}

/// Where the next part of a list of sales begins, when there may be one.
pub(crate) fn next_sales(views: &[SaleView], limit: i64) -> Option<SaleId> {
    let is_full = i64::try_from(views.len()).is_ok_and(|length| length >= limit);
    views.last().map(|last| last.id).filter(|_| is_full)
}

impl ShownSale {
    /// The sale at a moment.
    pub(crate) fn at(now: DateTime<Utc>, view: &SaleView) -> Self {
        let admission = match view.admission {
            auctions::Admission::Open => "Whoever registers may bid at once",
            auctions::Admission::ByApproval => "The house approves each bidder",
        };
        let seats = match view.seats_left() {
            None => String::new(),
            Some(0) => ". Every seat is taken".to_owned(),
            Some(1) => ". 1 seat is left".to_owned(),
            Some(left) => format!(". {left} seats are left"),
        };
        Self {
            id: view.id,
            title: view.title.clone(),
            opens_at: view.opens_at,
            is_open: view.opens_at <= now,
            admission: format!("{admission}{seats}."),
        }
    }
}
