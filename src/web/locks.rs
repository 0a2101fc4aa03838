//! Locks that a tab holds for as long as it is open, so that others can tell whether it is.
//!
//! The browser lets go of them when a tab is closed, crashes or is discarded, which is what a mark in the
//! storage cannot promise. Must not know what is locked.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The browser's own interface, which `web-sys` counts as unstable.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &Object, then: &Function)
    -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

/// Takes a lock until the page is left. `Some(false)` where another tab holds it, `None` where the browser
/// has no locks, as in pages that did not come over a safe connection.
pub async fn take(name: &str) -> Option<bool> {
    let locks = manager()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    let answer = Promise::new(&mut |answer, _| {
        let refuse = answer.clone();
        let taken = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let is_mine = !lock.is_null();
            let _ = answer.call1(&JsValue::NULL, &is_mine.into());
            // The lock is held until this promise is settled, and it never is.
            if is_mine { Promise::new(&mut |_, _| {}).into() } else { JsValue::UNDEFINED }
        });
        if locks.request(name, &options, taken.unchecked_ref()).is_err() {
            let _ = refuse.call1(&JsValue::NULL, &JsValue::NULL);
        }
    });
    JsFuture::from(answer).await.ok()?.as_bool()
}

/// The names of all locks that are held, in this tab or another. Empty where the browser has none.
pub async fn held() -> Vec<String> {
    let names = async {
        let found = JsFuture::from(manager()?.query().ok()?).await.ok()?;
        let held = Array::from(&Reflect::get(&found, &"held".into()).ok()?);
        Some(held.iter().filter_map(|lock| Reflect::get(&lock, &"name".into()).ok()?.as_string()).collect())
    };
    names.await.unwrap_or_default()
}

fn manager() -> Option<LockManager> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
