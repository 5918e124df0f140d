//! What happens to a package beside being packed: it arrives, comes back, is fetched, or is not waited for.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use shipping::{ChooseForPackage, PackageId, ShippingFacade, StockChoice};

use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::packing::address;
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::Staff;

/// The buttons under a package whose goods are not there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceForm {
    choice: Chosen,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Chosen {
    Wait,
    Refund,
}

impl ChoiceForm {
    /// What was chosen, and what is told then.
    pub(super) fn read(&self) -> (StockChoice, &'static str) {
        match self.choice {
            Chosen::Wait => (
                StockChoice::Wait,
                "Good. The package leaves as soon as its goods are there.",
            ),
            Chosen::Refund => (StockChoice::Refund, "The money is on its way back."),
        }
    }
}

/// Notes that a package arrived.
pub(crate) async fn deliver(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let id = *id;
    let outcome = visit
        .write(move |shipping: &ShippingFacade, uow| shipping.deliver(id, uow))
        .await;
    told(&visit, id, outcome, "Delivered.")
}

/// Notes that the carrier brought a package back.
pub(crate) async fn take_back(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let id = *id;
    let outcome = visit
        .write(move |shipping: &ShippingFacade, uow| shipping.take_back(id, uow))
        .await;
    told(
        &visit,
        id,
        outcome,
        "It is back. What came from the stock is in the stock again.",
    )
}

/// Hands a package to its consignee.
pub(crate) async fn collect(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let id = *id;
    let outcome = visit
        .write(move |shipping: &ShippingFacade, uow| shipping.collect(id, uow))
        .await;
    told(&visit, id, outcome, "Collected.")
}

/// Chooses for the customer.
pub(crate) async fn choose(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<ChoiceForm>>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let (choice, text) = form.read();
    let command = ChooseForPackage {
        package: *id,
        choice,
        consignee: None,
        by: visit.user().email.clone(),
    };
    let outcome = visit
        .write(move |shipping: &ShippingFacade, uow| shipping.choose(&command, uow))
        .await;
    told(&visit, *id, outcome, text)
}

fn told(
    visit: &VisitAs<Staff>,
    id: PackageId,
    outcome: Result<(), Problem>,
    good: &str,
) -> Result<HttpResponse, Problem> {
    let flash = match outcome {
        Ok(()) => Flash::new(Tone::Good, good),
        Err(problem) => Flash::new(Tone::Bad, Refusal::of(problem)?.explanation()),
    };
    Ok(visit.go_to_with(&address(id), &flash))
}
