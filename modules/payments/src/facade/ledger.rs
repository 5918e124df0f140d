//! The ledger: its proof, statements and payouts.

use foundation::{Failure, Reader, UnitOfWork};

use super::PaymentsFacade;
use crate::application::payouts::{Payable, RecordPayout, RecordPayoutError};
use crate::application::proving::LedgerProof;
use crate::domain::statement::{CustomerStatement, Period, SellerStatement};
use crate::ids::{PayeeId, PayerId};

impl PaymentsFacade {
    /// Proves the ledger: that debits equal credits in every currency, that nothing pending has come to two ends,
    /// and that it tells what billings and credit accounts tell. Whatever does not hold is listed.
    pub fn prove_ledger(&self, reader: &mut Reader) -> Result<LedgerProof, Failure> {
        self.proving.prove(reader)
    }

    /// A seller's statements, one for each currency in which the ledger tells anything of the seller.
    pub fn seller_statements(
        &self,
        payee: PayeeId,
        period: Period,
        reader: &mut Reader,
    ) -> Result<Vec<SellerStatement>, Failure> {
        self.statements.of_seller(payee, period, reader)
    }

    /// A customer's statements, one for each currency in which the ledger tells anything of the customer.
    pub fn customer_statements(
        &self,
        payer: PayerId,
        period: Period,
        reader: &mut Reader,
    ) -> Result<Vec<CustomerStatement>, Failure> {
        self.statements.of_customer(payer, period, reader)
    }

    /// What may be paid out to each seller, for staff: the largest amounts first in each currency.
    pub fn payables(&self, reader: &mut Reader) -> Result<Vec<Payable>, Failure> {
        self.paying_out.payables(reader)
    }

    /// Writes down that a seller was paid out, never more than is owed. `false` when it had been written down
    /// before.
    pub fn record_payout(
        &self,
        command: &RecordPayout,
        uow: &mut UnitOfWork,
    ) -> Result<bool, RecordPayoutError> {
        self.paying_out.record(command, uow)
    }
}
