//! Random secrets that open a session or use a token.

use std::fmt;

use sha2::{Digest, Sha256};

/// What is kept of a secret.
pub type SecretDigest = [u8; 32];

/// A random secret of 256 bits, shown once to its owner. The house keeps only its [`hash`](Self::hash).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a new one.
    pub fn generate() -> Self {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        Self(hexadecimal(&bytes))
    }

    /// Reads what a client sent; `None` when it cannot be a secret of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let fit = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        fit.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The text that its owner keeps.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database keeps. The secret has as many bits as the hash, so salt and stretching would
    /// add nothing.
    pub fn hash(&self) -> String {
        hexadecimal(&self.digest())
    }

    /// The same as bytes, which is what the memory of the process keeps.
    pub fn digest(&self) -> SecretDigest {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_read_back() {
        let (one, other) = (Secret::generate(), Secret::generate());
        assert_ne!(one, other);
        assert_eq!(Secret::parse(one.expose()), Some(one.clone()));
        assert_ne!(one.hash(), one.expose());
        assert_eq!(Secret::parse("short"), None);
    }

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Secret::generate()), "Secret(***)");
    }
}
