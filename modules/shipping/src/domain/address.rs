//! Addresses that a carrier can deliver to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::postal_rules::{PostalRule, writes_postcode_first};

/// The parts of an address as somebody typed them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressParts {
    /// Who receives.
    pub recipient: String,
    /// Street and number.
    pub street: String,
    /// Flat, floor, building; may be empty.
    pub street2: String,
    /// Town; empty where the country's addresses have none.
    pub city: String,
    /// State, province, prefecture; empty where the country's addresses have none.
    pub region: String,
    /// Postcode; empty where the country has none.
    pub postcode: String,
    /// ISO 3166 code of two letters.
    pub country: String,
}

/// An address that keeps the rules of its country: every part trimmed, the postcode in the form that the
/// country's post writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PostalAddress(AddressParts);

/// One part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressPart {
    /// Who receives.
    Recipient,
    /// Street and number.
    Street,
    /// The second line.
    Street2,
    /// Town.
    City,
    /// State, province, prefecture.
    Region,
    /// Postcode.
    Postcode,
    /// Country.
    Country,
}

impl AddressPart {
    /// The name of the field in [`AddressParts`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Street => "street",
            Self::Street2 => "street2",
            Self::City => "city",
            Self::Region => "region",
            Self::Postcode => "postcode",
            Self::Country => "country",
        }
    }
}

impl fmt::Display for AddressPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rule that a part breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRule {
    /// The country's addresses have this part.
    #[error("must be given")]
    Missing,
    /// No label has room for it.
    #[error("must not be longer than {limit} characters")]
    TooLong {
        /// The most characters.
        limit: usize,
    },
    /// Line breaks, tabs and other characters that cannot be printed on one line.
    #[error("must be plain text on one line")]
    Unprintable,
    /// Not the code of a country.
    #[error("must be the two-letter code of a country, such as KR or US")]
    UnknownCountry,
    /// Not a postcode of that country.
    #[error("must look like {example} in {country}")]
    PostcodeShape {
        /// The country's code.
        country: &'static str,
        /// A postcode that would do.
        example: &'static str,
    },
}

/// What is wrong with one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{part} {rule}")]
pub struct AddressProblem {
    /// The part.
    pub part: AddressPart,
    /// The rule it breaks.
    pub rule: BrokenRule,
}

/// Everything that is wrong with an address, so that all of it can be shown at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address cannot be used: {}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct InvalidAddress {
    /// At least one problem.
    pub problems: Vec<AddressProblem>,
}

const LINE_LIMIT: usize = 100;
const POSTCODE_LIMIT: usize = 12;

impl PostalAddress {
    /// Checks the parts against the rules of their country.
    pub fn parse(parts: AddressParts) -> Result<Self, InvalidAddress> {
        let mut parts = tidied(parts);
        let mut problems = unfit_texts(&parts);
        match PostalRule::of(&parts.country) {
            None => problems.push(AddressProblem {
                part: AddressPart::Country,
                rule: BrokenRule::UnknownCountry,
            }),
            Some(rule) => check(&rule, &mut parts, &mut problems),
        }
        if problems.is_empty() {
            Ok(Self(parts))
        } else {
            Err(InvalidAddress { problems })
        }
    }

    /// An address that was checked when it was written: rules may have become stricter since.
    pub(crate) const fn from_stored(parts: AddressParts) -> Self {
        Self(parts)
    }

    /// The parts.
    pub const fn parts(&self) -> &AddressParts {
        &self.0
    }

    /// The lines of a label as the country's post reads them, the country's code last.
    pub fn lines(&self) -> Vec<String> {
        let parts = &self.0;
        let place = match writes_postcode_first(&parts.country) {
            true => [&parts.postcode, &parts.city, &parts.region],
            false => [&parts.city, &parts.region, &parts.postcode],
        };
        let place: Vec<&str> = place
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        let lines = [
            &parts.recipient,
            &parts.street,
            &parts.street2,
            &place.join(" "),
            &parts.country,
        ];
        lines
            .into_iter()
            .filter(|line| !line.is_empty())
            .cloned()
            .collect()
    }
}

fn tidied(parts: AddressParts) -> AddressParts {
    let trim = |text: String| text.trim().to_owned();
    AddressParts {
        recipient: trim(parts.recipient),
        street: trim(parts.street),
        street2: trim(parts.street2),
        city: trim(parts.city),
        region: trim(parts.region),
        postcode: trim(parts.postcode).to_uppercase(),
        country: trim(parts.country).to_uppercase(),
    }
}

fn unfit_texts(parts: &AddressParts) -> Vec<AddressProblem> {
    let lines = [
        (AddressPart::Recipient, &parts.recipient, LINE_LIMIT),
        (AddressPart::Street, &parts.street, LINE_LIMIT),
        (AddressPart::Street2, &parts.street2, LINE_LIMIT),
        (AddressPart::City, &parts.city, LINE_LIMIT),
        (AddressPart::Region, &parts.region, LINE_LIMIT),
        (AddressPart::Postcode, &parts.postcode, POSTCODE_LIMIT),
    ];
    let mut problems = Vec::new();
    for (part, text, limit) in lines {
        if text.chars().count() > limit {
            problems.push(AddressProblem {
                part,
                rule: BrokenRule::TooLong { limit },
            });
        } else if text.chars().any(char::is_control) {
            problems.push(AddressProblem {
                part,
                rule: BrokenRule::Unprintable,
            });
        }
    }
    problems
}

