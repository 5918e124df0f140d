//! What a lot takes from a stock of like pieces.

/// So many pieces of stocked goods. Whether there are any is nobody's business before they are paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotGoods {
    sku: String,
    quantity: u32,
}

/// Why goods were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLotGoods {
    /// Not a stock keeping unit.
    #[error(
        "an SKU has 1 to 40 letters, digits, hyphens, dots or underscores, and begins with a letter or a digit"
    )]
    Sku,
    /// Too few or too many pieces.
    #[error("a quantity is a number from 1 to {}", LotGoods::MOST)]
    Quantity,
}

impl LotGoods {
    const MOST: i64 = 1_000_000;
    const LONGEST: usize = 40;

    /// Checks an SKU, which is written in upper case, and the number of pieces.
    pub fn parse(sku: &str, quantity: i64) -> Result<Self, InvalidLotGoods> {
        let sku = sku.trim();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let begins_well = sku.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins_well || sku.len() > Self::LONGEST || !sku.chars().all(fits) {
            return Err(InvalidLotGoods::Sku);
        }
        let quantity = u32::try_from(quantity).ok();
        let quantity = quantity.filter(|pieces| (1..=Self::MOST).contains(&i64::from(*pieces)));
        Ok(Self {
            sku: sku.to_ascii_uppercase(),
            quantity: quantity.ok_or(InvalidLotGoods::Quantity)?,
        })
    }

    /// Which goods.
    pub fn sku(&self) -> &str {
        &self.sku
    }

    /// How many pieces.
    pub fn quantity(&self) -> u32 {
        self.quantity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" small-table ", 1, Ok(("SMALL-TABLE", 1)))]
    #[case("A-1.b_2", 1_000_000, Ok(("A-1.B_2", 1_000_000)))]
    #[case("", 1, Err(InvalidLotGoods::Sku))]
    #[case("two words", 1, Err(InvalidLotGoods::Sku))]
    #[case("=1+1", 1, Err(InvalidLotGoods::Sku))]
    #[case("CLOCK", 0, Err(InvalidLotGoods::Quantity))]
    #[case("CLOCK", -1, Err(InvalidLotGoods::Quantity))]
    #[case("CLOCK", 1_000_001, Err(InvalidLotGoods::Quantity))]
    #[case("CLOCK", i64::MAX, Err(InvalidLotGoods::Quantity))]
    fn goods_have_a_plain_name_and_at_least_one_piece(
        #[case] sku: &str,
        #[case] quantity: i64,
        #[case] expected: Result<(&str, u32), InvalidLotGoods>,
    ) {
        let goods = LotGoods::parse(sku, quantity);
        let goods = goods.as_ref().map(|goods| (goods.sku(), goods.quantity()));
        assert_eq!(goods.map_err(|error| *error), expected);
    }
}
