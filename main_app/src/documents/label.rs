//! What goes on the outside of a parcel, on A6. It does not say what is inside: nobody on the way need know.

use customer_relationship::Language;
use krilla::metadata::Metadata;
use shipping::PackageView;

use super::fonts::{Cut, Fonts, MissingFont};
use super::house::House;
use super::sheet::{DrawingError, Ink, Paper, Sheet, Style};
use super::table::whole;
use super::words::Words;

const HEADING: Style = Style::new(9.0, Cut::Regular, Ink::Soft);
const FROM: Style = Style::new(10.0, Cut::Regular, Ink::Black);
const TO: [Style; 3] = [
    Style::new(19.0, Cut::Semibold, Ink::Black),
    Style::new(16.0, Cut::Semibold, Ink::Black),
    Style::new(12.0, Cut::Semibold, Ink::Black),
];
const SHIPMENT: Style = Style::new(13.0, Cut::Semibold, Ink::Black);
const SMALL: Style = Style::new(8.0, Cut::Regular, Ink::Soft);

/// What is left for the shipment's number and the package's, below the address.
const BELOW: f32 = 68.0;

/// A label, in the words of the consignee's language.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) language: Language,
    pub(crate) from_heading: &'static str,
    pub(crate) from: Vec<String>,
    pub(crate) to_heading: &'static str,
    pub(crate) to: Vec<String>,
    /// The carrier and its number, once the parcel was handed over.
    pub(crate) shipment: Option<(String, String)>,
    pub(crate) package: String,
}

impl Label {
    /// The label of a package; `None` as long as nobody knows where it goes.
    pub(crate) fn of(package: &PackageView, house: &House, language: Language) -> Option<Self> {
        let words = Words::of(language);
        let mut from = vec![house.seller.party.name.clone()];
        from.extend(house.seller.party.address.iter().cloned());
        let shipment = package.carrier.clone().zip(package.tracking_number.clone());
        Some(Self {
            language,
            from_heading: words.from,
            from,
            to_heading: words.ships_to,
            to: package.address.as_ref()?.lines(),
            shipment,
            package: package.id.to_string(),
        })
    }

    /// The label as PDF.
    pub(crate) fn draw(&self, fonts: &Fonts) -> Result<Vec<u8>, DrawingError> {
        let mut sheet = Sheet::new(fonts, Paper::A6);
        let all = whole(&sheet);
        sheet.write(HEADING, all, self.from_heading)?;
        for line in &self.from {
            sheet.write(FROM, all, line)?;
        }
        sheet.y += 6.0;
        sheet.rule(all, 1.0, Ink::Brand);
        sheet.y += 14.0;
        sheet.write(HEADING, all, self.to_heading)?;
        sheet.y += 2.0;
        let style = self.style(&sheet)?;
        for line in &self.to {
            sheet.write(style, all, line)?;
        }
        sheet.y = sheet.y.max(sheet.paper.height - sheet.paper.bottom - BELOW);
        sheet.rule(all, 1.0, Ink::Brand);
        sheet.y += 8.0;
        if let Some((carrier, number)) = &self.shipment {
            sheet.write(FROM, all, carrier)?;
            sheet.write(SHIPMENT, all, number)?;
        }
        sheet.write(SMALL, all, &self.package)?;
        let metadata = Metadata::new().title(self.package.clone());
        sheet.finish(metadata.language(self.language.code().to_owned()))
    }

    /// The largest type in which the address leaves room for what stands below.
    fn style(&self, sheet: &Sheet<'_>) -> Result<Style, MissingFont> {
        let width = sheet.paper.inside();
        let mut chosen = TO[0];
        for style in TO {
            chosen = style;
            let mut height = 0.0;
            for line in &self.to {
                for _ in sheet.lines(style, width, line)? {
                    height += style.leading();
                }
            }
            if sheet.has_room(height + BELOW) {
                break;
            }
        }
        Ok(chosen)
    }
}
