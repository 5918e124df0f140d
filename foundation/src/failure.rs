//! What goes wrong without being anybody's business rule.

use std::error::Error;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the machinery: the database, a handler, the code itself.
///
/// Every use case's error carries it in a variant `Unexpected(#[from] Failure)`, so that
/// [`Transactions`](crate::Transactions) finds a conflict in the chain of sources and runs the work again.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Somebody else changed the same thing first. The whole unit of work may be run again.
    #[error("somebody else changed the same thing first")]
    Conflict,
    /// The conflict did not go away within the allowed number of attempts.
    #[error("too many others are changing the same thing")]
    TooBusy,
    /// The database does not answer.
    #[error("the database does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The connection broke during the commit, and the database could not be asked for the outcome.
    #[error("the outcome of the transaction is unknown")]
    OutcomeUnknown(#[source] Box<dyn Error + Send + Sync>),
    /// The database refused a statement, or a row does not make sense.
    #[error("the database refused a statement")]
    Database(#[source] DieselError),
    /// A synchronous handler refused the event; the publisher's transaction fails with it.
    #[error("a handler of '{event}' failed")]
    Handler {
        /// Name of the event.
        event: &'static str,
        /// What the handler said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Stored data break a rule of the domain.
    #[error("stored data are damaged")]
    DamagedData(#[source] Box<dyn Error + Send + Sync>),
    /// A mistake in the program.
    #[error("{0}")]
    Defect(String),
}

impl Failure {
    /// Wraps whatever kept the database from answering.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// Stored data that the domain would never have let in.
    pub fn damaged(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::DamagedData(cause.into())
    }

    /// Takes a violated unique index for a lost race: used where two callers may insert the same thing at
    /// once, and the loser should look again.
    pub fn conflict_if_taken(error: DieselError) -> Self {
        if Self::is_taken(&error) {
            return Self::Conflict;
        }
        error.into()
    }

    /// Whether a unique index refused the row.
    pub fn is_taken(error: &DieselError) -> bool {
        let taken = DatabaseErrorKind::UniqueViolation;
        matches!(error, DieselError::DatabaseError(kind, _) if *kind == taken)
    }

    /// Finds a lost race anywhere in a chain of errors.
    pub fn is_conflict(error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(Self::Conflict) = error.downcast_ref::<Self>() {
                return true;
            }
            next = error.source();
        }
        false
    }
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        use DatabaseErrorKind::{ClosedConnection, SerializationFailure, UnableToSendCommand};
        let DieselError::DatabaseError(kind, information) = &error else {
            let broken = matches!(error, DieselError::BrokenTransactionManager);
            return match broken {
                true => Self::unavailable(error),
                false => Self::Database(error),
            };
        };
        let message = information.message();
        let lost_race = matches!(kind, SerializationFailure)
            || message.contains("deadlock detected")
            || message.contains("database is locked");
        if lost_race {
            return Self::Conflict;
        }
        if matches!(kind, ClosedConnection | UnableToSendCommand) {
            return Self::unavailable(error);
        }
        Self::Database(error)
    }
}
