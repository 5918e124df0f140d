//! What keeps a lot's secrets while it runs, and proves afterwards that nobody changed them.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A random secret of one lot. From it come the pseudonyms of its log and the salts of its commitments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LotSecret([u8; 32]);

impl From<[u8; 32]> for LotSecret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for LotSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LotSecret")
    }
}

impl LotSecret {
    /// The bytes, for the database.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name under which a person appears in the lot's log: always the same one in this log, and another
    /// one in every other.
    pub(crate) fn pseudonym(&self, person: Uuid) -> Uuid {
        let digest = self.derive(b'p', person.as_bytes());
        let half: [u8; 16] = digest[..16].try_into().expect("half of 32 is 16");
        uuid::Builder::from_custom_bytes(half).into_uuid()
    }

    /// What makes the commitment of a line impossible to guess. It says nothing about other lines.
    pub(crate) fn salt(&self, line: i64) -> String {
        hex(&self.derive(b's', &line.to_be_bytes())[..16])
    }

    // The parts before the data have a fixed length: no two derivations hash the same bytes.
    fn derive(&self, purpose: u8, data: &[u8]) -> [u8; 32] {
        let hash = Sha256::new().chain_update(self.0).chain_update([purpose]);
        hash.chain_update(data).finalize().into()
    }
}

/// The salted hash of an amount: it binds whoever publishes it, and tells nothing until salt and amount
/// are told.
pub(crate) fn commitment(salt: &str, amount: i64) -> String {
    hex(&Sha256::digest(format!("{salt}:{amount}")))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}
