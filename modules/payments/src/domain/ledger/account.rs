//! Accounts: values, named by what they are and whose.

use std::fmt;

use crate::domain::instruction::GatewayName;
use crate::domain::operation::UnknownWord;
use crate::ids::{OwnerId, PayeeId, PayerId};

/// Where money is, or what it was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// What a customer owes the house.
    Receivable(PayerId),
    /// What a gateway has taken for the house.
    Gateway(GatewayName),
    /// The house's money.
    Bank,
    /// What the house owes a seller.
    Payable(PayeeId),
    /// Hammer prices of which the house does not know the seller.
    Unassigned,
    /// The house's income from buyers.
    Premium,
    /// What the house owes the tax office.
    Tax,
    /// The house's income from sellers.
    Commission,
    /// What the house has taken off for coupons.
    Coupons,
    /// What the house has given away as credit.
    Goodwill,
    /// What a customer may pay with.
    Credit(PayerId),
}

impl Account {
    /// The account that these columns name.
    pub(crate) fn restore(
        word: &str,
        owner: Option<OwnerId>,
        gateway: Option<&str>,
    ) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord(word.to_owned());
        let owner = owner.map(OwnerId::uuid).ok_or_else(unknown);
        Ok(match word {
            "receivable" => Self::Receivable(owner?.into()),
            "gateway" => Self::Gateway(gateway.map(GatewayName::from).ok_or_else(unknown)?),
            "bank" => Self::Bank,
            "payable" => Self::Payable(owner?.into()),
            "unassigned" => Self::Unassigned,
            "premium" => Self::Premium,
            "tax" => Self::Tax,
            "commission" => Self::Commission,
            "coupons" => Self::Coupons,
            "goodwill" => Self::Goodwill,
            "credit" => Self::Credit(owner?.into()),
            _ => return Err(unknown()),
        })
    }

    /// Where the hammer price goes.
    pub(crate) fn of_hammer(payee: Option<PayeeId>) -> Self {
        payee.map_or(Self::Unassigned, Self::Payable)
    }

    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Receivable(_) => "receivable",
            Self::Gateway(_) => "gateway",
            Self::Bank => "bank",
            Self::Payable(_) => "payable",
            Self::Unassigned => "unassigned",
            Self::Premium => "premium",
            Self::Tax => "tax",
            Self::Commission => "commission",
            Self::Coupons => "coupons",
            Self::Goodwill => "goodwill",
            Self::Credit(_) => "credit",
        }
    }

    pub(crate) fn owner(&self) -> Option<OwnerId> {
        match self {
            Self::Receivable(payer) | Self::Credit(payer) => Some(payer.uuid().into()),
            Self::Payable(payee) => Some(payee.uuid().into()),
            Self::Gateway(_)
            | Self::Bank
            | Self::Unassigned
            | Self::Premium
            | Self::Tax
            | Self::Commission
            | Self::Coupons
            | Self::Goodwill => None,
        }
    }

    pub(crate) fn gateway(&self) -> Option<&GatewayName> {
        match self {
            Self::Gateway(name) => Some(name),
            Self::Receivable(_)
            | Self::Bank
            | Self::Payable(_)
            | Self::Unassigned
            | Self::Premium
            | Self::Tax
            | Self::Commission
            | Self::Coupons
            | Self::Goodwill
            | Self::Credit(_) => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match (self.owner(), self.gateway()) {
            (Some(owner), _) => write!(f, " of {owner}"),
            (None, Some(gateway)) => write!(f, " {gateway}"),
            (None, None) => Ok(()),
        }
    }
}
