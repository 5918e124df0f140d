//! Refusals of the cashier.

use payments::ChargePaymentError;

use crate::http::problem::Problem;

use super::{NOT_PAYABLE, WRONG_STATE};

impl From<ChargePaymentError> for Problem {
    fn from(error: ChargePaymentError) -> Self {
        match error {
            ChargePaymentError::NotFound(_) => Self::not_found("payment"),
            ChargePaymentError::NotPayable { .. } => Self::new(NOT_PAYABLE, &error),
            ChargePaymentError::InBilling(_) => Self::new(WRONG_STATE, &error),
            ChargePaymentError::InProgress => Self::new(WRONG_STATE, &error).retry_after(30),
            ChargePaymentError::Unexpected(failure) => failure.into(),
        }
    }
}
