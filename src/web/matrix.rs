//! The fault matrix: clients and protocols against broken assumptions, counted by workers while the page is used.
//!
//! # The map
//!
//! | module | duty |
//! |---|---|
//! | `crew`, `hand` | both ends of a worker |
//! | `count` | the board and the workers that empty it |
//! | `table` | the cells |
//!
//! Must not know what a row is about.

mod count;
mod crew;
pub mod hand;
mod table;

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialogs::{close_button, head};
use super::el::{El, button, el};
use super::notices::Remark;
use super::page::Page;
use super::{address, dom, texts};
use crate::app::matrix as words;
use crate::app::matrix::{Board, Task};
use crate::diagram::grid::Level;
use crate::diagram::svg;
use crate::explore::matrix::{Cell, Column, RUNS};
use crate::explore::{Matrix, Row};
use crate::faults;
use count::Counting;
use crew::{Hand, Said};

/// How many runs a cell may be given.
const CHOICES: [u64; 3] = [100, RUNS, 10_000];

/// The matrix of a page. Copies are the same.
#[derive(Clone, Copy)]
pub struct Sheet {
    page: Page,
    counting: Counting,
    rows: StoredValue<Vec<Row>, LocalStorage>,
    /// The fault that is broken in all columns besides their own; none at first.
    besides: RwSignal<Option<&'static str>>,
    runs: RwSignal<u64>,
    current: RwSignal<Cell>,
    chosen: RwSignal<Option<Cell>>,
    /// Who looks for the smallest failing run, and what is said of that.
    finder: StoredValue<Option<Hand>, LocalStorage>,
    finding: RwSignal<String>,
}

impl Sheet {
    /// The matrix, of which nothing has been counted. It is kept for as long as what this is called in lives.
    pub fn new(page: Page) -> Self {
        Self {
            page,
            counting: Counting::new(),
            rows: StoredValue::new_local(Vec::new()),
            besides: RwSignal::new(None),
            runs: RwSignal::new(RUNS),
            current: RwSignal::new(Cell::default()),
            chosen: RwSignal::new(None),
            finder: StoredValue::new_local(None),
            finding: RwSignal::new(String::new()),
        }
    }

    /// The dialog is closed: nobody looks, so that the machine gets its rest.
    pub fn close(self) {
        self.counting.stop();
        self.finder.set_value(None);
        self.finding.set(String::new());
        self.page.is_matrix.set(false);
    }

    /// What is in the dialog. The rows are fetched first, and counting begins.
    pub fn content(self) -> Vec<El> {
        match self.counting.read(|_| ()) {
            Some(()) => self.counting.start(),
            None => self.fetch(),
        }
        let scroll =
            el("div").class("matrix-scroll").child(table::table(self.counting, self.current, self.chosen));
        vec![
            head("matrix", "Fault matrix"),
            el("div")
                .class("sheet-body")
                .child(el("p").class("muted").text(
                    "Share of the runs that kept what the row says, with the column's assumption broken and all others held.",
                ))
                .child(self.controls())
                .child(el("p").class("notice warns").attr("role", "status").has_by("hidden", move || {
                    self.counting.remark.with(String::is_empty)
                }).text_by(move || self.counting.remark.get()))
                .child(scroll)
                .child(self.details()),
            el("div")
                .class("sheet-foot")
                .child(button("", move || self.save()).text("Save as SVG"))
                .child(close_button("", "Close")),
        ]
    }

    fn fetch(self) {
        spawn_local(async move {
            let rows = match texts::fetch("matrix.txt").await {
                Ok(bytes) => Row::read(&String::from_utf8_lossy(&bytes)).map_err(|bad| bad.0),
                Err(why) => Err(why),
            };
            match rows {
                Ok(rows) => {
                    self.rows.set_value(rows);
                    self.begin();
                }
                Err(why) => self.counting.remark.set(format!("{why}.")),
            }
        });
    }

    /// Begins to count what is asked for.
    fn begin(self) {
        self.chosen.set(None);
        self.current.set(Cell::default());
        let columns = match self.besides.get_untracked() {
            None => Column::singles(),
            Some(first) => {
                let others = faults::ALL.iter().filter(|entry| entry.id != first);
                others.map(|entry| Column { faults: vec![first, entry.id] }).collect()
            }
        };
        let (rows, seeds) = (self.rows.get_value(), 0..self.runs.get_untracked());
        self.counting.take_up(Matrix { rows, columns, seeds });
        if self.page.is_matrix.get_untracked() {
            self.counting.start();
        }
    }

