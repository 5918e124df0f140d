//! One kind of goods: its batches, who was promised what, and who waits.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use shipping::{BatchReference, ChangeBatch, ProductView, ShippingFacade, Sku, parse_eta};

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::package_view::Package;
use super::stock::STOCK;
use super::visit::{Then, VisitAs};
use crate::accounts::User;
use crate::consignors::Consignors;
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

/// The form that changes a batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeForm {
    sku: String,
    quantity: String,
    eta: String,
}

/// The form that says whose goods they are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsignorForm {
    consignor: String,
}

#[derive(Template)]
#[template(path = "stock_goods.html")]
struct GoodsPage {
    frame: Frame,
    product: ProductView,
    /// Whose they are, unless nobody has said so.
    owner: Option<User>,
    waiting: Vec<Package>,
}

/// Shows the goods.
pub(crate) async fn show(
    visit: VisitAs<Staff>,
    sku: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let unknown = || Problem::not_found("product");
    let sku = Sku::parse(&sku).map_err(|_| unknown())?;
    let consignors = Consignors::of(visit.house());
    let found: Option<(ProductView, Option<User>)> = visit
        .read(move |shipping: &ShippingFacade, reader| {
            let Some(product) = shipping.product(&sku, reader)? else {
                return Ok(None);
            };
            let owners = consignors.owners(std::slice::from_ref(&product.stock), reader)?;
            let owner = owners.of(&product.stock).cloned();
            Ok(Some((product, owner)))
        })
        .await?;
    let (mut product, owner) = found.ok_or_else(unknown)?;
    let waiting = std::mem::take(&mut product.waiting);
    visit.page(&GoodsPage {
        frame: visit.frame(Place::Stock),
        product,
        owner,
        waiting: waiting.into_iter().map(Package::of).collect(),
    })
}

/// Says whose goods they are, once.
pub(crate) async fn entrust(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<ConsignorForm>>,
    sku: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let sku = Sku::parse(&sku).map_err(|_| Problem::not_found("product"))?;
    let back = format!("{STOCK}/{sku}");
    let consignors = Consignors::of(visit.house());
    let (named, staff) = (form.into_inner().consignor, visit.user().email.clone());
    let entrusted = visit
        .work
        .write(move |uow| consignors.entrust(&sku, &named, &staff, uow));
    let flash = match entrusted.await {
        Ok(()) => Flash::new(Tone::Good, "From now on these goods are theirs to put up."),
        Err(problem) => Flash::new(Tone::Bad, Refusal::of(problem)?.explanation()),
    };
    Ok(visit.go_to_with(&back, &flash))
}

/// Changes a batch.
pub(crate) async fn change(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<ChangeForm>>,
    reference: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let changed = match form.read(&reference) {
        Ok(command) => {
            visit
                .write(move |shipping: &ShippingFacade, uow| shipping.change_batch(&command, uow))
                .await
        }
        Err(problem) => Err(problem),
    };
    let flash = match changed {
        Ok(without) if without.is_empty() => Flash::new(Tone::Good, "The batch is changed."),
        Ok(without) => {
            let text = format!(
                "The batch is changed. Orders that have lost their pieces and wait again: {}.",
                without.len()
            );
            Flash::new(Tone::Warn, text)
        }
        Err(problem) => Flash::new(Tone::Bad, Refusal::of(problem)?.explanation()),
    };
    let back = match Sku::parse(&form.sku) {
        Ok(sku) => format!("{STOCK}/{sku}"),
        Err(_) => STOCK.to_owned(),
    };
    Ok(visit.go_to_with(&back, &flash))
}

impl ChangeForm {
    fn read(&self, reference: &str) -> Result<ChangeBatch, Problem> {
        let mut errors = FieldErrors::default();
        let reference =
            BatchReference::parse(reference).map_err(|_| Problem::not_found("batch"))?;
        let pieces = self.quantity.trim().parse::<u32>();
        let pieces = pieces.map_err(|_| "write a whole number of pieces");
        let purchased = errors.take("quantity", pieces);
        let eta = errors.take("eta", parse_eta(&self.eta));
        match (purchased, eta) {
            (Some(purchased), Some(eta)) => Ok(ChangeBatch {
                reference,
                purchased,
                eta,
            }),
            _ => Err(errors.into()),
        }
    }
}
