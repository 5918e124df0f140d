//! Rows of addresses, and the way from them to the domain and back.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::Failure;
use foundation::database::Moment;

use crate::application::AddressView;
use crate::domain::{Address, AddressParts, PostalAddress};
use crate::ids::{AddressId, ConsigneeId};
use crate::schema::shipping_addresses;

/// As many rows as one statement asks for by their names: SQLite takes 32,766 values.
pub(super) const NAMED_AT_ONCE: usize = 10_000;

/// An address as its table keeps it. The parts are one text: they were checked when they were written, are
/// never changed, and nobody searches for one of them.
#[derive(Queryable, Insertable)]
#[diesel(table_name = shipping_addresses)]
pub(super) struct AddressRow {
    pub(super) id: AddressId,
    pub(super) consignee: ConsigneeId,
    pub(super) position: i64,
    pub(super) postal: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    pub(super) added_at: DateTime<Utc>,
}

pub(super) fn postal_text(postal: &PostalAddress) -> Result<String, Failure> {
    serde_json::to_string(postal)
        .map_err(|error| Failure::Defect(format!("an address is not JSON: {error}")))
}

pub(super) fn postal(text: &str) -> Result<PostalAddress, Failure> {
    let parts: AddressParts = serde_json::from_str(text).map_err(Failure::damaged)?;
    Ok(PostalAddress::from_stored(parts))
}

impl AddressRow {
    pub(super) fn into_address(self) -> Result<Address, Failure> {
        Ok(Address {
            id: self.id,
            postal: postal(&self.postal)?,
            added_at: self.added_at,
        })
    }

    pub(super) fn into_view(self) -> Result<AddressView, Failure> {
        Ok(AddressView {
            id: self.id,
            consignee: self.consignee,
            postal: postal(&self.postal)?,
            added_at: self.added_at,
        })
    }
}
