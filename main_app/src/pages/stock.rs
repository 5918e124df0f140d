//! The stock: all goods in numbers, and the forms that add batches.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use shipping::{
    AddBatch, BatchFile, BatchReference, Quantity, ShippingFacade, Sku, StockView, parse_eta,
};

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::visit::{Then, VisitAs};
use crate::consignors::{Consignors, Owners};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

pub(super) const STOCK: &str = "/desk/stock";

/// As many goods as one page lists.
const LISTED: i64 = 50;

/// The form that adds a batch, with what was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BatchForm {
    reference: String,
    sku: String,
    quantity: String,
    eta: String,
    consignor: String,
}

/// The form that adds batches from a file, with what was pasted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportForm {
    csv: String,
}

/// Which part of the list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "stock.html")]
struct StockPage {
    frame: Frame,
    goods: Vec<StockView>,
    owners: Owners,
    next_page: Option<String>,
    form: BatchForm,
    import: ImportForm,
    errors: Refusal,
}

/// Shows all goods.
pub(crate) async fn list(
    visit: VisitAs<Staff>,
    query: web::Query<After>,
) -> Result<HttpResponse, Problem> {
    let after = query.into_inner().after;
    let forms = (BatchForm::default(), ImportForm::default());
    stock_page(&visit, after, forms, Refusal::none()).await
}

/// Adds a batch.
pub(crate) async fn add(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<BatchForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let added = match form.read() {
        Ok(command) => {
            let sku = command.sku.clone();
            let consignors = Consignors::of(visit.house());
            let (named, staff) = (form.consignor.clone(), visit.user().email.clone());
            let added = visit
                .work
                .write(move |uow| consignors.add_batch(&command, &named, &staff, uow));
            added.await.map(|()| sku)
        }
        Err(problem) => Err(problem),
    };
    match added {
        Ok(sku) => {
            let flash = Flash::new(Tone::Good, "The batch is in. Whoever waited is served.");
            Ok(visit.go_to_with(&format!("{STOCK}/{sku}"), &flash))
        }
        Err(problem) => {
            let forms = (form, ImportForm::default());
            stock_page(&visit, None, forms, Refusal::of(problem)?).await
        }
    }
}

/// Adds the batches of a file, all or none.
pub(crate) async fn import(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<ImportForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let imported = match BatchFile::parse(&form.csv) {
        Ok(file) => {
            let batches = file.len();
            let consignors = Consignors::of(visit.house());
            let staff = visit.user().email.clone();
            let imported = visit
                .work
                .write(move |uow| consignors.import(&file, &staff, uow));
            imported.await.map(|()| batches)
        }
        Err(error) => Err(error.into()),
    };
    match imported {
        Ok(batches) => {
            let flash = Flash::new(Tone::Good, format!("{batches} batches are in."));
            Ok(visit.go_to_with(STOCK, &flash))
        }
        Err(problem) => {
            let forms = (BatchForm::default(), form);
            stock_page(&visit, None, forms, Refusal::of(problem)?).await
        }
    }
}

impl BatchForm {
    fn read(&self) -> Result<AddBatch, Problem> {
        let mut errors = FieldErrors::default();
        let reference = errors.take("reference", BatchReference::parse(&self.reference));
        let sku = errors.take("sku", Sku::parse(&self.sku));
        let pieces = self.quantity.trim().parse().unwrap_or_default();
        let purchased = errors.take("quantity", Quantity::try_new(pieces));
        let eta = errors.take("eta", parse_eta(&self.eta));
        match (reference, sku, purchased, eta) {
            (Some(reference), Some(sku), Some(purchased), Some(eta)) => Ok(AddBatch {
                reference,
                sku,
                purchased,
                eta,
                consignor: None,
            }),
            _ => Err(errors.into()),
        }
    }
}

async fn stock_page(
    visit: &VisitAs<Staff>,
    after: Option<String>,
    (form, import): (BatchForm, ImportForm),
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let after = after.as_deref().map(Sku::parse);
    let after = after.transpose().map_err(|_| Problem::not_found("page"))?;
    let consignors = Consignors::of(visit.house());
    let (goods, owners) = visit
        .read(move |shipping: &ShippingFacade, reader| {
            let goods = shipping.stock(after.as_ref(), LISTED, reader)?;
            let owners = consignors.owners(&goods, reader)?;
            Ok((goods, owners))
        })
        .await?;
    let full = i64::try_from(goods.len()).is_ok_and(|length| length >= LISTED);
    let last = goods.last().map(|goods| goods.sku.to_string());
    let page = StockPage {
        frame: visit.frame(Place::Stock),
        next_page: last.filter(|_| full),
        goods,
        owners,
        form,
        import,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}
