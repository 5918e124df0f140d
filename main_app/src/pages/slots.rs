//! The collection times that staff open.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;
use payments::{OpenSlot, PaymentsFacade, SlotId, SlotView};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::terms_form::{TIME_FORMAT, utc};
use super::visit::{Then, VisitAs};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};

const PATH: &str = "/desk/slots";

/// The form, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotForm {
    /// The new slot's id, made with the empty form.
    slot: SlotId,
    place: String,
    starts_at: String,
    ends_at: String,
    capacity: String,
}

#[derive(Template)]
#[template(path = "slots.html")]
struct SlotsPage {
    frame: Frame,
    slots: Vec<SlotView>,
    form: SlotForm,
    errors: Refusal,
}

/// Shows the times to come and the form to open one.
pub(crate) async fn show(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let starts_at = visit.now() + TimeDelta::days(1);
    let written = |time: chrono::DateTime<chrono::Utc>| time.format(TIME_FORMAT).to_string();
    let form = SlotForm {
        slot: SlotId::generate(),
        place: String::new(),
        starts_at: written(starts_at),
        ends_at: written(starts_at + TimeDelta::hours(1)),
        capacity: "4".to_owned(),
    };
    slots_page(&visit, form, Refusal::none()).await
}

/// Opens a collection time.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<SlotForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let opened = match form.read(visit.user().email.clone()) {
        Ok(command) => {
            visit
                .write(move |payments: &PaymentsFacade, uow| {
                    payments.open_slot(command.clone(), uow)
                })
                .await
        }
        Err(problem) => Err(problem),
    };
    match opened {
        Ok(()) => Ok(visit.go_to_with(PATH, &Flash::new(Tone::Good, "Customers can choose it."))),
        Err(problem) => slots_page(&visit, form, Refusal::of(problem)?).await,
    }
}

impl SlotForm {
    fn read(&self, staff: String) -> Result<OpenSlot, Problem> {
        let mut errors = FieldErrors::default();
        let starts_at = errors.take("starts_at", utc(&self.starts_at));
        let ends_at = errors.take("ends_at", utc(&self.ends_at));
        let capacity = self.capacity.trim().parse::<u32>();
        let capacity = capacity.map_err(|_| "write a whole number of at least 1");
        let capacity = errors.take("capacity", capacity);
        if self.place.trim().is_empty() {
            errors.note("place", "say where customers find it");
        }
        match (starts_at, ends_at, capacity) {
            (Some(starts_at), Some(ends_at), Some(capacity)) if errors.is_empty() => Ok(OpenSlot {
                slot: self.slot,
                place: self.place.clone(),
                starts_at,
                ends_at,
                capacity,
                staff,
            }),
            _ => Err(errors.into()),
        }
    }
}

async fn slots_page(
    visit: &VisitAs<Staff>,
    form: SlotForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let slots = visit
        .read(|payments: &PaymentsFacade, reader| payments.slots(reader))
        .await?;
    let page = SlotsPage {
        frame: visit.frame(Place::Cashier),
        slots,
        form,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}
