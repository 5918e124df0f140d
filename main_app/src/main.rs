//! The command line of Gavel.
fn main() {}
