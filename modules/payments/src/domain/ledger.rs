//! The ledger: every movement of money is a transfer from one account to another, and stays for good.
//!
//! A transfer debits one account and credits another with the same amount, so debits equal credits in every
//! currency by construction. It is known by what it tells and of what ([`transfer::TransferId`]): telling
//! twice is telling once. A transfer whose outcome is not known yet is *pending* and counts for nothing until
//! it is posted; it is posted or voided as a whole and at most once. Nothing is ever changed or deleted: what
//! was wrong is set right by a further transfer.
//!
//! | event | transfer | debit | credit | known by |
//! |---|---|---|---|---|
//! | a billing opens with credit | `credit`, pending | credit of the payer | receivable of the payer | billing |
//! | … it succeeds | posted | | | |
//! | … it is cancelled | voided | | | |
//! | a gateway holds the amount | `authorisation`, pending | the gateway | receivable of the payer | operation |
//! | … takes it | posted | | | |
//! | … lets it go, or will not give it | voided | | | |
//! | … will not give it, and credit was spent | `credit_returned` | receivable of the payer | credit of the payer | billing |
//! | the money is there: for each order | `hammer` | receivable of the payer | payable of the payee, or unassigned | payment |
//! | | `premium` | receivable of the payer | premium | payment |
//! | | `tax` | receivable of the payer | tax | payment |
//! | | `discount` | coupons | receivable of the payer | payment |
//! | | `commission` | payable of the payee | commission | payment |
//! | a refund is asked for (final when only credit comes back) | `refund`, pending | receivable of the payer | the gateway | refund |
//! | | `refund_credit`, pending | receivable of the payer | credit of the payer | refund |
//! | | `refund_hammer`, pending | payable of the payee, or unassigned | receivable of the payer | refund |
//! | | `refund_premium`, pending | premium | receivable of the payer | refund |
//! | | `refund_tax`, pending | tax | receivable of the payer | refund |
//! | | `refund_discount`, pending | receivable of the payer | coupons | refund |
//! | | `refund_commission`, pending | commission | payable of the payee | refund |
//! | … the gateway has given it back | all posted | | | |
//! | … it will not | all voided | | | |
//! | staff grant credit | `grant` | goodwill | credit of the payer | grant |
//! | staff pay a seller out | `payout` | payable of the payee | bank | payout |
//!
//! So the receivable of a payer is zero whenever nothing is under way, what is pending on a credit account is
//! what open billings hold, and a seller's payable is what the house still owes: below zero after a refund of
//! what was paid out, which the next sale makes good. The hammer price of a payment without a payee waits in
//! `unassigned`. Credit and coupons are the house's expense, in `goodwill` and `coupons`. What gateways pay into
//! the bank is between the two: the bank shows what has left it.

pub(crate) mod account;
pub(crate) mod book;
pub(crate) mod proof;
pub(crate) mod shares;
pub(crate) mod sum;
pub(crate) mod transfer;

pub(crate) use account::Account;
pub(crate) use book::Book;
pub(crate) use transfer::{Entry, Outcome, Posting, Resolution, Transfer, TransferId};
