//! Use case: somebody becomes a customer.

use foundation::{Failure, UnitOfWork};

use super::ports::Customers;
use crate::domain::{
    Customer, CustomerName, CustomerNameError, CustomerTimeZone, EmailAddress, Language,
};
use crate::ids::CustomerId;

/// Makes somebody a customer; part of the registration's transaction.
#[derive(Debug, Clone)]
pub struct CreateCustomer {
    /// The person's id, made by the caller.
    pub customer: CustomerId,
    /// Where to write to.
    pub email: EmailAddress,
    /// How to address them.
    pub name: String,
    /// In which language.
    pub language: Language,
    /// In which time zone they read times.
    pub time_zone: CustomerTimeZone,
}

/// Why somebody did not become a customer.
#[derive(Debug, thiserror::Error)]
pub enum CreateCustomerError {
    /// The name cannot be written to.
    #[error(transparent)]
    Name(#[from] CustomerNameError),
    /// Somebody else has this address, perhaps in other capitals.
    #[error("the e-mail address '{0}' is taken")]
    EmailTaken(EmailAddress),
    /// This person is a customer already.
    #[error("{0} is a customer already")]
    AlreadyCustomer(CustomerId),
    /// The machinery failed.
    #[error("the customer could not be created")]
    Unexpected(#[from] Failure),
}

pub(crate) fn create_customer(
    command: CreateCustomer,
    customers: &dyn Customers,
    uow: &mut UnitOfWork,
) -> Result<(), CreateCustomerError> {
    let name = CustomerName::parse(&command.name)?;
    if customers.get(command.customer, uow)?.is_some() {
        return Err(CreateCustomerError::AlreadyCustomer(command.customer));
    }
    if customers.has_address(&command.email, uow)? {
        return Err(CreateCustomerError::EmailTaken(command.email));
    }
    let customer = Customer {
        id: command.customer,
        email: command.email,
        name,
        language: command.language,
        time_zone: command.time_zone,
        created_at: uow.now(),
    };
    Ok(customers.add(&customer, uow)?)
}
