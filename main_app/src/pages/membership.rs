//! What a registration for a sale means to whoever looks at the sale or one of its lots.

use auctions::{RegistrationStatus, RegistrationView, SaleView};

use super::forms::sentence;
use crate::accounts::User;

/// How the viewer belongs to a lot's sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Membership {
    /// There is no sale: the lot is open to every customer.
    NotNeeded,
    /// Only customers register, and only when they are logged in.
    NotACustomer,
    /// A customer who has not registered, or has given the paddle back.
    Missing {
        /// Whether a seat is left.
        has_room: bool,
    },
    /// Waits for staff.
    Pending(i64),
    /// Bids with this paddle.
    Approved(i64),
    /// Staff said no.
    Refused(String),
}

impl Membership {
    /// What the viewer's last registration says.
    pub(crate) fn of(
        sale: Option<&SaleView>,
        registration: Option<&RegistrationView>,
        viewer: Option<&User>,
    ) -> Self {
        let Some(sale) = sale else {
            return Self::NotNeeded;
        };
        if !viewer.is_some_and(|user| user.role.is_customer()) {
            return Self::NotACustomer;
        }
        let missing = Self::Missing {
            has_room: sale.seats_left() != Some(0),
        };
        let Some(known) = registration else {
            return missing;
        };
        match known.status {
            RegistrationStatus::Pending => Self::Pending(known.paddle),
            RegistrationStatus::Approved => Self::Approved(known.paddle),
            RegistrationStatus::Refused => Self::Refused(known.reason.clone().unwrap_or_default()),
            RegistrationStatus::Cancelled => missing,
        }
    }

    /// Whether the viewer may bid.
    pub(crate) fn admits(&self) -> bool {
        match self {
            Self::NotNeeded | Self::Approved(_) => true,
            Self::NotACustomer | Self::Missing { .. } | Self::Pending(_) | Self::Refused(_) => {
                false
            }
        }
    }

    /// Whether there is a paddle to give back.
    pub(crate) fn has_paddle(&self) -> bool {
        match self {
            Self::Pending(_) | Self::Approved(_) => true,
            Self::NotNeeded | Self::NotACustomer | Self::Missing { .. } | Self::Refused(_) => false,
        }
    }

    /// In words, for the viewer.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::NotNeeded | Self::NotACustomer => String::new(),
            Self::Missing { has_room: true } => "You are not registered for this sale.".to_owned(),
            Self::Missing { has_room: false } => "Every seat of this sale is taken.".to_owned(),
            Self::Pending(paddle) => format!(
                "Your registration waits for the house's approval. Your paddle will be number {paddle}."
            ),
            Self::Approved(paddle) => format!("You bid with paddle {paddle}."),
            Self::Refused(reason) => {
                let reason = sentence(reason);
                format!("The house has declined your registration for this sale. {reason}")
            }
        }
    }

    /// Changes when what the page offers changes.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::NotACustomer => "not-a-customer",
            Self::Missing { has_room: true } => "missing",
            Self::Missing { has_room: false } => "full",
            Self::Pending(_) => "pending",
            Self::Approved(_) => "approved",
            Self::Refused(_) => "refused",
        }
    }
}
