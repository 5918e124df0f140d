//! Comparing our books with those of the gateways, and keeping the differences for staff.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use foundation::{Failure, Interface, Reader, UnitOfWork};

use crate::application::gateway::{GatewayError, Gateways};
use crate::application::notices::NoticeInbox;
use crate::application::stores::Billings;
use crate::domain::billing::comparing::{Account, Comparable};
use crate::domain::difference::{DifferenceKind, Shown};
use crate::domain::instruction::{GatewayName, GatewayReference};
use crate::events::{BooksDue, ComparisonDue};
use crate::ids::{BillingId, DifferenceId};

/// Billings are compared for as long as a card's payment can be disputed or given back.
const COMPARED_FOR: TimeDelta = TimeDelta::days(180);
/// What has just ended may not have reached the gateway's books.
const SETTLED_AFTER: TimeDelta = TimeDelta::hours(1);
/// Gateways send a message again for a few days at most.
const NOTICES_KEPT: TimeDelta = TimeDelta::days(30);
const PAGE: usize = 500;
/// Whose word it is when a difference has gone by itself.
const BY_COMPARISON: &str = "the comparison";

/// A difference as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The difference.
    pub id: DifferenceId,
    /// Whose money it is about.
    pub billing: BillingId,
    /// The other books.
    pub gateway: GatewayName,
    /// The gateway's name for what differs.
    pub reference: GatewayReference,
    /// How they differ.
    pub kind: DifferenceKind,
    /// What our books say, in words.
    pub ours: String,
    /// What the gateway's say, in words.
    pub theirs: String,
    /// When it was first seen.
    pub found_at: DateTime<Utc>,
    /// When it was last seen.
    pub seen_at: DateTime<Utc>,
    /// How it ended; `None` for as long as it lasts.
    pub resolution: Option<Resolution>,
}

/// The end of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// When.
    pub at: DateTime<Utc>,
    /// Who of the staff; or the comparison, which no longer found it.
    pub by: String,
    /// What was done about it.
    pub note: Option<String>,
}

/// A difference has been dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveDifference {
    /// The difference.
    pub difference: DifferenceId,
    /// Who of the staff.
    pub staff: String,
    /// What was done about it.
    pub note: String,
}

/// Why a difference was not resolved.
#[derive(Debug, thiserror::Error)]
pub enum ResolveDifferenceError {
    /// There is no such difference.
    #[error("there is no difference {0}")]
    NotFound(DifferenceId),
    /// It has ended.
    #[error("the difference has been resolved by {0}")]
    Resolved(String),
    /// Nobody would know later what was done.
    #[error("say in the note what was done about the difference")]
    NoteMissing,
    /// The machinery failed.
    #[error("the difference could not be resolved")]
    Unexpected(#[from] Failure),
}

/// The differences.
pub(crate) trait Differences: Interface {
    /// Those of a billing that last.
    fn lasting(&self, billing: BillingId, uow: &mut UnitOfWork)
    -> Result<Vec<Difference>, Failure>;

    fn get(&self, id: DifferenceId, uow: &mut UnitOfWork) -> Result<Option<Difference>, Failure>;

    /// Adds it, or changes what is known of it.
    fn save(&self, difference: &Difference, uow: &mut UnitOfWork) -> Result<(), Failure>;

    /// The newest first; those that have ended only when asked for.
    fn list(&self, ended_too: bool, reader: &mut Reader) -> Result<Vec<Difference>, Failure>;

    /// Billings that ended in this time, and those with operations that have no result, up to so many after the
    /// given one in the order of their ids.
    fn to_compare(
        &self,
        ended: (DateTime<Utc>, DateTime<Utc>),
        after: Option<BillingId>,
        limit: usize,
        uow: &mut UnitOfWork,
    ) -> Result<Vec<BillingId>, Failure>;

    /// Sets the comparison for a day. `false` when it was set before.
    fn set_day(&self, day: &str, uow: &mut UnitOfWork) -> Result<bool, Failure>;

    /// The billing to which a gateway gave this reference.
    fn billing_of(
        &self,
        reference: &GatewayReference,
        uow: &mut UnitOfWork,
    ) -> Result<Option<BillingId>, Failure>;
}

/// What is asked of the gateways about one billing.
pub(crate) struct Comparison {
    accounts: Vec<Account>,
    /// What is known without asking.
    found: Vec<Finding>,
}

/// A difference that was seen just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    gateway: GatewayName,
    reference: GatewayReference,
    kind: DifferenceKind,
    ours: String,
    theirs: String,
}

/// Compares books.
pub(crate) struct Comparing {
    pub(crate) differences: Arc<dyn Differences>,
    pub(crate) billings: Arc<dyn Billings>,
    pub(crate) gateways: Arc<Gateways>,
    pub(crate) inbox: Arc<dyn NoticeInbox>,
}

impl Comparing {
    /// Sets the comparison for the coming night, if that has not been done and there is anything to compare.
    pub(crate) fn set_next(&self, uow: &mut UnitOfWork) -> Result<(), Failure> {
        if self.gateways.all().all(|gateway| gateway.is_test()) {
            return Ok(());
        }
        let day = (uow.now() + TimeDelta::days(1)).date_naive();
        if self.differences.set_day(&day.to_string(), uow)? {
            let three = NaiveTime::from_hms_opt(3, 0, 0).expect("three in the morning is a time");
            uow.schedule(day.and_time(three).and_utc(), &BooksDue { after: None })?;
        }
        Ok(())
    }

