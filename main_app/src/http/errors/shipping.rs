//! Refusals of the address book and the packing desk.

use shipping::{AddAddressError, DeliverPackageError, InvalidAddress, ShipPackageError};

use crate::http::problem::{FieldErrors, Problem};

use super::{ALREADY_SHIPPED, WRONG_STATE};

impl From<InvalidAddress> for Problem {
    fn from(error: InvalidAddress) -> Self {
        let mut errors = FieldErrors::default();
        for problem in error.problems {
            errors.note(problem.part.name(), problem.rule);
        }
        errors.into()
    }
}

impl From<AddAddressError> for Problem {
    fn from(error: AddAddressError) -> Self {
        match error {
            AddAddressError::AlreadyAdded | AddAddressError::BookFull => {
                Self::new(WRONG_STATE, &error)
            }
            AddAddressError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ShipPackageError> for Problem {
    fn from(error: ShipPackageError) -> Self {
        match error {
            ShipPackageError::NotFound => Self::not_found("package"),
            ShipPackageError::PackageAlreadyShipped => Self::new(ALREADY_SHIPPED, &error),
            ShipPackageError::AwaitsAddress
            | ShipPackageError::AwaitsStock
            | ShipPackageError::IsCollected
            | ShipPackageError::IsShipped
            | ShipPackageError::Cancelled => Self::new(WRONG_STATE, &error),
            ShipPackageError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<DeliverPackageError> for Problem {
    fn from(error: DeliverPackageError) -> Self {
        match error {
            DeliverPackageError::NotFound => Self::not_found("package"),
            DeliverPackageError::NotShipped
            | DeliverPackageError::AlreadyDelivered
            | DeliverPackageError::AlreadyReturned => Self::new(WRONG_STATE, &error),
            DeliverPackageError::Unexpected(failure) => failure.into(),
        }
    }
}
