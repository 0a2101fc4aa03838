//! The clocks on trial: of how many pairs of cause and effect each gets the order wrong, in this run.
//!
//! It is counted when the run has stood still for a moment. Where that takes long it is counted when asked for, so
//! that stepping stays quick. Must not know what any clock promises.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

use super::super::el::{El, button, el, follow};
use super::super::page::Page;
use super::super::{bug, dom};
use crate::app::Msg;
use crate::app::matrix::thousands;
use crate::app::screen::{self, TrialRow};
use crate::base::EventId;
use crate::scenes::Scene;

/// How long the run stands still before the pairs are counted.
const REST: Duration = Duration::from_millis(300);

/// The same where counting would be felt.
const LONG_REST: Duration = Duration::from_millis(1_500);

/// A count that takes longer than this, in milliseconds, would be felt.
const QUICK: f64 = 30.0;

/// A count that takes longer than this is made only when asked for.
const SLOW: f64 = 300.0;

/// How many events are counted unasked before it is known how long that takes.
const FEW: usize = 400;

const SAYS: &str = "Judged: pairs of cause and effect. Wrong: those not put in their order. Invented: concurrent \
                    pairs that are put in an order all the same.";

/// What was counted, and when.
#[derive(Clone, Debug, Default, PartialEq)]
struct Counted {
    turn: u64,
    rows: Vec<TrialRow>,
    /// How many events there were, and how long it took in milliseconds.
    events: usize,
    took: f64,
}

/// The card where the lesson is about clocks, and a way to it elsewhere.
pub(super) fn asked(page: Page, scene: &Scene) -> Vec<El> {
    let is_asked = RwSignal::new(scene.is_about_clocks());
    let ask = move || vec![button("quiet", move || is_asked.set(true)).text("Try the clocks on this run")];
    let way = el("div").class("trial-foot").shows_if(move || !is_asked.get(), ask);
    vec![el("div").shows_if(move || is_asked.get(), move || vec![trial(page)]), way]
}

/// The card.
fn trial(page: Page) -> El {
    let counted = RwSignal::new(Counted::default());
    let place = page.slow_part(|model| {
        let run = std::sync::Arc::as_ptr(model.engine().setup()).addr();
        (run, model.trace().branch(), model.position(), model.is_moving())
    });
    let is_stale = RwSignal::new(true);
    let count = move || {
        let start = dom::now_millis();
        let (turn, events, rows) =
            page.read(|model| (model.position().turn, model.trace().len(), screen::trial(model)));
        counted.set(Counted { turn, rows, events, took: dom::now_millis() - start });
        is_stale.set(false);
    };
    let asked = Rc::new(Cell::new(0_u32));
    follow(move || {
        let (.., is_moving) = place.get();
        is_stale.set(true);
        let nth = asked.get().wrapping_add(1);
        asked.set(nth);
        let Some(rest) = untrack(|| rest(page, &counted.read())).filter(|_| !is_moving) else { return };
        let asked = Rc::clone(&asked);
        let later = move || {
            if asked.get() == nth && !bug::is_dead() && is_stale.try_get_untracked() == Some(true) {
                count();
            }
        };
        set_timeout(later, rest);
    });
    let clock = page.part(|model| model.view.clock.clone());
    let row = move |row: RwSignal<TrialRow>| {
        let id = row.with_untracked(|row| row.id);
        el("tr")
            .class_by("chosen", move || clock.with(|clock| clock == id))
            .child(el("th").attr("scope", "row").text(row.with_untracked(|row| row.clock)))
            .child(el("td").text_by(move || row.with(|row| thousands(row.judged))))
            .child(wrong(page, row))
            .child(el("td").text_by(move || {
                row.with(|row| row.invented.map_or_else(|| "not tried".to_owned(), thousands))
            }))
    };
    let heading = |name: &str, says: &str| el("th").attrs(&[("scope", "col"), ("title", says)]).text(name);
    let head = el("tr").children([
        heading("Clock", "The clock by which events are put in an order"),
        heading("Judged", "Pairs of cause and effect"),
        heading("Wrong", "Of these, how many it does not put in their order"),
        heading("Invented", "Concurrent pairs that it puts in an order all the same"),
    ]);
    let table = el("table")
        .class("trial")
        .attr("aria-label", "How often each clock was wrong")
        .has_by("hidden", move || {
            place.with(|_| ());
            counted.with(|counted| counted.rows.is_empty()) || page.read(|model| model.trace().is_empty())
        })
        .child(el("thead").child(head))
        .child(el("tbody").each(move || counted.with(|counted| counted.rows.clone()), |row| row.id, row));
    let is_asking = move || {
        place.with(|_| ());
        let is_something = page.read(|model| !model.is_moving() && !model.trace().is_empty());
        is_stale.get() && is_something && rest(page, &counted.read()).is_none()
    };
    let up_to = move || {
        let (turn, is_none) = counted.with(|counted| (counted.turn, counted.rows.is_empty()));
        place.with(|_| ());
        if page.read(|model| model.trace().is_empty()) {
            return "Nothing has happened yet.".to_owned();
        }
        if is_none { String::new() } else { format!("Up to turn {turn}.") }
    };
    el("div")
        .class("card")
        .child(el("h2").text("How often each clock was wrong"))
        .child(el("p").class("muted small").text(SAYS))
        .child(table)
        .child(
            el("div")
                .class("row trial-foot")
                .child(el("span").class("muted small").text_by(up_to))
                .shows_if(is_asking, move || vec![button("", count).text("Count up to here")]),
        )
}

/// For how long the run must have stood still before the pairs are counted, going by how long it took last time:
/// it takes time with the square of the events. `None` if they are counted only when asked for.
fn rest(page: Page, last: &Counted) -> Option<Duration> {
    let events = page.read(|model| model.trace().len());
    match events {
        0 => return None,
        1..=FEW => return Some(REST),
        _ => {}
    }
    // A first count of a long run is tried on what such runs take as a rule.
    let (took, of) = if last.events > FEW / 2 { (last.took, last.events) } else { (4.0, FEW) };
    let ratio = events as f64 / of as f64;
    match took * ratio * ratio {
        took if took <= QUICK => Some(REST),
        took if took <= SLOW => Some(LONG_REST),
        _ => None,
    }
}

/// How many are wrong, and the way to the first of them.
fn wrong(page: Page, row: RwSignal<TrialRow>) -> El {
    let first = move || row.with(|row| row.first);
    let go = move || {
        if let Some((_, effect)) = untrack(first) {
            page.send(Msg::GoTo(effect));
        }
    };
    let name = move |(cause, effect): (EventId, EventId)| {
        let (cause, effect) =
            page.read(|model| (screen::event_name(model, cause), screen::event_name(model, effect)));
        format!("Show me the first: {cause} caused {effect}")
    };
    let show = move || {
        let says = untrack(first).map(name).unwrap_or_default();
        vec![
            button("link", go)
                .attrs(&[("title", &says)])
                .child(el("span").text_by(move || row.with(|row| thousands(row.wrong))))
                .child(el("span").class("visually-hidden").text(&format!(", {says}"))),
        ]
    };
    el("td")
        .class_by("bad", move || row.with(|row| row.wrong > 0))
        .shows_if(move || first().is_some(), show)
        .shows_if(
            move || first().is_none(),
            move || vec![el("span").text_by(move || row.with(|row| thousands(row.wrong)))],
        )
}
