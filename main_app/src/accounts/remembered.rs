//! Whose a credential is, remembered for a second, so that not every request reads it from the database.
//!
//! Here and nowhere else lies the time within which another instance still lets somebody in whose session
//! or token was revoked, or whose role was changed: `accounts.remember_credentials_ms`. In the process that
//! made the change it is seen by the very next request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use foundation::UnitOfWork;

use super::credentials::{Credential, CredentialId, SignedIn};
use super::secrets::{Secret, SecretDigest};
use super::settings::AccountsSettings;
use super::users::User;
use crate::short_memory::ShortMemory;

/// How many credentials are remembered, at most twice.
const MOST: usize = 10_000;

/// A credential with its owner, as the database had them a moment ago.
#[derive(Debug)]
pub struct KnownCredential {
    signed_in: SignedIn,
    credential: Credential,
    is_noted: AtomicBool,
}

impl KnownCredential {
    pub(super) fn new(user: User, credential: Credential) -> Self {
        Self {
            signed_in: SignedIn {
                user,
                credential: credential.id,
                kind: credential.kind,
            },
            credential,
            is_noted: AtomicBool::new(false),
        }
    }

    /// Who shows the credential now; nobody when it rested too long or has come to its end.
    pub fn signed_in(&self, now: DateTime<Utc>) -> Option<&SignedIn> {
        self.credential.is_good(now).then_some(&self.signed_in)
    }

    /// Whether this use is to be written down. Of many uses at once, one is.
    pub fn takes_note(&self, now: DateTime<Utc>) -> bool {
        self.credential.is_due_for_note(now) && !self.is_noted.swap(true, Ordering::Relaxed)
    }
}

/// The credentials that were shown lately, by what the database knows of their secrets.
#[derive(Clone)]
pub struct RememberedCredentials(Arc<ShortMemory<SecretDigest, Arc<KnownCredential>>>);

impl RememberedCredentials {
    pub(super) fn new(settings: &AccountsSettings) -> Self {
        let time = settings.remember_credentials();
        Self(Arc::new(ShortMemory::new(time, MOST)))
    }

    /// The credential of a secret that is shown now: remembered, or else what `look_up` finds.
    pub async fn find<E, F>(
        &self,
        secret: &Secret,
        now: DateTime<Utc>,
        look_up: impl FnOnce() -> F,
    ) -> Result<Arc<KnownCredential>, E>
    where
        F: Future<Output = Result<Arc<KnownCredential>, E>>,
    {
        self.0.get(&secret.digest(), now, look_up).await
    }

    /// Forgets a credential once its change is committed.
    pub(super) fn forget_after(&self, uow: &mut UnitOfWork, id: CredentialId) {
        let remembered = self.clone();
        uow.after_commit(move || remembered.0.forget_if(|known| known.credential.id == id));
    }

    /// Forgets the credential of a secret once its change is committed.
    pub(super) fn forget_secret_after(&self, uow: &mut UnitOfWork, secret: &Secret) {
        let (remembered, secret) = (self.clone(), secret.digest());
        uow.after_commit(move || remembered.0.forget(&secret));
    }
}
