//! What an invoice or a credit note says.

use customer_relationship::Language;
use foundation::{Money, MoneyError};
use payments::{Invoice, InvoiceKind, InvoiceLine};

use super::house::foot;
use super::letter::{Column, Letter, Sum};
use super::sheet::Side;
use super::words::{Words, date, money};
use crate::pages::grouped;

/// A part of every line that has a column of its own, unless it is nothing in all of them.
struct Part {
    heading: &'static str,
    of: fn(&InvoiceLine) -> Money,
    /// Whether it makes the line less.
    is_less: bool,
}

/// The language that an invoice was written in. One that the house no longer speaks is shown in English.
fn language_of(invoice: &Invoice) -> Language {
    Language::parse(&invoice.language).unwrap_or_default()
}

/// The letter that an invoice or a credit note is.
pub(crate) fn invoice(invoice: &Invoice) -> Result<Letter, MoneyError> {
    let language = language_of(invoice);
    let words = Words::of(language);
    let (title, remark) = match invoice.number.kind() {
        InvoiceKind::Invoice => (words.invoice, words.thanks),
        InvoiceKind::CreditNote => (words.credit_note, words.correction),
    };
    let parts = parts(invoice, words);
    let mut to = vec![invoice.buyer.name.clone()];
    to.extend(invoice.buyer.address.iter().cloned());
    Ok(Letter {
        language,
        house: (
            invoice.seller.party.name.clone(),
            invoice.seller.party.address.clone(),
        ),
        title: title.to_owned(),
        number: invoice.number.to_string(),
        to: (words.billed_to, to),
        facts: facts(invoice, language),
        columns: columns(&parts, words),
        rows: rows(invoice, &parts)?,
        sums: sums(invoice, &parts, language)?,
        remarks: vec![remark.to_owned()],
        foot: foot(&invoice.seller),
        written_at: invoice.issued_at,
    })
}

fn facts(invoice: &Invoice, language: Language) -> Vec<(&'static str, String)> {
    let words = Words::of(language);
    let mut facts = vec![(words.date, date(language, invoice.issued_on))];
    if let Some(correction) = &invoice.correction {
        facts.push((words.for_invoice, correction.invoice.to_string()));
        facts.push((words.reason, correction.reason.clone()));
    }
    facts.push((words.reference, invoice.billing.to_string()));
    facts.push((words.currency, invoice.total.currency().to_string()));
    facts
}

/// The parts that are more than nothing in some line.
fn parts(invoice: &Invoice, words: &Words) -> Vec<Part> {
    let part = |heading, of, is_less| Part {
        heading,
        of,
        is_less,
    };
    let all = [
        part(words.hammer, |line| line.hammer, false),
        part(words.premium, |line| line.premium, false),
        part(words.tax, |line| line.tax, false),
        part(words.discount, |line| line.discount, true),
    ];
    let is_there = |part: &Part| invoice.lines.iter().any(|line| !(part.of)(line).is_zero());
    let parts: Vec<_> = all.into_iter().filter(is_there).collect();
    // A price alone is the amount, and needs no column beside it.
    if parts.len() < 2 { Vec::new() } else { parts }
}

fn columns(parts: &[Part], words: &Words) -> Vec<Column> {
    let column = |heading: &str, side| Column {
        heading: heading.to_owned(),
        side,
    };
    let mut columns = vec![column(words.lot, Side::Left)];
    columns.extend(parts.iter().map(|part| column(part.heading, Side::Right)));
    columns.push(column(words.amount, Side::Right));
    columns
}

fn rows(invoice: &Invoice, parts: &[Part]) -> Result<Vec<Vec<String>>, MoneyError> {
    let rows = invoice.lines.iter().map(|line| {
        let mut row = vec![line.title.clone()];
        row.extend(
            parts
                .iter()
                .map(|part| part.shown((part.of)(line), grouped)),
        );
        row.push(grouped(&line.total()?));
        Ok(row)
    });
    rows.collect()
}

fn sums(invoice: &Invoice, parts: &[Part], language: Language) -> Result<Vec<Sum>, MoneyError> {
    let words = Words::of(language);
    let plain = |label: &str, amount: String| Sum {
        label: label.to_owned(),
        amount,
        is_total: false,
    };
    let in_words = |amount: &Money| money(language, *amount);
    let mut sums = Vec::new();
    for part in parts {
        let nothing = Money::zero(invoice.total.currency());
        let mut amounts = invoice.lines.iter().map(part.of);
        let sum = amounts.try_fold(nothing, Money::checked_add)?;
        sums.push(plain(part.heading, part.shown(sum, in_words)));
    }
    sums.push(Sum {
        label: words.total.to_owned(),
        amount: in_words(&invoice.total),
        is_total: true,
    });
    let (credit, paid) = match invoice.number.kind() {
        InvoiceKind::Invoice => (words.from_credit, words.paid),
        InvoiceKind::CreditNote => (words.to_credit, words.given_back),
    };
    if !invoice.credit.is_zero() {
        sums.push(plain(credit, in_words(&invoice.credit)));
    }
    sums.push(plain(paid, in_words(&invoice.paid)));
    Ok(sums)
}

impl Part {
    fn shown(&self, amount: Money, write: impl Fn(&Money) -> String) -> String {
        match (self.is_less, amount.is_zero()) {
            (true, true) => "–".to_owned(),
            (true, false) => format!("−{}", write(&amount)),
            (false, _) => write(&amount),
        }
    }
}
