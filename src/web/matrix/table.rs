//! The matrix as a table that keys walk through: a cell is chosen by a click or by Enter.
//!
//! There are hundreds of cells, and the page stays fluid while they are counted: one effect for all of them touches those
//! alone that say something else than before. Most say “100 %” from the first runs to the last. Must not know who counts.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::super::el::{El, el, follow};
use super::super::part::Part;
use super::count::Counting;
use crate::app::matrix as words;
use crate::diagram::grid::Level;
use crate::explore::Tally;
use crate::explore::matrix::Cell;

/// The table of what is counted, which is made anew when its rows or columns change. The cell with the focus is
/// `current`, the chosen one `chosen`.
pub fn table(counting: Counting, current: RwSignal<Cell>, chosen: RwSignal<Option<Cell>>) -> El {
    let shape = Part::new(move || {
        counting.beats.track();
        counting.read(|board| {
            let matrix = board.matrix();
            let rows: Vec<String> = matrix.rows.iter().map(|row| row.title.clone()).collect();
            let heads: Vec<[String; 2]> = (matrix.columns.iter())
                .map(|column| [words::headings(column).join(" "), words::broken(column)])
                .collect();
            (rows, heads)
        })
    });
    let content = move || {
        let Some((rows, heads)) = shape.get() else { return Vec::new() };
        let head =
            |[id, broken]: &[String; 2]| el("th").attrs(&[("scope", "col"), ("title", broken)]).text(id);
        let head = el("tr")
            .child(el("td").attr("aria-hidden", "true"))
            .children(heads.iter().map(head).collect::<Vec<_>>());
        let columns = heads.len();
        let cells: Vec<El> = (0..rows.len() * columns)
            .map(|nth| cell(Cell { row: nth / columns, column: nth % columns }))
            .collect();
        let row = |(row, title): (usize, &String)| {
            let own = cells[row * columns..(row + 1) * columns].iter().cloned();
            el("tr").child(el("th").attr("scope", "row").text(title)).children(own)
        };
        let body = el("tbody").children(rows.iter().enumerate().map(row).collect::<Vec<_>>());
        paint(cells, columns, counting, current, chosen);
        vec![el("thead").child(head), body]
    };
    let choose = move |event: web_sys::Event| {
        if let Some(at) = event.target().and_then(|target| place_of(&target.dyn_into().ok()?)) {
            current.set(at);
            chosen.set(Some(at));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some((rows, columns)) =
            shape.with_untracked(|shape| shape.as_ref().map(|(rows, heads)| (rows.len(), heads.len())))
        else {
            return;
        };
        let Cell { row, column } = current.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => Cell { row, column: column.saturating_sub(1) },
            "ArrowRight" => Cell { row, column: (column + 1).min(columns.saturating_sub(1)) },
            "ArrowUp" => Cell { row: row.saturating_sub(1), column },
            "ArrowDown" => Cell { row: (row + 1).min(rows.saturating_sub(1)), column },
            "Home" if event.ctrl_key() => Cell::default(),
            "End" if event.ctrl_key() => {
                Cell { row: rows.saturating_sub(1), column: columns.saturating_sub(1) }
            }
            "Home" => Cell { row, column: 0 },
            "End" => Cell { row, column: columns.saturating_sub(1) },
            "Enter" | " " => {
                event.prevent_default();
                return chosen.set(Some(current.get_untracked()));
            }
            _ => return,
        };
        event.prevent_default();
        current.set(to);
        focus(&event, to);
    };
    el("table")
        .class("matrix")
        .attrs(&[("role", "grid"), ("aria-label", "The fault matrix")])
        .on("keydown", on_key)
        .on("click", choose)
        .shows(content)
}

/// Puts the focus on a cell of the table in which a key was pressed.
fn focus(event: &KeyboardEvent, to: Cell) {
    let table = event.current_target().and_then(|table| table.dyn_into::<HtmlElement>().ok());
    let place = format!("[data-cell=\"{}-{}\"]", to.row, to.column);
    if let Some(Ok(Some(cell))) = table.map(|table| table.query_selector(&place))
        && let Ok(cell) = cell.dyn_into::<HtmlElement>()
    {
        let _ = cell.focus();
    }
}

/// A cell in which nothing was painted yet.
fn cell(at: Cell) -> El {
    el("td").attrs(&[
        ("role", "gridcell"),
        ("data-cell", &format!("{}-{}", at.row, at.column)),
        ("tabindex", "-1"),
        ("aria-selected", "false"),
    ])
}

/// Which cell of the table an element belongs to, if to any.
fn place_of(element: &Element) -> Option<Cell> {
    let place = element.closest("[data-cell]").ok()??.get_attribute("data-cell")?;
    let (row, column) = place.split_once('-')?;
    Some(Cell { row: row.parse().ok()?, column: column.parse().ok()? })
}

/// What a cell says.
#[derive(Clone)]
struct Painted {
    tally: Tally,
    text: String,
    level: Level,
}

/// Has a cell say something else. The node that holds its text stays, so that there is less to be laid out.
fn write(cell: &Element, text: &str) {
    match cell.first_child() {
        Some(node) => node.set_node_value(Some(text)),
        None => cell.set_text_content(Some(text)),
    }
}

/// Keeps the cells, row by row, at what was counted, and one of them the stop of the Tab key.
fn paint(
    cells: Vec<El>,
    columns: usize,
    counting: Counting,
    current: RwSignal<Cell>,
    chosen: RwSignal<Option<Cell>>,
) {
    let place = move |at: Cell| at.row * columns + at.column;
    let of_tab = cells.clone();
    let mut stop = 0;
    follow(move || {
        let now = place(current.get());
        for (nth, index) in [(stop, "-1"), (now, "0")] {
            if let Some(cell) = of_tab.get(nth) {
                let _ = cell.raw().set_attribute("tabindex", index);
            }
        }
        stop = now;
    });
    let of_choice = cells.clone();
    let mut last = None;
    follow(move || {
        let now = chosen.get().map(place);
        for (nth, is_selected) in [(last, "false"), (now, "true")] {
            if let Some(cell) = nth.and_then(|nth| of_choice.get(nth)) {
                let _ = cell.raw().set_attribute("aria-selected", is_selected);
            }
        }
        last = now;
    });
    let mut painted: Vec<Option<Painted>> = vec![None; cells.len()];
    follow(move || {
        counting.beats.track();
        counting.read(|board| {
            // While another matrix is taken up, this table still stands for a moment.
            if board.matrix().columns.len() != columns || board.matrix().cells().count() != cells.len() {
                return;
            }
            for ((at, cell), before) in board.matrix().cells().zip(&cells).zip(&mut painted) {
                let tally = board.figures().tally(at);
                if before.as_ref().is_some_and(|before| before.tally == *tally) {
                    continue;
                }
                let now = Painted { tally: *tally, text: words::text(tally), level: words::level(tally) };
                if before.as_ref().is_none_or(|before| before.text != now.text) {
                    write(cell.raw(), &now.text);
                }
                if before.as_ref().is_none_or(|before| before.level != now.level) {
                    let _ = cell.raw().set_attribute("data-level", now.level.word());
                }
                *before = Some(now);
            }
        });
    });
}
