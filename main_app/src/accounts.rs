//! Who uses the house: users with a role, their passwords, sessions and API tokens.
//!
//! Sessions and tokens are one mechanism: a [`Credential`] is a row that holds the hash of a random secret,
//! so that each can be listed and revoked, and a stolen database opens no door. The tables are the
//! application's own; a user's UUID is the person's id in every module.

mod attempts;
mod credentials;
mod desk;
mod passwords;
mod remembered;
mod schema;
mod secrets;
mod settings;
mod storage;
mod users;

pub use credentials::{
    Credential, CredentialId, CredentialKind, CredentialView, SignedIn, TokenLabel,
};
pub use desk::{
    AccountsDesk, CreateTokenError, IssuedCredential, LogIn, LogInError, Register, RegisterError,
    RevokeError,
};
pub use passwords::{Password, PasswordError};
pub use remembered::{KnownCredential, RememberedCredentials};
pub use secrets::Secret;
pub use settings::AccountsSettings;
pub use storage::Accounts;
pub use users::{PersonName, PersonNameError, Role, User, UserId};
