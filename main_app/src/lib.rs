//! Gavel, the application: it puts the modules together and gives them a face.
//!
//! [`composition`] is the only place that sees every module; `api` and [`pages`] only know their facades;
//! [`http`] decides what all requests have in common; [`commands`] is the command line.

pub mod accounts;
mod api;
mod buyers;
pub mod commands;
pub mod composition;
pub mod configuration;
mod consignors;
pub mod documents;
pub mod http;
mod looking_up;
pub mod pages;
mod putting_up;
mod short_memory;
mod statements;
mod window;
mod wiring;
