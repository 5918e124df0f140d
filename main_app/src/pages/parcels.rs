//! The customer's parcels.

use actix_web::{HttpResponse, web};
use askama::Template;
use shipping::{ChooseForPackage, ConsigneeId, PackageId, ShippingFacade};

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::package_view::Package;
use super::packing_steps::ChoiceForm;
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::Customer;

#[derive(Template)]
#[template(path = "parcels.html")]
struct ParcelsPage {
    frame: Frame,
    packages: Vec<Package>,
}

/// Shows the customer's parcels, the newest first.
pub(crate) async fn show(visit: VisitAs<Customer>) -> Result<HttpResponse, Problem> {
    let consignee = ConsigneeId::from(visit.user().id.uuid());
    let packages = visit
        .read(move |shipping: &ShippingFacade, reader| shipping.packages_of(consignee, reader))
        .await?;
    visit.page(&ParcelsPage {
        frame: visit.frame(Place::Parcels),
        packages: packages.into_iter().map(Package::of).collect(),
    })
}

/// Waits for goods that are out of stock, or has the money back.
pub(crate) async fn choose(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<ChoiceForm>>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let (choice, text) = form.read();
    let command = ChooseForPackage {
        package: *id,
        choice,
        consignee: Some(ConsigneeId::from(visit.user().id.uuid())),
        by: visit.user().email.clone(),
    };
    let outcome = visit
        .write(move |shipping: &ShippingFacade, uow| shipping.choose(&command, uow))
        .await;
    let flash = match outcome {
        Ok(()) => Flash::new(Tone::Good, text),
        Err(problem) => Flash::new(Tone::Bad, Refusal::of(problem)?.explanation()),
    };
    Ok(visit.go_to_with("/my/parcels", &flash))
}
