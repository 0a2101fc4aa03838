//! A grid of shares, such as the fault matrix, as a picture of plain data, and the picture as a drawing.
//!
//! Each cell says its share in figures, and how bad it is by hatching too: colour says nothing alone.
//! Must not know what rows and columns are about, nor where the shares come from.

use super::shape::{Anchor, Drawing, Figure, Font, Point, Shape, Style};
use super::theme::Tone;

/// How much of what should be kept was kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// All of it.
    All,
    /// Nearly all: nine tenths or more.
    Most,
    /// Less.
    Part,
    /// None.
    None,
}

impl Level {
    /// The word for it, which is also the class of its cells.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::All => "all",
            Self::Most => "most",
            Self::Part => "part",
            Self::None => "none",
        }
    }
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridCell {
    /// What stands in it: a share.
    pub text: String,
    /// What stands below that in small letters: how sure the share is.
    pub small: String,
    /// What it is called in speech.
    pub name: String,
    /// How bad it is.
    pub level: Level,
}

/// A grid with a heading for each row and each column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// What it is called.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// The headings of the columns, each in one line or two.
    pub columns: Vec<Vec<String>>,
    /// The rows from top to bottom: the heading, and a cell for each column.
    pub rows: Vec<(String, Vec<GridCell>)>,
}

/// How wide and how high a cell is, in pixels.
const CELL: (f64, f64) = (92.0, 34.0);
/// The room around everything.
const MARGIN: f64 = 14.0;
/// The room for the headings of the columns.
const HEAD: f64 = 38.0;
/// The room for the line below that says what the hatchings mean.
const FOOT: f64 = 30.0;

impl Grid {
    /// The grid as shapes.
    pub fn draw(&self) -> Drawing {
        let widest = self.rows.iter().map(|(title, _)| Font::Words.width(title)).fold(80.0, f64::max);
        let left = MARGIN + widest + 10.0;
        let place = |row: usize, column: usize| {
            Point::new(left + column as f64 * CELL.0, MARGIN + HEAD + row as f64 * CELL.1)
        };
        let heads = self.columns.iter().enumerate().map(|(nth, lines)| head(lines, place(0, nth)));
        let titles = self.rows.iter().enumerate().map(|(nth, (title, _))| {
            let at = Point::new(left - 10.0, place(nth, 0).y + CELL.1 / 2.0 + 4.0);
            text(Figure::new("heading", "row", Tone::Ink), title, at, Anchor::End, Font::Words, Tone::Ink)
        });
        let cells = self.rows.iter().enumerate().flat_map(|(row, (_, cells))| {
            cells.iter().enumerate().map(move |(column, cell)| draw_cell(cell, place(row, column)))
        });
        let bottom = place(self.rows.len(), 0).y + FOOT;
        Drawing {
            width: place(0, self.columns.len()).x + MARGIN,
            height: bottom + MARGIN / 2.0,
            title: self.title.clone(),
            description: self.description.clone(),
            layers: vec![cells.collect(), heads.chain(titles).chain(legend(left, bottom - 10.0)).collect()],
        }
    }
}

fn head(lines: &[String], corner: Point) -> Figure {
    let first = corner.y - 8.0 - 13.0 * lines.len().saturating_sub(1) as f64;
    lines.iter().enumerate().fold(Figure::new("heading", "column", Tone::Ink), |figure, (nth, line)| {
        let at = Point::new(corner.x + CELL.0 / 2.0, first + 13.0 * nth as f64);
        text(figure, line, at, Anchor::Middle, Font::Words, Tone::Ink)
    })
}

fn draw_cell(cell: &GridCell, corner: Point) -> Figure {
    let figure = Figure::new("cell", cell.level.word(), Tone::Ink).named(cell.name.clone(), None);
    let figure =
        swatch(figure, cell.level, Point::new(corner.x + 1.0, corner.y + 1.0), (CELL.0 - 2.0, CELL.1 - 2.0));
    let middle = corner.x + CELL.0 / 2.0;
    let line = if cell.small.is_empty() { 21.0 } else { 15.0 };
    let figure =
        text(figure, &cell.text, Point::new(middle, corner.y + line), Anchor::Middle, Font::Code, Tone::Ink);
    let at = Point::new(middle, corner.y + 27.0);
    text(figure, &cell.small, at, Anchor::Middle, Font::Stamp, Tone::Dim)
}

