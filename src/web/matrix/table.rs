//! The matrix as a table that keys walk through: a cell is chosen by a click or by Enter.
//!
//! Must not know who counts.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::super::el::{El, el};
use super::count::Counting;
use crate::app::matrix as words;
use crate::app::matrix::Board;
use crate::explore::matrix::Cell;

/// The table of what is counted, which is made anew when `shape` changes. The cell with the focus is `current`, the
/// chosen one `chosen`.
pub fn table(counting: Counting, current: RwSignal<Cell>, chosen: RwSignal<Option<Cell>>) -> El {
    let shape = super::super::part::Part::new(move || {
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
        let row = |(row, title): (usize, &String)| {
            let cells = (0..columns).map(|column| cell(counting, Cell { row, column }, current, chosen));
            el("tr").child(el("th").attr("scope", "row").text(title)).children(cells)
        };
        vec![
            el("thead").child(head),
            el("tbody").children(rows.iter().enumerate().map(row).collect::<Vec<_>>()),
        ]
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

fn cell(counting: Counting, at: Cell, current: RwSignal<Cell>, chosen: RwSignal<Option<Cell>>) -> El {
    // While another matrix is taken up the table may ask for a cell that is no more.
    let of = move |what: fn(&Board, Cell) -> String| {
        move || {
            counting.beats.track();
            let is_in = |board: &Board| {
                at.row < board.matrix().rows.len() && at.column < board.matrix().columns.len()
            };
            counting.read(|board| is_in(board).then(|| what(board, at))).flatten().unwrap_or_default()
        }
    };
    let text = of(|board, at| words::text(board.figures().tally(at)));
    let level = of(|board, at| words::level(board.figures().tally(at)).word().to_owned());
    let choose = move |_: web_sys::Event| {
        current.set(at);
        chosen.set(Some(at));
    };
    el("td")
        .attrs(&[("role", "gridcell"), ("data-cell", &format!("{}-{}", at.row, at.column))])
        .attr_by("data-level", move || Some(level()))
        .attr_by("tabindex", move || Some(if current.get() == at { "0" } else { "-1" }.to_owned()))
        .flag_by("aria-selected", move || chosen.get() == Some(at))
        .text_by(text)
        .on("click", choose)
}
