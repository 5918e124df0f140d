//! The staff's desk for sales: who wants to bid in them, and who may.

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{
    ApproveRegistration, Page, RefuseRegistration, RegistrationId, RegistrationStatus,
    RegistrationView, SaleId, SalesFacade,
};
use chrono::{DateTime, Utc};
use foundation::{Failure, Reader};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::sales::{SalePaging, ShownSale, next_sales};
use super::visit::{Then, Visit, VisitAs};
use crate::accounts::{Accounts, UserId};
use crate::http::Problem;
use crate::http::identity::Staff;

const PER_PAGE: i64 = 50;

/// Which registrations are wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    only: Only,
    after: Option<RegistrationId>,
}

/// Registrations of one status, or all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Only {
    #[default]
    All,
    Pending,
    Approved,
    Refused,
    Cancelled,
}

/// The form to decline a registration, or to take it back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefuseForm {
    reason: String,
}

/// A registration as the desk shows it.
struct Shown {
    id: RegistrationId,
    paddle: i64,
    bidder: String,
    status: RegistrationStatus,
    registered_at: DateTime<Utc>,
    since: DateTime<Utc>,
    reason: Option<String>,
}

/// A choice of registrations, as a link.
struct Choice {
    name: &'static str,
    label: &'static str,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "sales_desk.html")]
struct SalesDeskPage {
    frame: Frame,
    sales: Vec<ShownSale>,
    next_page: Option<SaleId>,
}

#[derive(Template)]
#[template(path = "registrations.html")]
struct RegistrationsPage {
    frame: Frame,
    sale: ShownSale,
    choices: Vec<Choice>,
    only: &'static str,
    registrations: Vec<Shown>,
    next_page: Option<RegistrationId>,
    errors: Refusal,
}

/// Shows the sales, the newest first.
pub(crate) async fn list(
    visit: VisitAs<Staff>,
    paging: web::Query<SalePaging>,
) -> Result<HttpResponse, Problem> {
    let page = paging.of(PER_PAGE);
    let views = visit
        .read(move |sales: &SalesFacade, reader| sales.sales(page, reader))
        .await?;
    let now = visit.now();
    visit.page(&SalesDeskPage {
        frame: visit.frame(Place::SalesDesk),
        next_page: next_sales(&views, PER_PAGE),
        sales: views.iter().map(|view| ShownSale::at(now, view)).collect(),
    })
}

/// Shows the registrations for a sale, by their paddles.
pub(crate) async fn registrations(
    visit: VisitAs<Staff>,
    id: web::Path<SaleId>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    registrations_page(&visit, *id, &wanted, Refusal::none()).await
}

/// Lets a bidder bid who waits for it, or who was refused before.
pub(crate) async fn approve(
    visit: VisitAs<Staff>,
    path: web::Path<(SaleId, RegistrationId)>,
) -> Result<HttpResponse, Problem> {
    let (sale, registration) = path.into_inner();
    let command = ApproveRegistration {
        sale,
        registration,
        staff: visit.user().email.clone(),
    };
    let sales = visit.component::<SalesFacade>();
    let outcome = visit
        .work
        .write_locking(move |uow| sales.approve(command.clone(), uow))
        .await;
    finish(&visit, sale, outcome, "Approved. The bidder may bid now.").await
}

/// Keeps a bidder from bidding who waits for it, or who was approved before.
pub(crate) async fn refuse(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<RefuseForm>>,
    path: web::Path<(SaleId, RegistrationId)>,
) -> Result<HttpResponse, Problem> {
    let (sale, registration) = path.into_inner();
    let command = RefuseRegistration {
        sale,
        registration,
        reason: form.into_inner().reason,
        staff: visit.user().email.clone(),
    };
    let sales = visit.component::<SalesFacade>();
    let outcome = visit
        .work
        .write_locking(move |uow| sales.refuse(command.clone(), uow))
        .await;
    let told = "Declined. The bidder is told why, and the seat is free again.";
    finish(&visit, sale, outcome, told).await
}

async fn finish(
    visit: &Visit,
    sale: SaleId,
    outcome: Result<(), Problem>,
    told: &str,
) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(()) => {
            let address = format!("/desk/sales/{sale}");
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, told)))
        }
        Err(problem) => {
            let all = Wanted {
                only: Only::All,
                after: None,
            };
            registrations_page(visit, sale, &all, Refusal::of(problem)?).await
        }
    }
}

