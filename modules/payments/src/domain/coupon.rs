//! Coupons: what they are worth, and how often they may be used.

use std::fmt;

use chrono::{DateTime, Utc};
use foundation::{Money, MoneyError};

use crate::domain::amounts::{BasisPoints, lesser};
use crate::ids::{BillingId, CouponId, PayerId};

const CODE_LENGTH: std::ops::RangeInclusive<usize> = 3..=32;

/// What a customer types in: capital letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CouponCode(String);

/// The text is no coupon's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a coupon's code has 3 to 32 letters, digits or dashes")]
pub struct InvalidCouponCode;

impl CouponCode {
    /// Checks a code; small letters become capitals.
    pub fn parse(text: &str) -> Result<Self, InvalidCouponCode> {
        let code = text.trim().to_ascii_uppercase();
        let fit = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        match CODE_LENGTH.contains(&code.len()) && code.chars().all(fit) {
            true => Ok(Self(code)),
            false => Err(InvalidCouponCode),
        }
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// A fixed amount, and no more than is owed.
    Amount(Money),
    /// A share of what is owed.
    Share(BasisPoints),
}

impl Discount {
    /// What it takes off a total: never more than the total.
    pub(crate) fn off(self, total: Money) -> Result<Money, MoneyError> {
        match self {
            Self::Amount(amount) => lesser(amount, total),
            Self::Share(share) => Ok(share.of(total)),
        }
    }
}

/// One customer's use of a coupon: kept for a billing that is open, or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) billing: BillingId,
    pub(crate) redeemed: bool,
}

/// What a coupon is made of, as the repository keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CouponData {
    pub(crate) id: CouponId,
    pub(crate) code: CouponCode,
    pub(crate) discount: Discount,
    /// How many customers may use it, each once.
    pub(crate) allowed: i64,
    /// Uses that are kept for open billings.
    pub(crate) held: i64,
    pub(crate) redeemed: i64,
    pub(crate) valid_until: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
}

/// A coupon in the hands of one customer, with that customer's claim to it.
#[derive(Debug)]
pub(crate) struct Coupon {
    data: CouponData,
    holder: PayerId,
    claim: Option<Claim>,
    version: i64,
    changed: bool,
}

/// Why a coupon cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CouponRefusal {
    /// Its time is over.
    #[error("the coupon is no longer valid")]
    Expired,
    /// Others have used it, or are about to.
    #[error("the coupon has been used up")]
    UsedUp,
    /// It may be used once by each customer.
    #[error("you have used this coupon already")]
    AlreadyUsed,
    /// It is worth an amount in another currency.
    #[error("the coupon is for another currency")]
    OtherCurrency,
}