    /// Has a page of billings compared, and sees to the next page.
    pub(crate) fn begin(
        &self,
        after: Option<BillingId>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let now = uow.now();
        if after.is_none() {
            self.set_next(uow)?;
            self.inbox.forget_before(now - NOTICES_KEPT, uow)?;
        }
        let ended = (now - COMPARED_FOR, now - SETTLED_AFTER);
        let page = self.differences.to_compare(ended, after, PAGE, uow)?;
        for billing in &page {
            uow.post(&ComparisonDue { billing: *billing })?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE => uow.post(&BooksDue { after: Some(*last) }),
            Some(_) | None => Ok(()),
        }
    }

    /// What is to be asked about a billing; `None` while something is under way.
    pub(crate) fn prepare(
        &self,
        id: BillingId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Comparison>, Failure> {
        let Some(billing) = self.billings.get(id, uow)? else {
            return Ok(None);
        };
        let comparison = match billing.comparable(uow.now()) {
            Comparable::NotNow => return Ok(None),
            Comparable::Overdue(operations) => Comparison {
                accounts: Vec::new(),
                found: operations.iter().map(|one| self.overdue(one)).collect(),
            },
            Comparable::Yes(accounts) => Comparison {
                accounts,
                found: Vec::new(),
            },
        };
        Ok(Some(comparison))
    }

    /// Asks the gateways. What keeps no books, and what the settings no longer name, is left out.
    pub(crate) fn ask(&self, comparison: Comparison) -> Result<Vec<Finding>, GatewayError> {
        let mut found = comparison.found;
        for account in comparison.accounts {
            let gateway = match &account.authorisation.gateway {
                Some(name) => self.gateways.named(name),
                None => Some(self.gateways.preferred()),
            };
            let Some(gateway) = gateway.filter(|gateway| !gateway.is_test()) else {
                continue;
            };
            let shown = match gateway.shown(&account.authorisation.reference) {
                Ok(shown) => shown,
                Err(GatewayError::Rejected { .. }) => None,
                Err(error) => return Err(error),
            };
            let kind = account.ours.differs_from(shown.as_ref());
            if let Some(kind) = kind.map_err(GatewayError::unknown)? {
                found.push(Finding {
                    gateway: GatewayName::from(gateway.name()),
                    reference: account.authorisation.reference,
                    kind,
                    ours: account.ours.words(),
                    theirs: shown.as_ref().map_or("unknown".to_owned(), Shown::words),
                });
            }
        }
        Ok(found)
    }

    /// Keeps what was found, and ends what was not found any more.
    pub(crate) fn record(
        &self,
        billing: BillingId,
        found: Vec<Finding>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let mut lasting = self.differences.lasting(billing, uow)?;
        let now = uow.now();
        for finding in found {
            let same = |known: &Difference| {
                known.kind == finding.kind && known.reference == finding.reference
            };
            let difference = match lasting.iter().position(same) {
                Some(at) => Difference {
                    seen_at: now,
                    ours: finding.ours,
                    theirs: finding.theirs,
                    ..lasting.swap_remove(at)
                },
                None => finding.first_seen(billing, now),
            };
            self.differences.save(&difference, uow)?;
        }
        for gone in lasting {
            let resolution = Some(Resolution {
                at: now,
                by: BY_COMPARISON.to_owned(),
                note: None,
            });
            let gone = Difference { resolution, ..gone };
            self.differences.save(&gone, uow)?;
        }
        Ok(())
    }

    /// Staff have dealt with a difference. Should it last all the same, the next comparison lists it anew.
    pub(crate) fn resolve(
        &self,
        command: ResolveDifference,
        uow: &mut UnitOfWork,
    ) -> Result<(), ResolveDifferenceError> {
        let id = command.difference;
        let found = self.differences.get(id, uow)?;
        let found = found.ok_or(ResolveDifferenceError::NotFound(id))?;
        if let Some(resolution) = found.resolution {
            return Err(ResolveDifferenceError::Resolved(resolution.by));
        }
        let note = command.note.trim();
        if note.is_empty() {
            return Err(ResolveDifferenceError::NoteMissing);
        }
        let resolution = Some(Resolution {
            at: uow.now(),
            by: command.staff,
            note: Some(note.to_owned()),
        });
        let ended = Difference {
            resolution,
            ..found
        };
        Ok(self.differences.save(&ended, uow)?)
    }

    fn overdue(&self, operation: &crate::domain::operation::Operation) -> Finding {
        let gateway = operation.gateway.clone();
        let preferred = || GatewayName::from(self.gateways.preferred().name());
        Finding {
            gateway: gateway.unwrap_or_else(preferred),
            reference: operation.id.to_string().into(),
            kind: DifferenceKind::NoResult,
            ours: format!("{} asked for at {}", operation.kind, operation.started_at),
            theirs: operation.detail.clone().unwrap_or_default(),
        }
    }
}

impl Finding {
    fn first_seen(self, billing: BillingId, now: DateTime<Utc>) -> Difference {
        Difference {
            id: DifferenceId::generate(),
            billing,
            gateway: self.gateway,
            reference: self.reference,
            kind: self.kind,
            ours: self.ours,
            theirs: self.theirs,
            found_at: now,
            seen_at: now,
            resolution: None,
        }
    }
}
