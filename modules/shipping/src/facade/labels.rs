//! Labels of the house's carrier.

use foundation::{Failure, Reader, UnitOfWork};

use super::ShippingFacade;
use crate::application::{AskForLabel, AskForLabelError, LabelView};
use crate::ids::PackageId;

impl ShippingFacade {
    /// Whether the house's carrier sells labels; otherwise staff write down its numbers.
    pub fn sells_labels(&self) -> bool {
        self.labelling.carrier().sells_labels()
    }

    /// Has the carrier sell a label for a package. That happens after the commit; once it is paid the package is
    /// shipped.
    pub fn ask_for_label(
        &self,
        command: AskForLabel,
        uow: &mut UnitOfWork,
    ) -> Result<(), AskForLabelError> {
        self.labelling.ask(command, uow)
    }

    /// What was last asked of the carrier for a package.
    pub fn label_of(
        &self,
        package: PackageId,
        reader: &mut Reader,
    ) -> Result<Option<LabelView>, Failure> {
        self.queries.label_of(package, reader)
    }
}
