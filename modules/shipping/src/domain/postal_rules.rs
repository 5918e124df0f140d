//! What each country asks of an address, after the Universal Postal Union's address guides. A country
//! without a row here gets the generic rule.

/// What one country asks of an address.
pub(super) struct PostalRule {
    /// ISO 3166 code of two letters.
    pub(super) country: &'static str,
    /// A postcode that would do.
    pub(super) example: &'static str,
    pub(super) needs_city: bool,
    pub(super) needs_region: bool,
    pub(super) needs_postcode: bool,
    /// Shapes of postcodes, parted by `|`: `9` is a digit, `A` a letter, `*` either; the rest stands for
    /// itself. No shape: any short code goes.
    shapes: &'static str,
}

/// Country, parts it needs beside recipient and street (`C`ity, `R`egion, `P`ostcode), example, shapes.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Countries whose post reads the postcode before the town.
const POSTCODE_FIRST: &[&str] = &[
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IS",
    "IT", "LI", "LT", "LU", "MC", "MX", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR",
];

/// Whether the post of this country reads the postcode before the town.
pub(super) fn writes_postcode_first(country: &str) -> bool {
    POSTCODE_FIRST.contains(&country)
}

const BRITISH: &str = "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("AT", "CP",  "1010",      "9999"),
    ("AU", "CRP", "2000",      "9999"),
    ("BE", "CP",  "1000",      "9999"),
    ("BG", "CP",  "1000",      "9999"),
    ("BR", "CRP", "01310-100", "99999-999"),
    ("CA", "CRP", "K1A 0B1",   "A9A 9A9"),
    ("CH", "CP",  "8001",      "9999"),
    ("CL", "C",   "8320000",   "9999999"),
    ("CN", "CRP", "100000",    "999999"),
    ("CO", "CR",  "110111",    "999999"),
    ("CY", "CP",  "1010",      "9999"),
    ("CZ", "CP",  "110 00",    "999 99"),
    ("DE", "CP",  "10115",     "99999"),
    ("DK", "CP",  "1050",      "9999"),
    ("EE", "CP",  "10111",     "99999"),
    ("ES", "CP",  "28001",     "99999"),
    ("FI", "CP",  "00100",     "99999"),
    ("FR", "CP",  "75001",     "99999"),
    ("GB", "CP",  "SW1A 1AA",  BRITISH),
    ("GR", "CP",  "105 57",    "999 99"),
    ("HK", "",    "",          ""),
    ("HR", "CP",  "10000",     "99999"),
    ("HU", "CP",  "1051",      "9999"),
    ("IE", "C",   "D02 X285",  "A9* ****"),
    ("IL", "CP",  "9414101",   "9999999"),
    ("IN", "CRP", "110001",    "999999"),
    ("IS", "CP",  "101",       "999"),
    ("IT", "CP",  "00118",     "99999"),
    ("JP", "RP",  "100-0001",  "999-9999"),
    ("KR", "CP",  "06236",     "99999"),
    ("LI", "CP",  "9490",      "9999"),
    ("LT", "CP",  "01100",     "99999|LT-99999"),
    ("LU", "CP",  "1009",      "9999|L-9999"),
    ("LV", "CP",  "LV-1050",   "LV-9999|9999"),
    ("MC", "P",   "98000",     "99999"),
    ("MO", "",    "",          ""),
    ("MT", "CP",  "VLT 1117",  "AAA 9999"),
    ("MX", "CRP", "06000",     "99999"),
    ("MY", "CP",  "50000",     "99999"),
    ("NL", "CP",  "1012 JS",   "9999 AA"),
    ("NO", "CP",  "0010",      "9999"),
    ("NZ", "CP",  "6011",      "9999"),
    ("PH", "CP",  "1000",      "9999"),
    ("PL", "CP",  "00-001",    "99-999"),
    ("PT", "CP",  "1000-001",  "9999-999"),
    ("RO", "CP",  "010011",    "999999"),
    ("RS", "CP",  "11000",     "99999"),
    ("SE", "CP",  "111 20",    "999 99"),
    ("SG", "P",   "018956",    "999999"),
    ("SI", "CP",  "1000",      "9999"),
    ("SK", "CP",  "811 01",    "999 99"),
    ("TH", "CRP", "10200",     "99999"),
    ("TR", "CP",  "34000",     "99999"),
    ("TW", "CP",  "100",       "999|999999|99999"),
    ("UA", "CP",  "01001",     "99999"),
    ("US", "CRP", "62701",     "99999|99999-9999"),
    ("VA", "P",   "00120",     "99999"),
    ("VN", "C",   "100000",    "999999|99999"),
    ("ZA", "CP",  "0001",      "9999"),
];

/// Every country of ISO 3166.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW \
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN \
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME \
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF \
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE \
    YT ZA ZM ZW";

const SEPARATORS: [char; 2] = [' ', '-'];

impl PostalRule {
    /// The rule of a country, or nothing when there is no such country.
    pub(super) fn of(code: &str) -> Option<Self> {
        let country = COUNTRIES.split_whitespace().find(|known| *known == code)?;
        let generic = (country, "C", "12345 or AB 123", "");
        let row = ROWS.iter().find(|row| row.0 == country).unwrap_or(&generic);
        let (_, needs, example, shapes) = *row;
        Some(Self {
            country,
            example,
            needs_city: needs.contains('C'),
            needs_region: needs.contains('R'),
            needs_postcode: needs.contains('P'),
            shapes,
        })
    }

    /// The postcode as the country writes it; nothing when it is none. Blanks and hyphens may be typed or
    /// left out.
    pub(super) fn written(&self, typed: &str) -> Option<String> {
        if self.shapes.is_empty() {
            let fits = |c: char| c.is_ascii_alphanumeric() || SEPARATORS.contains(&c);
            return typed.chars().all(fits).then(|| typed.to_owned());
        }
        let bare: Vec<char> = typed.chars().filter(|c| !SEPARATORS.contains(c)).collect();
        self.shapes.split('|').find_map(|shape| fill(shape, &bare))
    }
}

/// Puts the characters into the shape; nothing when they do not fit.
fn fill(shape: &str, bare: &[char]) -> Option<String> {
    let mut rest = bare.iter().copied();
    let mut written = String::new();
    for place in shape.chars() {
        if SEPARATORS.contains(&place) {
            written.push(place);
            continue;
        }
        let c = rest.next()?;
        let fits = match place {
            '9' => c.is_ascii_digit(),
            'A' => c.is_ascii_uppercase(),
            '*' => c.is_ascii_alphanumeric(),
            literal => c == literal,
        };
        if !fits {
            return None;
        }
        written.push(c);
    }
    rest.next().is_none().then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_country_and_its_example_fits() {
        for (country, _, example, shapes) in ROWS {
            let rule = PostalRule::of(country).expect(country);
            assert!(
                shapes.is_empty() || rule.written(example).as_deref() == Some(example),
                "{country}"
            );
        }
    }

    #[test]
    fn there_are_249_countries() {
        assert_eq!(COUNTRIES.split_whitespace().count(), 249);
        assert!(COUNTRIES.split_whitespace().is_sorted());
    }
}
