//! The shell: what stands where, the tabs of narrow windows, the keys that work anywhere, and the start.
//!
//! Must not know what the parts show.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::el::{self, El, button, el};
use super::keys::{self, Command, Place};
use super::menus::Menus;
use super::notices::Remark;
use super::page::{Drawer, Page, Tab};
use super::{
    address, diagram, dialogs, dom, drawer, frames, header, lesson, logs, network, notices, session, storage,
    switches, theme, transport, until,
};
use crate::app::screen;
use crate::app::{Dialog, Model, Msg, ViewAs};
use crate::scenes;

/// Up to this width the parts are tabs, as in the style.
const NARROW: &str = "(max-width: 1100px)";

/// Finds what was left last time, and puts the page into the document.
pub async fn mount() {
    let link = address::fragment();
    let found = storage::find(!link.is_empty()).await;
    let (model, remark) = session::of_record(found.record.as_ref(), found.bug);
    let model = model.unwrap_or_else(|| Model::new(scenes::OPENING));
    // A reload brings back the session and not the start of the link that it was opened from.
    let opened_from = found.record.map(|record| record.link).unwrap_or_default();
    // Leptos owns everything that is made in here, for as long as the document is there.
    mount_to_body(move || {
        let page = Page::new(model);
        page.opened_from.set(opened_from.clone());
        let blocked = found.is_blocked.then_some(Remark::Blocked);
        let elsewhere = found.is_elsewhere.then_some(Remark::Elsewhere);
        page.remarks.set([remark, blocked, elsewhere].into_iter().flatten().collect());
        if link != opened_from {
            address::open(page);
        }
        watch(page);
        el::mount(&shell(page));
        complete(page);
        // A session that was left on the way to a far place goes on.
        frames::wake(page);
    });
    if let Some(boot) = dom::by_id("boot") {
        boot.remove();
    }
}

/// Everything that follows the window and the document for as long as the page is there.
fn watch(page: Page) {
    address::watch(page);
    session::watch(page);
    frames::watch(page);
    theme::follow(page);
    dom::follow_media(NARROW, move |is_narrow| page.is_narrow.set(is_narrow));
    dom::listen(&document(), "keydown", move |event: KeyboardEvent| on_key(page, &event));
    let title = page.slow_part(|model| model.title().to_owned());
    el::follow(move || document().set_title(&format!("{} – Lightcone", title.get())));
}

/// The layout.
fn shell(page: Page) -> Vec<El> {
    let menus = Menus::new(page);
    let is_log = page.part(Model::is_log);
    let skip =
        el("a").class("skip").attr("href", "#transport").text("Skip to the step buttons").on("click", skip);
    let stage = el("div")
        .class("stage")
        .shows(view_note(page))
        .child(slot(page, Tab::Network, network::network(page, menus)))
        .child(slot(page, Tab::Diagram, diagram::diagram(page, menus)));
    let side = el("div")
        .class("side")
        .child(slot(page, Tab::Switches, switches::switches(page)))
        .child(slot(page, Tab::Inspector, drawer::drawer(page, menus)));
    let bench = el("main")
        .class("bench")
        .child(slot(page, Tab::Lesson, lesson::lesson(page)))
        .child(stage)
        .child(side);
    let app = el("div")
        .class("app")
        .class_by("has-drawer", move || page.is_drawer_open.get())
        .class_by("is-log", move || is_log.get())
        .child(header::header(page))
        .shows(notices::notices(page))
        .child(tabs(page))
        .child(bench)
        .child(transport::transport(page));
    let over = move || {
        logs::watch(page);
        std::iter::once(until::popover(page)).chain(dialogs::dialogs(page)).chain(menus.view()).collect()
    };
    let over = el("div").class("over").shows_if(move || page.is_complete.get(), over);
    vec![skip, app, over]
}

/// Completes the page when the rest of the module has come, when someone wants to do something, or in a while: a
/// module may be in one piece.
fn complete(page: Page) {
    let done = move || page.is_complete.set(true);
    for event in ["lightcone:rest", "pointerdown", "keydown", "dragenter"] {
        dom::listen(&document(), event, move |_: Event| {
            if !page.is_complete.get_untracked() {
                done();
            }
        });
    }
    set_timeout(done, std::time::Duration::from_secs(1));
}

/// The skip link moves the focus and leaves the address alone, which may hold a link.
#[expect(clippy::needless_pass_by_value, reason = "listeners are given the event itself")]
fn skip(event: Event) {
    event.prevent_default();
    if let Some(transport) = dom::by_id("transport") {
        let _ = transport.focus();
    }
}

