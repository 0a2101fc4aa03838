//! `serve` and `build`: the page through trunk.

use std::env;
use std::io::IsTerminal as _;
use std::process::Command;

use crate::{Done, post_build, say, shell, tools};

/// Where the page is made, as in `Trunk.toml`.
pub const DIST: &str = "target/dist";

/// What becomes of a build when there is no optimiser that can be trusted.
#[derive(Clone, Copy)]
pub enum Optimiser {
    /// It goes on with a warning.
    Wanted,
    /// It fails.
    Required,
}

/// Serves the page on this machine, and again whenever a source changes.
///
/// # Errors
/// When a tool is missing and cannot be installed, or trunk fails.
pub fn serve(options: &[&str]) -> Done {
    let release = options.contains(&"--release");
    let mut trunk = prepare(release)?;
    say::step("Serving the page (the first build takes a minute or two; stop with Ctrl-C)");
    trunk.args(["serve", "--offline=true"]).args(options);
    if !options.contains(&"--dist") {
        // Not where the release page is made: a test of that page may run at the same time.
        trunk.args(["--dist", "target/dist-dev"]);
    }
    if someone_is_watching() && !options.contains(&"--open") {
        trunk.arg("--open");
    }
    shell::take_over(&mut trunk)
}

/// Whether a browser window would be seen: a person typed the command, on a machine with a screen.
fn someone_is_watching() -> bool {
    let screen = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    screen && std::io::stdout().is_terminal() && env::var_os("CI").is_none()
}

/// Makes the release page in `target/dist`.
///
/// # Errors
/// As [`serve`].
pub fn build(optimiser: Optimiser) -> Done {
    let mut trunk = prepare(true)?;
    if let Optimiser::Required = optimiser {
        trunk.env(post_build::OPTIMISER_REQUIRED, "1");
    }
    let watch = say::Stopwatch::start();
    say::step("Building the release page (one to three minutes on two cores)");
    shell::run(trunk.args(["build", "--release", "--offline=true"]))?;
    say::line(&format!("    {} ready in {} s", DIST, watch.seconds()));
    Ok(())
}

/// Installs what trunk needs and returns trunk, ready for its arguments.
fn prepare(release: bool) -> Done<Command> {
    tools::rust::wasm_target()?;
    let folders = tools::cargo_tools::install()?;
    if release && let Err(why) = tools::node::install() {
        // The page works without the optimiser, it is only larger.
        say::warning(&format!("no optimiser: {why}"));
    }
    tools::rust::fetch()?;
    let mut trunk = shell::command("trunk");
    trunk
        .env("PATH", shell::path_with(&folders)?)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // trunk 0.21 takes the variable's `1` for a bad value of its own option and stops.
        .env_remove("NO_COLOR");
    Ok(trunk)
}
