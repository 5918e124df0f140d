//! Staff push a waiting process on.

use foundation::{Failure, UnitOfWork, audit};
use payments::PaymentStatus;
use shipping::{PackageStatus, StockChoice};

use super::paying_for_won_item::{AtTheEnd, PayingForWonItems, StepError};
use super::ports::Correlation;
use super::views::WaitsFor;
use crate::domain::{PayingForWonItem, ProcessState};
use crate::ids::ProcessId;

/// Why a process was not pushed on.
#[derive(Debug, thiserror::Error)]
pub enum PushOnError {
    /// There is no such process.
    #[error("there is no process {0}")]
    NotFound(ProcessId),
    /// Whoever pushes says why.
    #[error("say why")]
    NoReason,
    /// It is finished.
    #[error("this process is finished: it is {0}")]
    Finished(ProcessState),
    /// What it waits for has to happen elsewhere.
    #[error("this process still waits for {0}")]
    StillWaiting(WaitsFor),
    /// A step could not be taken, or the machinery failed.
    #[error("the process could not be pushed on")]
    Unexpected(#[from] Failure),
}

impl From<StepError> for PushOnError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::NoProcess(Correlation::Process(id)) => Self::NotFound(id),
            StepError::Unexpected(failure) => Self::Unexpected(failure),
            other @ (StepError::NoProcess(_)
            | StepError::HasAnotherBuyer(_)
            | StepError::Refused { .. }) => {
                if Failure::is_conflict(&other) {
                    return Self::Unexpected(Failure::Conflict);
                }
                Self::Unexpected(Failure::Handler {
                    event: "process.push_on",
                    source: Box::new(other),
                })
            }
        }
    }
}

impl PayingForWonItems {
    /// Takes the step whose event got lost; and gives up waiting for a payment that nobody makes. Neither
    /// ships what is not paid. An offer stays the bidder's until it is answered or expires.
    pub(crate) fn push_on(
        &self,
        id: ProcessId,
        staff: &str,
        reason: &str,
        uow: &mut UnitOfWork,
    ) -> Result<ProcessState, PushOnError> {
        if reason.trim().is_empty() {
            return Err(PushOnError::NoReason);
        }
        let mut process = self.find(Correlation::Process(id), uow)?;
        let before = process.state();
        match before {
            ProcessState::PaymentStarted => self.push_payment(&mut process, uow)?,
            ProcessState::Paid => self.push_shipment(&mut process, staff, uow)?,
            ProcessState::TimedOut => self.offer(&mut process, uow)?,
            ProcessState::Offered => self.push_answer(&mut process, uow)?,
            ProcessState::Shipped
            | ProcessState::Unsold
            | ProcessState::Collected
            | ProcessState::Refunded => {
                return Err(PushOnError::Finished(before));
            }
        }
        let after = process.state();
        let detail = format!("{before} to {after}: {}", reason.trim());
        audit::record(staff, "process.push_on", &id.to_string(), &detail, uow)?;
        Ok(after)
    }

    fn push_payment(
        &self,
        process: &mut PayingForWonItem,
        uow: &mut UnitOfWork,
    ) -> Result<(), PushOnError> {
        if self.payment_status(process, uow)? == PaymentStatus::Captured {
            self.proceed_as_paid(process, process.payment, uow)?;
            return Ok(());
        }
        match self.end_payment(process, uow)? {
            AtTheEnd::Over => Ok(self.proceed_as_timed_out(process, uow)?),
            AtTheEnd::UnderWay => Err(PushOnError::StillWaiting(WaitsFor::Payment)),
        }
    }

    fn push_shipment(
        &self,
        process: &mut PayingForWonItem,
        staff: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), PushOnError> {
        let package = match process.package {
            Some(package) => self.shipping.package(package, uow.reader())?,
            None => None,
        };
        let package = match package {
            Some(package) if package.status == PackageStatus::Collected => {
                return Ok(self.proceed_as_collected(process, uow)?);
            }
            Some(package) if package.choice == Some(StockChoice::Refund) => {
                return Ok(self.proceed_as_refunded(process, package.id, staff, uow)?);
            }
            package => package,
        };
        let shipped = package.and_then(|package| package.carrier.zip(package.tracking_number));
        let Some((carrier, number)) = shipped else {
            return Err(PushOnError::StillWaiting(WaitsFor::of_paid(process)));
        };
        Ok(self.proceed_as_shipped(process, carrier, number, uow)?)
    }
}
