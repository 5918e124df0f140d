//! The database side of this module.

mod address_books;
mod packages;
#[cfg(test)]
mod product_tests;
mod products;
mod queries;
mod rows;
mod stock_rows;

pub(crate) use address_books::DieselAddressBooks;
pub(crate) use packages::DieselPackages;
pub(crate) use products::DieselProducts;
pub(crate) use queries::DieselShippingQueries;
