//! What becomes of a package whose goods are not there: its consignee waits, or wants the money back.

use chrono::{DateTime, Utc};

use super::package::{Package, StockChoice};
use super::package_status::PackageStatus;
use crate::events::{PackageCancelled, PackageKeptWaiting, PackageRefundChosen};

/// Why there is nothing to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChoiceRefusal {
    /// Its goods are there, or it has left.
    NotWaiting,
    /// The money is on its way back.
    RefundChosen,
}

impl Package {
    /// Whether it is its consignee's turn to say what shall be.
    pub(crate) fn waits_for_stock(&self) -> bool {
        self.is_in_the_house() && !self.has_goods()
    }

    /// The consignee waits. False when that was known.
    pub(crate) fn keep_waiting(&mut self) -> Result<bool, ChoiceRefusal> {
        self.check_choice()?;
        match self.choice {
            Some(StockChoice::Refund) => Err(ChoiceRefusal::RefundChosen),
            Some(StockChoice::Wait) => Ok(false),
            None => {
                self.choice = Some(StockChoice::Wait);
                self.tell(PackageKeptWaiting {
                    package: self.id,
                    consignee: self.consignee,
                    item: self.item.clone(),
                });
                Ok(true)
            }
        }
    }

    /// The consignee wants the money back: from now on no piece is kept for the package. False when that was
    /// known.
    pub(crate) fn choose_refund(&mut self, by: &str) -> Result<bool, ChoiceRefusal> {
        if self.choice == Some(StockChoice::Refund) {
            return Ok(false);
        }
        self.check_choice()?;
        self.choice = Some(StockChoice::Refund);
        if let Some(goods) = &mut self.goods {
            goods.place = None;
        }
        self.tell(PackageRefundChosen {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
            by: by.to_owned(),
        });
        Ok(true)
    }

    /// Nothing will leave. False when that was known.
    pub(crate) fn cancel(&mut self, now: DateTime<Utc>) -> Result<bool, ChoiceRefusal> {
        if self.status == PackageStatus::Cancelled {
            return Ok(false);
        }
        if !self.is_in_the_house() {
            return Err(ChoiceRefusal::NotWaiting);
        }
        if let Some(goods) = &mut self.goods {
            goods.place = None;
        }
        self.end(PackageStatus::Cancelled, now);
        self.tell(PackageCancelled {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
        });
        Ok(true)
    }

    fn check_choice(&self) -> Result<(), ChoiceRefusal> {
        match self.waits_for_stock() {
            true => Ok(()),
            false => Err(ChoiceRefusal::NotWaiting),
        }
    }
}
