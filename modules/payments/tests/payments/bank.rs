//! A gateway that keeps accounts: what it holds, took and gave back, each operation carried out once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use payments::{
    Answer, BillingId, GatewayError, GatewayReference, Instruction, OperationId, PaymentGateway,
    Redirect, Shown, Task,
};

use crate::gateway::{refused, unknown};

type Result<T> = std::result::Result<T, GatewayError>;

/// Clones share their books. The token `tok_no` is declined, `tok_confirm` has to be confirmed first, every
/// other is good.
#[derive(Clone, Default)]
pub struct Bank(Arc<Mutex<Books>>);

#[derive(Default)]
pub struct Books {
    /// How often each operation took effect.
    effects: BTreeMap<OperationId, (&'static str, Answer, u32)>,
    accounts: BTreeMap<String, Account>,
    refuses_captures: bool,
    answers_lost: u32,
}

/// What a bank has of one authorisation, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    pub held: i64,
    pub taken: i64,
    pub given_back: i64,
}

impl Bank {
    /// From now on captures are refused, or no longer.
    pub fn refuses_captures(&self, refuses: bool) {
        self.books().refuses_captures = refuses;
    }

    /// So many calls are carried out and their answers lost, as if the process had died.
    pub fn loses_answers(&self, calls: u32) {
        self.books().answers_lost = calls;
    }

    /// Kinds of the operations that took effect, and how often each did, in the order of their ids.
    pub fn effects(&self) -> Vec<(&'static str, u32)> {
        let books = self.books();
        let effects = books.effects.values();
        effects.map(|(kind, _, times)| (*kind, *times)).collect()
    }

    /// Everything that is held, was taken, and was given back.
    pub fn total(&self) -> Account {
        let books = self.books();
        books
            .accounts
            .values()
            .fold(Account::default(), |sum, account| Account {
                held: sum.held + account.held,
                taken: sum.taken + account.taken,
                given_back: sum.given_back + account.given_back,
            })
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    fn carry_out(&self, instruction: &Instruction) -> Result<Answer> {
        let mut books = self.books();
        let answer = match books.effects.get(&instruction.operation) {
            Some((_, answer, _)) => answer.clone(),
            None => books.effect(instruction),
        };
        if books.answers_lost > 0 {
            books.answers_lost -= 1;
            return Err(unknown());
        }
        Ok(answer)
    }
}

impl Books {
    fn effect(&mut self, instruction: &Instruction) -> Answer {
        let (kind, answer) = self.decided(instruction);
        let entry = (kind, answer.clone(), 1);
        if let Some((_, _, times)) = self.effects.insert(instruction.operation, entry) {
            panic!("an operation took effect {} times", times + 1);
        }
        answer
    }

    fn decided(&mut self, instruction: &Instruction) -> (&'static str, Answer) {
        let amount = instruction.amount.minor_units();
        let of = |billing: BillingId, operation: OperationId| format!("{billing}/{operation}");
        match &instruction.task {
            Task::Authorise { token, .. } => {
                let name = of(instruction.billing, instruction.operation);
                let reference = GatewayReference::from(name.clone());
                let answer = match token.reveal() {
                    "tok_no" => return ("authorise", refused("declined")),
                    "tok_confirm" => waits(reference),
                    _ => {
                        self.account(&name).held += amount;
                        authorised(reference)
                    }
                };
                ("authorise", answer)
            }
            Task::Complete { reference, .. } => {
                self.account(reference.as_str()).held += amount;
                ("complete", authorised(reference.clone()))
            }
            Task::Capture { authorisation } => {
                let refuses = self.refuses_captures;
                let account = self.account(authorisation.as_str());
                assert_eq!(account.held, amount, "captured is what was held");
                account.held = 0;
                if refuses {
                    return ("capture", refused("it was let go"));
                }
                account.taken += amount;
                ("capture", Answer::Captured)
            }
            Task::Void { authorisation } => {
                self.account(authorisation.as_str()).held = 0;
                ("void", Answer::Voided)
            }
            Task::Refund {
                authorisation,
                amount,
                refund,
            } => {
                let account = self.account(authorisation.as_str());
                account.given_back += amount.minor_units();
                assert!(account.given_back <= account.taken, "more than was taken");
                let reference = GatewayReference::from(refund.to_string());
                ("refund", Answer::Refunded { reference })
            }
        }
    }

    fn account(&mut self, name: &str) -> &mut Account {
        self.accounts.entry(name.to_owned()).or_default()
    }
}

impl PaymentGateway for Bank {
    fn name(&self) -> &'static str {
        "bank"
    }

    fn title(&self) -> &'static str {
        "a bank with books"
    }

    fn authorise(&self, instruction: &Instruction) -> Result<Answer> {
        self.carry_out(instruction)
    }

    fn complete(&self, instruction: &Instruction) -> Result<Answer> {
        self.carry_out(instruction)
    }

    fn capture(&self, instruction: &Instruction) -> Result<Answer> {
        self.carry_out(instruction)
    }

    fn void(&self, instruction: &Instruction) -> Result<Answer> {
        self.carry_out(instruction)
    }

    fn refund(&self, instruction: &Instruction) -> Result<Answer> {
        self.carry_out(instruction)
    }

    fn shown(&self, _: &GatewayReference) -> Result<Option<Shown>> {
        Ok(None)
    }

    fn fetch(&self, instruction: &Instruction) -> Result<Option<Answer>> {
        let books = self.books();
        let known = books.effects.get(&instruction.operation);
        Ok(known.map(|(_, answer, _)| answer.clone()))
    }
}

fn authorised(reference: GatewayReference) -> Answer {
    Answer::Authorised {
        reference,
        capture_before: None,
    }
}

fn waits(reference: GatewayReference) -> Answer {
    let place = "https://bank.example/confirm".to_owned();
    Answer::ActionRequired {
        reference,
        redirect: Redirect {
            desktop: place.clone(),
            mobile: place,
        },
    }
}
