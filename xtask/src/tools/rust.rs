//! What comes with Rust itself: the WebAssembly target, the formatter, the linter, the sources of crates.

use std::path::Path;

use crate::{Done, say, shell};

/// The page's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Installs the WebAssembly target if it is missing.
pub fn wasm_target() -> Done {
    let sysroot = shell::capture(shell::command("rustc").args(["--print", "sysroot"]))
        .ok_or("`rustc` does not run. Install Rust with rustup (rustup.rs) and try again.")?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    rustup(
        &["target", "add", WASM],
        "Adding the WebAssembly target (a few seconds)",
        "the Rust target wasm32-unknown-unknown",
    )
}

/// Installs rustfmt and clippy if they are missing, as with rustup's minimal profile.
pub fn components() -> Done {
    for (program, component) in [("rustfmt", "rustfmt"), ("clippy-driver", "clippy")] {
        if shell::capture(shell::command(program).arg("--version")).is_none() {
            rustup(
                &["component", "add", component],
                &format!("Adding {component} (a few seconds)"),
                component,
            )?;
        }
    }
    Ok(())
}

/// Fetches the sources of all crates in the lock file, so that what follows can build offline.
pub fn fetch() -> Done {
    shell::run(shell::cargo().args(["fetch", "--locked", "--quiet"]))
}

fn rustup(arguments: &[&str], saying: &str, thing: &str) -> Done {
    if shell::find("rustup").is_none() {
        return Err(format!(
            "{thing} is missing and there is no rustup to add it. Install it with your system's packages, or install Rust with rustup (rustup.rs)."
        ));
    }
    say::step(saying);
    shell::run(shell::command("rustup").args(arguments))
}
