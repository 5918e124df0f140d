//! Who may bid in a sale.

use foundation::{Failure, UnitOfWork, audit};

use super::Sales;
use crate::domain::{
    ApproveRegistration, ApproveRegistrationError, CancelRegistration, CancelRegistrationError,
    RefuseRegistration, RefuseRegistrationError, RegisterBidder, RegisterBidderError, Registered,
};
use crate::ids::{RegistrationId, SaleId};

/// Registers the bidder, if there is a seat.
pub(crate) fn register_bidder(
    command: RegisterBidder,
    sales: &dyn Sales,
    uow: &mut UnitOfWork,
) -> Result<Registered, RegisterBidderError> {
    let RegisterBidder { sale: id, bidder } = command;
    let mut sale = sales
        .get(id, uow)?
        .ok_or(RegisterBidderError::SaleNotFound)?;
    let latest = sales.latest_registration(id, bidder, uow)?;
    let registered = sale.register(bidder, latest.as_ref(), uow.now())?;
    sales.save(&mut sale, uow)?;
    Ok(registered)
}

/// Has the bidder of a registration admitted. It is also in the audit log.
pub(crate) fn approve_registration(
    command: ApproveRegistration,
    sales: &dyn Sales,
    uow: &mut UnitOfWork,
) -> Result<(), ApproveRegistrationError> {
    let (id, registration) = (command.sale, command.registration);
    let mut sale = sales
        .get(id, uow)?
        .ok_or(ApproveRegistrationError::SaleNotFound)?;
    let part = sales
        .registration(id, registration, uow)?
        .ok_or(ApproveRegistrationError::RegistrationNotFound)?;
    sale.approve(part, uow.now())?;
    sales.save(&mut sale, uow)?;
    let act = "auctions.approve_registration";
    write_down(&command.staff, act, (id, registration), None, uow)?;
    Ok(())
}

/// Has the bidder of a registration turned away. It is also in the audit log.
pub(crate) fn refuse_registration(
    command: RefuseRegistration,
    sales: &dyn Sales,
    uow: &mut UnitOfWork,
) -> Result<(), RefuseRegistrationError> {
    let (id, registration) = (command.sale, command.registration);
    let mut sale = sales
        .get(id, uow)?
        .ok_or(RefuseRegistrationError::SaleNotFound)?;
    let part = sales
        .registration(id, registration, uow)?
        .ok_or(RefuseRegistrationError::RegistrationNotFound)?;
    let reason = sale.refuse(part, &command.reason, uow.now())?;
    sales.save(&mut sale, uow)?;
    let act = "auctions.refuse_registration";
    write_down(&command.staff, act, (id, registration), Some(&reason), uow)?;
    Ok(())
}

/// Gives the bidder's paddle back.
pub(crate) fn cancel_registration(
    command: CancelRegistration,
    sales: &dyn Sales,
    uow: &mut UnitOfWork,
) -> Result<(), CancelRegistrationError> {
    let CancelRegistration { sale: id, bidder } = command;
    let mut sale = sales
        .get(id, uow)?
        .ok_or(CancelRegistrationError::SaleNotFound)?;
    let latest = sales.latest_registration(id, bidder, uow)?;
    sale.cancel(latest, uow.now())?;
    sales.save(&mut sale, uow)?;
    Ok(())
}

/// Writes an act of staff into the audit log, under the sale and with the registration in its detail.
fn write_down(
    staff: &str,
    act: &str,
    (sale, registration): (SaleId, RegistrationId),
    reason: Option<&str>,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let detail = match reason {
        Some(reason) => format!("{reason} ({registration})"),
        None => registration.to_string(),
    };
    audit::record(staff, act, &sale.to_string(), &detail, uow)
}
