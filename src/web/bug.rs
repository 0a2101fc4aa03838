//! What a bug leaves on screen: a card that says what happened, with a link that repeats it.
//!
//! A module that has panicked may be in any state, so it is never called again: every way in asks
//! [`is_dead`] first, and the page's controls are replaced by a picture of themselves, which calls nothing. The
//! card's own buttons call the browser and not the module. It is made of plain elements and of what was put by
//! before. Must not know how the page is built.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, ErrorEvent, HtmlDialogElement, HtmlTextAreaElement};

use super::{address, dom, storage};
use crate::app::{Link, Selection, ViewAs};
use crate::sim::{Act, Action, Position, Tape};

thread_local! {
    static DEAD: Cell<bool> = const { Cell::new(false) };
    static LAST_GOOD: RefCell<Option<Link>> = const { RefCell::new(None) };
    static ASKED: RefCell<Option<Asked>> = const { RefCell::new(None) };
}

/// What was asked for when the bug showed itself, as far as a link can ask for it too.
#[derive(Clone, Debug)]
pub enum Asked {
    /// To go on, by at most so many turns.
    Turns(u32),
    /// To go to a turn.
    Seek(u64),
    /// To look at something.
    Select(Selection),
    /// To look with other eyes.
    ViewAs(ViewAs),
    /// To do something by hand.
    Act(Act),
}

/// Whether the module has stopped for good.
pub fn is_dead() -> bool {
    DEAD.get()
}

/// Has panics, and traps that are none, end in the card.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        stop(&info.to_string());
    }));
    dom::listen(&window(), "error", |event: ErrorEvent| {
        // A trap without a panic: the memory or the stack was full.
        let name = Reflect::get(&event.error(), &"name".into()).ok().and_then(|name| name.as_string());
        if name.as_deref() == Some("RuntimeError") {
            stop(&event.message());
        }
    });
}

/// Puts by what is asked for now, before it is done.
pub fn note_asked(asked: Option<Asked>) {
    let _ = ASKED.try_with(|kept| kept.try_borrow_mut().map(|mut kept| *kept = asked));
}

/// Puts by where the session stands, after a message that went well. The link is written only if it is needed.
pub fn note_good(link: Link) {
    let _ = LAST_GOOD.try_with(|kept| kept.try_borrow_mut().map(|mut kept| *kept = Some(link)));
}

/// Puts by how far a run has come that is playing.
pub fn note_position(position: Position) {
    let _ = LAST_GOOD.try_with(|kept| {
        if let Ok(mut kept) = kept.try_borrow_mut()
            && let Some(link) = kept.as_mut()
        {
            link.position = position;
        }
    });
}

/// Stops for good and shows the card.
fn stop(message: &str) {
    if DEAD.replace(true) {
        return;
    }
    let good = LAST_GOOD.try_with(|kept| kept.try_borrow().ok()?.clone()).ok().flatten();
    let turn = good.as_ref().map_or(0, |link| link.position.turn);
    let again = storage::note_bug(turn) > 1;
    if again {
        storage::set_record_aside();
    }
    still_life();
    // First what needs nothing, so that the card stands even if the link cannot be written.
    let Some(card) = Card::show(message, turn, again) else { return };
    let asked = ASKED.try_with(|kept| kept.try_borrow().ok()?.clone()).ok().flatten();
    if let Some(good) = good {
        card.put_link(&address::whole(&repeating(good, asked).write()));
    }
}

/// The link whose opening does again what was asked for last.
fn repeating(mut link: Link, asked: Option<Asked>) -> Link {
    match asked {
        None => {}
        // A run goes the same way as far as the bug, so further does no harm.
        Some(Asked::Turns(turns)) => link.position.turn += u64::from(turns),
        Some(Asked::Seek(turn)) => link.position.turn = turn,
        Some(Asked::Select(selection)) => link.view.selection = selection,
        Some(Asked::ViewAs(view_as)) => link.view.view_as = view_as,
        Some(Asked::Act(act)) => {
            let mut actions = link.spec.tape.prefix(link.position.actions).actions().to_vec();
            actions.push(Action { after_turn: link.position.turn, act });
            if let Ok(tape) = Tape::new(actions) {
                link.spec.tape = tape;
                link.position.actions += 1;
            }
        }
    }
    link
}

