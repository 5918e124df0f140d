//! The house, as its documents name it.

use chrono::{DateTime, NaiveDate, Utc};
use payments::{InvoicingTerms, SellerOfRecord};

/// The house as its documents name it now. What is frozen names it as it was.
#[derive(Debug, Clone)]
pub(crate) struct House {
    pub(crate) seller: SellerOfRecord,
    time_zone: chrono_tz::Tz,
}

impl From<InvoicingTerms> for House {
    fn from(terms: InvoicingTerms) -> Self {
        Self {
            seller: terms.seller,
            time_zone: terms.time_zone,
        }
    }
}

impl House {
    /// The day by the house's calendar.
    pub(crate) fn day(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.time_zone).date_naive()
    }
}

/// What stands at the foot of each page.
pub(crate) fn foot(seller: &SellerOfRecord) -> Vec<String> {
    let lines = [&seller.registration, &seller.contact];
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    lines.cloned().collect()
}