/// Whose view is shown, while it is not the observer's.
fn view_note(page: Page) -> impl Fn() -> Vec<El> {
    let says =
        page.slow_part(|model| (model.view.view_as != ViewAs::Outside).then(|| screen::whose_view(model)));
    move || {
        let Some(says) = says.get() else { return Vec::new() };
        let (whose, rest) = says.split_once(':').unwrap_or((&says, ""));
        let back =
            button("", move || page.send(Msg::ViewAs(ViewAs::Outside))).text("Back to the outside observer");
        let words = el("p").child(el("b").text(&format!("{whose}:"))).text(rest);
        vec![el("div").class("notice view-note").child(words).child(back)]
    }
}

/// The tabs, in their order, with their names and the words in their ids.
const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Lesson, "Lesson", "lesson"),
    (Tab::Network, "Network", "network"),
    (Tab::Diagram, "Diagram", "diagram"),
    (Tab::Switches, "Switches", "switches"),
    (Tab::Inspector, "Inspector", "inspector"),
];

fn word(tab: Tab) -> &'static str {
    TABS.iter().find(|(known, _, _)| *known == tab).map_or("", |(_, _, word)| *word)
}

/// A part, which is a tab's panel where the page is narrow.
fn slot(page: Page, tab: Tab, part: El) -> El {
    let of_narrow = move |value: String| move || page.is_narrow.get().then(|| value.clone());
    el("div")
        .class("slot")
        .class_by("is-open", move || page.tab.get() == tab)
        .attr("id", &format!("slot-{}", word(tab)))
        .attr_by("role", of_narrow("tabpanel".to_owned()))
        .attr_by("aria-labelledby", of_narrow(format!("tab-{}", word(tab))))
        .child(part)
}

fn tabs(page: Page) -> El {
    let is_log = page.part(Model::is_log);
    let one = |(tab, name, word): (Tab, &'static str, &str)| {
        let name = move || if tab == Tab::Lesson && is_log.get() { "Log" } else { name };
        let is_open = move || page.tab.get() == tab;
        button("", move || page.tab.set(tab))
            .attrs(&[
                ("role", "tab"),
                ("id", &format!("tab-{word}")),
                ("aria-controls", &format!("slot-{word}")),
            ])
            .flag_by("aria-selected", is_open)
            .attr_by("tabindex", move || Some(if is_open() { "0" } else { "-1" }.to_owned()))
            .text_by(move || name().to_owned())
    };
    let on_key = move |event: KeyboardEvent| {
        let at = TABS.iter().position(|(tab, _, _)| *tab == page.tab.get_untracked()).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % TABS.len(),
            "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
            "Home" => 0,
            "End" => TABS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        page.tab.set(TABS[to].0);
        if let Some(tab) = dom::by_id(&format!("tab-{}", TABS[to].2)) {
            let _ = tab.focus();
        }
    };
    el("div")
        .class("tabs")
        .attrs(&[("role", "tablist"), ("aria-label", "Panels")])
        .on("keydown", on_key)
        .children(TABS.map(one))
}

/// The keys that work anywhere, unless something lies over the page.
fn on_key(page: Page, event: &KeyboardEvent) {
    let is_covered =
        document().query_selector("dialog[open], :popover-open").is_ok_and(|found| found.is_some());
    let command = keys::command(Place::Anywhere, event, page.has_single_keys.get_untracked());
    let Some(command) = command.filter(|_| !is_covered) else { return };
    match command {
        Command::Step => page.send(Msg::Step),
        Command::StepBack => page.send(Msg::StepBack),
        Command::RunOrPause => page.run_or_pause(),
        Command::Reset => page.send(Msg::Reset),
        Command::ToEnd => page.send(Msg::ToEnd),
        Command::RunUntil => page.open(Dialog::Until),
        Command::Help => page.open(Dialog::Help),
        Command::Measures => page.is_measures.update(|is_shown| *is_shown = !*is_shown),
        Command::Table => page.is_table.update(|is_table| *is_table = !*is_table),
        Command::Inspector if page.is_drawer_open.get_untracked() => page.is_drawer_open.set(false),
        Command::Inspector => {
            page.open_drawer(Drawer::Details);
            focus_inspector();
        }
        Command::Close => page.is_drawer_open.set(false),
        // All others belong to one part.
        _ => return,
    }
    event.prevent_default();
}

/// Whoever opens the inspector by a key wants to read it.
fn focus_inspector() {
    queue_microtask(|| {
        if let Ok(Some(inspector)) = document().query_selector(".inspector")
            && let Ok(inspector) = inspector.dyn_into::<HtmlElement>()
        {
            let _ = inspector.focus();
        }
    });
}
