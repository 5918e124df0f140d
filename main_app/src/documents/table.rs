//! Tables that go on over pages, with their headings repeated.

use super::fonts::{Cut, MissingFont};
use super::letter::Column;
use super::sheet::{Ink, Place, Sheet, Side, Style};

const HEADING: Style = Style::new(8.5, Cut::Regular, Ink::Soft);

/// Between two columns, and above and below a row.
const GAP: f32 = 14.0;
const PADDING: f32 = 5.5;

/// What the column of texts keeps at least; figures become smaller before they take more.
const TEXT_AT_LEAST: f32 = 150.0;
const SIZES: [f32; 5] = [10.0, 9.0, 8.0, 7.0, 6.0];

/// Where the columns are, and how large their type is.
struct Grid {
    places: Vec<Place>,
    style: Style,
}

/// Writes a table below what there is.
pub(super) fn table(
    sheet: &mut Sheet<'_>,
    columns: &[Column],
    rows: &[Vec<String>],
) -> Result<(), MissingFont> {
    let grid = grid(sheet, columns, rows)?;
    headings(sheet, &grid, columns)?;
    for row in rows {
        let cells = row.iter().zip(&grid.places);
        let cells = cells.map(|(text, place)| sheet.lines(grid.style, place.width, text));
        let cells: Vec<_> = cells.collect::<Result<_, _>>()?;
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        let leading = grid.style.leading();
        let height = (0..height).fold(2.0 * PADDING, |sum, _| sum + leading);
        if !sheet.has_room(height) {
            sheet.turn();
            headings(sheet, &grid, columns)?;
        }
        let top = sheet.y + PADDING;
        for (lines, place) in cells.into_iter().zip(&grid.places) {
            let mut y = top;
            for line in lines {
                sheet.put(line, grid.style, *place, y);
                y += leading;
            }
        }
        sheet.y += height;
        let whole = whole(sheet);
        sheet.rule(whole, 0.5, Ink::Hairline);
    }
    Ok(())
}

fn headings(sheet: &mut Sheet<'_>, grid: &Grid, columns: &[Column]) -> Result<(), MissingFont> {
    let top = sheet.y;
    for (column, place) in columns.iter().zip(&grid.places) {
        for line in sheet.lines(HEADING, place.width, &column.heading)? {
            sheet.put(line, HEADING, *place, top);
        }
    }
    sheet.y += HEADING.leading() + 3.0;
    let whole = whole(sheet);
    sheet.rule(whole, 1.0, Ink::Brand);
    sheet.y += 1.0;
    Ok(())
}

pub(super) fn whole(sheet: &Sheet<'_>) -> Place {
    Place {
        left: sheet.paper.margin,
        width: sheet.paper.inside(),
        side: Side::Left,
    }
}

/// Columns of figures are as wide as their widest figure; the texts get the rest.
fn grid(sheet: &Sheet<'_>, columns: &[Column], rows: &[Vec<String>]) -> Result<Grid, MissingFont> {
    let mut found = measured(sheet, columns, rows, SIZES[0])?;
    for size in SIZES {
        found = measured(sheet, columns, rows, size)?;
        let texts = found.places.iter().filter(|place| place.side == Side::Left);
        if texts.into_iter().all(|place| place.width >= TEXT_AT_LEAST) {
            break;
        }
    }
    Ok(found)
}

fn measured(
    sheet: &Sheet<'_>,
    columns: &[Column],
    rows: &[Vec<String>],
    size: f32,
) -> Result<Grid, MissingFont> {
    let style = Style::new(size, Cut::Regular, Ink::Black);
    let mut widths = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let mut width = sheet.measure(HEADING, &column.heading)?;
        for cell in rows.iter().filter_map(|row| row.get(index)) {
            if column.side == Side::Right {
                width = width.max(sheet.measure(style, cell)?);
            }
        }
        widths.push(width);
    }
    let figures = columns.iter().zip(&widths);
    let figures = figures.filter(|(column, _)| column.side == Side::Right);
    let taken: f32 = figures.map(|(_, width)| width + GAP).sum();
    let texts = columns.iter().filter(|column| column.side == Side::Left);
    let texts = texts.fold(0.0, |count, _| count + 1.0_f32).max(1.0);
    let share = ((sheet.paper.inside() - taken) / texts).max(40.0);
    let mut left = sheet.paper.margin;
    let mut places = Vec::new();
    for (column, width) in columns.iter().zip(widths) {
        let (before, width) = match column.side {
            Side::Left => (0.0, share),
            Side::Right => (GAP, width),
        };
        left += before;
        places.push(Place {
            left,
            width,
            side: column.side,
        });
        left += width;
    }
    Ok(Grid { places, style })
}
