//! The page mounts into a document, and says what it is.

use wasm_bindgen_test::wasm_bindgen_test;

/// Leptos puts changes into the document on the next tick, so nothing may be asserted before it.
#[wasm_bindgen_test]
async fn the_page_mounts_with_its_heading() {
    lightcone::web::start();
    leptos::task::tick().await;
    let heading = leptos::prelude::document()
        .query_selector("main h1")
        .ok()
        .flatten()
        .and_then(|heading| heading.text_content());
    assert_eq!(heading.as_deref(), Some("Lightcone"));
}
