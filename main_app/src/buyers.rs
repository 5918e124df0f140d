//! Who buys, as invoices name them: the customer's name and language, and the newest address of their book.

use std::sync::Arc;

use customer_relationship::{CustomerId, CustomersFacade};
use foundation::{Failure, Reader};
use payments::{Buyer, Buyers, Party, PayerId};
use shipping::{ConsigneeId, ShippingFacade};

/// Asks the modules that keep customers and addresses. Payments does not know them.
pub struct HouseBuyers {
    pub(crate) customers: Arc<CustomersFacade>,
    pub(crate) shipping: Arc<ShippingFacade>,
}

impl Buyers for HouseBuyers {
    fn buyer(&self, payer: PayerId, reader: &mut Reader) -> Result<Option<Buyer>, Failure> {
        let customer = CustomerId::from(payer.uuid());
        let Some(customer) = self.customers.customer(customer, reader)? else {
            return Ok(None);
        };
        let consignee = ConsigneeId::from(payer.uuid());
        let newest = self.shipping.addresses_of(consignee, reader)?;
        let mut address = newest.first().map(|newest| newest.postal.lines());
        if let Some(lines) = &mut address
            && lines.first() == Some(&customer.name)
        {
            lines.remove(0);
        }
        Ok(Some(Buyer {
            party: Party {
                name: customer.name,
                address: address.unwrap_or_default(),
            },
            language: customer.language.code().to_owned(),
        }))
    }
}
