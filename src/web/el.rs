//! Elements: made by name, given attributes, listeners and children, and kept up to date by Leptos's effects.
//!
//! The `view!` macro makes a type of every element, with code of its own to build, compare and take it apart.
//! For this page that came to half of a module of 764 KB, and the bar for all of it is 300. Here an element is the
//! browser's own, and what is put into it goes through a handful of functions that exist once: the signals, memos,
//! effects and owners are Leptos's, the views are not.
//!
//! Whatever is made inside [`El::shows`], [`El::shows_if`] or [`El::each`] (its effects and listeners too) lives until
//! it is made anew. Must not know what is made of it.

use std::any::Any;
use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

use super::bug;
use super::part::Part;

/// An element that is being put together, or is in the document already. Copies are the same element.
#[derive(Clone, Debug)]
pub struct El(Element);

/// Sets something of an element to a text, or takes it away.
type Setter = Box<dyn Fn(&Element, Option<&str>)>;

/// An element of HTML.
pub fn el(tag: &str) -> El {
    made(document().create_element(tag))
}

/// An element of SVG.
pub fn svg(tag: &str) -> El {
    made(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag))
}

/// A browser refuses only names that no element can have. What it gives then, no document takes.
fn made(element: Result<Element, JsValue>) -> El {
    El(element.unwrap_or_else(JsCast::unchecked_into))
}

/// A button that does something.
pub fn button(class: &str, then: impl Fn() + 'static) -> El {
    el("button").attr("type", "button").class(class).on("click", move |_: Event| then())
}

/// Runs `then` now, and again whenever a signal that it read has changed, for as long as what it was called in
/// lives. Once the module has stopped, nothing is run any more.
pub fn follow(then: impl FnMut() + 'static) {
    follow_boxed(Box::new(then));
}

fn follow_boxed(mut then: Box<dyn FnMut()>) {
    let run = move |_: Option<()>| {
        if !bug::is_dead() {
            then();
        }
    };
    keep(Box::new(RenderEffect::new(run)));
}

/// Keeps something for as long as what this was called in lives.
fn keep(what: Box<dyn Any>) {
    StoredValue::new_local(what);
}

impl El {
    /// The browser's element.
    pub fn raw(&self) -> &Element {
        &self.0
    }

    /// The browser's element as one of its kinds, if it is of that kind.
    pub fn cast<T: JsCast + Clone>(&self) -> Option<T> {
        self.0.dyn_ref::<T>().cloned()
    }

    /// Puts the focus on it.
    pub fn focus(&self) {
        if let Some(element) = self.0.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
    }

