//! The embedded gateway for demonstrations and tests: no money moves.

use crate::application::gateway::{GatewayError, PaymentGateway};
use crate::domain::difference::Shown;
use crate::domain::instruction::{Answer, GatewayReference, Instruction, Task};
use crate::domain::redirect::{Redirect, ReturnUrl};
use crate::domain::token::PaymentToken;

/// The tokens that the test gateway knows, with words for people.
pub const TEST_TOKENS: [(&str, &str); 7] = [
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
    (
        "tok_action_required",
        "a card whose bank wants a confirmation, and gets it",
    ),
    (
        "tok_action_failed",
        "a card whose bank wants a confirmation, and does not get it",
    ),
];

const APPROVED: &str = "tok_approved";
const DECLINED: &str = "tok_declined";
const NEEDS_CONFIRMATION: &str =
    "the bank wants this payment confirmed, which is not possible here; try another card";

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

    fn hands_out_proof(&self) -> bool {
        true
    }

    fn authorise(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Authorise { token, return_url } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        match (token.reveal(), return_url) {
            ("tok_timeout_then_success" | "tok_timeout_then_failure", _) => Err(
                GatewayError::unknown("the token asks the test gateway not to answer"),
            ),
            ("tok_action_required", Some(place)) => Ok(to_confirm(instruction, place, APPROVED)),
            ("tok_action_failed", Some(place)) => Ok(to_confirm(instruction, place, DECLINED)),
            ("tok_action_required" | "tok_action_failed", None) => Ok(refused(NEEDS_CONFIRMATION)),
            (APPROVED, _) => Ok(approved(instruction)),
            (DECLINED, _) => Ok(refused("the card was declined")),
            ("tok_insufficient_funds", _) => Ok(refused("there is not enough money on the card")),
            (_, _) => Ok(refused("the test gateway does not know this card")),
        }
    }

    fn complete(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        let Task::Complete { reference, proof } = &instruction.task else {
            return Err(GatewayError::wrong_task());
        };
        match proof.as_ref().map(PaymentToken::reveal) {
            Some(APPROVED) => Ok(Answer::Authorised {
                reference: reference.clone(),
                capture_before: None,
            }),
            Some(_) | None => Ok(refused("the payment was not confirmed")),
        }
    }

    fn capture(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Captured)
    }

    fn void(&self, _: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Voided)
    }

    fn refund(&self, instruction: &Instruction) -> Result<Answer, GatewayError> {
        Ok(Answer::Refunded {
            reference: reference(instruction),
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

/// There is no bank to go to: the payer comes straight back with what a bank would have said.
fn to_confirm(instruction: &Instruction, place: &ReturnUrl, says: &str) -> Answer {
    let place = place.with("pg_token", says);
    Answer::ActionRequired {
        reference: reference(instruction),
        redirect: Redirect {
            desktop: place.clone(),
            mobile: place,
        },
    }
}

fn reference(instruction: &Instruction) -> GatewayReference {
    format!("test_{}", instruction.operation.uuid().simple()).into()
}

fn approved(instruction: &Instruction) -> Answer {
    Answer::Authorised {
        reference: reference(instruction),
        capture_before: None,
    }
}

fn refused(reason: &str) -> Answer {
    Answer::Refused {
        reason: reason.to_owned(),
        reference: None,
    }
}