/// A part of a billing does not hold what the billing says it holds. That is a mistake in the program or in
/// the stored data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {0} does not hold what billing {1} has put there")]
pub(crate) struct NotHeld(pub(crate) &'static str, pub(crate) BillingId);

impl Coupon {
    pub(crate) fn restore(
        data: CouponData,
        holder: PayerId,
        claim: Option<Claim>,
        version: i64,
    ) -> Self {
        Self {
            data,
            holder,
            claim,
            version,
            changed: false,
        }
    }

    pub(crate) fn data(&self) -> &CouponData {
        &self.data
    }

    pub(crate) fn holder(&self) -> PayerId {
        self.holder
    }

    pub(crate) fn claim(&self) -> Option<Claim> {
        self.claim
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Keeps a use for a billing and says what it takes off.
    pub(crate) fn hold(
        &mut self,
        billing: BillingId,
        total: Money,
        now: DateTime<Utc>,
    ) -> Result<Money, CouponRefusal> {
        if self.data.valid_until.is_some_and(|end| now >= end) {
            return Err(CouponRefusal::Expired);
        }
        if self.claim.is_some() {
            return Err(CouponRefusal::AlreadyUsed);
        }
        if self.data.held + self.data.redeemed >= self.data.allowed {
            return Err(CouponRefusal::UsedUp);
        }
        let off = self.data.discount.off(total);
        let off = off.map_err(|_| CouponRefusal::OtherCurrency)?;
        self.claim = Some(Claim {
            billing,
            redeemed: false,
        });
        self.data.held += 1;
        self.changed = true;
        Ok(off)
    }

    /// The billing succeeded: the use counts.
    pub(crate) fn redeem(&mut self, billing: BillingId) -> Result<(), NotHeld> {
        let claim = self.claim_of(billing)?;
        if claim.redeemed {
            return Err(NotHeld("coupon", billing));
        }
        self.claim = Some(Claim {
            redeemed: true,
            ..claim
        });
        self.data.held -= 1;
        self.data.redeemed += 1;
        self.changed = true;
        Ok(())
    }

    /// The billing came to nothing: somebody may use the coupon, the same customer too.
    pub(crate) fn give_back(&mut self, billing: BillingId) -> Result<(), NotHeld> {
        match self.claim_of(billing)?.redeemed {
            true => self.data.redeemed -= 1,
            false => self.data.held -= 1,
        }
        self.claim = None;
        self.changed = true;
        Ok(())
    }

    fn claim_of(&self, billing: BillingId) -> Result<Claim, NotHeld> {
        let own = self.claim.filter(|claim| claim.billing == billing);
        own.ok_or(NotHeld("coupon", billing))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use chrono::TimeDelta;
    use foundation::Clock as _;
    use foundation::Currency;
    use foundation::testing::FixedClock;
    use rstest::rstest;

    pub(crate) fn coupon(discount: Discount, allowed: i64) -> Coupon {
        let data = CouponData {
            id: CouponId::generate(),
            code: CouponCode::parse("WELCOME-10").unwrap(),
            discount,
            allowed,
            held: 0,
            redeemed: 0,
            valid_until: None,
            created_at: FixedClock::default().now(),
        };
        Coupon::restore(data, PayerId::generate(), None, 1)
    }

    fn usd(units: i64) -> Money {
        Money::from_minor_units(Currency::USD, units).unwrap()
    }

    #[rstest]
    #[case("welcome-10", Some("WELCOME-10"))]
    #[case(" AB1 ", Some("AB1"))]
    #[case("AB", None)]
    #[case("TWO WORDS", None)]
    #[case("CAF\u{c9}", None)]
    fn a_code_is_letters_digits_and_dashes(#[case] text: &str, #[case] code: Option<&str>) {
        let parsed = CouponCode::parse(text).ok();
        assert_eq!(parsed.as_ref().map(CouponCode::as_str), code);
    }

    #[test]
    fn a_coupon_above_the_total_takes_off_the_total() {
        let now = FixedClock::default().now();
        let mut coupon = coupon(Discount::Amount(usd(5000)), 1);
        let off = coupon.hold(BillingId::generate(), usd(1999), now);
        assert_eq!(off, Ok(usd(1999)));
    }

    #[test]
    fn a_coupon_is_used_as_often_as_it_allows_and_given_back_for_others() {
        let now = FixedClock::default().now();
        let (first, second) = (BillingId::generate(), BillingId::generate());
        let mut coupon = coupon(Discount::Amount(usd(500)), 1);
        coupon.hold(first, usd(1999), now).unwrap();
        let again = coupon.hold(second, usd(1999), now);
        assert_eq!(again, Err(CouponRefusal::AlreadyUsed));
        let mut others = Coupon::restore(coupon.data.clone(), PayerId::generate(), None, 2);
        let refused = others.hold(second, usd(1999), now);
        assert_eq!(refused, Err(CouponRefusal::UsedUp));
        assert!(coupon.redeem(second).is_err());
        coupon.give_back(first).unwrap();
        assert!(coupon.give_back(first).is_err());
        coupon.hold(second, usd(1999), now).unwrap();
        coupon.redeem(second).unwrap();
        assert!(coupon.redeem(second).is_err(), "once");
        assert_eq!((coupon.data.held, coupon.data.redeemed), (0, 1));
        coupon.give_back(second).unwrap();
        assert_eq!((coupon.data.held, coupon.data.redeemed), (0, 0));
    }

    #[test]
    fn a_coupon_of_another_currency_or_time_is_refused_and_stays_as_it_was() {
        let now = FixedClock::default().now();
        let mut coupon = coupon(Discount::Amount(usd(500)), 1);
        let won = Money::from_minor_units(Currency::KRW, 15_990).unwrap();
        let refused = coupon.hold(BillingId::generate(), won, now);
        assert_eq!(refused, Err(CouponRefusal::OtherCurrency));
        coupon.data.valid_until = Some(now);
        let refused = coupon.hold(BillingId::generate(), usd(1), now);
        assert_eq!(refused, Err(CouponRefusal::Expired));
        coupon.data.valid_until = Some(now + TimeDelta::microseconds(1));
        assert!(!coupon.is_changed() && coupon.data.held == 0);
        assert!(coupon.hold(BillingId::generate(), usd(1), now).is_ok());
    }
}
