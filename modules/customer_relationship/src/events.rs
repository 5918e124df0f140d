//! What this module tells: for now only itself.

use foundation::Event;
use serde::{Deserialize, Serialize};

use crate::ids::EmailId;

/// An e-mail is written and waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailQueued {
    /// The e-mail.
    pub email: EmailId,
}

impl Event for EmailQueued {
    const NAME: &'static str = "customer_relationship.email_queued";
}
