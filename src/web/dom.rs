//! Small words for what the browser does, so that the rest reads without its ceremony.
//!
//! Nothing here fails loudly: what a browser lacks or refuses is left undone, or said by what is returned. Must
//! not know the page's parts.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, EventTarget, HtmlElement};

use super::bug;
use super::el::El;

/// The element of this id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Calls `then` with each event of a kind, for as long as the page is there. Once the module has stopped,
/// nothing is called any more.
pub fn listen<E: FromWasmAbi + 'static>(target: &EventTarget, event: &str, then: impl Fn(E) + 'static) {
    let guarded = move |event: E| {
        if !bug::is_dead() {
            then(event);
        }
    };
    let closure = Closure::<dyn Fn(E)>::new(guarded);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    // The page owns no shorter time than the document's.
    closure.forget();
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}

/// Calls `then` now and whenever a media query starts or stops to hold.
pub fn follow_media(query: &str, then: impl Fn(bool) + 'static) {
    let Ok(Some(query)) = window().match_media(query) else { return };
    then(query.matches());
    let list = query.clone();
    listen::<web_sys::Event>(&query, "change", move |_| then(list.matches()));
}

/// Calls `then` when the page has followed what was just changed: a change may take a few rounds to get to what is
/// shown.
pub fn when_settled(then: impl FnOnce() + 'static) {
    wasm_bindgen_futures::spawn_local(async move {
        for _ in 0..4 {
            leptos::task::tick().await;
        }
        if !bug::is_dead() {
            then();
        }
    });
}

/// Milliseconds since the page was opened, for measuring how long something takes.
pub fn now_millis() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Sets a custom property such as `--v`. The content policy forbids `style` attributes, and not this.
pub fn set_style(element: &Element, property: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.style().set_property(property, value);
    }
}

/// Places a menu or popover that is shown already, so that it stays 8 pixels inside the window.
pub fn place(element: &HtmlElement, x: f64, y: f64) {
    let size = element.get_bounding_client_rect();
    let most = |side: Result<JsValue, JsValue>, length: f64| {
        let side = side.ok().and_then(|side| side.as_f64()).unwrap_or(length);
        (side - length - 8.0).max(8.0)
    };
    let x = x.clamp(8.0, most(window().inner_width(), size.width()));
    let y = y.clamp(8.0, most(window().inner_height(), size.height()));
    set_style(element, "--x", &format!("{x}px"));
    set_style(element, "--y", &format!("{y}px"));
}

/// A size in pixels that changes.
pub type Size = ReadSignal<(f64, f64)>;

/// The size of an element as it changes with the window and the page's layout, in pixels.
pub fn size_of(of: &El) -> Size {
    measured(of).0
}

/// The same, and a way to have it measured at once: the browser tells of a change only when it is about to paint, and
/// whoever draws for that size would draw twice.
pub fn measured(of: &El) -> (Size, Rc<dyn Fn()>) {
    let (size, set_size) = signal((0.0, 0.0));
    let measured = of.raw().clone();
    let now: Rc<dyn Fn()> = Rc::new(move || {
        let now = (f64::from(measured.client_width()), f64::from(measured.client_height()));
        if !bug::is_dead() && size.try_get_untracked().is_some_and(|before| before != now) {
            set_size.try_set(now);
        }
    });
    let own = now.clone();
    let measure = Closure::<dyn Fn()>::new(move || own());
    if let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) {
        observer.observe(of.raw());
        let kept = StoredValue::new_local((observer, measure));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    }
    (size, now)
}

/// Offers text to the person as a file.
pub fn download(name: &str, kind: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        download_blob(name, &blob);
    }
}

/// Hands a file to the person.
pub fn download_blob(name: &str, blob: &web_sys::Blob) {
    let Ok(url) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    if let Ok(link) = document().create_element("a")
        && let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>()
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&url);
}

/// Puts text on the clipboard, and says whether the browser did it.
pub async fn copy(text: &str) -> bool {
    // Without a secure context there is no clipboard, and asking for it would be an error.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}