/// Replaces the page by a copy of its elements, which has none of their listeners.
fn still_life() {
    let Some(body) = document().body() else { return };
    for selector in ["dialog", "[popover]"] {
        while let Ok(Some(over)) = document().query_selector(selector) {
            over.remove();
        }
    }
    if let Ok(Some(app)) = body.query_selector(".app")
        && let Ok(copy) = app.clone_node_with_deep(true)
        && let Some(parent) = app.parent_node()
    {
        let _ = parent.replace_child(&copy, &app);
    }
}

/// The card, on screen.
struct Card {
    body: Element,
    foot: Element,
}

impl Card {
    /// Makes the card and shows it.
    fn show(message: &str, turn: u64, again: bool) -> Option<Self> {
        let dialog = element("dialog", "")?.dyn_into::<HtmlDialogElement>().ok()?;
        let _ = dialog.set_attribute("aria-labelledby", "bug-title");
        let head = add(&dialog, "div", "sheet-head", "")?;
        add(&head, "h2", "", "Lightcone has a bug, and stopped")?.set_id("bug-title");
        let body = add(&dialog, "div", "sheet-body", "")?;
        let says = if again {
            "It is not your doing. It came straight after the last one, so your session is set aside: reloading \
             starts afresh."
                .to_owned()
        } else {
            format!(
                "It is not your doing. This link repeats it, and holds everything you did up to turn {turn}."
            )
        };
        add(&body, "p", "", &says)?;
        add(&body, "p", "quote mono", message)?;
        let foot = add(&dialog, "div", "sheet-foot", "")?;
        let reload = if again { "Reload and start afresh" } else { "Reload from the last good turn" };
        let reload = add(&foot, "button", "primary", reload)?;
        let _ = reload.set_attribute("autofocus", "");
        on_click(&reload, &bound(&window().location(), "reload", &[])?);
        document().body()?.append_child(&dialog).ok()?;
        // Closing it would leave a page that looks alive and is not. Older browsers close it all the same.
        let _ = dialog.set_attribute("closedby", "none");
        let _ = dialog.add_event_listener_with_callback("close", &bound(&dialog, "showModal", &[])?);
        dialog.show_modal().ok()?;
        Some(Self { body, foot })
    }

    /// Adds the link and a button that copies it.
    fn put_link(&self, link: &str) -> Option<()> {
        let label = add(&self.body, "label", "field stacked", "")?;
        add(&label, "span", "", "Link")?;
        let text = add(&label, "textarea", "", "")?.dyn_into::<HtmlTextAreaElement>().ok()?;
        text.set_read_only(true);
        text.set_rows(2);
        text.set_value(link);
        let copy = add(&self.foot, "button", "", "Copy link")?;
        on_click(&copy, &bound(&text, "select", &[])?);
        let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
        on_click(&copy, &bound(&clipboard, "writeText", &[link])?);
        Some(())
    }
}

/// A new element in `parent`, with text that is only text.
fn add(parent: &Element, tag: &str, class: &str, text: &str) -> Option<Element> {
    let child = element(tag, class)?;
    if !text.is_empty() {
        child.set_text_content(Some(text));
    }
    parent.append_child(&child).ok()?;
    Some(child)
}

fn element(tag: &str, class: &str) -> Option<Element> {
    let element = document().create_element(tag).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    if tag == "button" {
        let _ = element.set_attribute("type", "button");
    }
    Some(element)
}

/// A function of the browser with its object and arguments, which runs without the module.
fn bound(object: &JsValue, name: &str, arguments: &[&str]) -> Option<Function> {
    let function = Reflect::get(object, &name.into()).ok()?.dyn_into::<Function>().ok()?;
    let arguments = arguments.iter().map(|argument| JsValue::from_str(argument));
    let all: js_sys::Array = std::iter::once(object.clone()).chain(arguments).collect();
    let bind = Reflect::get(&function, &"bind".into()).ok()?.dyn_into::<Function>().ok()?;
    Reflect::apply(&bind, &function, &all).ok()?.dyn_into().ok()
}

fn on_click(element: &Element, then: &Function) {
    let _ = element.add_event_listener_with_callback("click", then);
}
