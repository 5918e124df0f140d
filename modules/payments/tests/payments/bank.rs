//! A gateway that keeps accounts: what it holds, took and gave back, each operation carried out once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use payments::{
    Answer, BillingId, GatewayError, GatewayReference, Instruction, OperationId, PaymentGateway,
    Redirect, Shown, Task,
};

use crate::gateway::refused;

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
    death: Option<Death>,
}

/// When the process that asks the bank dies: its thread never comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before the bank has heard of it.
    BeforeTheCall,
    /// When the bank has done it, and before anybody has written that down.
    BeforeTheRecord,
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

    /// Whoever asks next dies.
    pub fn kills(&self, death: Death) {
        self.books().death = Some(death);
    }

    /// Waits until somebody has died of it.
    pub fn has_killed(&self) {
        while self.books().death.is_some() {
            std::thread::yield_now();
        }
    }

    /// How many operations of each kind took effect.
    pub fn effects(&self) -> BTreeMap<&'static str, u32> {
        let books = self.books();
        let mut effects = BTreeMap::new();
        for (kind, _, times) in books.effects.values() {
            *effects.entry(*kind).or_insert(0) += times;
        }
        effects
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
        let death = books.death.take();
        if death == Some(Death::BeforeTheCall) {
            drop(books);
            die();
        }
        let answer = match books.effects.get(&instruction.operation) {
            Some((_, answer, _)) => answer.clone(),
            None => books.effect(instruction),
        };
        drop(books);
        if death == Some(Death::BeforeTheRecord) {
            die();
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

fn die() -> ! {
    loop {
        std::thread::park();
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
