//! Invoices and credit notes: what the house has told a customer in writing. Nothing of one ever changes.

mod number;

use chrono::{DateTime, NaiveDate, Utc};
use foundation::{Money, MoneyError};

use crate::domain::amounts::{spread, sum};
use crate::domain::order::Order;
use crate::domain::refund::Refund;
use crate::ids::{BillingId, PayerId, PaymentId, RefundId};

pub use number::{InvalidInvoiceNumber, InvoiceKind, InvoiceNumber};

/// Who sells, or who buys, as a document names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The lines of the postal address; none where it is not known.
    pub address: Vec<String>,
}

/// The house, in whose name invoices are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SellerOfRecord {
    /// Name and address.
    pub party: Party,
    /// The numbers under which the house is registered, for its company or its tax; may be empty.
    pub registration: String,
    /// How customers reach the house about an invoice; may be empty.
    pub contact: String,
}

/// The customer, as the house knows them at the moment of the invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Name and address.
    pub party: Party,
    /// The language in which they are written to, as ISO 639-1 has it.
    pub language: String,
}

/// One payment as a line of an invoice or a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The payment.
    pub payment: PaymentId,
    /// What was bought.
    pub title: String,
    /// The hammer price, or what of it is given back.
    pub hammer: Money,
    /// The buyer's premium, or what of it is given back.
    pub premium: Money,
    /// The tax on both, or what of it is given back.
    pub tax: Money,
    /// What a coupon takes off. In a credit note it is taken off each of the others already.
    pub discount: Money,
}

/// What a credit note gives back, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The invoice that it corrects.
    pub invoice: InvoiceNumber,
    /// The refund that it is about.
    pub refund: RefundId,
    /// Why, in words for the customer.
    pub reason: String,
}

/// An invoice or a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its number, which says what it is.
    pub number: InvoiceNumber,
    /// What was paid.
    pub billing: BillingId,
    /// Whose it is.
    pub payer: PayerId,
    /// Its date by the house's calendar, whose year is that of the number.
    pub issued_on: NaiveDate,
    /// When it was written.
    pub issued_at: DateTime<Utc>,
    /// In which language, as ISO 639-1 has it.
    pub language: String,
    /// The house.
    pub seller: SellerOfRecord,
    /// The customer.
    pub buyer: Party,
    /// Its lines.
    pub lines: Vec<InvoiceLine>,
    /// What the lines come to.
    pub total: Money,
    /// What of it was paid with credit, or becomes credit again.
    pub credit: Money,
    /// What of it was paid with money, or is given back so.
    pub paid: Money,
    /// For a credit note: what it corrects.
    pub correction: Option<Correction>,
}

impl InvoiceLine {
    /// A line of an invoice.
    pub(crate) fn charged(order: &Order, title: String) -> Self {
        Self {
            payment: order.payment,
            title,
            hammer: order.hammer,
            premium: order.premium,
            tax: order.tax,
            discount: order.discount,
        }
    }

    /// A line of a credit note: the refund in proportion of what is left of the charged line after earlier
    /// refunds, so that all of them together give back each part exactly.
    pub(crate) fn credited(
        charged: &Self,
        earlier: &[Self],
        amount: Money,
    ) -> Result<Self, MoneyError> {
        let mut left = charged.after_discount()?;
        for line in earlier {
            for (part, gone) in left.iter_mut().zip([line.hammer, line.premium, line.tax]) {
                *part = part.checked_sub(gone)?;
            }
        }
        let parts = spread(amount, &left)?;
        let nothing = Money::zero(amount.currency());
        let part = |index: usize| parts.get(index).copied().unwrap_or(nothing);
        let line = Self {
            payment: charged.payment,
            title: charged.title.clone(),
            hammer: part(0),
            premium: part(1),
            tax: part(2),
            discount: nothing,
        };
        Ok(line)
    }

    /// What the line comes to.
    pub fn total(&self) -> Result<Money, MoneyError> {
        let gross = self.hammer.checked_add(self.premium)?;
        gross.checked_add(self.tax)?.checked_sub(self.discount)
    }

    fn after_discount(&self) -> Result<[Money; 3], MoneyError> {
        let mut parts = [self.hammer, self.premium, self.tax];
        let off = spread(self.discount, &parts)?;
        for (part, off) in parts.iter_mut().zip(off) {
            *part = part.checked_sub(off)?;
        }
        Ok(parts)
    }
}

