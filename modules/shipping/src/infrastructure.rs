//! The database side of this module.

mod address_books;
mod easypost;
mod labels;
mod package_rows;
mod packages;
#[cfg(test)]
mod product_tests;
mod products;
mod queries;
mod rows;
mod stock_queries;
mod stock_rows;

pub(crate) use address_books::DieselAddressBooks;
pub(crate) use easypost::EasyPost;
pub(crate) use labels::DieselLabels;
pub(crate) use packages::DieselPackages;
pub(crate) use products::DieselProducts;
pub(crate) use queries::DieselShippingQueries;
pub(crate) use stock_queries::DieselStockQueries;
