//! The demo's lots, and the sale that some of them are in.

use auctions::Bidding;

use super::cast::{FERRAND, INES, JONAS, MIRA, OSKAR, TOM, YUNA};
use super::goods::ANOTHER_CLOCK;
use super::pieces::{Appeal, PLAIN, Piece, Terms};

/// What the demo's sale is called. Its lots are in pounds.
pub(super) const SALE: &str = "Instruments of precision: an evening sale";

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What is under the hammer when the demo begins. The first ones close while a newcomer looks around.
pub(super) const CATALOGUE: [Piece; 21] = [
    Piece {
        title: "Ship's lantern, copper, with red and green panes",
        description: "By Davey & Co., London. Converted to electricity and back again. Dents.",
        currency: "EUR",
        price: "70",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Nobody,
        ends_in_seconds: 20,
        terms: Terms {
            bidding: Bidding::Proxy,
            reserve: Some("240"),
            opening_bids: &[(YUNA, "85"), (MIRA, "160")],
            ..PLAIN
        },
    },
    Piece {
        title: "Two-day marine chronometer, Kullberg 7512, gimballed, boxed",
        description: "Spring detent escapement, running to four seconds a day. Brass-bound rosewood \
                      box, tipsy key, the Admiralty's ledger card of 1899.",
        currency: "GBP",
        price: "1800",
        increment: "50",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 45,
        terms: Terms {
            soft_close: Some((20, 60)),
            is_in_sale: true,
            opening_bids: &[(TOM, "1850")],
            ..PLAIN
        },
    },
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
        terms: PLAIN,
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
        terms: PLAIN,
    },
    Piece {
        title: "Moon jar in white porcelain, Icheon, 1960s",
        description: "Thrown in two halves and joined at the waist, as the old ones were. 34 cm high. \
                      One firing flaw inside the foot, no restoration.",
        currency: "KRW",
        price: "2400000",
        increment: "50000",
        seller: FERRAND,
        appeal: Appeal::Nobody,
        ends_in_seconds: 65,
        terms: Terms {
            opening_bids: &[(MIRA, "2400000")],
            ..PLAIN
        },
    },
    Piece {
        title: "Celadon incense burner with a lion on its lid, Goryeo style",
        description: "Carved and glazed in the manner of the twelfth century, around 1930. The lion looks \
                      over its shoulder. A hairline in the lid.",
        currency: "KRW",
        price: "380000",
        increment: "10000",
        seller: FERRAND,
        appeal: Appeal::Nobody,
        ends_in_seconds: 70,
        terms: Terms {
            opening_bids: &[(MIRA, "380000")],
            ..PLAIN
        },
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: Terms {
            is_in_sale: true,
            ..PLAIN
        },
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
        terms: PLAIN,
    },
    Piece {
        title: "Enigma-type rotor, aluminium, Naval, number IV",
        description: "Original wiring, all contacts spring. With a letter by the finder.",
        currency: "GBP",
        price: "900",
        increment: "25",
        seller: FERRAND,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 7 * MINUTE,
        terms: Terms {
            bidding: Bidding::Proxy,
            reserve: Some("1100"),
            soft_close: Some((60, 300)),
            is_in_sale: true,
            opening_bids: &[(INES, "960"), (TOM, "1040"), (INES, "1010"), (INES, "1150")],
            ..PLAIN
        },
    },
    Piece {
        title: "Fender Jazzmaster, sunburst, 1962, with its brown case",
        description: "Refretted once, otherwise as it left Fullerton. Played every week.",
        currency: "USD",
        price: "4200",
        increment: "100",
        seller: JONAS,
        appeal: Appeal::Many(TOM),
        ends_in_seconds: 12 * MINUTE,
        terms: Terms {
            bidding: Bidding::Proxy,
            soft_close: Some((120, 1_200)),
            opening_bids: &[
                (INES, "4500"),
                (TOM, "4900"),
                (INES, "5300"),
                (TOM, "5200"),
                (TOM, "5600"),
            ],
            ..PLAIN
        },
    },
    Piece {
        title: "Anglepoise 1227 desk lamp, cream, 1951",
        description: "Two-step base, original flex replaced. The shade has one chip.",
        currency: "GBP",
        price: "80",
        increment: "5",
        seller: JONAS,
        appeal: Appeal::Nobody,
        ends_in_seconds: 30 * MINUTE,
        terms: Terms {
            buy_now: Some("145"),
            ..PLAIN
        },
    },
    Piece {
        title: "Orrery in brass and ivory, W. & S. Jones, London, around 1800",
        description: "Table orrery with six planets and their moons; the ivory is documented and \
                      predates 1947. One arm resoldered.",
        currency: "GBP",
        price: "6500",
        increment: "250",
        seller: FERRAND,
        appeal: Appeal::Many(YUNA),
        ends_in_seconds: 20 * MINUTE,
        terms: Terms {
            bidding: Bidding::Proxy,
            soft_close: Some((120, 1_200)),
            is_in_sale: true,
            opens_in_seconds: Some(3 * MINUTE),
            ..PLAIN
        },
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
        terms: PLAIN,
    },
];

/// What is put up later, again and again, so that something always closes soon.
pub(super) const LATER: [Piece; 7] = [
    ANOTHER_CLOCK,
    Piece {
        title: "Olivetti Valentine typewriter, 1969, in its red case",
        description: "QWERTY, types cleanly, new ribbon. One rubber stop of the case is missing.",
        currency: "EUR",
        price: "180",
        increment: "5",
        seller: FERRAND,
        appeal: Appeal::Many(INES),
        ends_in_seconds: 3 * MINUTE,
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
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
        terms: PLAIN,
    },
];
