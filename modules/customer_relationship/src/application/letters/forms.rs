//! Money, times and links as a customer reads them.

use auctions::{AuctionId, SaleId};
use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use foundation::{Currency, Money};

use super::Letterhead;
use crate::domain::{CustomerTimeZone, Language};

/// The forms of one customer.
pub(super) struct Forms<'a> {
    language: Language,
    time_zone: CustomerTimeZone,
    letterhead: &'a Letterhead,
}

impl<'a> Forms<'a> {
    pub(super) fn new(
        language: Language,
        time_zone: CustomerTimeZone,
        letterhead: &'a Letterhead,
    ) -> Self {
        Self {
            language,
            time_zone,
            letterhead,
        }
    }

    /// An amount with its currency: `1,250.00 USD`, and in Korean won as `1,250원`.
    pub(super) fn money(&self, money: Money) -> String {
        let amount = grouped(&money.amount().to_string());
        match (self.language, money.currency()) {
            (Language::Ko, Currency::KRW) => format!("{amount}원"),
            (Language::En | Language::Ko, currency) => format!("{amount} {currency}"),
        }
    }

    /// A moment by the customer's clock, to the minute, with the zone's name: abbreviations such as CST
    /// have several meanings.
    pub(super) fn moment(&self, moment: DateTime<Utc>) -> String {
        let local = moment.with_timezone(&self.time_zone.zone());
        let zone = self.time_zone.name().replace('_', " ");
        let (day, time) = (self.day(local.date_naive()), local.format("%H:%M"));
        match self.language {
            Language::En => format!("{day}, {time} ({zone})"),
            Language::Ko => format!("{day} {time} ({zone})"),
        }
    }

    /// A day on which something is expected, which has neither an hour nor a zone.
    pub(super) fn day(&self, day: NaiveDate) -> String {
        match self.language {
            Language::En => day.format("%A, %-d %B %Y").to_string(),
            Language::Ko => {
                let weekday = korean_weekday(day.weekday());
                format!("{} ({weekday})", day.format("%Y년 %-m월 %-d일"))
            }
        }
    }

    /// The page of a lot.
    pub(super) fn lot(&self, auction: AuctionId) -> String {
        format!("{}/lots/{auction}", self.letterhead.public_url)
    }

    /// The page of a sale, with its lots.
    pub(super) fn sale(&self, sale: SaleId) -> String {
        format!("{}/sales/{sale}", self.letterhead.public_url)
    }

    /// The offer on the page of a lot, which only the customer who is asked can see, after logging in.
    pub(super) fn second_chance(&self, auction: AuctionId) -> String {
        format!(
            "{}/login?next=/lots/{auction}%23second-chance",
            self.letterhead.public_url
        )
    }

    /// The page of the lots that the customer won, where they are paid.
    pub(super) fn won_lots(&self) -> String {
        format!("{}/my/won", self.letterhead.public_url)
    }

    /// The page of the parcels on their way to the customer.
    pub(super) fn parcels(&self) -> String {
        format!("{}/my/parcels", self.letterhead.public_url)
    }

    /// The page of the customer's invoices.
    pub(super) fn invoices(&self) -> String {
        format!("{}/invoices", self.letterhead.public_url)
    }

    /// The page of the customer's addresses.
    pub(super) fn addresses(&self) -> String {
        format!("{}/my/addresses", self.letterhead.public_url)
    }
}

/// Commas between groups of three digits, which both languages write.
fn grouped(amount: &str) -> String {
    let whole = amount.find('.').unwrap_or(amount.len());
    let mut text = String::with_capacity(amount.len() + whole / 3);
    for (index, digit) in amount.char_indices() {
        if index > 0 && index < whole && (whole - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const fn korean_weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "월",
        Weekday::Tue => "화",
        Weekday::Wed => "수",
        Weekday::Thu => "목",
        Weekday::Fri => "금",
        Weekday::Sat => "토",
        Weekday::Sun => "일",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("USD", "0.99", "0.99 USD", "0.99 USD")]
    #[case("USD", "999", "999.00 USD", "999.00 USD")]
    #[case("USD", "1250.5", "1,250.50 USD", "1,250.50 USD")]
    #[case("KRW", "1250000", "1,250,000 KRW", "1,250,000원")]
    #[case("KWD", "1234567.125", "1,234,567.125 KWD", "1,234,567.125 KWD")]
    fn money_is_grouped_and_names_its_currency(
        #[case] code: &str,
        #[case] amount: &str,
        #[case] english: &str,
        #[case] korean: &str,
    ) {
        let letterhead = Letterhead::new("https://gavel.example/");
        let money = Money::parse_with_code(code, amount).unwrap();
        for (language, expected) in [(Language::En, english), (Language::Ko, korean)] {
            let forms = Forms::new(language, CustomerTimeZone::default(), &letterhead);
            assert_eq!(forms.money(money), expected);
        }
    }

    #[rstest]
    #[case(Language::En, "UTC", "Saturday, 21 November 2026, 18:05 (UTC)")]
    #[case(
        Language::En,
        "America/New_York",
        "Saturday, 21 November 2026, 13:05 (America/New York)"
    )]
    #[case(Language::Ko, "Asia/Seoul", "2026년 11월 22일 (일) 03:05 (Asia/Seoul)")]
    fn a_moment_is_told_by_the_customers_clock(
        #[case] language: Language,
        #[case] zone: &str,
        #[case] expected: &str,
    ) {
        let letterhead = Letterhead::new("https://gavel.example");
        let zone = CustomerTimeZone::parse(zone).unwrap();
        let moment = "2026-11-21T18:05:59Z".parse().unwrap();
        let forms = Forms::new(language, zone, &letterhead);
        assert_eq!(forms.moment(moment), expected);
    }

    #[test]
    fn links_lead_to_the_public_address_however_it_ends() {
        let letterhead = Letterhead::new("https://gavel.example/");
        let forms = Forms::new(Language::En, CustomerTimeZone::default(), &letterhead);
        assert_eq!(forms.won_lots(), "https://gavel.example/my/won");
    }
}
