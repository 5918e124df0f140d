//! What can be done with addresses, packages and stock, and what it takes.

mod addresses;
mod carrier;
mod choices;
mod consignors;
mod labels;
mod packages;
mod ports;
mod serving;
mod stock;
mod stock_csv;
mod stock_export;
mod stock_views;
mod views;

pub use addresses::{AddAddress, AddAddressError};
pub use choices::{CancelPackageError, ChooseForPackage, ChooseForPackageError};
pub use consignors::{EntrustGoods, EntrustGoodsError, OfferGoodsError};
pub use labels::{AskForLabel, AskForLabelError};
pub use packages::{
    CreatePackage, CreatePackageError, DeliverPackageError, ShipPackage, ShipPackageError,
};
pub use stock::{
    AddBatch, AddBatchError, AllocateError, ChangeBatch, ChangeBatchError, DeallocateError,
};
pub use stock_csv::{BatchFile, ImportBatchesError, NamedConsignors, RowError};
pub use stock_views::{BatchView, LineView, ProductView, StockView, WaitsFor};
pub use views::{AddressView, LabelView, PackageGoods, PackageView};

pub(crate) use addresses::add_address;
pub(crate) use carrier::{ByHand, Carrier, CarrierError, Carriers, Parcel, Progress};
pub(crate) use choices::{cancel, choose};
pub(crate) use consignors::{Ownership, entrust, may_offer};
pub(crate) use labels::{Labelling, Unpaid, answered};
pub(crate) use packages::{collect, create_package, deliver, next_package, ship, take_back};
pub(crate) use ports::{
    AddressBooks, Labels, Packages, Products, Scope, ShippingQueries, StockQueries,
};
pub(crate) use serving::Serving;
pub(crate) use stock::{LineStep, add_batch, allocate, change_batch, step};
pub(crate) use stock_csv::import_batches;
pub(crate) use stock_export::{export_batches, export_lines};
