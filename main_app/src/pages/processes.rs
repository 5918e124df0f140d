//! Won items that are not finished: what each waits for, since when, and the way to push it on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::AuctionId;
use chrono::{DateTime, Utc};
use customer_relationship::{CustomerId, CustomersFacade};
use foundation::Failure;
use process::{NextStep, ProcessFacade, ProcessId, ProcessState, ProcessView};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::{Refusal, sentence};
use super::frame::{Frame, Place};
use super::packing;
use super::visit::{Then, VisitAs};
use crate::http::Problem;
use crate::http::identity::Staff;

const PATH: &str = "/desk/processes";

/// The form to push a process on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PushForm {
    reason: String,
}

/// A process as the page shows it.
struct Shown {
    id: ProcessId,
    lot: Option<AuctionId>,
    package: Option<String>,
    title: String,
    customer: String,
    state: &'static str,
    kind: &'static str,
    waits_for: String,
    since: DateTime<Utc>,
    next: String,
    next_at: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "processes.html")]
struct ProcessesPage {
    frame: Frame,
    processes: Vec<Shown>,
}

/// Shows what waits, the oldest first.
pub(crate) async fn list(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let processes = visit.component::<ProcessFacade>();
    let customers = visit.component::<CustomersFacade>();
    let shown = visit
        .work
        .read(move |reader| {
            let unfinished = processes.unfinished(reader)?;
            let mut names: HashMap<CustomerId, String> = HashMap::new();
            for process in &unfinished {
                if let Entry::Vacant(unknown) = names.entry(process.customer) {
                    let customer = customers.customer(process.customer, reader)?;
                    let name = customer.map(|known| format!("{} <{}>", known.name, known.email));
                    unknown.insert(name.unwrap_or_else(|| process.customer.to_string()));
                }
            }
            let shown = unfinished.into_iter().map(|process| {
                let customer = names.get(&process.customer).cloned();
                Shown::of(process, customer.unwrap_or_default())
            });
            Ok::<_, Failure>(shown.collect())
        })
        .await?;
    visit.page(&ProcessesPage {
        frame: visit.frame(Place::Processes),
        processes: shown,
    })
}

/// Pushes a process on.
pub(crate) async fn push_on(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<PushForm>>,
    id: web::Path<ProcessId>,
) -> Result<HttpResponse, Problem> {
    let (id, staff, reason) = (*id, visit.user().email.clone(), form.into_inner().reason);
    let outcome = visit
        .write(move |processes: &ProcessFacade, uow| processes.push_on(id, &staff, &reason, uow))
        .await;
    let flash = match outcome {
        Ok(state) => {
            let (state, _) = words(state);
            Flash::new(
                Tone::Good,
                format!("Pushed on. It is {} now.", state.to_lowercase()),
            )
        }
        Err(problem) => Flash::new(Tone::Warn, Refusal::of(problem)?.explanation()),
    };
    Ok(visit.go_to_with(PATH, &flash))
}

impl Shown {
    fn of(process: ProcessView, customer: String) -> Self {
        let (state, kind) = words(process.state);
        let (next, next_at) = coming(process.next);
        Self {
            id: process.id,
            lot: Some(process.auction),
            package: process.package.map(packing::address),
            title: process.title,
            customer,
            state,
            kind,
            waits_for: process
                .waits_for
                .map(|what| sentence(&what.to_string()))
                .unwrap_or_default(),
            since: process.since,
            next,
            next_at,
        }
    }
}

/// What comes next without anybody's doing, and when that is known.
fn coming(next: Option<NextStep>) -> (String, Option<DateTime<Utc>>) {
    match next {
        None => ("–".to_owned(), None),
        Some(NextStep::TimeOut { at }) => ("Times out at".to_owned(), Some(at)),
        Some(NextStep::OfferExpires { at }) => ("The offer expires at".to_owned(), Some(at)),
        Some(step @ (NextStep::Ship | NextStep::Finish | NextStep::Offer)) => {
            (sentence(&step.to_string()), None)
        }
    }
}

fn words(state: ProcessState) -> (&'static str, &'static str) {
    match state {
        ProcessState::PaymentStarted => ("To be paid", "warn"),
        ProcessState::Paid => ("To be shipped", "live"),
        ProcessState::Shipped => ("Shipped", "good"),
        ProcessState::TimedOut => ("Not paid in time", "bad"),
        ProcessState::Offered => ("Offered to the next bidder", "warn"),
        ProcessState::Unsold => ("Left unsold", ""),
        ProcessState::Collected => ("Collected", "good"),
        ProcessState::Refunded => ("Refunded", ""),
    }
}
