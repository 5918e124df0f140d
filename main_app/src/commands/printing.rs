//! What commands print: lines on the standard output, for as long as somebody reads them.

use std::fmt::Display;
use std::io::{ErrorKind, Result, Write};

/// Prints a line. A reader that has seen enough (`gavel openapi | head`) is no error.
pub(super) fn print_line(line: impl Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
