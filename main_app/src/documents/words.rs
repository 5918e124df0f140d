//! The words of documents, in the languages of the house, and how each writes money and dates.

use chrono::{Datelike, NaiveDate};
use customer_relationship::Language;
use foundation::{Currency, Money};

use crate::pages::grouped;

/// What a document says beside what was bought.
pub(crate) struct Words {
    pub(crate) invoice: &'static str,
    pub(crate) credit_note: &'static str,
    pub(crate) billed_to: &'static str,
    pub(crate) date: &'static str,
    pub(crate) for_invoice: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) lot: &'static str,
    pub(crate) hammer: &'static str,
    pub(crate) premium: &'static str,
    pub(crate) tax: &'static str,
    pub(crate) discount: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) total: &'static str,
    pub(crate) from_credit: &'static str,
    pub(crate) paid: &'static str,
    pub(crate) to_credit: &'static str,
    pub(crate) given_back: &'static str,
    pub(crate) thanks: &'static str,
    pub(crate) correction: &'static str,
    pub(crate) packing_slip: &'static str,
    pub(crate) from: &'static str,
    pub(crate) ships_to: &'static str,
    pub(crate) carrier: &'static str,
    pub(crate) tracking_number: &'static str,
    pub(crate) item: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) keep_the_packing: &'static str,
    pub(crate) page: fn(usize, usize) -> String,
}

const ENGLISH: Words = Words {
    invoice: "Invoice",
    credit_note: "Credit note",
    billed_to: "Billed to",
    date: "Date",
    for_invoice: "For invoice",
    reason: "Reason",
    reference: "Reference",
    currency: "Currency",
    lot: "Lot",
    hammer: "Hammer price",
    premium: "Buyer’s premium",
    tax: "Tax",
    discount: "Discount",
    amount: "Amount",
    total: "Total",
    from_credit: "Paid with credit",
    paid: "Paid",
    to_credit: "Given back as credit",
    given_back: "Given back",
    thanks: "Paid in full. Thank you for bidding with us.",
    correction: "This credit note corrects the invoice named above.",
    packing_slip: "Packing slip",
    from: "From",
    ships_to: "Ships to",
    carrier: "Carrier",
    tracking_number: "Tracking number",
    item: "Item",
    quantity: "Quantity",
    keep_the_packing: "Please look at everything before you throw the packing away.",
    page: |page, pages| format!("Page {page} of {pages}"),
};

const KOREAN: Words = Words {
    invoice: "거래명세서",
    credit_note: "환불명세서",
    billed_to: "구매자",
    date: "발행일",
    for_invoice: "원 거래명세서",
    reason: "환불 사유",
    reference: "결제 번호",
    currency: "통화",
    lot: "물품",
    hammer: "낙찰가",
    premium: "구매 수수료",
    tax: "세금",
    discount: "할인",
    amount: "금액",
    total: "합계",
    from_credit: "적립금 사용",
    paid: "결제 금액",
    to_credit: "적립금으로 환불",
    given_back: "환불 금액",
    thanks: "결제가 완료되었습니다. 이용해 주셔서 감사합니다.",
    correction: "위에 적힌 거래명세서를 정정하는 문서입니다.",
    packing_slip: "포장명세서",
    from: "보내는 분",
    ships_to: "받는 분",
    carrier: "택배사",
    tracking_number: "운송장 번호",
    item: "물품",
    quantity: "수량",
    keep_the_packing: "내용물을 모두 확인하신 뒤에 포장을 버려 주세요.",
    page: |page, pages| format!("{pages}쪽 중 {page}쪽"),
};

impl Words {
    /// Those of a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::Ko => &KOREAN,
        }
    }
}

/// An amount with its currency, as e-mails write it too.
pub(crate) fn money(language: Language, amount: Money) -> String {
    match (language, amount.currency()) {
        (Language::Ko, Currency::KRW) => format!("{}원", grouped(&amount)),
        (Language::Ko | Language::En, currency) => format!("{} {currency}", grouped(&amount)),
    }
}

/// A day, the month in words where the language has them.
pub(crate) fn date(language: Language, day: NaiveDate) -> String {
    match language {
        Language::En => day.format("%-d %B %Y").to_string(),
        Language::Ko => format!("{}년 {}월 {}일", day.year(), day.month(), day.day()),
    }
}
