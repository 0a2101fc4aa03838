//! The page: Leptos components, painter, storage and the JavaScript API. The only layer that knows the browser.

use leptos::prelude::*;

/// Puts the page into the document's body.
pub fn start() {
    console_error_panic_hook::set_once();
    mount_to_body(|| view! { <main><h1>"Lightcone"</h1></main> });
}
