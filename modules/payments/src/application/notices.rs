//! Messages that gateways send by themselves.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use foundation::{Failure, Interface, UnitOfWork};

use crate::application::gateway::{Gateways, Notice, NoticeRefusal};
use crate::domain::instruction::GatewayName;
use crate::events::NoticeReceived;

/// Takes in a gateway's message.
#[derive(Debug, Clone)]
pub struct ReceiveNotice {
    /// Whose message it claims to be.
    pub gateway: GatewayName,
    /// The signature that came along.
    pub signature: String,
    /// The message, byte for byte.
    pub body: Vec<u8>,
}

/// Why a message was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveNoticeError {
    /// It is not the gateway's, or too old, or not understood.
    #[error(transparent)]
    Refused(#[from] NoticeRefusal),
    /// The machinery failed: the gateway is to send it again.
    #[error("the message could not be taken in")]
    Unexpected(#[from] Failure),
}

/// The messages that have been taken in.
pub(crate) trait NoticeInbox: Interface {
    /// Adds a message. `false` when it had been taken in before; one that came at the same moment is a
    /// [`Failure::Conflict`].
    fn add(
        &self,
        gateway: &GatewayName,
        notice: &Notice,
        uow: &mut UnitOfWork,
    ) -> Result<bool, Failure>;

    /// Forgets the messages from before this moment.
    fn forget_before(&self, moment: DateTime<Utc>, uow: &mut UnitOfWork) -> Result<(), Failure>;
}

/// Takes messages in.
pub(crate) struct Notices {
    pub(crate) inbox: Arc<dyn NoticeInbox>,
    pub(crate) gateways: Arc<Gateways>,
}

impl Notices {
    /// Heeds a genuine message once. It only says where to look: what has happened is asked of the gateway, so
    /// that messages may come twice, late, or out of turn.
    pub(crate) fn receive(
        &self,
        command: &ReceiveNotice,
        uow: &mut UnitOfWork,
    ) -> Result<bool, ReceiveNoticeError> {
        let gateway = self.gateways.named(&command.gateway);
        let gateway = gateway.ok_or(NoticeRefusal::NotExpected)?;
        let notice = gateway.read_notice(&command.signature, &command.body, uow.now())?;
        if !self.inbox.add(&command.gateway, &notice, uow)? {
            return Ok(false);
        }
        uow.post(&NoticeReceived {
            gateway: command.gateway.to_string(),
            billing: notice.billing,
            reference: notice.reference.map(|reference| reference.to_string()),
        })?;
        Ok(true)
    }
}
