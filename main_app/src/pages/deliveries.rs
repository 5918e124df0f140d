//! Deliveries: how much waits, and what was given up.

use actix_web::{HttpResponse, web};
use askama::Template;
use foundation::{DeliveryAdministration, DeliveryId, DeliverySummary, DeliveryTotals};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::frame::{Frame, Place};
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::Staff;

/// As many deliveries of one kind as are listed.
const LISTED: i64 = 50;

const PATH: &str = "/desk/deliveries";

/// The form to let a delivery go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscardForm {
    reason: String,
}

#[derive(Template)]
#[template(path = "deliveries.html")]
struct DeliveriesPage {
    frame: Frame,
    totals: DeliveryTotals,
    dead: Vec<DeliverySummary>,
    waiting: Vec<DeliverySummary>,
}

/// Shows what waits and what was given up.
pub(crate) async fn list(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let (totals, dead, unfinished) = visit
        .read(move |deliveries: &DeliveryAdministration, reader| {
            let totals = deliveries.totals(reader)?;
            let dead = deliveries.list(Some("dead"), LISTED, reader)?;
            let unfinished = deliveries.list(None, LISTED, reader)?;
            Ok((totals, dead, unfinished))
        })
        .await?;
    let waiting = unfinished
        .into_iter()
        .filter(|delivery| delivery.state != "dead");
    visit.page(&DeliveriesPage {
        frame: visit.frame(Place::Deliveries),
        totals,
        dead,
        waiting: waiting.collect(),
    })
}

/// Gives a dead delivery all its tries again.
pub(crate) async fn retry(
    visit: VisitAs<Staff>,
    id: web::Path<DeliveryId>,
) -> Result<HttpResponse, Problem> {
    let (id, actor) = (*id, visit.user().email.clone());
    visit
        .write(move |deliveries: &DeliveryAdministration, uow| deliveries.retry(id, &actor, uow))
        .await?;
    Ok(visit.go_to_with(
        PATH,
        &Flash::new(Tone::Good, "It is being delivered again."),
    ))
}

/// Lets a dead delivery go for good.
pub(crate) async fn discard(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<DiscardForm>>,
    id: web::Path<DeliveryId>,
) -> Result<HttpResponse, Problem> {
    let (id, actor, reason) = (*id, visit.user().email.clone(), form.into_inner().reason);
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        let flash = Flash::new(
            Tone::Warn,
            "Say why it is discarded: the audit log keeps the reason.",
        );
        return Ok(visit.go_to_with(PATH, &flash));
    }
    visit
        .write(move |deliveries: &DeliveryAdministration, uow| {
            deliveries.discard(id, &actor, &reason, uow)
        })
        .await?;
    Ok(visit.go_to_with(PATH, &Flash::new(Tone::Good, "Discarded.")))
}
