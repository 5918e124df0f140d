//! The demo's lots.

use chrono::TimeDelta;

use super::cast::{FERRAND, INES, JONAS, MIRA, OSKAR, Person, TOM, YUNA};

/// A lot to put up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) currency: &'static str,
    pub(super) price: &'static str,
    pub(super) increment: &'static str,
    pub(super) seller: Person,
    pub(super) appeal: Appeal,
    ends_in_seconds: i64,
}

/// Whom a lot attracts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Appeal {
    /// Nobody: it ends without a bid.
    Nobody,
    /// One person, who bids when the demo begins, and no robot.
    Only(Person),
    /// Robots; this one wants it most.
    Many(Person),
}

impl Piece {
    pub(super) fn ends_in(&self) -> TimeDelta {
        TimeDelta::seconds(self.ends_in_seconds)
    }

    pub(super) fn by_title(title: &str) -> Option<&'static Self> {
        CATALOGUE
            .iter()
            .chain(&RESERVE)
            .find(|piece| piece.title == title)
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What is under the hammer when the demo begins. The first ones close while a newcomer looks around.
pub(super) const CATALOGUE: [Piece; 14] = [
    Piece {
        title: "Leica M3 rangefinder camera, 1957, with Summicron 50 mm",
        description: "Double stroke, serviced in 2024, shutter accurate at all speeds. Light brassing \
                      on the top plate, clear viewfinder.\n\nComes with the leather case and the \
                      original invoice from Wetzlar.",
        currency: "EUR",
        price: "1150",
        increment: "25",
        seller: JONAS,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 35,
    },
    Piece {
        title: "Box of brass door handles, about forty",
        description: "From a demolished school. Sold as found.",
        currency: "EUR",
        price: "60",
        increment: "5",
        seller: JONAS,
        appeal: Appeal::Nobody,
        ends_in_seconds: 50,
    },
    Piece {
        title: "Moon jar in white porcelain, Icheon, 1960s",
        description: "Thrown in two halves and joined at the waist, as the old ones were. 34 cm high. \
                      One firing flaw inside the foot, no restoration.",
        currency: "KRW",
        price: "2400000",
        increment: "50000",
        seller: FERRAND,
        appeal: Appeal::Only(MIRA),
        ends_in_seconds: 65,
    },
    Piece {
        title: "Omega Speedmaster Professional, reference 145.022, 1969",
        description: "Calibre 861, stepped dial, tritium hands. The bracelet is a later 1171. Extract \
                      of the archives from Biel.",
        currency: "USD",
        price: "4800",
        increment: "100",
        seller: FERRAND,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 80,
    },
    Piece {
        title: "Hokusai, Under the Wave off Kanagawa, hand-printed by Adachi",
        description: "Woodblock print on hōsho paper, cut and printed by hand in Tokyo. Never framed, \
                      in its folder with the colophon.",
        currency: "JPY",
        price: "48000",
        increment: "1000",
        seller: FERRAND,
        appeal: Appeal::Many(YUNA),
        ends_in_seconds: 105,
    },
    Piece {
        title: "Teak sideboard by Arne Vodder for Sibast, 1959",
        description: "Model 29A with coloured reversible doors. 239 × 48 × 80 cm. One drawer runner \
                      replaced; fading on the left end.",
        currency: "DKK",
        price: "14500",
        increment: "250",
        seller: JONAS,
        appeal: Appeal::Many(OSKAR),
        ends_in_seconds: 3 * MINUTE,
    },
    Piece {
        title: "The Left Hand of Darkness, first printing, Ace Books, 1969",
        description: "Paperback original, Leo and Diane Dillon cover. Tight, unread spine, small \
                      bookseller's stamp on the flyleaf.",
        currency: "USD",
        price: "140",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 5 * MINUTE,
    },
    Piece {
        title: "Pearl diver's chest, teak and brass, Kuwait, around 1920",
        description: "Three drawers, brass sheet and nails on all sides. Provenance: family of a \
                      nakhoda. Worm long gone, key present.",
        currency: "KWD",
        price: "185.500",
        increment: "2.500",
        seller: FERRAND,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 8 * MINUTE,
    },
    Piece {
        title: "Braun T 1000 world receiver, designed by Dieter Rams, 1963",
        description: "All bands receive, manual and map in the lid. Recapped. The aluminium has the \
                      usual fine scratches.",
        currency: "EUR",
        price: "340",
        increment: "10",
        seller: JONAS,
        appeal: Appeal::Many(YUNA),
        ends_in_seconds: 14 * MINUTE,
    },
    Piece {
        title: "Qashqai rug, natural dyes, 212 × 148 cm",
        description: "Three-medallion field on madder red. Even low pile, sides rebound, washed by \
                      hand last spring.",
        currency: "GBP",
        price: "560",
        increment: "20",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 25 * MINUTE,
    },
    Piece {
        title: "Raleigh Twenty shopper, 1974, restored",
        description: "Three-speed Sturmey-Archer hub, new tyres and cables, original bronze green \
                      enamel. Rides as it should.",
        currency: "GBP",
        price: "90",
        increment: "5",
        seller: JONAS,
        appeal: Appeal::Many(OSKAR),
        ends_in_seconds: HOUR,
    },
    Piece {
        title: "Turret clock movement by J. B. Joyce, Whitchurch, 1887",
        description: "Flatbed two-train movement with pinwheel escapement, from a chapel in Powys. \
                      Runs. Collection by pallet.",
        currency: "GBP",
        price: "2900",
        increment: "100",
        seller: FERRAND,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: DAY,
    },
    Piece {
        title: "Steinway & Sons model O grand piano, Hamburg, 1924",
        description: "Ebonised, restrung in 2011, original soundboard without cracks. Regulated every \
                      year. Seen and played in Basel by appointment.",
        currency: "CHF",
        price: "18500",
        increment: "500",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 5 * DAY,
    },
    Piece {
        title: "Enamelled tram stop sign, Line 12, Lisbon, 1950s",
        description: "Double-sided, 60 cm across, on its bracket. Chips at the rim, colours fresh.",
        currency: "EUR",
        price: "210",
        increment: "10",
        seller: JONAS,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 40 * MINUTE,
    },
];

/// What is put up later, again and again, so that something always closes soon.
pub(super) const RESERVE: [Piece; 6] = [
    Piece {
        title: "Olivetti Valentine typewriter, 1969, in its red case",
        description: "QWERTY, types cleanly, new ribbon. One rubber stop of the case is missing.",
        currency: "EUR",
        price: "180",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 3 * MINUTE,
    },
    Piece {
        title: "Najeonchilgi lacquer box, mother-of-pearl cranes, Tongyeong",
        description: "26 × 19 × 8 cm, 1970s, inlay complete, light rubbing on the lid.",
        currency: "KRW",
        price: "380000",
        increment: "10000",
        seller: FERRAND,
        appeal: Appeal::Many(YUNA),
        ends_in_seconds: 4 * MINUTE,
    },
    Piece {
        title: "Marine sextant by Plath, Hamburg, 1944, boxed",
        description: "Mirrors re-silvered, scale legible throughout, certificate in the lid.",
        currency: "EUR",
        price: "420",
        increment: "10",
        seller: FERRAND,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 3 * MINUTE,
    },
    Piece {
        title: "Anglepoise 1227 desk lamp, black, 1938",
        description: "Two-step base, rewired with cloth cable, original shade.",
        currency: "GBP",
        price: "120",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 5 * MINUTE,
    },
    Piece {
        title: "Seiko 6139 chronograph, 1971, yellow dial",
        description: "Runs and resets. Crystal replaced, case unpolished, on a leather strap.",
        currency: "JPY",
        price: "65000",
        increment: "1000",
        seller: FERRAND,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 4 * MINUTE,
    },
    Piece {
        title: "Map of the Moon, Rand McNally, 1958, linen-backed",
        description: "107 × 142 cm, fold lines reinforced, colours good.",
        currency: "USD",
        price: "95",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Many(OSKAR),
        ends_in_seconds: 6 * MINUTE,
    },
];
