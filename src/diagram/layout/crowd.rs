//! Where texts stand already, so that no text covers another. Must not know what they say.

use super::super::shape::{Anchor, Font, Point};

/// The height of a cell, in pixels: less than a line of text, so that each touches two or three.
const CELL: f64 = 6.0;

/// How much room is left beside a text, in pixels.
const ROOM: f64 = 3.0;

/// The stretches that are taken, by how far down they are.
#[derive(Debug)]
pub(in super::super) struct Crowd {
    width: f64,
    height: f64,
    cells: Vec<Vec<(f64, f64)>>,
}

impl Crowd {
    /// Nothing is taken yet in a picture of this size.
    pub(in super::super) fn new(width: f64, height: f64) -> Self {
        let cells = (height.clamp(0.0, 20_000.0) / CELL) as usize + 2;
        Self { width, height, cells: vec![Vec::new(); cells] }
    }

    /// Takes the room for a text, if it is free and inside the picture.
    pub(in super::super) fn take(&mut self, text: &str, font: Font, at: Point, anchor: Anchor) -> bool {
        let width = font.width(text);
        let from = anchor.start(at.x, width);
        let is_inside = from >= 2.0 && from + width <= self.width - 2.0;
        let (top, bottom) = (at.y - 0.75 * font.size(), at.y + 0.2 * font.size());
        if !is_inside || top < 0.0 || bottom > self.height {
            return false;
        }
        self.claim(from - ROOM, from + width + ROOM, top, bottom)
    }

    /// Takes an area for a mark, whether it is free or not.
    pub(in super::super) fn block(&mut self, at: Point, reach: f64) {
        for cell in self.cells(at.y - reach, at.y + reach) {
            self.cells[cell].push((at.x - reach, at.x + reach));
        }
    }

    /// Takes a stretch, whether it is free or not.
    pub(in super::super) fn line(&mut self, from: f64, to: f64, y: f64) {
        for cell in self.cells(y - 8.0, y + 2.0) {
            self.cells[cell].push((from, to));
        }
    }

    fn claim(&mut self, from: f64, to: f64, top: f64, bottom: f64) -> bool {
        let cells = self.cells(top, bottom);
        let is_taken = |&(a, b): &(f64, f64)| a < to && b > from;
        if cells.clone().any(|cell| self.cells[cell].iter().any(is_taken)) {
            return false;
        }
        for cell in cells {
            self.cells[cell].push((from, to));
        }
        true
    }

    fn cells(&self, top: f64, bottom: f64) -> std::ops::RangeInclusive<usize> {
        let last = self.cells.len() - 1;
        let cell = |y: f64| ((y / CELL).max(0.0) as usize).min(last);
        cell(top)..=cell(bottom)
    }
}
