//! Refusals of the address book and the packing desk.

use shipping::{
    AddAddressError, AddBatchError, AllocateError, AskForLabelError, ChangeBatchError,
    ChooseForPackageError, DeallocateError, DeliverPackageError, EntrustGoodsError,
    ImportBatchesError, InvalidAddress, OfferGoodsError, ShipPackageError,
};

use crate::http::problem::{FieldErrors, Problem};

use super::{
    ALREADY_SHIPPED, BATCH_REFERENCE_TAKEN, INVALID_SKU, NOT_ALLOCATED, NOT_YOUR_GOODS,
    OUT_OF_STOCK, WRONG_STATE,
};

impl From<InvalidAddress> for Problem {
    fn from(error: InvalidAddress) -> Self {
        let mut errors = FieldErrors::default();
        for problem in error.problems {
            errors.note(problem.part.name(), problem.rule);
        }
        errors.into()
    }
}

impl From<AddAddressError> for Problem {
    fn from(error: AddAddressError) -> Self {
        match error {
            AddAddressError::AlreadyAdded | AddAddressError::BookFull => {
                Self::new(WRONG_STATE, &error)
            }
            AddAddressError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ShipPackageError> for Problem {
    fn from(error: ShipPackageError) -> Self {
        match error {
            ShipPackageError::NotFound => Self::not_found("package"),
            ShipPackageError::PackageAlreadyShipped => Self::new(ALREADY_SHIPPED, &error),
            ShipPackageError::AwaitsAddress
            | ShipPackageError::AwaitsStock
            | ShipPackageError::IsCollected
            | ShipPackageError::IsShipped
            | ShipPackageError::Cancelled => Self::new(WRONG_STATE, &error),
            ShipPackageError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<DeliverPackageError> for Problem {
    fn from(error: DeliverPackageError) -> Self {
        match error {
            DeliverPackageError::NotFound => Self::not_found("package"),
            DeliverPackageError::NotShipped
            | DeliverPackageError::AlreadyDelivered
            | DeliverPackageError::AlreadyReturned => Self::new(WRONG_STATE, &error),
            DeliverPackageError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ChooseForPackageError> for Problem {
    fn from(error: ChooseForPackageError) -> Self {
        match error {
            ChooseForPackageError::NotFound => Self::not_found("package"),
            ChooseForPackageError::NotWaiting | ChooseForPackageError::RefundChosen => {
                Self::new(WRONG_STATE, &error)
            }
            ChooseForPackageError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<AddBatchError> for Problem {
    fn from(error: AddBatchError) -> Self {
        match error {
            AddBatchError::BatchReferenceTaken(_) => {
                Self::new(BATCH_REFERENCE_TAKEN, &error).at("reference", &error)
            }
            AddBatchError::OthersGoods(_) => Self::new(WRONG_STATE, &error).at("consignor", &error),
            AddBatchError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<EntrustGoodsError> for Problem {
    fn from(error: EntrustGoodsError) -> Self {
        match error {
            EntrustGoodsError::InvalidSku(_) => Self::not_found("product"),
            EntrustGoodsError::OthersGoods(_) => {
                Self::new(WRONG_STATE, &error).at("consignor", &error)
            }
            EntrustGoodsError::Unexpected(failure) => failure.into(),
        }
    }
}

/// Goods that cannot be put up, at the field that names them.
pub fn about_the_goods(error: OfferGoodsError, field: &str) -> Problem {
    let kind = match error {
        OfferGoodsError::InvalidSku(_) => INVALID_SKU,
        OfferGoodsError::NotYourGoods => NOT_YOUR_GOODS,
        OfferGoodsError::Unexpected(failure) => return failure.into(),
    };
    Problem::new(kind, &error).at(field, &error)
}

impl From<ChangeBatchError> for Problem {
    fn from(error: ChangeBatchError) -> Self {
        match error {
            ChangeBatchError::NoSuchBatch(_) => Self::not_found("batch"),
            ChangeBatchError::BelowGone => Self::new(WRONG_STATE, &error).at("quantity", &error),
            ChangeBatchError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<AllocateError> for Problem {
    fn from(error: AllocateError) -> Self {
        match error {
            AllocateError::OutOfStock(_) => Self::new(OUT_OF_STOCK, &error),
            AllocateError::InvalidSku(_) => Self::new(INVALID_SKU, &error),
            AllocateError::AllocatedOtherwise(_) | AllocateError::BelongsToPackage => {
                Self::new(WRONG_STATE, &error)
            }
            AllocateError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<DeallocateError> for Problem {
    fn from(error: DeallocateError) -> Self {
        match error {
            DeallocateError::InvalidSku(_) => Self::new(INVALID_SKU, &error),
            DeallocateError::NotAllocated(_) => Self::new(NOT_ALLOCATED, &error),
            DeallocateError::BelongsToPackage | DeallocateError::Gone => {
                Self::new(WRONG_STATE, &error)
            }
            DeallocateError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ImportBatchesError> for Problem {
    fn from(error: ImportBatchesError) -> Self {
        let mut errors = FieldErrors::default();
        match error {
            ImportBatchesError::Rows(rows) => {
                for row in rows {
                    errors.note("csv", row);
                }
            }
            ImportBatchesError::Columns
            | ImportBatchesError::Empty
            | ImportBatchesError::TooLong => errors.note("csv", &error),
            ImportBatchesError::Unexpected(failure) => return failure.into(),
        }
        errors.into()
    }
}

impl From<AskForLabelError> for Problem {
    fn from(error: AskForLabelError) -> Self {
        match error {
            AskForLabelError::NotFound => Self::not_found("package"),
            AskForLabelError::NoLabels
            | AskForLabelError::NotToBeSent
            | AskForLabelError::HasLabel => Self::new(WRONG_STATE, &error),
            AskForLabelError::Unexpected(failure) => failure.into(),
        }
    }
}
