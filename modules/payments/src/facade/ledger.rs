//! The ledger: its proof.

use foundation::{Failure, Reader};

use super::PaymentsFacade;
use crate::application::proving::LedgerProof;

impl PaymentsFacade {
    /// Proves the ledger: that debits equal credits in every currency, that nothing pending has come to two ends,
    /// and that it tells what billings and credit accounts tell. Whatever does not hold is listed.
    pub fn prove_ledger(&self, reader: &mut Reader) -> Result<LedgerProof, Failure> {
        self.proving.prove(reader)
    }
}
