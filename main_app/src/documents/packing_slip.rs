//! What a packing slip says: the sheet that lies in the parcel. It names no prices.

use customer_relationship::Language;
use shipping::PackageView;

use super::house::{House, foot};
use super::letter::{Column, Letter};
use super::sheet::Side;
use super::words::{Words, date};

/// The letter that a packing slip is.
pub(crate) fn packing_slip(package: &PackageView, house: &House, language: Language) -> Letter {
    let words = Words::of(language);
    let column = |heading: &str, side| Column {
        heading: heading.to_owned(),
        side,
    };
    let packed_at = package.shipped_at.unwrap_or(package.created_at);
    let mut facts = vec![(words.date, date(language, house.day(packed_at)))];
    let shipment = [
        (words.carrier, &package.carrier),
        (words.tracking_number, &package.tracking_number),
    ];
    for (name, value) in shipment {
        facts.extend(value.iter().map(|value| (name, value.clone())));
    }
    let address = package.address.as_ref();
    Letter {
        language,
        house: (
            house.seller.party.name.clone(),
            house.seller.party.address.clone(),
        ),
        title: words.packing_slip.to_owned(),
        number: package.id.to_string(),
        to: (
            words.ships_to,
            address.map(|address| address.lines()).unwrap_or_default(),
        ),
        facts,
        columns: vec![
            column(words.item, Side::Left),
            column(words.quantity, Side::Right),
        ],
        rows: vec![packed(package)],
        sums: Vec::new(),
        remarks: vec![words.keep_the_packing.to_owned()],
        foot: foot(&house.seller),
        written_at: packed_at,
    }
}

/// The item and how often it lies in the parcel: the one piece that it is, or so many of the goods.
fn packed(package: &PackageView) -> Vec<String> {
    match &package.goods {
        None => vec![package.item.clone(), "1".to_owned()],
        Some(goods) => vec![
            format!("{} ({})", package.item, goods.sku),
            goods.quantity.to_string(),
        ],
    }
}
