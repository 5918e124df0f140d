//! The repository of customers.

use diesel::prelude::*;
use foundation::database::Locked;
use foundation::{Failure, UnitOfWork};

use super::rows::CustomerRow;
use crate::application::Customers;
use crate::domain::{Customer, EmailAddress};
use crate::ids::CustomerId;
use crate::schema::customer_relationship_customers as customers;

/// Keeps customers in the database.
pub(crate) struct DieselCustomers;

impl Customers for DieselCustomers {
    fn get(&self, id: CustomerId, uow: &mut UnitOfWork) -> Result<Option<Customer>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(customers::table.find(id).select(customers::id));
            lock.load::<CustomerId>(uow.connection())?;
        }
        let row = customers::table
            .find(id)
            .select(CustomerRow::as_select())
            .first(uow.connection())
            .optional()?;
        row.map(CustomerRow::into_customer).transpose()
    }

    fn has_address(&self, address: &EmailAddress, uow: &mut UnitOfWork) -> Result<bool, Failure> {
        let same = customers::table.filter(customers::email_key.eq(address.key()));
        Ok(diesel::select(diesel::dsl::exists(same)).get_result(uow.connection())?)
    }

    fn add(&self, customer: &Customer, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(customers::table)
            .values(CustomerRow::from(customer))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(())
    }
}