async fn registrations_page(
    visit: &Visit,
    id: SaleId,
    wanted: &Wanted,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let sales = visit.component::<SalesFacade>();
    let accounts = visit.component::<Accounts>();
    let (only, now) = (wanted.only, visit.now());
    let page = Page {
        limit: PER_PAGE,
        after: wanted.after.map(RegistrationId::uuid),
    };
    let found = visit.work.read(move |reader| {
        let Some(sale) = sales.single_sale(id, reader)? else {
            return Ok(None);
        };
        let views = sales.registrations(id, only.status(), page, reader)?;
        let shown = views
            .into_iter()
            .map(|view| Shown::of(view, &accounts, reader))
            .collect::<Result<Vec<_>, Failure>>()?;
        Ok::<_, Failure>(Some((ShownSale::at(now, &sale), shown)))
    });
    let (sale, registrations) = found.await?.ok_or_else(|| Problem::not_found("sale"))?;
    let is_full = i64::try_from(registrations.len()).is_ok_and(|length| length >= PER_PAGE);
    let page = RegistrationsPage {
        frame: visit.frame(Place::SalesDesk),
        sale,
        choices: only.choices(),
        only: only.name(),
        next_page: registrations.last().map(|last| last.id).filter(|_| is_full),
        registrations,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}

impl Only {
    const ALL: [Self; 5] = [
        Self::All,
        Self::Pending,
        Self::Approved,
        Self::Refused,
        Self::Cancelled,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Pending => "Waiting",
            Self::Approved => "Approved",
            Self::Refused => "Declined",
            Self::Cancelled => "Given back",
        }
    }

    const fn status(self) -> Option<RegistrationStatus> {
        match self {
            Self::All => None,
            Self::Pending => Some(RegistrationStatus::Pending),
            Self::Approved => Some(RegistrationStatus::Approved),
            Self::Refused => Some(RegistrationStatus::Refused),
            Self::Cancelled => Some(RegistrationStatus::Cancelled),
        }
    }

    fn choices(self) -> Vec<Choice> {
        let choice = |only: Self| Choice {
            name: only.name(),
            label: only.label(),
            is_current: only == self,
        };
        Self::ALL.map(choice).into()
    }
}

impl Shown {
    fn of(
        view: RegistrationView,
        accounts: &Accounts,
        reader: &mut Reader,
    ) -> Result<Self, Failure> {
        let user = accounts.user(UserId::from(view.bidder.uuid()), reader)?;
        let bidder = user.map(|known| format!("{} <{}>", known.name, known.email));
        Ok(Self {
            id: view.id,
            paddle: view.paddle,
            bidder: bidder.unwrap_or_else(|| view.bidder.to_string()),
            status: view.status,
            registered_at: view.registered_at,
            since: view.since,
            reason: view.reason,
        })
    }

    /// The status in words, and its class in the stylesheet.
    fn state(&self) -> (&'static str, &'static str) {
        match self.status {
            RegistrationStatus::Pending => ("Waiting", "warn"),
            RegistrationStatus::Approved => ("Approved", "good"),
            RegistrationStatus::Refused => ("Declined", "bad"),
            RegistrationStatus::Cancelled => ("Given back", ""),
        }
    }

    fn can_be_approved(&self) -> bool {
        match self.status {
            RegistrationStatus::Pending | RegistrationStatus::Refused => true,
            RegistrationStatus::Approved | RegistrationStatus::Cancelled => false,
        }
    }

    /// What declining it is called; nothing where it cannot be.
    fn declining(&self) -> Option<&'static str> {
        match self.status {
            RegistrationStatus::Pending => Some("Decline"),
            RegistrationStatus::Approved => Some("Revoke"),
            RegistrationStatus::Refused | RegistrationStatus::Cancelled => None,
        }
    }
}
