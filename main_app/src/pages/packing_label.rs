//! The form that buys a label, and what came of it.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use shipping::{AskForLabel, Grams, LabelId, LabelState, LabelView, PackageId, ShippingFacade};

use super::flash::{Flash, Tone};
use super::forms::{Refusal, sentence};
use super::packing::address;
use super::visit::{Then, VisitAs};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

/// How heavy the package is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelForm {
    grams: String,
}

/// What the carrier was asked for, in words.
pub(crate) struct Label {
    pub(crate) text: String,
    /// Where it can be printed from.
    pub(crate) url: Option<String>,
    /// Whether another one may be asked for.
    pub(crate) has_failed: bool,
}

impl From<LabelView> for Label {
    fn from(view: LabelView) -> Self {
        let (text, url, has_failed) = match view.state {
            LabelState::Asked | LabelState::Quoted(_) => {
                ("The label is being bought.".to_owned(), None, false)
            }
            LabelState::Bought(label) => {
                let text = format!("Bought: {} {}.", label.carrier, label.tracking_number);
                // What the carrier sends is shown as an address only if it is one.
                let url = label.url.filter(|url| url.starts_with("https://"));
                (text, url, false)
            }
            LabelState::Failed(why) => (sentence(&why), None, true),
        };
        Self {
            text,
            url,
            has_failed,
        }
    }
}

/// Asks for a label.
pub(crate) async fn ask(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<LabelForm>>,
    id: web::Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let flash = match begin(&visit, *id, &form).await {
        Ok(()) => Flash::new(Tone::Good, "The label is being bought."),
        Err(problem) => Flash::new(Tone::Bad, Refusal::of(problem)?.explanation()),
    };
    Ok(visit.go_to_with(&address(*id), &flash))
}

async fn begin(
    visit: &VisitAs<Staff>,
    package: PackageId,
    form: &LabelForm,
) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    let grams = Grams::try_new(form.grams.trim().parse().unwrap_or_default());
    let Some(grams) = errors.take("grams", grams) else {
        return Err(errors.into());
    };
    let command = AskForLabel {
        label: LabelId::generate(),
        package,
        grams,
        by: visit.user().email.clone(),
    };
    visit
        .write(move |shipping: &ShippingFacade, uow| shipping.ask_for_label(command.clone(), uow))
        .await
}
