//! The rules of addresses, packages and stock. Pure: time and ids come from the caller.

mod address;
mod address_book;
mod batch;
mod consignment;
mod label;
mod package;
mod package_choice;
mod package_status;
mod postal_rules;
mod product;
#[cfg(test)]
mod product_model;
#[cfg(test)]
mod product_tests;
mod stock_names;

pub use address::{
    AddressPart, AddressParts, AddressProblem, BrokenRule, InvalidAddress, PostalAddress,
};
pub(crate) use address_book::{Address, AddressBook, AddressBookError};
pub use batch::OrderLine;
pub(crate) use batch::{Allocation, Batch, Mark};
pub(crate) use consignment::Consignment;
pub use consignment::{CarrierName, InvalidConsignment, TrackingNumber};
pub(crate) use label::Label;
pub use label::{BoughtLabel, Grams, InvalidGrams, LabelState};
pub use package::{Collection, StockChoice};
pub(crate) use package::{
    DeliveryRefusal, Goods, Lease, NewPackage, Package, Place, ShippingRefusal, Turn,
};
pub(crate) use package_choice::ChoiceRefusal;
pub use package_status::{PackageStatus, UnknownPackageStatus};
pub(crate) use product::{
    AllocationRefusal, BatchRefusal, DeallocationRefusal, OthersGoods, Product,
};
pub use stock_names::{BatchReference, InvalidStockName, Quantity, Sku, parse_eta};
