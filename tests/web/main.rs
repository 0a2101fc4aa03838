//! The tests that run in a browser, through wasm-bindgen's runner: one binary, since each starts a browser.
//!
//! `portable` also runs natively, and holds what must be equal in both worlds. `page` mounts the page.
//! What the optimiser may break is tested on the built page by `tests/browser` instead.

mod links;
#[cfg(target_arch = "wasm32")]
mod page;
mod portable;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
