//! What becomes of packages whose goods are not there.

use foundation::{Failure, UnitOfWork};

use super::packages::product_of;
use super::serving::Serving;
use crate::domain::{ChoiceRefusal, Package, Product, StockChoice};
use crate::ids::{ConsigneeId, PackageId};

/// Says what shall be done about goods that are out of stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChooseForPackage {
    /// The package.
    pub package: PackageId,
    /// What is wanted.
    pub choice: StockChoice,
    /// Whose package it must be; staff choose for everybody.
    pub consignee: Option<ConsigneeId>,
    /// Who chooses, for the record.
    pub by: String,
}

/// Why there was nothing to choose.
#[derive(Debug, thiserror::Error)]
pub enum ChooseForPackageError {
    /// There is no such package, or it is somebody else's.
    #[error("there is no such package")]
    NotFound,
    /// Its goods are there, or it has left.
    #[error("this package does not wait for its goods")]
    NotWaiting,
    /// The money is on its way back.
    #[error("the money for this package is being refunded")]
    RefundChosen,
    /// The machinery failed.
    #[error("the choice could not be written down")]
    Unexpected(#[from] Failure),
}

/// Why a package was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelPackageError {
    /// There is no such package.
    #[error("there is no such package")]
    NotFound,
    /// It has left.
    #[error("this package has left already")]
    HasLeft,
    /// The machinery failed.
    #[error("the package could not be cancelled")]
    Unexpected(#[from] Failure),
}

impl From<ChoiceRefusal> for ChooseForPackageError {
    fn from(refusal: ChoiceRefusal) -> Self {
        match refusal {
            ChoiceRefusal::NotWaiting => Self::NotWaiting,
            ChoiceRefusal::RefundChosen => Self::RefundChosen,
        }
    }
}

/// Writes the choice down. The same choice again changes nothing. Whoever wants the money back gives up the turn.
pub(crate) fn choose(
    serving: &Serving,
    command: &ChooseForPackage,
    uow: &mut UnitOfWork,
) -> Result<(), ChooseForPackageError> {
    let product = product_of(serving, command.package, uow)?;
    let package = serving.packages.get(command.package, uow)?;
    let mut package = package.ok_or(ChooseForPackageError::NotFound)?;
    if command
        .consignee
        .is_some_and(|who| who != package.consignee)
    {
        return Err(ChooseForPackageError::NotFound);
    }
    let news = match command.choice {
        StockChoice::Wait => package.keep_waiting()?,
        StockChoice::Refund => package.choose_refund(&command.by)?,
    };
    if !news {
        return Ok(());
    }
    serving.packages.save(&mut package, uow)?;
    match command.choice {
        StockChoice::Wait => Ok(()),
        StockChoice::Refund => Ok(give_up(serving, product, &package, uow)?),
    }
}

/// Takes a package out of the order of service for good. Again, it changes nothing.
pub(crate) fn cancel(
    serving: &Serving,
    package: PackageId,
    uow: &mut UnitOfWork,
) -> Result<(), CancelPackageError> {
    let product = product_of(serving, package, uow)?;
    let package = serving.packages.get(package, uow)?;
    let mut package = package.ok_or(CancelPackageError::NotFound)?;
    let cancelled = package.cancel(uow.now());
    let news = cancelled.map_err(|refusal| match refusal {
        ChoiceRefusal::NotWaiting | ChoiceRefusal::RefundChosen => CancelPackageError::HasLeft,
    })?;
    if news {
        serving.packages.save(&mut package, uow)?;
        give_up(serving, product, &package, uow)?;
    }
    Ok(())
}

/// What the package was promised is there for others, and so is its turn: that alone changes the product too, so
/// that whoever brings goods at the same moment does not stop at a package that waits no longer.
fn give_up(
    serving: &Serving,
    product: Option<Product>,
    package: &Package,
    uow: &mut UnitOfWork,
) -> Result<(), Failure> {
    let Some(mut product) = product else {
        return Ok(());
    };
    match product.place_of(package.order()) {
        Some(_) => product
            .deallocate(package.order())
            .map_err(|refusal| Failure::Defect(format!("{}: {refusal:?}", package.id)))?,
        None => product.note_queue(),
    }
    serving.settle(&mut product, &[], uow)
}
