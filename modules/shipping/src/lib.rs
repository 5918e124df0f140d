//! Shipping: what is in the house, who lives where, and which package is on its way to whom.
//!
//! - [`ShippingFacade`]: stock, the address book, packages, the packing desk.
//! - [`PackageShipped`] and the other events: what the rest of the application hears of it.
//! - `domain`: addresses by country ([`PostalAddress`]), the life of a package ([`PackageStatus`]), and
//!   batches of goods with the lines that are promised their pieces.
//!
//! Persons are known here as [`ConsigneeId`] when they receive packages, and as [`ConsignorId`] when the
//! goods are theirs. The module depends on no other module: what makes a package is
//! decided in `process`.

mod application;
mod domain;
mod events;
mod facade;
mod handlers;
mod ids;
mod infrastructure;
mod schema;
mod settings;
mod stock_events;
mod wiring;

pub use application::{
    AddAddress, AddAddressError, AddBatch, AddBatchError, AddressView, AllocateError, AskForLabel,
    AskForLabelError, BatchFile, BatchView, CancelPackageError, ChangeBatch, ChangeBatchError,
    ChooseForPackage, ChooseForPackageError, CreatePackage, CreatePackageError, DeallocateError,
    DeliverPackageError, EntrustGoods, EntrustGoodsError, ImportBatchesError, LabelView, LineView,
    NamedConsignors, OfferGoodsError, PackageGoods, PackageView, ProductView, RowError,
    ShipPackage, ShipPackageError, StockView, WaitsFor,
};
pub use domain::{
    AddressPart, AddressParts, AddressProblem, BatchReference, BoughtLabel, BrokenRule,
    CarrierName, Collection, Grams, InvalidAddress, InvalidConsignment, InvalidGrams,
    InvalidStockName, LabelState, OrderLine, PackageStatus, PostalAddress, Quantity, Sku,
    StockChoice, TrackingNumber, UnknownPackageStatus, parse_eta,
};
pub use events::{
    PackageAwaitsStock, PackageCancelled, PackageCollected, PackageCreated, PackageDelivered,
    PackageKeptWaiting, PackageReady, PackageRefundChosen, PackageReturned, PackageShipped,
};
pub use facade::ShippingFacade;
pub use ids::{AddressId, CollectionId, ConsigneeId, ConsignorId, LabelId, OrderId, PackageId};
pub use settings::{CarrierSettings, ShippingSettings, StockLocking};
pub use stock_events::{
    BatchAdded, BatchChanged, GoodsEntrusted, LineAllocated, LineDeallocated, LineOutOfStock,
};
pub use wiring::{ShippingModule, module};
