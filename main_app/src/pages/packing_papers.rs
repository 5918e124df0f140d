//! What is printed for a package: the slip that lies in it, and the label on its outside.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use askama::Template;
use customer_relationship::{CustomerId, CustomersFacade, Language};
use foundation::Failure;
use shipping::{PackageId, PackageView, ShippingFacade};

use super::filters;
use super::frame::{Frame, Place};
use super::visit::VisitAs;
use crate::documents::{DrawingError, Fonts, HouseOnPaper, Label, Letter, packing_slip};
use crate::http::Problem;
use crate::http::errors::WRONG_STATE;
use crate::http::identity::Staff;

#[derive(Template)]
#[template(path = "packing_slip.html")]
struct SlipPage {
    frame: Frame,
    package: PackageId,
    letter: Letter,
}

#[derive(Template)]
#[template(path = "label.html")]
struct LabelPage {
    frame: Frame,
    package: PackageId,
    label: Label,
}

/// A package with what its papers need beside it.
struct Papers {
    package: PackageView,
    language: Language,
    house: HouseOnPaper,
}

/// Shows the slip.
pub(crate) async fn slip(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let papers = find(&visit, *id).await?;
    visit.page(&SlipPage {
        frame: visit.frame(Place::Packing),
        package: *id,
        letter: papers.slip(),
    })
}

/// The slip on paper.
pub(crate) async fn slip_pdf(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let letter = find(&visit, *id).await?.slip();
    let name = format!("packing-slip-{id}.pdf");
    answer(&visit, &name, move |fonts| letter.draw(fonts)).await
}

/// Shows the label.
pub(crate) async fn label(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let label = find(&visit, *id).await?.label()?;
    visit.page(&LabelPage {
        frame: visit.frame(Place::Packing),
        package: *id,
        label,
    })
}

/// The label on paper.
pub(crate) async fn label_pdf(
    visit: VisitAs<Staff>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let label = find(&visit, *id).await?.label()?;
    let name = format!("label-{id}.pdf");
    answer(&visit, &name, move |fonts| label.draw(fonts)).await
}

/// Answers with a PDF that is drawn where it keeps nobody waiting.
pub(crate) async fn answer<R>(
    visit: &VisitAs<R>,
    file: &str,
    draw: impl FnOnce(&Fonts) -> Result<Vec<u8>, DrawingError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let fonts = visit.house().fonts();
    let drawn = visit.work.drawing(move || draw(&fonts)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{file}\"")))
        .body(drawn))
}

async fn find(visit: &VisitAs<Staff>, id: PackageId) -> Result<Papers, Problem> {
    let customers = visit.component::<CustomersFacade>();
    let shipping = visit.component::<ShippingFacade>();
    let found = visit.work.read(move |reader| {
        let Some(package) = shipping.package(id, reader)? else {
            return Ok(None);
        };
        let consignee = CustomerId::from(package.consignee.uuid());
        let customer = customers.customer(consignee, reader)?;
        let language = customer.map(|customer| customer.language);
        Ok::<_, Failure>(Some((package, language.unwrap_or_default())))
    });
    let (package, language) = found.await?.ok_or_else(|| Problem::not_found("package"))?;
    let house = visit.house().settings().for_payments().invoicing.into();
    Ok(Papers {
        package,
        language,
        house,
    })
}

impl Papers {
    fn slip(&self) -> Letter {
        packing_slip(&self.package, &self.house, self.language)
    }

    fn label(&self) -> Result<Label, Problem> {
        let label = Label::of(&self.package, &self.house, self.language);
        let detail =
            "Nobody knows yet where this package goes; the customer was asked for an address.";
        label.ok_or_else(|| Problem::new(WRONG_STATE, detail))
    }
}