    /// Sets an attribute.
    #[must_use]
    pub fn attr(self, name: &str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Sets several attributes.
    #[must_use]
    pub fn attrs(self, attributes: &[(&str, &str)]) -> Self {
        for (name, value) in attributes {
            let _ = self.0.set_attribute(name, value);
        }
        self
    }

    /// Sets the classes; none if the text is empty.
    #[must_use]
    pub fn class(self, names: &str) -> Self {
        if names.is_empty() { self } else { self.attr("class", names) }
    }

    /// Adds text, which is only ever text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// Sets what is in it to HTML. To be called with what was written by us or made harmless.
    #[must_use]
    pub fn html(self, html: &str) -> Self {
        self.0.set_inner_html(html);
        self
    }

    /// Adds a child.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "what is added is not put together any further")]
    pub fn child(self, child: El) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    /// Adds a child if there is one.
    #[must_use]
    pub fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Adds children.
    #[must_use]
    pub fn children(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Calls `then` with each event of a kind.
    #[must_use]
    pub fn on<E: JsCast + 'static>(self, event: &str, then: impl Fn(E) + 'static) -> Self {
        self.on_boxed(event, Box::new(move |event: Event| then(event.unchecked_into())));
        self
    }

    fn on_boxed(&self, event: &str, then: Box<dyn Fn(Event)>) {
        let guarded = move |event: Event| {
            if !bug::is_dead() {
                then(event);
            }
        };
        let closure = Closure::<dyn Fn(Event)>::new(guarded);
        let _ = self.0.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        keep(Box::new(Listener { element: self.0.clone(), event: event.to_owned(), closure }));
    }

    /// Follows a text: `Some` sets an attribute, `None` takes it away.
    #[must_use]
    pub fn attr_by(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.compared(
            Box::new(value),
            Box::new(move |element, value| {
                let _ = match value {
                    Some(value) => element.set_attribute(name, value),
                    None => element.remove_attribute(name),
                };
            }),
        );
        self
    }

    /// Follows a condition with an attribute that says `true` or `false`, as those of ARIA do.
    #[must_use]
    pub fn flag_by(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr_by(name, move || Some(if value() { "true" } else { "false" }.to_owned()))
    }

    /// Follows a condition with an attribute that is there or not, such as `disabled`.
    #[must_use]
    pub fn has_by(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr_by(name, move || value().then(String::new))
    }

    /// Follows a condition with a class.
    #[must_use]
    pub fn class_by(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.compared(
            Box::new(move || value().then(String::new)),
            Box::new(move |element, value| {
                let _ = element.class_list().toggle_with_force(name, value.is_some());
            }),
        );
        self
    }

    /// Follows a text with all that is in it.
    #[must_use]
    pub fn text_by(self, text: impl Fn() -> String + 'static) -> Self {
        self.compared(
            Box::new(move || Some(text())),
            Box::new(|element, text| element.set_text_content(text)),
        );
        self
    }

    /// Follows a text with a property of the browser's object, such as `value`.
    #[must_use]
    pub fn prop_by(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let element = self.0.clone();
        follow(move || {
            let _ = js_sys::Reflect::set(&element, &name.into(), &value().into());
        });
        self
    }

    /// Follows a condition with a property of the browser's object, such as `checked`.
    #[must_use]
    pub fn prop_if(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        let element = self.0.clone();
        follow(move || {
            let _ = js_sys::Reflect::set(&element, &name.into(), &value().into());
        });
        self
    }

    /// Sets something of the element each time that the text differs, and only then.
    fn compared(&self, value: Box<dyn Fn() -> Option<String>>, set: Setter) {
        let element = self.0.clone();
        let mut last: Option<Option<String>> = None;
        follow_boxed(Box::new(move || {
            let now = value();
            if last.as_ref() != Some(&now) {
                set(&element, now.as_deref());
                last = Some(now);
            }
        }));
    }

    /// Shows at this place whatever `content` makes, and makes it anew when a signal that it read has changed.
    #[must_use]
    pub fn shows(self, content: impl Fn() -> Vec<El> + 'static) -> Self {
        self.shows_boxed(Box::new(content));
        self
    }

    /// Shows something at this place while a condition holds. It is made once each time that the condition
    /// begins to hold.
    #[must_use]
    pub fn shows_if(
        self,
        is_shown: impl Fn() -> bool + 'static,
        content: impl Fn() -> Vec<El> + 'static,
    ) -> Self {
        let is_shown = Part::new(is_shown);
        self.shows(move || if is_shown.get() { untrack(&content) } else { Vec::new() })
    }

    fn shows_boxed(&self, content: Box<dyn Fn() -> Vec<El>>) {
        let end: Node = document().create_comment("").into();
        let _ = self.0.append_child(&end);
        let shown = RefCell::new(Vec::<El>::new());
        follow_boxed(Box::new(move || {
            let made = content();
            let old = shown.replace(made.clone());
            old.iter().for_each(|old| old.0.remove());
            if let Some(parent) = end.parent_node() {
                for new in &made {
                    let _ = parent.insert_before(&new.0, Some(&end));
                }
            }
        }));
    }

    /// Shows a list at this place. A row stays the same element for as long as its key is listed, and is given its
    /// item through a signal, so that the focus and what is open stay where they are.
    #[must_use]
    pub fn each<T, K>(
        self,
        items: impl Fn() -> Vec<T> + 'static,
        key: impl Fn(&T) -> K + 'static,
        row: impl Fn(RwSignal<T>) -> El + 'static,
    ) -> Self
    where
        T: Clone + PartialEq + Send + Sync + 'static,
        K: PartialEq + 'static,
    {
        let around = Owner::current().unwrap_or_default();
        let mut kept = Vec::<(K, RwSignal<T>)>::new();
        self.lists(Box::new(move |rows| {
            let mut old: Vec<_> = kept.drain(..).map(Some).collect();
            let mut from = 0;
            for item in items() {
                let own = key(&item);
                let is_it = |row: &Option<(K, RwSignal<T>)>| row.as_ref().is_some_and(|row| row.0 == own);
                // Lists keep their order as a rule, so that the row sought is the next one.
                let place = (from..old.len()).chain(0..from).find(|place| is_it(&old[*place]));
                kept.push(match place.and_then(|place| Some((place, old[place].take()?))) {
                    Some((place, (key, before))) => {
                        from = place + 1;
                        rows.keep(place);
                        if before.with_untracked(|before| *before != item) {
                            before.set(item);
                        }
                        (key, before)
                    }
                    None => {
                        let item = rows.make(&around, &mut || {
                            let item = RwSignal::new(item.clone());
                            (row(item), item)
                        });
                        (own, item)
                    }
                });
            }
        }));
        self
    }

    /// Shows rows at this place, as `list` asks for them.
    fn lists(&self, mut list: Box<dyn FnMut(&mut Rows)>) {
        let end: Node = document().create_comment("").into();
        let _ = self.0.append_child(&end);
        let mut shown = Vec::new();
        follow_boxed(Box::new(move || {
            let Some(parent) = end.parent_node() else { return };
            let mut rows = Rows { old: shown.drain(..).map(Some).collect(), new: Vec::new() };
            list(&mut rows);
            for (gone, owner) in rows.old.into_iter().flatten() {
                gone.0.remove();
                owner.cleanup();
            }
            put_in_order(&parent, &end, &rows.new);
            shown = rows.new;
        }));
    }
}

/// The rows of a list while it is made anew, each with what lives as long as it.
struct Rows {
    /// Those that stood there, by their old places.
    old: Vec<Option<(El, Owner)>>,
    /// Those that will.
    new: Vec<(El, Owner)>,
}

impl Rows {
    /// The next row is the one that stood at this place.
    fn keep(&mut self, place: usize) {
        self.new.extend(self.old.get_mut(place).and_then(Option::take));
    }

    /// The next row is a new one.
    fn make<S>(&mut self, around: &Owner, make: &mut dyn FnMut() -> (El, S)) -> S {
        let owner = around.child();
        let (element, item) = owner.with(|| untrack(make));
        self.new.push((element, owner));
        item
    }
}

/// Puts elements before `end`, the last first, moving only what does not stand where it should.
fn put_in_order(parent: &Node, end: &Node, rows: &[(El, Owner)]) {
    let mut next = end.clone();
    for (element, _) in rows.iter().rev() {
        let node: &Node = element.0.as_ref();
        if node.next_sibling().as_ref() != Some(&next) || node.parent_node().as_ref() != Some(parent) {
            let _ = parent.insert_before(node, Some(&next));
        }
        next = node.clone();
    }
}

/// A listener, which ends before its closure does: an element that is taken away while it has the focus still says so.
struct Listener {
    element: Element,
    event: String,
    closure: Closure<dyn Fn(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self.element.remove_event_listener_with_callback(&self.event, function);
    }
}

/// Puts elements into the document's body.
pub fn mount(elements: &[El]) {
    if let Some(body) = document().body() {
        for element in elements {
            let _ = body.append_child(&element.0);
        }
    }
}
