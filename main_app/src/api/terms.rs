//! Terms in JSON: how bids are taken, by how much they rise, and how late ones move the end.

use auctions::{
    AuctionStatus, Band, Bidding, Increments, InvalidIncrements, InvalidLotGoods, InvalidSoftClose,
    LotGoods, SoftClose, SoftCloseChoice,
};
use foundation::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How bids are taken.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Bidding)]
pub(super) enum BiddingBody {
    /// A bid that is high enough becomes the price.
    #[default]
    Plain,
    /// A bid is a maximum that stays secret; the house bids up to it for the bidder.
    Proxy,
}

impl From<BiddingBody> for Bidding {
    fn from(body: BiddingBody) -> Self {
        match body {
            BiddingBody::Plain => Self::Plain,
            BiddingBody::Proxy => Self::Proxy,
        }
    }
}

impl From<Bidding> for BiddingBody {
    fn from(bidding: Bidding) -> Self {
        match bidding {
            Bidding::Plain => Self::Plain,
            Bidding::Proxy => Self::Proxy,
        }
    }
}

/// Where an auction is in its life.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum StatusResponse {
    /// Bidding has not begun.
    Scheduled,
    /// Open for bids until the end.
    Running,
    /// Ended with a winner.
    Sold,
    /// Ended without a bid, or below the reserve.
    Unsold,
    /// Taken off before its end.
    Cancelled,
}

impl From<AuctionStatus> for StatusResponse {
    fn from(status: AuctionStatus) -> Self {
        match status {
            AuctionStatus::Scheduled => Self::Scheduled,
            AuctionStatus::Running => Self::Running,
            AuctionStatus::Sold => Self::Sold,
            AuctionStatus::Unsold => Self::Unsold,
            AuctionStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// What a lot takes from the stock of like pieces when it is sold.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LotGoods)]
pub(super) struct GoodsBody {
    /// Which goods.
    #[schema(min_length = 1, max_length = 40, example = "RETRO-CLOCK")]
    sku: String,
    /// How many pieces.
    #[schema(minimum = 1, maximum = 1_000_000)]
    quantity: i64,
}

impl GoodsBody {
    pub(super) fn parse(&self) -> Result<LotGoods, InvalidLotGoods> {
        LotGoods::parse(&self.sku, self.quantity)
    }
}

impl From<&LotGoods> for GoodsBody {
    fn from(goods: &LotGoods) -> Self {
        Self {
            sku: goods.sku().to_owned(),
            quantity: goods.quantity().into(),
        }
    }
}

/// By how much bids rise: `"standard"`, or a table.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "expected \"standard\" or {\"bands\": [{\"up_to\": \"0.99\", \"step\": \"0.05\"}], \"above\": \"100\"}"
)]
#[schema(as = IncrementsChoice)]
pub(super) enum IncrementsBody {
    /// A table by name.
    Named(IncrementsName),
    /// A table of one's own.
    Table(IncrementTable),
}

/// Tables with a name.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum IncrementsName {
    /// The table that large houses use: 0.05 up to 0.99, 0.25 up to 4.99, and so on to 100 above 4999.99.
    Standard,
}

/// A table of increments. Amounts are plain decimals in the currency of the starting price or the sale.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IncrementTable)]
pub(super) struct IncrementTable {
    /// The bands, from the lowest prices up.
    #[schema(max_items = 50)]
    bands: Vec<IncrementBand>,
    /// The step for every price above the bands.
    #[schema(example = "100", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    above: String,
}

/// Prices up to this one rise by this step.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IncrementBand)]
pub(super) struct IncrementBand {
    /// The highest price of the band.
    #[schema(example = "0.99", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    up_to: String,
    /// By how much the next bid must exceed it.
    #[schema(example = "0.05", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    step: String,
}

/// Why a table of increments cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadIncrements {
    #[error(transparent)]
    Amount(#[from] MoneyError),
    #[error(transparent)]
    Table(#[from] InvalidIncrements),
}

impl IncrementsBody {
    /// The table in a currency.
    pub(super) fn parse(&self, currency: Currency) -> Result<Increments, BadIncrements> {
        match self {
            Self::Named(IncrementsName::Standard) => Ok(Increments::standard(currency)),
            Self::Table(table) => table.parse(currency),
        }
    }
}

impl IncrementTable {
    fn parse(&self, currency: Currency) -> Result<Increments, BadIncrements> {
        let amount = |text: &str| Money::parse(currency, text).map(Money::minor_units);
        let band = |band: &IncrementBand| {
            Ok::<_, BadIncrements>(Band {
                up_to: amount(&band.up_to)?,
                step: amount(&band.step)?,
            })
        };
        let bands = self.bands.iter().map(band).collect::<Result<_, _>>()?;
        Ok(Increments::try_new(currency, bands, amount(&self.above)?)?)
    }
}

impl From<&Increments> for IncrementTable {
    fn from(increments: &Increments) -> Self {
        let (bands, above) = increments.bands();
        let text = |minor_units| {
            let money = Money::from_minor_units(increments.currency(), minor_units);
            money.map_or_else(|_| String::new(), |money| money.amount().to_string())
        };
        let band = |band: &Band| IncrementBand {
            up_to: text(band.up_to),
            step: text(band.step),
        };
        Self {
            bands: bands.iter().map(band).collect(),
            above: text(above),
        }
    }
}

/// How late bids move the end: `"off"`, or a window.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "expected \"off\" or {\"window_seconds\": 120, \"cap_seconds\": 1800}"
)]
#[schema(as = SoftCloseChoice)]
pub(super) enum SoftCloseBody {
    /// Not at all.
    Named(SoftCloseName),
    /// Like this.
    Window(SoftCloseWindow),
}

/// The soft close that is none.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SoftCloseName {
    /// The end is final.
    Off,
}

/// A bid with less than the window left gives the lot that window again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SoftClose)]
pub(super) struct SoftCloseWindow {
    /// What a late bid leaves at least.
    #[schema(minimum = 1, maximum = 3600, example = 120)]
    window_seconds: i64,
    /// How far all extensions together may go beyond the first end; without limit if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 604800)]
    cap_seconds: Option<i64>,
}

impl SoftCloseBody {
    /// What was chosen.
    pub(super) fn parse(self) -> Result<SoftCloseChoice, InvalidSoftClose> {
        match self {
            Self::Named(SoftCloseName::Off) => Ok(SoftCloseChoice::Off),
            Self::Window(window) => {
                let soft_close = SoftClose::try_new(window.window_seconds, window.cap_seconds)?;
                Ok(SoftCloseChoice::On(soft_close))
            }
        }
    }
}

impl From<SoftClose> for SoftCloseWindow {
    fn from(soft_close: SoftClose) -> Self {
        Self {
            window_seconds: soft_close.window().num_seconds(),
            cap_seconds: soft_close.cap().map(|cap| cap.num_seconds()),
        }
    }
}
