//! The database side of this module.

mod processes;

pub(crate) use processes::{DieselProcessQueries, DieselProcesses};
