//! The stored coupons, each with one customer's claim to it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::{Locked, Moment, MoneyColumns};
use foundation::{Failure, Money, UnitOfWork};

use crate::application::stores::Coupons;
use crate::domain::amounts::BasisPoints;
use crate::domain::coupon::{Claim, Coupon, CouponCode, CouponData, Discount};
use crate::ids::{BillingId, CouponId, PayerId};
use crate::schema::{payments_coupon_claims as claims, payments_coupons as coupons};

/// Keeps coupons in the database.
pub(crate) struct DieselCoupons {}

#[derive(Queryable, Insertable)]
#[diesel(table_name = coupons, treat_none_as_default_value = false)]
pub(super) struct CouponRow {
    id: CouponId,
    code: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    basis_points: Option<i64>,
    allowed: i64,
    held: i64,
    redeemed: i64,
    valid_until: Option<Moment>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    created_at: DateTime<Utc>,
    version: i64,
}

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = claims)]
struct ClaimRow {
    coupon: CouponId,
    payer: PayerId,
    billing: BillingId,
    redeemed: bool,
}

impl Coupons for DieselCoupons {
    fn get(
        &self,
        id: CouponId,
        holder: PayerId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Coupon>, Failure> {
        if uow.locks_rows() {
            let lock = Locked(coupons::table.find(id).select(coupons::version));
            let _versions: Vec<i64> = lock.load(uow.connection())?;
        }
        let found = coupons::table.find(id);
        let found = found.first::<CouponRow>(uow.connection()).optional()?;
        let Some(row) = found else {
            return Ok(None);
        };
        let claim = claims::table.find((id, holder));
        let claim = claim.first::<ClaimRow>(uow.connection()).optional()?;
        let claim = claim.map(|claim| Claim {
            billing: claim.billing,
            redeemed: claim.redeemed,
        });
        let version = row.version;
        Ok(Some(Coupon::restore(
            row.into_data()?,
            holder,
            claim,
            version,
        )))
    }

    fn by_code(
        &self,
        code: &CouponCode,
        uow: &mut UnitOfWork,
    ) -> Result<Option<CouponId>, Failure> {
        let found = coupons::table
            .filter(coupons::code.eq(code.as_str()))
            .select(coupons::id)
            .first(uow.connection());
        Ok(found.optional()?)
    }

    fn add(&self, coupon: &CouponData, uow: &mut UnitOfWork) -> Result<(), Failure> {
        diesel::insert_into(coupons::table)
            .values(CouponRow::of(coupon))
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
        Ok(())
    }

    fn save(&self, coupon: &Coupon, uow: &mut UnitOfWork) -> Result<(), Failure> {
        let (data, loaded) = (coupon.data(), coupon.version());
        let unchanged = coupons::table
            .filter(coupons::id.eq(data.id))
            .filter(coupons::version.eq(loaded));
        let saved = diesel::update(unchanged)
            .set((
                coupons::held.eq(data.held),
                coupons::redeemed.eq(data.redeemed),
                coupons::version.eq(loaded + 1),
            ))
            .execute(uow.connection())?;
        if saved == 0 {
            return Err(Failure::Conflict);
        }
        save_claim(coupon, uow)
    }
}

/// Nobody else has changed the claim since it was loaded: the coupon's version says so.
fn save_claim(coupon: &Coupon, uow: &mut UnitOfWork) -> Result<(), Failure> {
    let key = (coupon.data().id, coupon.holder());
    let Some(claim) = coupon.claim() else {
        diesel::delete(claims::table.find(key)).execute(uow.connection())?;
        return Ok(());
    };
    let row = ClaimRow {
        coupon: key.0,
        payer: key.1,
        billing: claim.billing,
        redeemed: claim.redeemed,
    };
    let known = diesel::update(claims::table.find(key))
        .set((
            claims::billing.eq(claim.billing),
            claims::redeemed.eq(claim.redeemed),
        ))
        .execute(uow.connection())?;
    if known == 0 {
        diesel::insert_into(claims::table)
            .values(row)
            .execute(uow.connection())
            .map_err(Failure::conflict_if_taken)?;
    }
    Ok(())
}

impl CouponRow {
    fn of(data: &CouponData) -> Self {
        let (amount, basis_points) = match data.discount {
            Discount::Amount(amount) => (Some(MoneyColumns::from(amount)), None),
            Discount::Share(share) => (None, Some(i64::from(share.get()))),
        };
        let (amount_minor, currency) = amount.unzip();
        Self {
            id: data.id,
            code: data.code.to_string(),
            amount_minor,
            currency,
            basis_points,
            allowed: data.allowed,
            held: data.held,
            redeemed: data.redeemed,
            valid_until: data.valid_until.map(Moment::from),
            created_at: data.created_at,
            version: 1,
        }
    }

    pub(super) fn into_data(self) -> Result<CouponData, Failure> {
        let share = || {
            let share = u32::try_from(self.basis_points.unwrap_or(0)).map_err(Failure::damaged)?;
            BasisPoints::try_new(share).map_err(Failure::damaged)
        };
        let discount = match self.amount_minor.zip(self.currency) {
            Some(amount) => Discount::Amount(Money::try_from(amount).map_err(Failure::damaged)?),
            None => Discount::Share(share()?),
        };
        Ok(CouponData {
            id: self.id,
            code: CouponCode::parse(&self.code).map_err(Failure::damaged)?,
            discount,
            allowed: self.allowed,
            held: self.held,
            redeemed: self.redeemed,
            valid_until: self.valid_until.map(DateTime::from),
            created_at: self.created_at,
        })
    }
}
