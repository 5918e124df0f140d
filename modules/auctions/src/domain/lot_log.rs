//! A lot's log as it leaves the house.

use serde::{Deserialize, Serialize};

use super::auction::AuctionState;
use super::log::{Entry, Line, LineHash};
use super::secrecy::hex;
use crate::ids::AuctionId;

/// A lot's log as it is exported. While the lot runs, the lines show their hashes only, up to the newest bid
/// that everybody sees: whoever keeps them can prove later that none was changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotLog {
    pub(crate) auction: AuctionId,
    pub(crate) title: String,
    pub(crate) lines: Vec<ExportedLine>,
    /// The hash of the newest line: what shows that nothing is cut off. While the lot runs, of the newest line
    /// that the reader may know of.
    pub(crate) head: String,
}

/// One line of an exported log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportedLine {
    /// The SHA-256 of the line before and of this entry, in hexadecimal digits.
    pub(crate) hash: String,
    /// What the line says, once it may be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entry: Option<Entry>,
    /// The amount that the entry commits to, once it may be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) opening: Option<Opening>,
}

/// What proves a commitment.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opening {
    /// In minor units.
    pub(crate) amount: i64,
    pub(crate) salt: String,
}

/// Without the amount and what it is proved with.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}

/// How much of a log is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    Hashes,
    /// Entries, in which amounts are commitments.
    Entries,
    Everything,
}

impl LotLog {
    /// The line, counted from 1, that has a hash: whoever kept the hash knows all lines up to this one.
    pub fn line_with(&self, hash: &str) -> Option<usize> {
        let index = self.lines.iter().position(|line| line.hash == hash);
        index.map(|index| index + 1)
    }

    /// The log of the auction, still without lines.
    pub(crate) fn of(auction: &AuctionState) -> Self {
        Self {
            auction: auction.id,
            title: auction.title.as_str().to_owned(),
            lines: Vec::new(),
            head: hex(&auction.log.hash),
        }
    }

    /// Makes the newest line that was told the head, for those who may not know of the lines after it.
    pub(crate) fn end_here(&mut self) {
        let newest = self.lines.last();
        self.head = newest.map_or_else(|| hex(&LineHash::default()), |line| line.hash.clone());
    }

    /// Adds a line as far as it may be told.
    pub(crate) fn tell(
        &mut self,
        auction: &AuctionState,
        line: &Line,
        telling: Telling,
    ) -> serde_json::Result<()> {
        let opening = |amount| Opening {
            amount,
            salt: auction.log.secret.salt(line.line),
        };
        self.lines.push(ExportedLine {
            hash: hex(&line.hash),
            entry: match telling {
                Telling::Hashes => None,
                Telling::Entries | Telling::Everything => Some(serde_json::from_str(&line.entry)?),
            },
            opening: match telling {
                Telling::Hashes | Telling::Entries => None,
                Telling::Everything => line.amount.map(opening),
            },
        });
        Ok(())
    }
}
