//! Where the house's books and those of the gateways differ, and what staff do about it.

use actix_web::{HttpResponse, web};
use askama::Template;
use payments::{Difference, DifferenceId, PaymentsFacade, ResolveDifference};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::Staff;

const PATH: &str = "/desk/differences";

/// Which differences are wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    #[serde(default)]
    all: bool,
}

/// The form that ends a difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolveForm {
    note: String,
}

#[derive(Template)]
#[template(path = "differences.html")]
struct DifferencesPage {
    frame: Frame,
    all: bool,
    differences: Vec<Difference>,
    /// The gateways whose books are compared.
    compared: Vec<&'static str>,
}

/// Shows the differences, the newest first.
pub(crate) async fn list(
    visit: VisitAs<Staff>,
    which: web::Query<Which>,
) -> Result<HttpResponse, Problem> {
    let all = which.all;
    let found = visit
        .read(move |payments: &PaymentsFacade, reader| payments.differences(all, reader))
        .await?;
    let payments = visit.component::<PaymentsFacade>();
    let keeps_books = payments
        .gateways()
        .all()
        .filter(|gateway| !gateway.is_test());
    visit.page(&DifferencesPage {
        frame: visit.frame(Place::Cashier),
        all,
        differences: found,
        compared: keeps_books.map(|gateway| gateway.title()).collect(),
    })
}

/// Has the books compared now.
pub(crate) async fn compare(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let staff = visit.user().email.clone();
    visit
        .write(move |payments: &PaymentsFacade, uow| payments.compare_books(&staff, uow))
        .await?;
    let text = "The comparison has begun. Look again in a minute.";
    Ok(visit.go_to_with(PATH, &Flash::new(Tone::Good, text)))
}

/// Notes what was done about a difference.
pub(crate) async fn resolve(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<ResolveForm>>,
    id: web::Path<DifferenceId>,
) -> Result<HttpResponse, Problem> {
    let command = ResolveDifference {
        difference: *id,
        staff: visit.user().email.clone(),
        note: form.into_inner().note,
    };
    let resolved = visit
        .write(move |payments: &PaymentsFacade, uow| {
            payments.resolve_difference(command.clone(), uow)
        })
        .await;
    let flash = match resolved {
        Ok(()) => Flash::new(
            Tone::Good,
            "Noted. Should it last, the next comparison lists it anew.",
        ),
        Err(problem) => Flash::new(Tone::Bad, Refusal::of(problem)?.explanation()),
    };
    Ok(visit.go_to_with(PATH, &flash))
}
