//! Creating a sale.

use foundation::{UnitOfWork, audit};

use super::Sales;
use crate::domain::{CreateSale, CreateSaleError, Sale};

/// Creates the sale. It is also in the audit log.
pub(crate) fn create_sale(
    command: CreateSale,
    sales: &dyn Sales,
    uow: &mut UnitOfWork,
) -> Result<(), CreateSaleError> {
    let id = command.sale;
    if sales.get(id, uow)?.is_some() {
        return Err(CreateSaleError::AlreadyCreated);
    }
    let (staff, title) = (command.staff.clone(), command.title.clone());
    let mut sale = Sale::create(command, uow.now())?;
    sales.add(&mut sale, uow)?;
    let subject = id.to_string();
    audit::record(
        &staff,
        "auctions.create_sale",
        &subject,
        title.as_str(),
        uow,
    )?;
    Ok(())
}
