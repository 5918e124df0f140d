//! The database side of this module.

mod address_books;
mod packages;
mod queries;
mod rows;

pub(crate) use address_books::DieselAddressBooks;
pub(crate) use packages::DieselPackages;
pub(crate) use queries::DieselShippingQueries;
