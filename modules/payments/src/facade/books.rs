//! Gateways' messages, and the comparison of books.

use foundation::{Failure, Reader, UnitOfWork, audit};

use super::PaymentsFacade;
use crate::application::comparing::{Difference, ResolveDifference, ResolveDifferenceError};
use crate::application::notices::{ReceiveNotice, ReceiveNoticeError};

impl PaymentsFacade {
    /// Takes in a gateway's message, once. `false` when it had been taken in before.
    pub fn receive_notice(
        &self,
        command: &ReceiveNotice,
        uow: &mut UnitOfWork,
    ) -> Result<bool, ReceiveNoticeError> {
        self.notices.receive(command, uow)
    }

    /// Has our books compared with those of the gateways now, which otherwise happens every night.
    pub fn compare_books(&self, staff: &str, uow: &mut UnitOfWork) -> Result<(), Failure> {
        audit::record(staff, "payments.compare_books", "", "", uow)?;
        self.comparing.begin(None, uow)
    }

    /// Where our books and those of the gateways differ, the newest first; what has ended only when asked for.
    pub fn differences(
        &self,
        ended_too: bool,
        reader: &mut Reader,
    ) -> Result<Vec<Difference>, Failure> {
        self.comparing.differences.list(ended_too, reader)
    }

    /// Notes that a difference has been dealt with.
    pub fn resolve_difference(
        &self,
        command: ResolveDifference,
        uow: &mut UnitOfWork,
    ) -> Result<(), ResolveDifferenceError> {
        self.comparing.resolve(command, uow)
    }
}