fn check(rule: &PostalRule, parts: &mut AddressParts, problems: &mut Vec<AddressProblem>) {
    let required = [
        (AddressPart::Recipient, &parts.recipient, true),
        (AddressPart::Street, &parts.street, true),
        (AddressPart::City, &parts.city, rule.needs_city),
        (AddressPart::Region, &parts.region, rule.needs_region),
        (AddressPart::Postcode, &parts.postcode, rule.needs_postcode),
    ];
    for (part, text, needed) in required {
        if needed && text.is_empty() {
            problems.push(AddressProblem {
                part,
                rule: BrokenRule::Missing,
            });
        }
    }
    if parts.postcode.is_empty()
        || problems
            .iter()
            .any(|known| known.part == AddressPart::Postcode)
    {
        return;
    }
    match rule.written(&parts.postcode) {
        Some(written) => parts.postcode = written,
        None => problems.push(AddressProblem {
            part: AddressPart::Postcode,
            rule: BrokenRule::PostcodeShape {
                country: rule.country,
                example: rule.example,
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn parts(country: &str, region: &str, postcode: &str) -> AddressParts {
        AddressParts {
            recipient: "Alice Kim".into(),
            street: "1 Main Street".into(),
            city: "Springfield".into(),
            region: region.into(),
            postcode: postcode.into(),
            country: country.into(),
            ..AddressParts::default()
        }
    }

    #[rstest]
    #[case("KR", "", "06236", "06236")]
    #[case("kr", "", " 06236 ", "06236")]
    #[case("US", "IL", "62701", "62701")]
    #[case("US", "IL", "627011234", "62701-1234")]
    #[case("GB", "", "sw1a1aa", "SW1A 1AA")]
    #[case("GB", "", "m1 1ae", "M1 1AE")]
    #[case("CA", "ON", "k1a0b1", "K1A 0B1")]
    #[case("NL", "", "1012JS", "1012 JS")]
    #[case("JP", "Tokyo", "1000001", "100-0001")]
    #[case("BR", "SP", "01310 100", "01310-100")]
    #[case("IE", "", "", "")]
    #[case("HK", "", "", "")]
    #[case("KE", "", "00100", "00100")]
    fn a_postcode_is_written_as_its_country_does(
        #[case] country: &str,
        #[case] region: &str,
        #[case] typed: &str,
        #[case] written: &str,
    ) {
        let address = PostalAddress::parse(parts(country, region, typed)).unwrap();
        assert_eq!(address.parts().postcode, written);
        assert_eq!(address.parts().country, country.to_uppercase());
    }

    #[rstest]
    #[case("US", "", "62701", "region must be given")]
    #[case("US", "IL", "", "postcode must be given")]
    #[case("US", "IL", "6270", "postcode must look like 62701 in US")]
    #[case("KR", "", "135-080", "postcode must look like 06236 in KR")]
    #[case("GB", "", "12345", "postcode must look like SW1A 1AA in GB")]
    #[case("DE", "", "1O115", "postcode must look like 10115 in DE")]
    #[case("XX", "", "1", "country must be the two-letter code")]
    #[case("Korea", "", "06236", "country must be the two-letter code")]
    #[case("", "", "06236", "country must be the two-letter code")]
    #[case("KE", "", "<script>", "postcode must look like")]
    #[case("KE", "", "1234567890123", "postcode must not be longer than 12")]
    fn an_address_that_cannot_be_used_is_refused_by_name_of_the_rule(
        #[case] country: &str,
        #[case] region: &str,
        #[case] postcode: &str,
        #[case] rule: &str,
    ) {
        let refusal = PostalAddress::parse(parts(country, region, postcode)).unwrap_err();
        assert!(refusal.to_string().contains(rule), "{refusal}");
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let empty = PostalAddress::parse(AddressParts {
            street: "a\nb".into(),
            street2: "x".repeat(101),
            country: "US".into(),
            ..AddressParts::default()
        });
        let told: Vec<&str> = empty
            .unwrap_err()
            .problems
            .iter()
            .map(|problem| problem.part.name())
            .collect();
        assert_eq!(
            told,
            [
                "street",
                "street2",
                "recipient",
                "city",
                "region",
                "postcode"
            ]
        );
    }

    #[rstest]
    #[case("US", "IL", "62701", "Springfield IL 62701")]
    #[case("GB", "", "SW1A 1AA", "Springfield SW1A 1AA")]
    #[case("DE", "", "10115", "10115 Springfield")]
    #[case("PT", "", "1200-385", "1200-385 Springfield")]
    fn a_label_has_no_empty_lines_and_the_order_of_its_country(
        #[case] country: &str,
        #[case] region: &str,
        #[case] postcode: &str,
        #[case] place: &str,
    ) {
        let address = PostalAddress::parse(parts(country, region, postcode)).unwrap();
        assert_eq!(
            address.lines(),
            ["Alice Kim", "1 Main Street", place, country]
        );
    }
}
