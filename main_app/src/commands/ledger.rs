//! `gavel doctor --ledger`

use std::process::ExitCode;

use foundation::Transactions;
use payments::{LedgerProof, LedgerTotal, PaymentsFacade};
use serde::Serialize;

use super::opening::open;
use super::printing::print_line;
use crate::composition::component;
use crate::configuration::Settings;

/// What the proof has come to, as JSON.
#[derive(Debug, Serialize)]
struct Report {
    healthy: bool,
    totals: Vec<TotalReport>,
    transfers: i64,
    billings: usize,
    differences: Vec<String>,
}

#[derive(Debug, Serialize)]
struct TotalReport {
    currency: String,
    debits: String,
    credits: String,
}

/// Proves the ledger and prints what came of it. Whatever does not hold is listed, and makes the command fail.
pub(super) fn prove(settings: &Settings, json: bool) -> anyhow::Result<ExitCode> {
    let opened = open(settings)?;
    let payments = component::<PaymentsFacade>(&opened.app);
    let transactions = component::<Transactions>(&opened.app);
    let proof = transactions.read(|reader| payments.prove_ledger(reader))?;
    let report = Report::of(proof);
    match json {
        true => print_line(serde_json::to_string_pretty(&report)?)?,
        false => report.print()?,
    }
    Ok(match report.healthy {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

impl Report {
    fn of(proof: LedgerProof) -> Self {
        let total = |LedgerTotal { debits, credits }: LedgerTotal| TotalReport {
            currency: debits.currency.to_string(),
            debits: debits.to_string(),
            credits: credits.to_string(),
        };
        Self {
            healthy: proof.differences.is_empty(),
            totals: proof.totals.into_iter().map(total).collect(),
            transfers: proof.transfers,
            billings: proof.billings,
            differences: proof.differences,
        }
    }

    fn print(&self) -> std::io::Result<()> {
        for total in &self.totals {
            let mark = if total.debits == total.credits {
                "ok   "
            } else {
                "WRONG"
            };
            let TotalReport {
                currency,
                debits,
                credits,
            } = total;
            print_line(format_args!(
                "{mark}  {currency:13} debits {debits}, credits {credits}"
            ))?;
        }
        let (transfers, billings) = (self.transfers, self.billings);
        let mark = if self.healthy { "ok   " } else { "WRONG" };
        print_line(format_args!(
            "{mark}  {:13} {transfers} transfers, compared with {billings} billings and every credit account",
            "ledger"
        ))?;
        for difference in &self.differences {
            print_line(format_args!("       {:13} {difference}", ""))?;
        }
        Ok(())
    }
}
