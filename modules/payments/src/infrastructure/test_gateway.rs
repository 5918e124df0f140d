//! The embedded gateway for demonstrations and tests: no money moves.

use crate::application::gateway::{GatewayError, PaymentGateway, Shown};
use crate::domain::instruction::{Answer, GatewayReference, Instruction, Task};

/// The tokens that the test gateway knows, with words for people.
pub const TEST_TOKENS: [(&str, &str); 5] = [
    ("tok_approved", "a card that is approved"),
    ("tok_declined", "a card that is declined"),
    ("tok_insufficient_funds", "a card without enough money"),
    (
        "tok_timeout_then_success",
        "no answer at first, approved half a minute later",
    ),
    (
        "tok_timeout_then_failure",
        "no answer at first, declined half a minute later",
    ),
];

/// Answers by the token alone and keeps nothing, so that a restart changes no answer.
pub(crate) struct TestGateway {}

impl PaymentGateway for TestGateway {
    fn name(&self) -> &'static str {
        "test"
    }

    fn title(&self) -> &'static str {
        "test gateway"
    }

    fn is_test(&self) -> bool {
        true
    }

    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        match token(instruction) {
            Some("tok_timeout_then_success" | "tok_timeout_then_failure") => Err(
                GatewayError::unknown("the token asks the test gateway not to answer"),
            ),
            Some("tok_approved") => Ok(approved(instruction)),
            Some("tok_declined") => Ok(refused("the card was declined")),
            Some("tok_insufficient_funds") => Ok(refused("there is not enough money on the card")),
            Some(_) | None => Ok(refused("the test gateway does not know this card")),
        }
    }

    fn complete(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(refused("the test gateway asks nobody to confirm"))
    }

    fn capture(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Captured)
    }

    fn void(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Voided)
    }

    fn refund(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Refunded {
            reference: format!("test_{}", instruction.operation.uuid().simple()).into(),
        })
    }

    /// It keeps no books.
    fn shown(&self, _: &GatewayReference) -> Result<Option<Shown>, GatewayError> {
        Ok(None)
    }

    /// What answers at once left nothing to fetch: repeating it gives the same answer.
    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>, GatewayError> {
        match token(instruction) {
            Some("tok_timeout_then_success") => Ok(Some(approved(instruction))),
            Some("tok_timeout_then_failure") => Ok(Some(refused("the card was declined"))),
            Some(_) | None => Ok(None),
        }
    }
}

fn token(instruction: &Instruction) -> Option<&str> {
    match &instruction.task {
        Task::Authorise { token, .. } => Some(token.reveal()),
        Task::Complete { .. } | Task::Capture { .. } | Task::Void { .. } | Task::Refund { .. } => {
            None
        }
    }
}

fn approved(instruction: &Instruction) -> Answer {
    Answer::Authorised {
        reference: format!("test_{}", instruction.operation.uuid().simple()).into(),
        capture_before: None,
    }
}

fn refused(reason: &str) -> Answer {
    Answer::Refused {
        reason: reason.to_owned(),
        reference: None,
    }
}
