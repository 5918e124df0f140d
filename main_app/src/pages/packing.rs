//! The packing desk: what is to be packed, one package at a time, and what is on its way.

use actix_web::{HttpResponse, web};
use askama::Template;
use customer_relationship::{CustomerId, CustomerView, CustomersFacade};
use foundation::Failure;
use process::ProcessFacade;
use serde::Deserialize;
use shipping::{
    CarrierName, ConsigneeId, PackageId, PackageStatus, ShipPackage, ShippingFacade, TrackingNumber,
};

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::package_view::Package;
use super::packing_label::Label;
use super::visit::{Then, VisitAs};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

/// As many packages of one status as are listed.
const LISTED: i64 = 50;

const DESK: &str = "/desk/packing";

/// The form that hands a package to a carrier, with what was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShipForm {
    carrier: String,
    tracking_number: String,
}

#[derive(Template)]
#[template(path = "packing.html")]
struct DeskPage {
    frame: Frame,
    groups: Vec<(&'static str, Vec<Package>)>,
}

#[derive(Template)]
#[template(path = "package.html")]
struct PackagePage {
    frame: Frame,
    package: Package,
    consignee: ConsigneeId,
    customer: Option<CustomerView>,
    /// Whether the house's carrier sells labels, and the package has none.
    may_buy_label: bool,
    label: Option<Label>,
    form: ShipForm,
    errors: Refusal,
}

/// Shows the packages by what is to be done with them.
pub(crate) async fn desk(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    const GROUPS: [(&str, PackageStatus); 4] = [
        ("To be packed or collected", PackageStatus::Created),
        ("Waiting for an address", PackageStatus::AwaitingAddress),
        ("Waiting for goods", PackageStatus::AwaitingStock),
        ("On their way", PackageStatus::Shipped),
    ];
    let now = visit.now();
    let groups = visit
        .read(move |shipping: &ShippingFacade, reader| {
            let mut groups = Vec::new();
            for (heading, status) in GROUPS {
                let views = shipping.packages(Some(status), LISTED, reader)?;
                let packages = views.into_iter().map(|view| Package::at_desk(view, now));
                groups.push((heading, packages.collect()));
            }
            Ok(groups)
        })
        .await?;
    visit.page(&DeskPage {
        frame: visit.frame(Place::Packing),
        groups,
    })
}

/// Gives the packer the next package.
pub(crate) async fn take_next(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let packer = visit.user().email.clone();
    let next = visit
        .write(move |shipping: &ShippingFacade, uow| shipping.next_package(&packer, uow))
        .await?;
    Ok(match next {
        Some(package) => visit.go_to(&address(package.id)),
        None => {
            let flash = Flash::new(
                Tone::Good,
                "Nothing to pack: every package is on its way, or waits.",
            );
            visit.go_to_with(DESK, &flash)
        }
    })
}

/// Shows one package.
pub(crate) async fn show(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    package_page(&visit, *id, ShipForm::default(), Refusal::none()).await
}

/// Hands a package to a carrier.
pub(crate) async fn ship(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<ShipForm>>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match hand_over(&visit, *id, &form).await {
        Ok(()) => {
            let flash = Flash::new(
                Tone::Good,
                "Shipped. The customer gets the tracking number.",
            );
            Ok(visit.go_to_with(DESK, &flash))
        }
        Err(problem) => package_page(&visit, *id, form, Refusal::of(problem)?).await,
    }
}

async fn hand_over(
    visit: &VisitAs<Staff>,
    package: PackageId,
    form: &ShipForm,
) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    let carrier = errors.take("carrier", CarrierName::parse(&form.carrier));
    let number = TrackingNumber::parse(&form.tracking_number);
    let tracking_number = errors.take("tracking_number", number);
    let (Some(carrier), Some(tracking_number)) = (carrier, tracking_number) else {
        return Err(errors.into());
    };
    let command = ShipPackage {
        package,
        carrier,
        tracking_number,
    };
    visit
        .write(move |shipping: &ShippingFacade, uow| shipping.ship(command.clone(), uow))
        .await
}

async fn package_page(
    visit: &VisitAs<Staff>,
    id: PackageId,
    form: ShipForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let processes = visit.component::<ProcessFacade>();
    let customers = visit.component::<CustomersFacade>();
    let found = visit.read(move |shipping: &ShippingFacade, reader| {
        let Some(view) = shipping.package(id, reader)? else {
            return Ok(None);
        };
        let label = shipping.label_of(id, reader)?;
        let lot = processes.of_package(id, reader)?.map(|sold| sold.auction);
        let consignee = CustomerId::from(view.consignee.uuid());
        let customer = customers.customer(consignee, reader)?;
        Ok::<_, Failure>(Some((view, label, lot, customer)))
    });
    let found = found.await?.ok_or_else(|| Problem::not_found("package"))?;
    let (view, label, lot, customer) = found;
    let label = label.map(Label::from);
    let has_none = label.as_ref().is_none_or(|label| label.has_failed);
    let sells_labels = visit.component::<ShippingFacade>().sells_labels();
    let consignee = view.consignee;
    let package = Package {
        lot,
        ..Package::at_desk(view, visit.now())
    };
    let page = PackagePage {
        frame: visit.frame(Place::Packing),
        may_buy_label: package.may_ship && sells_labels && has_none,
        package,
        consignee,
        customer,
        label,
        form,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}

pub(super) fn address(package: PackageId) -> String {
    format!("{DESK}/{package}")
}
