//! A letter to a customer with a table: how an invoice or a packing slip is laid out on A4.

use chrono::{DateTime, Datelike, Timelike, Utc};
use customer_relationship::Language;
use krilla::metadata::{DateTime as PdfTime, Metadata};

use super::fonts::{Cut, Fonts, MissingFont};
use super::sheet::{DrawingError, Ink, Paper, Place, Sheet, Side, Style};
use super::table::{table, whole};
use super::words::Words;

const HOUSE: Style = Style::new(17.0, Cut::Semibold, Ink::Brand);
const SMALL: Style = Style::new(9.0, Cut::Regular, Ink::Soft);
const TITLE: Style = Style::new(25.0, Cut::Regular, Ink::Black);
const LABEL: Style = Style::new(8.5, Cut::Regular, Ink::Soft);
const TEXT: Style = Style::new(10.5, Cut::Regular, Ink::Black);
const STRONG: Style = Style::new(10.5, Cut::Semibold, Ink::Black);
const TOTAL: Style = Style::new(13.0, Cut::Semibold, Ink::Black);
const REMARK: Style = Style::new(10.0, Cut::Italic, Ink::Black);

/// Where the sums stand, and where the facts do.
const RIGHT_HALF: f32 = 250.0;

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) heading: String,
    pub(crate) side: Side,
}

/// A line below the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) label: String,
    pub(crate) amount: String,
    pub(crate) is_total: bool,
}

/// What a document says, in the customer's language. The PDF and the page show the same.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) language: Language,
    /// The house's name, and the lines of its address.
    pub(crate) house: (String, Vec<String>),
    pub(crate) title: String,
    pub(crate) number: String,
    pub(crate) to: (&'static str, Vec<String>),
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) sums: Vec<Sum>,
    pub(crate) remarks: Vec<String>,
    /// At the foot of each page.
    pub(crate) foot: Vec<String>,
    pub(crate) written_at: DateTime<Utc>,
}

impl Column {
    /// Whether its cells are figures, which stand on the right.
    pub(crate) fn is_figures(&self) -> bool {
        self.side == Side::Right
    }
}

impl Letter {
    /// The letter as PDF.
    pub(crate) fn draw(&self, fonts: &Fonts) -> Result<Vec<u8>, DrawingError> {
        let mut sheet = Sheet::new(fonts, Paper::A4);
        self.head(&mut sheet)?;
        self.parties(&mut sheet)?;
        table(&mut sheet, &self.columns, &self.rows)?;
        self.sums(&mut sheet)?;
        for remark in &self.remarks {
            let place = whole(&sheet);
            sheet.write(REMARK, place, remark)?;
        }
        self.feet(&mut sheet)?;
        sheet.finish(self.metadata())
    }

    /// Title and number in one line, as files and windows are called.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.title, self.number)
    }

    fn head(&self, sheet: &mut Sheet<'_>) -> Result<(), MissingFont> {
        let all = whole(sheet);
        let half = Place {
            width: all.width - RIGHT_HALF,
            ..all
        };
        let right = Place {
            side: Side::Right,
            ..all
        };
        let top = sheet.y;
        sheet.write(HOUSE, half, &self.house.0)?;
        for line in &self.house.1 {
            sheet.write(SMALL, half, line)?;
        }
        let bottom = sheet.y;
        sheet.y = top - 5.0;
        sheet.write(TITLE, right, &self.title)?;
        sheet.write(TEXT, right, &self.number)?;
        sheet.y = sheet.y.max(bottom) + 14.0;
        sheet.rule(all, 0.5, Ink::Hairline);
        sheet.y += 18.0;
        Ok(())
    }

    fn parties(&self, sheet: &mut Sheet<'_>) -> Result<(), MissingFont> {
        let all = whole(sheet);
        let left = Place {
            width: all.width - RIGHT_HALF - 20.0,
            ..all
        };
        let top = sheet.y;
        sheet.write(LABEL, left, self.to.0)?;
        sheet.y += 2.0;
        for (index, line) in self.to.1.iter().enumerate() {
            let style = if index == 0 { STRONG } else { TEXT };
            sheet.write(style, left, line)?;
        }
        let bottom = sheet.y;
        sheet.y = top;
        let label = Place {
            left: all.left + all.width - RIGHT_HALF,
            width: 90.0,
            side: Side::Left,
        };
        let value = Place {
            left: label.left + label.width,
            width: RIGHT_HALF - label.width,
            side: Side::Left,
        };
        for (name, text) in &self.facts {
            let row = sheet.y;
            sheet.y += 1.5;
            sheet.write(LABEL, label, name)?;
            let labelled = sheet.y;
            sheet.y = row;
            sheet.write(Style { size: 9.5, ..TEXT }, value, text)?;
            sheet.y = sheet.y.max(labelled) + 1.5;
        }
        sheet.y = sheet.y.max(bottom) + 26.0;
        Ok(())
    }

    /// The sums stay together, on a page of their own if need be.
    fn sums(&self, sheet: &mut Sheet<'_>) -> Result<(), MissingFont> {
        let all = whole(sheet);
        let place = Place {
            left: all.left + all.width - RIGHT_HALF,
            width: RIGHT_HALF,
            side: Side::Left,
        };
        let height: f32 = self.sums.iter().map(|sum| style(sum).leading() + 8.0).sum();
        if !sheet.has_room(height) {
            sheet.turn();
        }
        sheet.y += 10.0;
        for sum in &self.sums {
            let style = style(sum);
            if sum.is_total {
                sheet.y += 3.0;
                sheet.rule(place, 1.0, Ink::Brand);
                sheet.y += 5.0;
            }
            let top = sheet.y;
            let mut lines = sheet.lines(style, place.width, &sum.amount)?;
            let right = Place {
                side: Side::Right,
                ..place
            };
            let width = lines.iter().map(|line| line.width * style.size);
            let left = Place {
                width: place.width - width.fold(0.0, f32::max) - 12.0,
                ..place
            };
            sheet.write(style, left, &sum.label)?;
            for line in lines.drain(..) {
                sheet.put(line, style, right, top);
            }
            sheet.y += 2.0;
        }
        sheet.y += 20.0;
        Ok(())
    }

    fn feet(&self, sheet: &mut Sheet<'_>) -> Result<(), MissingFont> {
        let pages = sheet.pages();
        let all = whole(sheet);
        let right = Place {
            side: Side::Right,
            ..all
        };
        let words = Words::of(self.language);
        for page in 0..pages {
            let mut top = sheet.paper.height - 52.0;
            let number = (words.page)(page + 1, pages);
            sheet.put_on(page, (SMALL, right, top), &number)?;
            if page > 0 {
                let head = (SMALL, right, 30.0);
                sheet.put_on(page, head, &self.name())?;
            }
            for line in &self.foot {
                sheet.put_on(page, (SMALL, all, top), line)?;
                top += SMALL.leading();
            }
        }
        Ok(())
    }

    fn metadata(&self) -> Metadata {
        let at = self.written_at;
        let part = |number: u32| u8::try_from(number).unwrap_or_default();
        let time = PdfTime::new(u16::try_from(at.year()).unwrap_or_default())
            .month(part(at.month()))
            .day(part(at.day()))
            .hour(part(at.hour()))
            .minute(part(at.minute()))
            .second(part(at.second()));
        Metadata::new()
            .title(self.name())
            .authors(vec![self.house.0.clone()])
            .language(self.language.code().to_owned())
            .creator("Gavel".to_owned())
            .creation_date(time)
    }
}

fn style(sum: &Sum) -> Style {
    if sum.is_total { TOTAL } else { TEXT }
}
