//! Documents on paper: what they say, and how they are drawn as PDF.
//!
//! | to read about | open |
//! |---|---|
//! | what an invoice or a packing slip says, in which words | `invoice.rs`, `packing_slip.rs`, `words.rs` |
//! | what goes on the outside of a parcel | `label.rs` |
//! | how a letter to a customer is laid out | `letter.rs`, `table.rs` |
//! | lines, columns and pages | `sheet.rs` |
//! | how text becomes glyphs, and which fonts it takes | `shaping.rs`, `fonts.rs` |
//!
//! The pages show the same `Letter` as HTML, so that paper and page never say different things.

mod fonts;
mod house;
mod invoice;
mod label;
mod letter;
mod packing_slip;
mod shaping;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use fonts::Fonts;
pub(crate) use house::House as HouseOnPaper;
pub(crate) use invoice::invoice;
pub(crate) use label::Label;
pub(crate) use letter::Letter;
pub(crate) use packing_slip::packing_slip;
pub(crate) use sheet::DrawingError;
pub(crate) use words::date;
