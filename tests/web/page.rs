//! The page mounts into a document, and says what it is.

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_page_mounts_with_the_first_lesson_and_its_buttons() {
    lightcone::web::start();
    let document = leptos::prelude::document();
    let heading =
        document.query_selector("main h1").ok().flatten().and_then(|heading| heading.text_content());
    assert_eq!(heading.as_deref(), Some(lightcone::scenes::ALL[0].title));
    for name in ["Reset", "Step back", "Run", "Step"] {
        let button = document.query_selector(&format!("button[aria-label={name:?}]")).ok().flatten();
        assert!(button.is_some(), "there is no button {name:?}");
    }
}
