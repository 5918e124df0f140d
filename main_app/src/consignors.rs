//! Whose goods are in the stock. Staff call sellers by their e-mail addresses, which the accounts know; shipping
//! knows consignors by their ids.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use foundation::{Failure, Reader, UnitOfWork, audit};
use shipping::{
    AddBatch, BatchFile, ConsignorId, EntrustGoods, NamedConsignors, ShippingFacade, Sku, StockView,
};

use crate::accounts::{Accounts, User, UserId};
use crate::http::errors::INVALID_FIELDS;
use crate::http::{House, Problem};
use crate::looking_up;

/// What staff do with goods that are somebody's.
pub(crate) struct Consignors {
    accounts: Arc<Accounts>,
    shipping: Arc<ShippingFacade>,
}

impl Consignors {
    /// Those of this house.
    pub(crate) fn of(house: &House) -> Self {
        Self {
            accounts: house.component(),
            shipping: house.component(),
        }
    }

    /// Adds a batch. Where a seller is named, by e-mail address or id, the goods are theirs.
    pub(crate) fn add_batch(
        &self,
        batch: &AddBatch,
        named: &str,
        staff: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), Problem> {
        let mut batch = batch.clone();
        if !named.trim().is_empty() {
            let seller = self.seller(named, uow.reader())?;
            batch.consignor = Some(ConsignorId::from(seller.id.uuid()));
            note(staff, &batch.sku, &seller, uow)?;
        }
        Ok(self.shipping.add_batch(batch, uow)?)
    }

    /// Says whose goods they are: those of the seller of this e-mail address or id.
    pub(crate) fn entrust(
        &self,
        sku: &Sku,
        named: &str,
        staff: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), Problem> {
        let seller = self.seller(named, uow.reader())?;
        let command = EntrustGoods {
            sku: sku.clone(),
            consignor: ConsignorId::from(seller.id.uuid()),
        };
        self.shipping.entrust(&command, uow)?;
        Ok(note(staff, sku, &seller, uow)?)
    }

    /// Adds the batches of a file, all or none.
    pub(crate) fn import(
        &self,
        file: &BatchFile,
        staff: &str,
        uow: &mut UnitOfWork,
    ) -> Result<(), Problem> {
        let named: BTreeSet<&str> = file.consignors().collect();
        let mut known = NamedConsignors::new();
        for name in &named {
            if let Some(seller) = looking_up::seller(name, &self.accounts, uow.reader())? {
                known.insert((*name).to_owned(), ConsignorId::from(seller.id.uuid()));
            }
        }
        self.shipping.import_batches(file, &known, uow)?;
        let batches = format!("{} batches", file.len());
        let named: Vec<&str> = named.into_iter().collect();
        Ok(audit::record(
            staff,
            "stock.import",
            &batches,
            &named.join(" "),
            uow,
        )?)
    }

    /// All batches as a file, with the addresses of those whose goods they are.
    pub(crate) fn export(&self, reader: &mut Reader) -> Result<String, Failure> {
        let consignors = self.shipping.consignors(reader)?;
        let people = self.people(consignors, reader)?.into_iter();
        let addresses = people.map(|(id, user)| (id, user.email)).collect();
        self.shipping.export_batches(&addresses, reader)
    }

    /// Whose these goods are.
    pub(crate) fn owners(
        &self,
        goods: &[StockView],
        reader: &mut Reader,
    ) -> Result<Owners, Failure> {
        let consignors = goods.iter().filter_map(|goods| goods.consignor);
        Ok(Owners(self.people(consignors, reader)?))
    }

    fn people(
        &self,
        consignors: impl IntoIterator<Item = ConsignorId>,
        reader: &mut Reader,
    ) -> Result<HashMap<ConsignorId, User>, Failure> {
        let ids: BTreeSet<UserId> = consignors
            .into_iter()
            .map(|consignor| UserId::from(consignor.uuid()))
            .collect();
        let users = self.accounts.users(ids, reader)?.into_iter();
        Ok(users
            .map(|user| (ConsignorId::from(user.id.uuid()), user))
            .collect())
    }

    fn seller(&self, named: &str, reader: &mut Reader) -> Result<User, Problem> {
        let found = looking_up::seller(named, &self.accounts, reader)?;
        let rule = "there is no seller of this e-mail address or id";
        found.ok_or_else(|| Problem::new(INVALID_FIELDS, rule).at("consignor", rule))
    }
}

/// The sellers whose goods are looked at.
pub(crate) struct Owners(HashMap<ConsignorId, User>);

impl Owners {
    /// A single one.
    pub(crate) fn only(user: User) -> Self {
        Self([(ConsignorId::from(user.id.uuid()), user)].into())
    }

    /// Whose the goods are, unless nobody has said so.
    pub(crate) fn of(&self, goods: &StockView) -> Option<&User> {
        self.0.get(&goods.consignor?)
    }
}

fn note(staff: &str, sku: &Sku, seller: &User, uow: &mut UnitOfWork) -> Result<(), Failure> {
    audit::record(staff, "stock.entrust", sku.as_str(), &seller.email, uow)
}
