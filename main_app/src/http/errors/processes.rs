//! Refusals of the processes.

use process::PushOnError;

use crate::http::problem::Problem;

use super::{INVALID_FIELDS, WRONG_STATE};

impl From<PushOnError> for Problem {
    fn from(error: PushOnError) -> Self {
        match error {
            PushOnError::NotFound(_) => Self::not_found("process"),
            PushOnError::NoReason => Self::new(INVALID_FIELDS, &error).at("reason", &error),
            PushOnError::Finished(_) | PushOnError::StillWaiting(_) => {
                Self::new(WRONG_STATE, &error)
            }
            PushOnError::Unexpected(failure) => failure.into(),
        }
    }
}
