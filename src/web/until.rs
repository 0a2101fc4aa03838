//! The popover in which a condition is put together, and the run goes on until it is met.

use leptos::prelude::*;
use web_sys::{Event, HtmlElement};

use super::dom;
use super::el::{El, button, el, follow};
use super::page::Page;
use crate::app::{Compare, Dialog, Model, Msg, Selection, Until};
use crate::base::NodeId;
use crate::sim::EventKind;

/// The kinds of condition, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Event,
    Claim,
    Wall,
    Lamport,
    Known,
    Memory,
}

/// What stands in the form's fields, as people wrote it.
#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<Kind>,
    event: RwSignal<String>,
    node: RwSignal<String>,
    lamport: RwSignal<String>,
    owner: RwSignal<String>,
    path: RwSignal<String>,
    compare: RwSignal<String>,
    value: RwSignal<String>,
    wrong: RwSignal<String>,
}

/// The popover, which opens when the model's dialog is that of "run until".
pub fn popover(page: Page) -> El {
    let text = |text: &str| RwSignal::new(text.to_owned());
    let fields = Fields {
        kind: RwSignal::new(Kind::Event),
        event: text("receive"),
        node: text(""),
        lamport: text("10"),
        owner: text("0"),
        path: text(""),
        compare: text("="),
        value: text(""),
        wrong: text(""),
    };
    let is_open = page.part(|model| model.dialog == Some(Dialog::Until));
    let run = move |event: Event| {
        event.prevent_default();
        match page.read(|model| fields.read(model)) {
            Ok(until) => {
                fields.wrong.set(String::new());
                page.send(Msg::Until(until));
            }
            Err(why) => fields.wrong.set(why),
        }
    };
    let form = el("form")
        .class("popover")
        .attrs(&[
            ("id", "until"),
            ("popover", "auto"),
            ("role", "dialog"),
            ("aria-labelledby", "until-title"),
        ])
        .on("submit", run)
        .shows(move || if is_open.get() { untrack(|| content(page, fields)) } else { Vec::new() });
    let own = form.clone();
    let form = form.on("toggle", move |_: Event| {
        if !own.raw().matches(":popover-open").unwrap_or(false) && is_open.get_untracked() {
            page.send(Msg::Close);
        }
    });
    let own = form.cast::<HtmlElement>();
    follow(move || match (is_open.get(), own.as_ref()) {
        (true, Some(form)) => show(form),
        (false, Some(form)) => {
            let _ = form.hide_popover();
        }
        (_, None) => {}
    });
    form
}

/// Shows the popover above its button, with the focus on what is chosen.
fn show(form: &HtmlElement) {
    if form.show_popover().is_ok()
        && let Some(button) = dom::by_id("run-until")
    {
        let (button, own) = (button.get_bounding_client_rect(), form.get_bounding_client_rect());
        dom::place(form, button.left(), button.top() - own.height() - 8.0);
    }
    if let Ok(Some(chosen)) = form.query_selector("input:checked")
        && let Ok(chosen) = wasm_bindgen::JsCast::dyn_into::<HtmlElement>(chosen)
    {
        let _ = chosen.focus();
    }
}

fn content(page: Page, fields: Fields) -> Vec<El> {
    let names = page.read(|model| model.trace().names().to_vec());
    let of_nodes = || (0..).map(|id: usize| id.to_string()).zip(names.iter().cloned());
    let any = |name: &str| std::iter::once((String::new(), name.to_owned()));
    let kinds = EventKind::ALL.iter().map(|kind| (kind.name().to_owned(), kind.name().to_owned()));
    let compares = Compare::ALL.iter().map(|(_, sign)| ((*sign).to_owned(), (*sign).to_owned()));
    let word = |text: &str| el("span").text(text);
    let of_event = vec![
        select("Kind of event", fields.event, any("any").chain(kinds)),
        word("at"),
        select("At node", fields.node, any("any node").chain(of_nodes())),
    ];
    let of_lamport =
        vec![word("stamp ≥"), input("Lamport stamp", fields.lamport).attr("inputmode", "numeric")];
    let of_memory = vec![
        select("Node of the state", fields.owner, of_nodes()),
        word("·"),
        input("Field of the state", fields.path).attr("list", "until-fields"),
        select("Compared", fields.compare, compares),
        input("Value of the state", fields.value),
    ];
    let known = page
        .read(|model| matches!(model.view.selection, Selection::Event(_)))
        .then(|| choice(fields, Kind::Known, "another node knows of the selected event", Vec::new()));
    let wrong = move || {
        let wrong = fields.wrong.get();
        if wrong.is_empty() {
            Vec::new()
        } else {
            vec![el("p").class("field-error").attr("role", "alert").text(&wrong)]
        }
    };
    let wall = "a message arrives before it was sent, by the wall clocks";
    let mut parts = vec![
        el("h2").attr("id", "until-title").text("Run until"),
        choice(fields, Kind::Event, "an event happens", of_event),
        choice(fields, Kind::Claim, "a claim is broken", Vec::new()),
        choice(fields, Kind::Wall, wall, Vec::new()),
        choice(fields, Kind::Lamport, "a Lamport clock gets there", of_lamport),
    ];
    parts.extend(known);
    parts.push(choice(fields, Kind::Memory, "a node's state says so", of_memory));
    parts.push(
        el("datalist").attr("id", "until-fields").shows(move || memory_fields(page, &fields.owner.get())),
    );
    parts.push(el("div").shows(wrong));
    parts.push(
        el("div")
            .class("row")
            .child(el("button").class("primary").text("Run"))
            .child(button("quiet", move || page.send(Msg::Close)).text("Cancel")),
    );
    parts
}