/// What an invoice says beside who, when and in which language.
pub(crate) struct InvoiceContent {
    pub(crate) lines: Vec<InvoiceLine>,
    pub(crate) total: Money,
    pub(crate) credit: Money,
    pub(crate) paid: Money,
    pub(crate) correction: Option<Correction>,
}

impl InvoiceContent {
    /// What was paid with money and with credit.
    pub(crate) fn charged(lines: Vec<InvoiceLine>, credit: Money) -> Result<Self, MoneyError> {
        let totals = lines.iter().map(InvoiceLine::total);
        let totals = totals.collect::<Result<Vec<_>, _>>()?;
        let total = sum(credit.currency(), totals)?;
        Ok(Self {
            lines,
            total,
            credit,
            paid: total.checked_sub(credit)?,
            correction: None,
        })
    }

    /// What a refund gives back of an invoice.
    pub(crate) fn credited(
        invoice: &Invoice,
        earlier: &[Invoice],
        refund: &Refund,
    ) -> Result<Option<Self>, MoneyError> {
        let of_payment = |line: &&InvoiceLine| line.payment == refund.payment;
        let Some(charged) = invoice.lines.iter().find(of_payment) else {
            return Ok(None);
        };
        let earlier = earlier.iter().flat_map(|note| &note.lines);
        let earlier: Vec<_> = earlier.filter(of_payment).cloned().collect();
        let line = InvoiceLine::credited(charged, &earlier, refund.amount)?;
        Ok(Some(Self {
            lines: vec![line],
            total: refund.amount,
            credit: refund.to_credit,
            paid: refund.to_gateway,
            correction: Some(Correction {
                invoice: invoice.number,
                refund: refund.id,
                reason: refund.reason.clone(),
            }),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::Currency;
    use proptest::prelude::*;

    fn line(parts: [i64; 4]) -> InvoiceLine {
        let [hammer, premium, tax, discount] =
            parts.map(|units| Money::from_minor_units(Currency::USD, units).unwrap());
        InvoiceLine {
            payment: PaymentId::generate(),
            title: "A lamp".to_owned(),
            hammer,
            premium,
            tax,
            discount,
        }
    }

    fn units(line: &InvoiceLine) -> [i64; 3] {
        [line.hammer, line.premium, line.tax].map(Money::minor_units)
    }

    #[test]
    fn a_part_refund_gives_back_premium_and_tax_in_proportion() {
        let charged = line([10_000, 2_500, 1_250, 0]);
        let usd = |units| Money::from_minor_units(Currency::USD, units).unwrap();
        let half = InvoiceLine::credited(&charged, &[], usd(6_875)).unwrap();
        assert_eq!(units(&half), [5_000, 1_250, 625]);
        let rest = InvoiceLine::credited(&charged, &[half], usd(6_875)).unwrap();
        assert_eq!(units(&rest), [5_000, 1_250, 625]);
    }

    #[test]
    fn what_a_coupon_took_off_is_not_given_back() {
        let charged = line([10_000, 0, 1_000, 1_100]);
        let all = InvoiceLine::credited(&charged, &[], charged.total().unwrap()).unwrap();
        assert_eq!(units(&all), [9_000, 0, 900]);
        assert_eq!(all.total(), charged.total());
    }

    proptest! {
        #[test]
        fn refunds_together_give_back_each_part_exactly(
            hammer in 1..=1_000_000_i64,
            premium in 0..=250_000_i64,
            tax in 0..=250_000_i64,
            discount in 0..=100_u8,
            cuts in prop::collection::vec(0..=1_000_u32, 0..6),
        ) {
            let off = (hammer + premium + tax) * i64::from(discount) / 100;
            let charged = line([hammer, premium, tax, off]);
            let paid = charged.total().unwrap();
            let mut left = paid.minor_units();
            let mut notes: Vec<InvoiceLine> = Vec::new();
            let mut refunds: Vec<i64> = Vec::new();
            for cut in cuts {
                let part = left * i64::from(cut) / 1_000;
                left -= part;
                refunds.push(part);
            }
            refunds.push(left);
            for part in refunds {
                let amount = Money::from_minor_units(Currency::USD, part).unwrap();
                let note = InvoiceLine::credited(&charged, &notes, amount).unwrap();
                prop_assert_eq!(note.total().unwrap(), amount);
                notes.push(note);
            }
            let whole = charged.after_discount().unwrap().map(Money::minor_units);
            let mut given = [0; 3];
            for note in &notes {
                for (sum, part) in given.iter_mut().zip(units(note)) {
                    *sum += part;
                }
            }
            prop_assert_eq!(given, whole);
        }
    }
}
