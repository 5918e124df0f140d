//! Passwords: what is accepted, and how they are kept.

use std::sync::LazyLock;

use secrecy::{ExposeSecret, SecretString};

/// A password that was accepted for a new account.
#[derive(Debug)]
pub struct Password(SecretString);

/// Why a password was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short to resist guessing.
    #[error("a password has at least {} characters", Password::MIN)]
    TooShort,
    /// So long that hashing it would be a way to keep the house busy.
    #[error("a password has at most {} characters", Password::MAX)]
    TooLong,
    /// One of those that are tried first.
    #[error("this password is among those that are guessed first")]
    TooCommon,
    /// Made of what everybody knows about the account.
    #[error("a password must not be made of the name or e-mail address")]
    SaysWhoYouAre,
}

/// The passwords that are guessed first, in small letters, one a line. Shorter ones than the least length
/// are not listed.
const COMMON: &str = include_str!("common_passwords.txt");

impl Password {
    /// The fewest characters.
    pub const MIN: usize = 8;
    /// The most characters.
    pub const MAX: usize = 128;

    /// Checks a password for the account of the given address and name. There are no rules about kinds of
    /// characters: they make passwords worse (NIST SP 800-63B, OWASP ASVS 5 6.2).
    pub fn parse(text: SecretString, email: &str, name: &str) -> Result<Self, PasswordError> {
        let password = text.expose_secret();
        let length = password.chars().count();
        if length < Self::MIN {
            return Err(PasswordError::TooShort);
        }
        if length > Self::MAX {
            return Err(PasswordError::TooLong);
        }
        let small = password.to_lowercase();
        if is_common(&small) {
            return Err(PasswordError::TooCommon);
        }
        let local = email.split('@').next().unwrap_or_default();
        let known = [email, local, name, "gavel"];
        if known.iter().any(|known| is_mostly(&small, known)) {
            return Err(PasswordError::SaysWhoYouAre);
        }
        Ok(Self(text))
    }

    /// The hash to keep: Argon2id with a salt of its own. Slow on purpose.
    pub(super) fn hash(&self) -> String {
        password_auth::generate_hash(self.0.expose_secret())
    }
}

fn is_common(small: &str) -> bool {
    let trimmed = small.trim_end_matches(|c: char| c.is_ascii_digit() || c == '!');
    COMMON
        .lines()
        .any(|common| common == small || (trimmed.len() >= Password::MIN && common == trimmed))
}

/// Whether the password is the known text with a few characters around it.
fn is_mostly(small: &str, known: &str) -> bool {
    let known = known.to_lowercase();
    known.len() >= 4 && small.contains(&known) && small.len() < known.len() + 6
}

/// Compares a password with a kept hash. Slow on purpose.
///
/// Without a hash (nobody has that address) it takes as long and says no, so that the time of the answer
/// does not tell which addresses are known.
pub(super) fn matches(password: &SecretString, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| password_auth::generate_hash("nobody"));
    let known = hash.is_some();
    let verified =
        password_auth::verify_password(password.expose_secret(), hash.unwrap_or(&NOBODY));
    known && verified.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn parse(password: &str) -> Result<Password, PasswordError> {
        Password::parse(password.into(), "ada.byron@example.com", "Ada Byron")
    }

    #[rstest]
    #[case("short", PasswordError::TooShort)]
    #[case("Password1", PasswordError::TooCommon)]
    #[case("qwertyuiop", PasswordError::TooCommon)]
    #[case("password2026!", PasswordError::TooCommon)]
    #[case("ada.byron1", PasswordError::SaysWhoYouAre)]
    #[case("my gavel", PasswordError::SaysWhoYouAre)]
    fn a_password_that_is_easily_guessed_is_refused(
        #[case] password: &str,
        #[case] reason: PasswordError,
    ) {
        assert_eq!(parse(password).unwrap_err(), reason);
    }

    #[rstest]
    #[case("correct horse battery")]
    #[case("비밀번호는여덟자")]
    fn any_other_is_accepted_whatever_it_is_made_of(#[case] password: &str) {
        parse(password).unwrap();
    }

    #[test]
    fn an_overlong_password_is_refused() {
        assert_eq!(parse(&"x".repeat(129)).unwrap_err(), PasswordError::TooLong);
    }

    #[test]
    fn only_the_right_password_matches_and_nobody_never_does() {
        let hash = parse("correct horse battery").unwrap().hash();
        assert!(hash.starts_with("$argon2id$"));
        assert!(matches(&"correct horse battery".into(), Some(&hash)));
        assert!(!matches(&"wrong horse battery".into(), Some(&hash)));
        assert!(!matches(&"nobody".into(), None));
    }
}
