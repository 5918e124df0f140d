//! Statements, out of the ledger.

use std::sync::Arc;

use foundation::{Failure, Interface, Reader};

use crate::domain::ledger::sum::Sum;
use crate::domain::statement::{CustomerStatement, Period, SellerStatement, Told};
use crate::ids::{PayeeId, PayerId};

/// Reads what statements are made of.
pub(crate) trait StatementQueries: Interface {
    /// All that counts on a seller's accounts.
    fn of_seller(&self, payee: PayeeId, reader: &mut Reader) -> Result<Vec<Told>, Failure>;

    /// What is on its way back to a seller's buyers, in each currency.
    fn on_its_way_back(&self, payee: PayeeId, reader: &mut Reader) -> Result<Vec<Sum>, Failure>;

    /// All that counts on a customer's accounts.
    fn of_customer(&self, payer: PayerId, reader: &mut Reader) -> Result<Vec<Told>, Failure>;
}

/// Makes statements.
pub(crate) struct Statements {
    pub(crate) queries: Arc<dyn StatementQueries>,
}

impl Statements {
    /// A seller's accounts, one for each currency in which anything ever happened.
    pub(crate) fn of_seller(
        &self,
        payee: PayeeId,
        period: Period,
        reader: &mut Reader,
    ) -> Result<Vec<SellerStatement>, Failure> {
        let told = in_order(self.queries.of_seller(payee, reader)?);
        let back = self.queries.on_its_way_back(payee, reader)?;
        let accounts = told.chunk_by(|one, other| one.currency() == other.currency());
        let statements = accounts.filter_map(|told| {
            let currency = told.first()?.currency();
            let back = back.iter().find(|sum| sum.currency == currency);
            let back = back.map_or(0, |sum| sum.minor_units);
            SellerStatement::of(payee, told, back, period)
        });
        Ok(statements.collect())
    }

    /// A customer's accounts, one for each currency in which anything ever happened.
    pub(crate) fn of_customer(
        &self,
        payer: PayerId,
        period: Period,
        reader: &mut Reader,
    ) -> Result<Vec<CustomerStatement>, Failure> {
        let told = in_order(self.queries.of_customer(payer, reader)?);
        let accounts = told.chunk_by(|one, other| one.currency() == other.currency());
        let statements = accounts.filter_map(|told| CustomerStatement::of(payer, told, period));
        Ok(statements.collect())
    }
}

/// By currency, the oldest first, and what happened at one moment as one would tell it.
fn in_order(mut told: Vec<Told>) -> Vec<Told> {
    told.sort_by_key(|told| {
        let id = told.transfer.id;
        (
            told.currency().code(),
            told.at,
            told.entry(),
            id.subject,
            id.kind,
        )
    });
    told
}
