//! `bench-browser`: the work of `benches/browser.rs` in Chromium and natively, and the page's first picture.
//!
//! The module is built twice: as the page's own code is, which is for size, and for speed as the native program
//! is. So it can be seen what the page pays for being small. Must not know what the work is.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::post_build::optimise::Optimiser;
use crate::tools::rust::WASM;
use crate::{Done, say, shell, site, tools};

/// The cargo profiles and what each is called in the table.
const BUILDS: [(&str, &str); 2] = [("web", "as the page"), ("bench", "for speed")];

/// Builds everything, compares, and prints rows for `benches/README.md`.
///
/// # Errors
/// When a tool is missing and cannot be installed, or a build or the comparison fails.
pub fn run() -> Done {
    let browser = tools::browser::install()?;
    tools::node::install()?;
    tools::rust::wasm_target()?;
    let folders = tools::cargo_tools::install_wasm_bindgen()?;
    site::build(site::Optimiser::Required)?;
    say::step("Building the benchmark natively and for the browser (about ten minutes on two cores)");
    let program = artefact(shell::cargo().args(["bench", "--no-run"]))?;
    let mut made = Vec::new();
    for (profile, name) in BUILDS {
        let module = artefact(shell::cargo().args(["build", "--target", WASM, "--profile", profile]))?;
        let folder = shell::target_dir().join("bench-browser").join(name);
        shell::run(
            shell::command("wasm-bindgen")
                .args(["--target", "web", "--no-typescript", "--out-name", "browser", "--out-dir"])
                .arg(&folder)
                .arg(module)
                .env("PATH", shell::path_with(&folders)?),
        )?;
        if profile == "web" {
            let optimiser = Optimiser::find().ok_or("there is no wasm-opt that can be trusted")?;
            optimiser.optimise(&folder.join("browser_bg.wasm"))?;
        }
        made.push(folder);
    }
    say::step("Comparing (some minutes; leave the machine alone meanwhile)");
    shell::run(
        shell::command("node")
            .arg(tools::node::folder().join("bench.mjs"))
            .arg(program)
            .args(made)
            .env("LIGHTCONE_DIST", shell::root().join(site::DIST))
            .env("CHROMIUM", browser.chromium),
    )
}

/// Lets cargo make the benchmark `browser` and returns the file.
fn artefact(cargo: &mut Command) -> Done<PathBuf> {
    let command = cargo.args(["--package", "lightcone", "--bench", "browser", "--locked"]);
    let line = shell::line_of(command);
    let said = shell::capture(command.arg("--message-format=json"))
        .ok_or_else(|| format!("`{line}` failed; run it by hand to see why"))?;
    said.lines().rev().find_map(made_by).ok_or_else(|| format!("`{line}` made no file"))
}

/// The file that a line of cargo's messages tells of, if it is the benchmark. A value is read up to its quote, since
/// no file of ours has one in its name.
fn made_by(message: &str) -> Option<PathBuf> {
    message.contains("\"name\":\"browser\"").then_some(())?;
    let value = |after: &str| message.split_once(after)?.1.split('"').next();
    let file = value("\"executable\":\"").or_else(|| value("\"filenames\":[\""))?;
    Some(Path::new(file).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_in_what_cargo_says() {
        let native = r#"{"reason":"compiler-artifact","target":{"name":"browser"},"filenames":["/t/b"],"executable":"/t/b"}"#;
        let module =
            r#"{"target":{"kind":["bench"],"name":"browser"},"filenames":["/t/b.wasm"],"executable":null}"#;
        let other = r#"{"target":{"name":"clocks"},"filenames":["/t/c"],"executable":"/t/c"}"#;
        assert_eq!(made_by(native), Some(PathBuf::from("/t/b")));
        assert_eq!(made_by(module), Some(PathBuf::from("/t/b.wasm")));
        assert_eq!(made_by(other), None);
        assert_eq!(made_by(r#"{"reason":"build-finished","success":true}"#), None);
    }
}
