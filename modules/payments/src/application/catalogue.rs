//! What staff offer: coupons, credit and collection times.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use foundation::{Failure, Money, UnitOfWork, audit};

use crate::application::checkouts::Checkouts;
use crate::domain::coupon::{CouponCode, CouponData, Discount};
use crate::domain::ledger::{Posting, Transfer};
use crate::domain::slot::SlotData;
use crate::ids::{CouponId, PayerId, SlotId};

const MAX_PLACE: usize = 200;
const MAX_REASON: usize = 500;

/// Issues a coupon; the same one twice is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueCoupon {
    /// The new coupon's id, chosen by the caller.
    pub coupon: CouponId,
    /// What customers type in.
    pub code: CouponCode,
    /// What it takes off.
    pub discount: Discount,
    /// How many customers may use it, each once; at least one.
    pub allowed: u32,
    /// Until when, if not for ever.
    pub valid_until: Option<DateTime<Utc>>,
    /// Who of the staff issues it.
    pub staff: String,
}

/// Why a coupon was not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueCouponError {
    /// There is a coupon with this code.
    #[error("there is a coupon {0} already")]
    Taken(CouponCode),
    /// Nobody could use it, or it takes nothing off.
    #[error("a coupon takes something off, for at least one customer")]
    Worthless,
    /// The machinery failed.
    #[error("the coupon could not be issued")]
    Unexpected(#[from] Failure),
}

/// Opens a time for collecting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSlot {
    /// The new slot's id, chosen by the caller.
    pub slot: SlotId,
    /// Where; up to 200 characters.
    pub place: String,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// For how many customers; at least one.
    pub capacity: u32,
    /// Who of the staff opens it.
    pub staff: String,
}

/// Why a collection time was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenSlotError {
    /// There is a collection time with this id.
    #[error("collection time {0} has been opened already")]
    AlreadyOpened(SlotId),
    /// It ends before it begins, has begun, has no room, or no place.
    #[error(
        "a collection time begins in the future, ends after it begins, has room for at least one \
         customer, and a place of at most {MAX_PLACE} characters"
    )]
    Impossible,
    /// The machinery failed.
    #[error("the collection time could not be opened")]
    Unexpected(#[from] Failure),
}

/// Gives a customer credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantCredit {
    /// Who gets it.
    pub owner: PayerId,
    /// How much; more than nothing.
    pub amount: Money,
    /// The version of the account that staff have looked at, zero where there was none: a grant that is sent
    /// twice counts once. `None` grants whatever the account has become.
    pub seen: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who of the staff gives it.
    pub staff: String,
}

/// Why no credit was given.
#[derive(Debug, thiserror::Error)]
pub enum GrantCreditError {
    /// Nothing, or more than an account holds.
    #[error("credit is more than nothing, and not more than an account holds")]
    Amount,
    /// Nobody would know later what it was for.
    #[error("say in at most {MAX_REASON} characters why the customer gets credit")]
    Reason,
    /// Somebody else, or the same request before, has changed the account.
    #[error("the credit has changed since you looked: it is {available} now")]
    Changed {
        /// What is there now.
        available: Money,
    },
    /// The machinery failed.
    #[error("the credit could not be given")]
    Unexpected(#[from] Failure),
}

/// Keeps what staff offer.
pub(crate) struct Catalogue {
    pub(crate) checkouts: Arc<Checkouts>,
}

impl Catalogue {
    pub(crate) fn issue_coupon(
        &self,
        command: IssueCoupon,
        uow: &mut UnitOfWork,
    ) -> Result<(), IssueCouponError> {
        let worthless = match command.discount {
            Discount::Amount(amount) => amount.is_zero(),
            Discount::Share(share) => share.get() == 0,
        };
        if worthless || command.allowed == 0 {
            return Err(IssueCouponError::Worthless);
        }
        let coupons = &self.checkouts.coupons;
        match coupons.by_code(&command.code, uow)? {
            Some(known) if known == command.coupon => return Ok(()),
            Some(_) => return Err(IssueCouponError::Taken(command.code)),
            None => {}
        }
        let coupon = CouponData {
            id: command.coupon,
            code: command.code,
            discount: command.discount,
            allowed: command.allowed.into(),
            held: 0,
            redeemed: 0,
            valid_until: command.valid_until,
            created_at: uow.now(),
        };
        coupons.add(&coupon, uow)?;
        let (subject, detail) = (coupon.code.to_string(), format!("{:?}", coupon.discount));
        audit::record(
            &command.staff,
            "payments.issue_coupon",
            &subject,
            &detail,
            uow,
        )?;
        Ok(())
    }

    pub(crate) fn open_slot(
        &self,
        command: OpenSlot,
        uow: &mut UnitOfWork,
    ) -> Result<(), OpenSlotError> {
        let letters = command.place.trim().chars().count();
        let possible = uow.now() < command.starts_at
            && command.starts_at < command.ends_at
            && command.capacity > 0
            && (1..=MAX_PLACE).contains(&letters);
        if !possible {
            return Err(OpenSlotError::Impossible);
        }
        if self.checkouts.slots.get(command.slot, uow)?.is_some() {
            return Err(OpenSlotError::AlreadyOpened(command.slot));
        }
        let staff = command.staff;
        let slot = SlotData {
            id: command.slot,
            place: command.place.trim().to_owned(),
            starts_at: command.starts_at,
            ends_at: command.ends_at,
            capacity: command.capacity.into(),
            held: 0,
            confirmed: 0,
        };
        self.checkouts.slots.add(&slot, uow)?;
        let (subject, detail) = (
            slot.id.to_string(),
            format!("{}, {}", slot.place, slot.starts_at),
        );
        audit::record(&staff, "payments.open_slot", &subject, &detail, uow)?;
        Ok(())
    }

    pub(crate) fn grant_credit(
        &self,
        command: GrantCredit,
        uow: &mut UnitOfWork,
    ) -> Result<(), GrantCreditError> {
        let GrantCredit {
            owner,
            amount,
            seen,
            reason,
            staff,
        } = command;
        if amount.is_zero() {
            return Err(GrantCreditError::Amount);
        }
        if !(1..=MAX_REASON).contains(&reason.trim().chars().count()) {
            return Err(GrantCreditError::Reason);
        }
        let accounts = &self.checkouts.credit;
        let mut account = accounts.get(owner, amount.currency(), uow)?;
        if seen.is_some_and(|seen| seen != account.version()) {
            let available = account.available();
            return Err(GrantCreditError::Changed { available });
        }
        account
            .grant(amount)
            .map_err(|_| GrantCreditError::Amount)?;
        accounts.save(&account, uow)?;
        let grant = Transfer::grant(owner, amount, &reason);
        let postings = vec![Posting::Transfer(grant)];
        self.checkouts.ledger.enter(postings, uow)?;
        let detail = format!("{amount}: {reason}");
        audit::record(
            &staff,
            "payments.grant_credit",
            &owner.to_string(),
            &detail,
            uow,
        )?;
        Ok(())
    }
}
