//! A gateway that answers as a test tells it, and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use payments::{
    Answer, GatewayError, GatewayReference, Instruction, OperationId, PaymentGateway, Shown,
};

type Result<T> = std::result::Result<T, GatewayError>;

/// Clones share their script and their memory.
#[derive(Clone, Default)]
pub struct ScriptedGateway(Arc<Mutex<Script>>, Option<&'static str>);

#[derive(Default)]
struct Script {
    calls: Vec<(&'static str, OperationId)>,
    sends: VecDeque<Result<Answer>>,
    fetches: VecDeque<Result<Option<Answer>>>,
}

impl ScriptedGateway {
    /// One among several.
    pub fn named(name: &'static str) -> Self {
        Self(Arc::default(), Some(name))
    }

    /// The next authorise, complete, capture, void or refund is answered like this; without script all succeed.
    pub fn then(self, answer: Result<Answer>) -> Self {
        self.0.lock().unwrap().sends.push_back(answer);
        self
    }

    /// The next question is answered like this; without script nothing is found.
    pub fn then_fetched(self, answer: Result<Option<Answer>>) -> Self {
        self.0.lock().unwrap().fetches.push_back(answer);
        self
    }

    /// What is left of the script is forgotten: from now on all succeed.
    pub fn recovers(&self) {
        self.0.lock().unwrap().sends.clear();
    }

    /// The calls so far, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        let script = self.0.lock().unwrap();
        script.calls.iter().map(|(call, _)| *call).collect()
    }

    /// The idempotency keys of the calls so far.
    pub fn keys(&self) -> Vec<OperationId> {
        let script = self.0.lock().unwrap();
        script.calls.iter().map(|(_, key)| *key).collect()
    }

    fn send(&self, call: &'static str, instruction: &Instruction, or: Answer) -> Result<Answer> {
        let mut script = self.0.lock().unwrap();
        script.calls.push((call, instruction.operation));
        script.sends.pop_front().unwrap_or(Ok(or))
    }
}

impl PaymentGateway for ScriptedGateway {
    fn name(&self) -> &'static str {
        self.1.unwrap_or("scripted")
    }

    fn title(&self) -> &'static str {
        "scripted gateway"
    }

    fn authorise(&self, instruction: &Instruction) -> Result<Answer> {
        self.send("authorise", instruction, authorised())
    }

    fn complete(&self, instruction: &Instruction) -> Result<Answer> {
        self.send("complete", instruction, authorised())
    }

    fn capture(&self, instruction: &Instruction) -> Result<Answer> {
        self.send("capture", instruction, Answer::Captured)
    }

    fn void(&self, instruction: &Instruction) -> Result<Answer> {
        self.send("void", instruction, Answer::Voided)
    }

    fn refund(&self, instruction: &Instruction) -> Result<Answer> {
        let reference = "refund_1".to_owned().into();
        self.send("refund", instruction, Answer::Refunded { reference })
    }

    fn shown(&self, _: &GatewayReference) -> Result<Option<Shown>> {
        Ok(None)
    }

    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>> {
        let mut script = self.0.lock().unwrap();
        script.calls.push(("fetch", instruction.operation));
        script.fetches.pop_front().unwrap_or(Ok(None))
    }
}

pub fn authorised() -> Answer {
    Answer::Authorised {
        reference: "ref_1".to_owned().into(),
        capture_before: None,
    }
}

pub fn refused(reason: &str) -> Answer {
    Answer::Refused {
        reason: reason.to_owned(),
        reference: None,
    }
}

pub fn unknown() -> GatewayError {
    GatewayError::unknown("the line is dead")
}
