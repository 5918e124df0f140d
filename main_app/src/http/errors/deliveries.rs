//! Refusals of the administration of deliveries.

use foundation::DeliveryAdministrationError;

use crate::http::problem::Problem;

impl From<DeliveryAdministrationError> for Problem {
    fn from(error: DeliveryAdministrationError) -> Self {
        match error {
            DeliveryAdministrationError::NotDead(_) => Self::not_found("dead delivery"),
            DeliveryAdministrationError::Unexpected(failure) => failure.into(),
        }
    }
}
