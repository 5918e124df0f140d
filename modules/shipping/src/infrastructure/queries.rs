//! The read side.

use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::labels::LabelRow;
use super::package_rows::PackageRow;
use super::rows::AddressRow;
use crate::application::{AddressView, LabelView, PackageView, ShippingQueries};
use crate::domain::PackageStatus;
use crate::ids::{ConsigneeId, PackageId};
use crate::schema::{
    shipping_addresses as addresses, shipping_labels as labels, shipping_packages as packages,
};

/// Answers from the tables themselves.
pub(crate) struct DieselShippingQueries {}

impl ShippingQueries for DieselShippingQueries {
    fn addresses_of(
        &self,
        consignee: ConsigneeId,
        reader: &mut Reader,
    ) -> Result<Vec<AddressView>, Failure> {
        let rows: Vec<AddressRow> = addresses::table
            .filter(addresses::consignee.eq(consignee))
            .order(addresses::position.desc())
            .load(reader.connection())?;
        rows.into_iter().map(AddressRow::into_view).collect()
    }

    fn package(&self, id: PackageId, reader: &mut Reader) -> Result<Option<PackageView>, Failure> {
        let row: Option<PackageRow> = packages::table
            .find(id)
            .first(reader.connection())
            .optional()?;
        row.map(PackageRow::into_view).transpose()
    }

    fn label_of(&self, id: PackageId, reader: &mut Reader) -> Result<Option<LabelView>, Failure> {
        let row: Option<LabelRow> = labels::table
            .filter(labels::package.eq(id))
            .order((labels::asked_at.desc(), labels::id.desc()))
            .first(reader.connection())
            .optional()?;
        let label = row.map(LabelRow::into_label).transpose()?;
        Ok(label.map(|label| LabelView {
            id: label.id,
            grams: label.grams,
            state: label.state,
            asked_by: label.asked_by,
            asked_at: label.asked_at,
        }))
    }

    fn packages_of(
        &self,
        consignee: ConsigneeId,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure> {
        let rows: Vec<PackageRow> = packages::table
            .filter(packages::consignee.eq(consignee))
            .order((packages::created_at.desc(), packages::id.desc()))
            .load(reader.connection())?;
        rows.into_iter().map(PackageRow::into_view).collect()
    }

    fn packages(
        &self,
        status: Option<PackageStatus>,
        limit: i64,
        reader: &mut Reader,
    ) -> Result<Vec<PackageView>, Failure> {
        let mut query = packages::table
            .order((packages::created_at, packages::id))
            .limit(limit)
            .into_boxed();
        if let Some(status) = status {
            query = query.filter(packages::status.eq(status.name()));
        }
        let rows: Vec<PackageRow> = query.load(reader.connection())?;
        rows.into_iter().map(PackageRow::into_view).collect()
    }
}
