//! A carrier's label for a package: asked for, quoted, bought once.

use chrono::{DateTime, Utc};

use crate::ids::{LabelId, PackageId};

/// How heavy a parcel is, in grams: up to a tonne.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grams(u32);

/// Nothing weighs that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a parcel weighs from 1 to {} grams", Grams::MOST)]
pub struct InvalidGrams;

impl Grams {
    const MOST: u32 = 1_000_000;

    /// Checks a weight.
    pub fn try_new(grams: i64) -> Result<Self, InvalidGrams> {
        match u32::try_from(grams) {
            Ok(grams @ 1..=Self::MOST) => Ok(Self(grams)),
            Ok(_) | Err(_) => Err(InvalidGrams),
        }
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// What a carrier gave for the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoughtLabel {
    /// Who carries it.
    pub carrier: String,
    /// By which number the carrier knows it.
    pub tracking_number: String,
    /// Where the label is, to be printed.
    pub url: Option<String>,
}

/// How far a label has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelState {
    /// The carrier is to say what it costs.
    Asked,
    /// The carrier knows the parcel under this name; nothing is paid yet.
    Quoted(String),
    /// It is paid.
    Bought(BoughtLabel),
    /// The carrier will not have it.
    Failed(String),
}

/// A carrier's label for a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) id: LabelId,
    pub(crate) version: i64,
    pub(crate) package: PackageId,
    pub(crate) grams: Grams,
    pub(crate) state: LabelState,
    /// By which name the carrier knows the parcel.
    pub(crate) shipment: Option<String>,
    pub(crate) asked_by: String,
    pub(crate) asked_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

impl Label {
    /// The carrier knows the parcel. False unless it was waited for.
    pub(crate) fn quoted(&mut self, shipment: String) -> bool {
        let news = self.state == LabelState::Asked;
        if news {
            self.shipment = Some(shipment.clone());
            self.state = LabelState::Quoted(shipment);
        }
        news
    }

    /// It is paid. False unless it was waited for.
    pub(crate) fn bought(&mut self, label: BoughtLabel, now: DateTime<Utc>) -> bool {
        let news = matches!(self.state, LabelState::Quoted(_));
        if news {
            self.state = LabelState::Bought(label);
            self.finished_at = Some(now);
        }
        news
    }

    /// The carrier will not have it. False when it is paid, or had failed.
    pub(crate) fn failed(&mut self, why: String, now: DateTime<Utc>) -> bool {
        let news = matches!(self.state, LabelState::Asked | LabelState::Quoted(_));
        if news {
            self.state = LabelState::Failed(why);
            self.finished_at = Some(now);
        }
        news
    }
}