/// One kind of condition with its details.
fn choice(fields: Fields, kind: Kind, name: &str, details: Vec<El>) -> El {
    let id = format!("until-{kind:?}").to_lowercase();
    let radio = el("input")
        .attrs(&[("type", "radio"), ("name", "until"), ("id", &id)])
        .prop_if("checked", move || fields.kind.get() == kind)
        .on("change", move |_: Event| fields.kind.set(kind));
    let part = el("div").class("choice").child(radio).child(el("label").attr("for", &id).text(name));
    if details.is_empty() {
        return part;
    }
    // Whoever fills in the details has made the choice.
    part.child(el("div").class("row").on("focusin", move |_: Event| fields.kind.set(kind)).children(details))
}

fn select(name: &str, field: RwSignal<String>, options: impl Iterator<Item = (String, String)>) -> El {
    el("select")
        .attr("aria-label", name)
        .children(options.map(|(value, name)| el("option").attr("value", &value).text(&name)))
        .prop_by("value", move || field.get())
        .on("change", move |event: Event| field.set(event_target_value(&event)))
}

fn input(name: &str, field: RwSignal<String>) -> El {
    el("input")
        .attrs(&[("aria-label", name), ("autocomplete", "off"), ("spellcheck", "false")])
        .prop_by("value", move || field.get())
        .on("input", move |event: Event| field.set(event_target_value(&event)))
}

/// The names of the fields that a node's memory has now, to choose from while typing.
fn memory_fields(page: Page, owner: &str) -> Vec<El> {
    let memory = owner.parse().ok().and_then(|id| page.read(|model| model.engine().memory(NodeId(id))));
    let names = memory.as_ref().and_then(|memory| memory.as_object()).map(|fields| fields.keys());
    names.into_iter().flatten().map(|name| el("option").attr("value", name)).collect()
}

impl Fields {
    /// The condition that the fields say, or what is wrong with them.
    fn read(self, model: &Model) -> Result<Until, String> {
        let text = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let node = |field| text(field).parse().ok().map(NodeId);
        Ok(match self.kind.get_untracked() {
            Kind::Event => Until::Event(EventKind::named(&text(self.event)), node(self.node)),
            Kind::Claim => Until::ClaimBroken,
            Kind::Wall => Until::WallViolation,
            Kind::Lamport => {
                let stamp = text(self.lamport);
                let bad = |_| format!("“{stamp}” is no stamp. Write a whole number, such as 40.");
                Until::Lamport(stamp.parse().map_err(bad)?)
            }
            Kind::Known => match model.view.selection {
                Selection::Event(event) => Until::Known(event),
                Selection::Nothing | Selection::Message(_) | Selection::Node(_) => {
                    return Err("No event is selected. Choose one first.".to_owned());
                }
            },
            Kind::Memory => {
                let (path, sign) = (text(self.path), text(self.compare));
                if path.is_empty() {
                    return Err(
                        "Write which field of the state is meant, such as one of those offered.".to_owned()
                    );
                }
                let compare = Compare::ALL.iter().find(|(_, known)| *known == sign);
                Until::Memory {
                    node: node(self.owner).unwrap_or_default(),
                    path,
                    compare: compare.map_or(Compare::Equal, |(compare, _)| *compare),
                    value: text(self.value),
                }
            }
        })
    }
}
