//! Read models in SQL.

use diesel::prelude::*;
use foundation::{Failure, Reader};

use super::rows::{CustomerRow, EmailRow};
use crate::application::{CustomerQueries, CustomerView, EmailView};
use crate::ids::{CustomerId, EmailId};
use crate::schema::{
    customer_relationship_customers as customers, customer_relationship_emails as emails,
};

/// Reads customers and e-mails from the database.
pub(crate) struct DieselCustomerQueries;

impl CustomerQueries for DieselCustomerQueries {
    fn customer(
        &self,
        id: CustomerId,
        reader: &mut Reader,
    ) -> Result<Option<CustomerView>, Failure> {
        let row = customers::table
            .find(id)
            .select(CustomerRow::as_select())
            .first(reader.connection())
            .optional()?;
        row.map(CustomerRow::into_view).transpose()
    }

    fn emails(&self, limit: i64, reader: &mut Reader) -> Result<Vec<EmailView>, Failure> {
        let rows = emails::table
            .order((emails::queued_at.desc(), emails::id.desc()))
            .limit(limit)
            .select(EmailRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(EmailRow::into_view).collect()
    }

    fn refused_emails(&self, limit: i64, reader: &mut Reader) -> Result<Vec<EmailView>, Failure> {
        let rows = emails::table
            .filter(emails::state.eq("refused"))
            .order((emails::queued_at.desc(), emails::id.desc()))
            .limit(limit)
            .select(EmailRow::as_select())
            .load(reader.connection())?;
        rows.into_iter().map(EmailRow::into_view).collect()
    }

    fn email(&self, id: EmailId, reader: &mut Reader) -> Result<Option<EmailView>, Failure> {
        let row = emails::table
            .find(id)
            .select(EmailRow::as_select())
            .first(reader.connection())
            .optional()?;
        row.map(EmailRow::into_view).transpose()
    }
}