    fn controls(self) -> El {
        let counting = self.counting;
        let runs = el("select")
            .children(
                CHOICES
                    .map(|runs| el("option").attr("value", &runs.to_string()).text(&words::thousands(runs))),
            )
            .prop_by("value", move || self.runs.get().to_string())
            .on("change", move |event: web_sys::Event| {
                if let Ok(runs) = event_target_value(&event).parse() {
                    self.runs.set(runs);
                    counting.resize(runs);
                    counting.start();
                }
            });
        let besides = el("select")
            .child(el("option").attr("value", "").text("its own alone"))
            .children(faults::ALL.iter().map(|entry| {
                el("option").attr("value", entry.id).text(&format!("and “{}”", entry.assumption))
            }))
            .prop_by("value", move || self.besides.get().unwrap_or_default().to_owned())
            .on("change", move |event: web_sys::Event| {
                let id = event_target_value(&event);
                self.besides.set(faults::find(&id).map(|entry| entry.id));
                self.begin();
            });
        let field =
            |name: &str, select: El| el("label").class("field").child(el("span").text(name)).child(select);
        let is_done = move || {
            counting.beats.track();
            counting.read(Board::is_done) != Some(false)
        };
        let name = move || {
            let has_some = counting.read(|board| board.figures().runs() > 0) == Some(true);
            counting.beats.track();
            match (counting.is_running.get(), has_some) {
                (true, _) => "Stop",
                (false, true) => "Resume",
                (false, false) => "Count",
            }
        };
        let toggle = button("primary", move || match counting.is_running.get_untracked() {
            true => counting.stop(),
            false => counting.start(),
        })
        .has_by("disabled", is_done)
        .text_by(move || name().to_owned());
        let share = move || {
            counting.beats.track();
            counting.read(|board| (board.figures().runs(), board.runs())).unwrap_or((0, 1))
        };
        let bar = el("progress")
            .attrs(&[("aria-label", "Runs counted")])
            .attr_by("max", move || Some(share().1.to_string()))
            .attr_by("value", move || Some(share().0.to_string()));
        let says = move || {
            counting.beats.track();
            counting.read(|board| board.progress(counting.workers())).unwrap_or_default()
        };
        el("div")
            .class("row matrix-controls")
            .child(field("Broken", besides))
            .child(field("Runs a cell", runs))
            .child(toggle)
            .child(bar)
            .child(el("span").class("muted small").attr("id", "matrix-progress").text_by(says))
    }

    /// What is known of the chosen cell.
    fn details(self) -> El {
        let counting = self.counting;
        let of = move |what: fn(&Board, Cell) -> String| {
            move || {
                counting.beats.track();
                let at = self.chosen.get();
                at.and_then(|at| counting.read(|board| what(board, at))).unwrap_or_default()
            }
        };
        let content = move || {
            let title = of(|board, at| board.matrix().rows[at.row].title.clone());
            let claim = of(|board, at| {
                let row = &board.matrix().rows[at.row];
                format!("In “{}”: {}", row.scene.title, row.claim().says)
            });
            let broken =
                of(|board, at| format!("Broken: {}.", words::broken(&board.matrix().columns[at.column])));
            let counts = of(|board, at| words::counts(board.figures().tally(at)));
            let has_failed = move || {
                counting.beats.track();
                let level = |board: &Board, at| words::level(board.figures().tally(at));
                let level = self.chosen.get().and_then(|at| counting.read(|board| level(board, at)));
                level.is_some_and(|level| !matches!(level, Level::All | Level::Unknown))
            };
            vec![
                el("h3").text_by(title),
                el("p").text_by(claim),
                el("p").class("muted").text_by(broken),
                el("p").text_by(counts),
                el("div")
                    .class("row")
                    .child(
                        button("primary", move || self.find())
                            .has_by("disabled", move || !has_failed())
                            .text("Open the smallest failing run"),
                    )
                    .child(
                        el("span")
                            .class("muted small")
                            .attr("role", "status")
                            .text_by(move || self.finding.get()),
                    ),
            ]
        };
        el("section")
            .class("matrix-details")
            .attr("aria-label", "The chosen cell")
            .shows_if(move || self.chosen.get().is_some(), content)
            .shows_if(
                move || self.chosen.get().is_none(),
                || {
                    vec![
                        el("p")
                            .class("muted small")
                            .text("Choose a cell for its claim and its failing runs."),
                    ]
                },
            )
    }

    /// Has a worker look for the smallest failing run of the chosen cell, and opens it.
    fn find(self) {
        let Some(at) = self.chosen.get_untracked() else { return };
        let task = self.counting.read(|board| {
            let first = board.figures().tally(at).first_broken;
            let seeds = first.map_or(board.matrix().seeds.start, |seed| seed.0)..board.matrix().seeds.end;
            Task::new(board.matrix(), at, seeds)
        });
        let Some(task) = task.map(Rc::new) else { return };
        self.finding.set("Making a failing run smaller…".to_owned());
        let hear = move |said: Said| match said {
            Said::Ready => self.finder.with_value(|finder| {
                if let Some(finder) = finder {
                    finder.find(&task);
                }
            }),
            Said::Found(Some(found)) => {
                self.close();
                address::follow(self.page, &found.link);
                self.page.remarks.update(|remarks| remarks.push(Remark::Found(found.says())));
            }
            Said::Found(None) => self.end("All runs with these seeds keep the claim."),
            Said::Refused(why) => self.end(&why),
            Said::Gone | Said::Counted(_) => self.end("The worker that looked for it stopped. Try again."),
        };
        match Hand::start(hear) {
            Some(hand) => self.finder.set_value(Some(hand)),
            None => self.finding.set("The browser starts no worker to look for it.".to_owned()),
        }
    }

    fn end(self, says: &str) {
        self.finding.set(says.to_owned());
        self.finder.set_value(None);
    }

    /// Hands the matrix out as a picture.
    fn save(self) {
        let drawn = self.counting.read(|board| words::grid(board.matrix(), board.figures()).draw());
        if let Some(drawing) = drawn {
            let text = svg::write(&drawing, crate::diagram::Theme::Light);
            dom::download("lightcone-matrix.svg", "image/svg+xml", &text);
        }
    }
}
