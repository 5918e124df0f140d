//! What staff type in to find billings, customers and sellers.

use foundation::{Failure, Reader};
use payments::{BillingId, BillingKey, GatewayReference, PayerId};

use crate::accounts::{Accounts, User, UserId};

/// The billings that somebody looks for; `None` where it is the address of nobody. Nothing typed means all.
pub(crate) fn looked_for(
    typed: Option<&str>,
    accounts: &Accounts,
    reader: &mut Reader,
) -> Result<Option<BillingKey>, Failure> {
    let typed = typed.map(str::trim).unwrap_or_default();
    if typed.is_empty() {
        return Ok(Some(BillingKey::Any));
    }
    if let Ok(id) = typed.parse::<BillingId>() {
        return Ok(Some(BillingKey::Id(id)));
    }
    if typed.contains('@') {
        let user = accounts.user_with_email(typed, reader)?;
        return Ok(user.map(|user| BillingKey::Payer(PayerId::from(user.id.uuid()))));
    }
    let reference = GatewayReference::from(typed.to_owned());
    Ok(Some(BillingKey::Reference(reference)))
}

/// The customer of an id or an e-mail address.
pub(crate) fn customer(
    typed: &str,
    accounts: &Accounts,
    reader: &mut Reader,
) -> Result<Option<User>, Failure> {
    let user = match typed.trim().parse::<UserId>() {
        Ok(id) => accounts.user(id, reader)?,
        Err(_) => accounts.user_with_email(typed, reader)?,
    };
    Ok(user.filter(|user| user.role.is_customer()))
}

/// The seller of an id or an e-mail address.
pub(crate) fn seller(
    typed: &str,
    accounts: &Accounts,
    reader: &mut Reader,
) -> Result<Option<User>, Failure> {
    let user = customer(typed, accounts, reader)?;
    Ok(user.filter(|user| user.role.may_sell()))
}
