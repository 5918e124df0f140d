//! Refusals of the accounts.

use crate::accounts::{CreateTokenError, LogInError, RegisterError, RevokeError};
use crate::http::problem::Problem;

use super::{EMAIL_TAKEN, NOT_ALLOWED, TOO_MANY, WRONG_LOGIN};

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::EmailTaken => Self::new(EMAIL_TAKEN, &error).at("email", &error),
            RegisterError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<LogInError> for Problem {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::Wrong => Self::new(WRONG_LOGIN, &error),
            LogInError::TooManyAttempts { wait, .. } => {
                Self::new(TOO_MANY, &error).retry_after(wait.num_seconds())
            }
            LogInError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<CreateTokenError> for Problem {
    fn from(error: CreateTokenError) -> Self {
        match error {
            CreateTokenError::NotWithAToken => Self::new(NOT_ALLOWED, &error),
            CreateTokenError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::NotFound => Self::not_found("session or token"),
            RevokeError::Unexpected(failure) => failure.into(),
        }
    }
}
