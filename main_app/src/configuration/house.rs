//! The house itself, as its documents name it.

use std::path::PathBuf;

use chrono_tz::Tz;
use payments::{InvoicingTerms, Party, SellerOfRecord};
use serde::{Deserialize, Serialize};

/// `[house]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HouseSection {
    /// The name that invoices are written in.
    pub name: String,
    /// The postal address, one line below the other.
    pub address: String,
    /// The numbers under which the house is registered, for its company or its tax, as invoices show them.
    pub registration: String,
    /// How customers reach the house about an invoice.
    pub contact: String,
    /// The time zone of the IANA database by whose calendar documents are dated: `Asia/Seoul`.
    pub time_zone: String,
}

/// `[documents]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentsSection {
    /// Where the fonts for Korean letters are, instead of where the system keeps its own.
    pub font_folder: Option<PathBuf>,
}

impl Default for HouseSection {
    fn default() -> Self {
        Self {
            name: "Gavel".to_owned(),
            address: String::new(),
            registration: String::new(),
            contact: String::new(),
            time_zone: "UTC".to_owned(),
        }
    }
}

impl HouseSection {
    /// The house of the demonstration, which is nowhere.
    pub(super) fn of_demo() -> Self {
        Self {
            name: "Gavel Auctions".to_owned(),
            address: "1 Hammer Lane\nExampleton EX1 2AM\nGB".to_owned(),
            registration: "A demonstration: this house is registered nowhere".to_owned(),
            contact: "invoices@gavel.example".to_owned(),
            ..Self::default()
        }
    }

    /// A setting that cannot be, and the rule that it breaks.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.name.trim().is_empty() {
            return Some(("house.name", "invoices need the name of the house"));
        }
        if self.zone().is_none() {
            return Some(("house.time_zone", "it must be one such as Asia/Seoul"));
        }
        None
    }

    /// In whose name invoices are written, and by whose calendar.
    pub(super) fn invoicing(&self) -> InvoicingTerms {
        let address = self.address.lines().map(|line| line.trim().to_owned());
        InvoicingTerms {
            seller: SellerOfRecord {
                party: Party {
                    name: self.name.trim().to_owned(),
                    address: address.filter(|line| !line.is_empty()).collect(),
                },
                registration: self.registration.trim().to_owned(),
                contact: self.contact.trim().to_owned(),
            },
            time_zone: self
                .zone()
                .expect("the time zone was checked when the settings were loaded"),
        }
    }

    fn zone(&self) -> Option<Tz> {
        self.time_zone.parse().ok()
    }
}
