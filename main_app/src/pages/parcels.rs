//! The customer's parcels.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::AuctionId;
use customer_relationship::CustomerId;
use foundation::Failure;
use process::ProcessFacade;
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
    let customer = CustomerId::from(consignee.uuid());
    let processes = visit.component::<ProcessFacade>();
    let found = visit.read(move |shipping: &ShippingFacade, reader| {
        let lots = processes.of_customer(customer, reader)?.into_iter();
        let lots: HashMap<PackageId, AuctionId> = lots
            .filter_map(|item| Some((item.package?, item.auction)))
            .collect();
        let packages = shipping.packages_of(consignee, reader)?.into_iter();
        let packages = packages.map(|view| Package {
            lot: lots.get(&view.id).copied(),
            ..Package::of(view)
        });
        Ok::<_, Failure>(packages.collect())
    });
    visit.page(&ParcelsPage {
        packages: found.await?,
        frame: visit.frame(Place::Parcels),
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

/// Where a customer looks at a package.
pub(super) fn address(package: PackageId) -> String {
    format!("/my/parcels#parcel-{package}")
}
