//! The page mounts into its own document, says what it is, leaves other pages alone, and shows a card for a bug.

use js_sys::Function;
use leptos::prelude::document;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// How often a test looks for the page before it gives up, and the wait between two looks in milliseconds: the
/// page asks for its lock before it draws itself.
const LOOKS: u32 = 200;
const WAIT: i32 = 25;

/// One wait, long enough for the browser to answer what was asked.
async fn rest() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let timer =
            leptos::prelude::window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, WAIT);
        assert!(timer.is_ok(), "the browser refused a timer");
    });
    assert!(JsFuture::from(promise).await.is_ok());
}

/// The text of the page's heading, if there is one.
fn heading() -> Option<String> {
    document().query_selector("main h1").ok().flatten().and_then(|heading| heading.text_content())
}

#[wasm_bindgen_test]
async fn the_page_mounts_where_its_boot_element_is_and_a_panic_leaves_a_card() {
    lightcone::web::start();
    rest().await;
    assert_eq!(heading(), None, "a document without the boot element is left alone");

    let boot = document().create_element("div").expect("an element");
    boot.set_id("boot");
    let body = document().body().expect("a body");
    body.append_child(boot.unchecked_ref()).expect("the body takes an element");
    lightcone::web::start();
    let mut looks = 0;
    while heading().is_none() && looks < LOOKS {
        rest().await;
        looks += 1;
    }
    assert_eq!(heading().as_deref(), Some(lightcone::scenes::OPENING.title));
    assert_eq!(document().get_element_by_id("boot").map(JsValue::from), None, "the boot element has gone");
    for name in ["Reset", "Step back", "Run", "Step"] {
        let button = document().query_selector(&format!("button[aria-label={name:?}]")).ok().flatten();
        assert!(button.is_some(), "there is no button {name:?}");
    }

    // Last, since nothing may be called after it.
    let planted = Closure::once_into_js(|| -> () { panic!("a planted bug") });
    let outcome = planted.unchecked_into::<Function>().call0(&JsValue::NULL);
    assert!(outcome.is_err(), "a panic ends in a trap");
    let card = document().query_selector("dialog[open]").ok().flatten().and_then(|card| card.text_content());
    let card = card.expect("a panic shows a card");
    assert!(card.contains("Lightcone has a bug") && card.contains("a planted bug"), "{card}");
}
