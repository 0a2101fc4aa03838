//! Node and the packages below `tests/browser`: the optimiser, the minifier, and what drives the browser.

use std::path::PathBuf;
use std::process::Command;

use crate::{Done, say, shell, tools::system};

const OLDEST_NODE: u32 = 18;
const ADVICE: &str = "Node 18 or newer with npm is needed: install it from nodejs.org or your system's packages, and try again.";

/// Makes sure that Node, npm and the packages of the lock file are there.
///
/// # Errors
/// One sentence on what to install, or npm's failure.
pub fn install() -> Done {
    if major(shell::capture(shell::command("node").arg("--version"))) < Some(OLDEST_NODE)
        || shell::capture(npm().arg("--version")).is_none()
    {
        system::install(&["nodejs", "npm"], "Installing Node (once; about two minutes)", ADVICE)?;
        if major(shell::capture(shell::command("node").arg("--version"))) < Some(OLDEST_NODE) {
            return Err(ADVICE.to_owned());
        }
    }
    packages()
}

/// A script of the installed packages, if it is there.
pub fn script(path: &str) -> Option<PathBuf> {
    Some(folder().join("node_modules").join(path)).filter(|path| path.is_file())
}

/// The folder of the packages and of the browser tests.
pub fn folder() -> PathBuf {
    shell::root().join("tests/browser")
}

/// Installs the packages exactly as locked, unless that has been done for this very lock file.
fn packages() -> Done {
    let stamp = folder().join("node_modules/.installed-lock.json");
    let lock = std::fs::read(folder().join("package-lock.json"))
        .map_err(|why| format!("cannot read tests/browser/package-lock.json: {why}"))?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say::step("Installing the optimiser and the browser tests' packages (once; about ten seconds)");
    // Scripts stay off: none of the packages needs one, and some would download.
    shell::run(
        npm()
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(folder()),
    )?;
    std::fs::write(&stamp, lock).map_err(|why| format!("cannot write {}: {why}", stamp.display()))
}

fn npm() -> Command {
    shell::command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// The 20 of `v20.20.2`.
fn major(said: Option<String>) -> Option<u32> {
    said?.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, major};

    #[test]
    fn absent_and_old_node_are_both_too_old() {
        assert_eq!(major(Some("v20.20.2".into())), Some(20));
        assert!(major(Some("v9.1.0".into())) < Some(OLDEST_NODE));
        assert!(major(None) < Some(OLDEST_NODE));
    }
}
