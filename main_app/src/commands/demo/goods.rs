//! The demo's goods: what is in the warehouse, what is on its way, and the lots that are made of them.

use anyhow::Context;
use chrono::TimeDelta;
use shipping::{AddBatch, BatchReference, ConsignorId, Quantity, Sku};

use super::cast::{FERRAND, INES, MIRA, TOM};
use super::pieces::{Appeal, Goods, PLAIN, Piece, Terms};
use super::stage::Stage;

const MINUTE: i64 = 60;

const CLOCK: &str = "STATION-CLOCK";
const LAMP: &str = "FACTORY-LAMP";
const BOWL: &str = "YUGI-BOWL";

/// Pieces that were bought together.
struct Bought {
    reference: &'static str,
    sku: &'static str,
    pieces: i64,
    /// Nothing when they are in the warehouse.
    arrive_in_days: Option<i64>,
}

/// Clocks for everybody, lamps that are still on their way, and fewer bowls than Mira is about to win.
const BOUGHT: [Bought; 3] = [
    Bought {
        reference: "FERRAND-101",
        sku: CLOCK,
        pieces: 20,
        arrive_in_days: None,
    },
    Bought {
        reference: "FERRAND-102",
        sku: LAMP,
        pieces: 12,
        arrive_in_days: Some(9),
    },
    Bought {
        reference: "FERRAND-103",
        sku: BOWL,
        pieces: 4,
        arrive_in_days: None,
    },
];

/// Lots of goods. When a robot has paid for the clock it is packed, and the lamps wait; the bowls are Mira's.
pub(super) const OF_GOODS: [Piece; 3] = [
    Piece {
        title: "Station clock of the Danish railways, unused, in its carton",
        description: "Slave clock for a master of 24 volts, 40 cm, enamelled dial. Found as a pallet in a \
                      depot in Fredericia; each is as it left the works in 1974.",
        currency: "EUR",
        price: "90",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 55,
        terms: Terms {
            goods: Some(Goods(CLOCK, 1)),
            ..PLAIN
        },
    },
    Piece {
        title: "Two factory lamps, dark green enamel, 46 cm",
        description: "From a spinning mill in Łódź, rewired by the same workshop that cleans them. They arrive \
                      in small numbers; your pair is reserved when it is paid.",
        currency: "EUR",
        price: "160",
        increment: "10",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 60,
        terms: Terms {
            goods: Some(Goods(LAMP, 2)),
            ..PLAIN
        },
    },
    Piece {
        title: "Six yugi bowls with lids, hammered brass, Anseong",
        description: "Forged from copper and tin by one workshop, as for a table of six. They darken, and \
                      a straw pad brings the gold back.",
        currency: "KRW",
        price: "240000",
        increment: "10000",
        seller: FERRAND,
        appeal: Appeal::Nobody,
        ends_in_seconds: 68,
        terms: Terms {
            opening_bids: &[(MIRA, "240000")],
            goods: Some(Goods(BOWL, 6)),
            ..PLAIN
        },
    },
];

/// One more clock, for later.
pub(super) const ANOTHER_CLOCK: Piece = Piece {
    title: "Station clock of the Danish railways, the next of the pallet",
    description: "Slave clock for a master of 24 volts, 40 cm, enamelled dial, unused, in its carton.",
    currency: "EUR",
    price: "90",
    increment: "5",
    seller: FERRAND,
    appeal: Appeal::Many(TOM),
    ends_in_seconds: 4 * MINUTE,
    terms: Terms {
        goods: Some(Goods(CLOCK, 1)),
        ..PLAIN
    },
};

/// Writes down what was bought, all of it for Ferrand.
pub(super) fn fill_the_warehouse(stage: &Stage) -> anyhow::Result<()> {
    let today = stage.clock.now().date_naive();
    for bought in &BOUGHT {
        let command = AddBatch {
            reference: BatchReference::parse(bought.reference)?,
            sku: Sku::parse(bought.sku)?,
            purchased: Quantity::try_new(bought.pieces)?,
            eta: bought
                .arrive_in_days
                .map(|days| today + TimeDelta::days(days)),
            consignor: Some(ConsignorId::from(FERRAND.id())),
        };
        stage
            .transactions
            .run(|uow| stage.shipping.add_batch(command.clone(), uow))
            .with_context(|| bought.reference)?;
    }
    Ok(())
}
