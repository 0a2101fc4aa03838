//! The long texts, which are files beside the page: asked for when they are shown, and kept by the browser.
//!
//! Must not know what is in them.

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// A text, by its place below `texts`.
///
/// # Errors
/// One sentence with the way out, when it cannot be had.
pub async fn fetch(place: &str) -> Result<Vec<u8>, String> {
    let path = format!("texts/{place}{}", build());
    let refused = |why: String| format!("{path} could not be loaded: {why}. Reload the page to try again");
    let answer =
        JsFuture::from(window().fetch_with_str(&path)).await.map_err(|_| refused("no answer".to_owned()))?;
    let answer: Response = answer.dyn_into().map_err(|_| refused("no answer".to_owned()))?;
    if !answer.ok() {
        return Err(refused(format!("status {}", answer.status())));
    }
    let cut_off = |_: JsValue| refused("the answer was cut off".to_owned());
    let bytes = JsFuture::from(answer.array_buffer().map_err(cut_off)?).await.map_err(cut_off)?;
    Ok(Uint8Array::new(bytes.unchecked_ref::<ArrayBuffer>()).to_vec())
}

/// What tells the browser's cache one build's texts from another's: their names never change.
pub fn build() -> String {
    let name = document().query_selector("meta[name=lightcone-build]").ok().flatten();
    name.and_then(|name| name.get_attribute("content")).map_or_else(String::new, |name| format!("?{name}"))
}