/// A rectangle filled and hatched as a level says: the worse, the denser.
fn swatch(figure: Figure, level: Level, at: Point, (width, height): (f64, f64)) -> Figure {
    let rect = Shape::Rect { at, width, height, round: 3.0 };
    let (ground, gap) = match level {
        Level::Unknown => (Style::line(Tone::Line, 1.0).dashed(&[2.0, 3.0]), None),
        Level::All => (Style::line(Tone::Past, 1.2), None),
        Level::Most => (Style::line(Tone::Lost, 1.0), Some(24.0)),
        Level::Part => (Style::line(Tone::Lost, 1.0), Some(12.0)),
        Level::None => (Style::line(Tone::Lost, 1.6), Some(6.0)),
    };
    let figure = figure.with(rect, ground);
    let Some(gap) = gap else { return figure };
    let count = ((width + height) / gap) as usize;
    (1..=count).fold(figure, |figure, nth| {
        // From the upper or the right edge down to the left or the lower one.
        let along = nth as f64 * gap;
        let from = Point::new(at.x + along.min(width), at.y + (along - width).max(0.0));
        let to = Point::new(at.x + (along - height).max(0.0), at.y + along.min(height));
        figure.with(Shape::Line(from, to), Style::line(Tone::Lost, 1.0).faint(0.45))
    })
}

/// What the hatchings mean.
fn legend(left: f64, line: f64) -> Vec<Figure> {
    let says = [
        (Level::All, "all runs kept it"),
        (Level::Most, "nine tenths or more"),
        (Level::Part, "fewer"),
        (Level::None, "none"),
    ];
    let mut x = left;
    says.into_iter()
        .map(|(level, says)| {
            let figure = swatch(
                Figure::new("legend", level.word(), Tone::Dim),
                level,
                Point::new(x, line - 11.0),
                (22.0, 14.0),
            );
            let at = Point::new(x + 28.0, line);
            x += 28.0 + Font::Words.width(says) + 18.0;
            text(figure, says, at, Anchor::Start, Font::Words, Tone::Dim)
        })
        .collect()
}

fn text(figure: Figure, says: &str, at: Point, anchor: Anchor, font: Font, tone: Tone) -> Figure {
    if says.is_empty() {
        return figure;
    }
    figure.with(Shape::Text { at, text: says.to_owned(), anchor, font }, Style::fill(tone))
}

#[cfg(test)]
mod tests {
    use super::super::{Theme, svg};
    use super::*;

    fn grid() -> Grid {
        let cell = |level: Level| GridCell {
            text: "50 %".to_owned(),
            small: "40 to 60".to_owned(),
            name: format!("cell that is {}", level.word()),
            level,
        };
        let levels = [Level::Unknown, Level::All, Level::Most, Level::Part, Level::None];
        Grid {
            title: "A grid".to_owned(),
            description: "Of five cells.".to_owned(),
            columns: (0..5).map(|nth| vec![format!("c{nth}"), "below".to_owned()]).collect(),
            rows: vec![("The only row".to_owned(), levels.map(cell).to_vec())],
        }
    }

    #[test]
    fn levels_differ_without_colour() {
        let drawing = grid().draw();
        let lines = |word: &str| {
            let figure = drawing.layers[0].iter().find(|figure| figure.kind == word).expect("a cell");
            figure.shapes.iter().filter(|(shape, _)| matches!(shape, Shape::Line(..))).count()
        };
        let counts = ["all", "most", "part", "none"].map(lines);
        assert_eq!(counts[0], 0);
        assert!(counts.windows(2).all(|pair| pair[0] < pair[1]), "{counts:?}");
    }

    #[test]
    fn everything_stands_within_the_drawing_and_says_its_name() {
        let drawing = grid().draw();
        for (shape, _) in drawing.shapes() {
            let points = match shape {
                Shape::Line(from, to) => vec![*from, *to],
                Shape::Rect { at, width, height, .. } => vec![*at, Point::new(at.x + width, at.y + height)],
                Shape::Text { at, .. } => vec![*at],
                Shape::Path { points, .. } => points.clone(),
                Shape::Circle { at, .. } => vec![*at],
            };
            for point in points {
                let is_inside =
                    (0.0..=drawing.width).contains(&point.x) && (0.0..=drawing.height).contains(&point.y);
                assert!(is_inside, "{shape:?}");
            }
        }
        let text = svg::write(&drawing, Theme::Dark);
        for part in [">The only row</text>", ">c4</text>", ">50 %</text>", "<title>cell that is none</title>"]
        {
            assert!(text.contains(part), "{part}");
        }
    }
}
