//! Refusals of the cashier.

use payments::{ChargePaymentError, NoticeRefusal, ReceiveNoticeError, RecordPayoutError};

use crate::http::problem::Problem;

use super::{BAD_REQUEST, INVALID_FIELDS, NOT_PAYABLE, TOO_MUCH, WRONG_STATE};

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

impl From<ReceiveNoticeError> for Problem {
    fn from(error: ReceiveNoticeError) -> Self {
        match error {
            ReceiveNoticeError::Refused(NoticeRefusal::NotExpected) => Self::not_found("address"),
            ReceiveNoticeError::Refused(
                refusal @ (NoticeRefusal::NotSigned
                | NoticeRefusal::Forged
                | NoticeRefusal::TooOld
                | NoticeRefusal::Malformed),
            ) => Self::new(BAD_REQUEST, refusal),
            ReceiveNoticeError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<RecordPayoutError> for Problem {
    fn from(error: RecordPayoutError) -> Self {
        match error {
            RecordPayoutError::Nothing => Self::new(INVALID_FIELDS, &error).at("amount", &error),
            RecordPayoutError::TooMuch { .. } => Self::new(TOO_MUCH, &error).at("amount", &error),
            RecordPayoutError::Note => Self::new(INVALID_FIELDS, &error).at("note", &error),
            RecordPayoutError::Taken(_) => Self::new(WRONG_STATE, &error),
            RecordPayoutError::Unexpected(failure) => failure.into(),
        }
    }
}
