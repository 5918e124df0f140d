//! The customer's parcels.

use actix_web::HttpResponse;
use askama::Template;
use shipping::{ConsigneeId, ShippingFacade};

use super::filters;
use super::frame::{Frame, Place};
use super::package_view::Package;
use super::visit::VisitAs;
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
