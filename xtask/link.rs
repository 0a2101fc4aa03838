//! The library's build script: has the linker of the page's module say which function refers to which data.
//!
//! By that `xtask post-build` can tell which texts and tables a first picture needs. Must not know anything else.

use std::env;

#[expect(clippy::print_stdout, reason = "it is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=xtask/link.rs");
    let is = |name, value| env::var(name).is_ok_and(|it| it == value);
    // Only the page's own profile is for size; a worker's module stays in one piece.
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("OPT_LEVEL", "z") {
        println!("cargo::rustc-link-arg-bin=lightcone=--emit-relocs");
    }
}
