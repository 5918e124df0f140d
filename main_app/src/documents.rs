//! Documents on paper: what they say, and how they are drawn as PDF.
//!
//! | to read about | open |
//! |---|---|
//! | what an invoice says, in which words | `invoice.rs`, `words.rs` |
//! | how a letter to a customer is laid out | `letter.rs`, `table.rs` |
//! | lines, columns and pages | `sheet.rs` |
//! | how text becomes glyphs, and which fonts it takes | `shaping.rs`, `fonts.rs` |
//!
//! The pages show the same [`Letter`] as HTML, so that paper and page never say different things.

mod fonts;
mod invoice;
mod letter;
mod shaping;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use fonts::Fonts;
pub(crate) use invoice::invoice;
pub(crate) use letter::Letter;
pub(crate) use sheet::DrawingError;
pub(crate) use words::date;
