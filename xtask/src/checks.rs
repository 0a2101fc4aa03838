//! `test`: everything that must hold before a change lands, in the order in which it is cheap to fail.
//!
//! All parts run even after one has failed, so that one run tells everything. What a part needs and
//! cannot be installed fails it; nothing is skipped.

use std::fs;
use std::process::Command;

use crate::counts::Counts;
use crate::tools::rust::WASM;
use crate::{Done, say, shell, site, tools};

/// One part of the tests.
struct Part {
    name: &'static str,
    says: &'static str,
    run: fn() -> Done<Counts>,
}

/// In order.
const PARTS: &[Part] = &[
    Part { name: "format", says: "Formatting", run: format },
    Part {
        name: "clippy",
        says: "Lints, native and WebAssembly (a minute or two when nothing is built yet)",
        run: clippy,
    },
    Part { name: "docs", says: "Documentation", run: docs },
    Part { name: "native", says: "Native tests (a few minutes when nothing is built yet)", run: native },
    Part { name: "wasm", says: "WebAssembly tests in headless Chromium (about a minute)", run: wasm },
    Part { name: "browser", says: "Browser tests of the release page (a few minutes)", run: browser },
];

/// Runs all parts, or the one called `only`, and ends with the counts.
///
/// # Errors
/// When a part fails, runs nothing, or leaves a test out, or `only` is no part's name.
pub fn test(only: Option<&str>) -> Done {
    let parts: Vec<&Part> = PARTS.iter().filter(|part| only.is_none_or(|name| name == part.name)).collect();
    if parts.is_empty() {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!(
            "there is no part `{}`. The parts are: {}.",
            only.unwrap_or_default(),
            names.join(", ")
        ));
    }
    let mut total = Counts::default();
    let mut bad = Vec::new();
    let mut summary = Vec::new();
    for part in parts {
        let watch = say::Stopwatch::start();
        say::step(part.says);
        let counts = (part.run)().unwrap_or_else(|why| {
            say::problem(&why);
            Counts::check(false)
        });
        if !counts.is_good() {
            bad.push(part.name);
        }
        summary.push(format!("    {:8} {counts} ({} s)", part.name, watch.seconds()));
        total += counts;
    }
    say::step("Summary");
    summary.iter().for_each(|line| say::line(line));
    if let Some(name) = only {
        say::line(&format!("This was a partial run: only {name}."));
    }
    say::line(&total.to_string());
    if bad.is_empty() { Ok(()) } else { Err(format!("not all is well with: {}", bad.join(", "))) }
}

fn format() -> Done<Counts> {
    tools::rust::components()?;
    Ok(check(shell::cargo().args(["fmt", "--all", "--check"])))
}

fn clippy() -> Done<Counts> {
    tools::rust::components()?;
    tools::rust::wasm_target()?;
    let mut counts = check(
        shell::cargo()
            .args(["clippy", "--workspace", "--all-targets", "--locked", "--quiet"])
            .args(["--", "-D", "warnings"]),
    );
    counts += check(
        shell::cargo()
            .args(["clippy", "--package", "lightcone", "--lib", "--bins", "--test", "web"])
            .args(["--target", WASM, "--locked", "--quiet"])
            .args(["--", "-D", "warnings"]),
    );
    counts += without_browser();
    Ok(counts)
}

/// The native program holds nothing of the browser. `cargo tree` succeeds either way, so its output counts.
fn without_browser() -> Counts {
    let tree = shell::capture(shell::cargo().args([
        "tree",
        "--locked",
        "--package",
        "lightcone",
        "--edges",
        "normal",
        "--invert",
        "wasm-bindgen",
    ]));
    if let Some(tree) = tree.as_deref().filter(|tree| !tree.is_empty()) {
        say::problem(&format!(
            "the native program needs wasm-bindgen; move what asks for it below the WebAssembly target in Cargo.toml:\n{tree}"
        ));
    }
    Counts::check(tree.is_some_and(|tree| tree.is_empty()))
}

fn docs() -> Done<Counts> {
    tools::rust::wasm_target()?;
    let doc = || {
        let mut command = shell::cargo();
        command.args(["doc", "--no-deps", "--locked", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings");
        command
    };
    let mut counts = check(doc().arg("--workspace"));
    // The page's own modules exist for its target only.
    counts += check(doc().args(["--package", "lightcone", "--lib", "--target", WASM]));
    Ok(counts)
}

fn native() -> Done<Counts> {
    counted(shell::cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]), Counts::read_cargo)
}

fn wasm() -> Done<Counts> {
    tools::rust::wasm_target()?;
    let browser = tools::browser::install()?;
    let folders = tools::cargo_tools::install_wasm_bindgen()?;
    counted(
        shell::cargo()
            .args(["test", "--package", "lightcone", "--test", "web"])
            .args(["--target", WASM, "--profile", "page-dev", "--locked"])
            .env("PATH", shell::path_with(&folders)?)
            .env("CHROMEDRIVER", browser.driver)
            // In a browser or not at all: the runner would take Node for good enough.
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
            // Its own limits are 20 and 5 seconds, too tight for a busy machine.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"),
        Counts::read_cargo,
    )
}

fn browser() -> Done<Counts> {
    let browser = tools::browser::install()?;
    tools::node::install()?;
    site::build(site::Optimiser::Required)?;
    // Some of the page's figures are held against the program's.
    shell::run(shell::cargo().args(["build", "--package", "lightcone", "--bin", "lightcone", "--locked"]))?;
    let program =
        shell::target_dir().join("debug").join(format!("lightcone{}", std::env::consts::EXE_SUFFIX));
    let folder = tools::node::folder();
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map_err(|why| format!("cannot read {}: {why}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    // The harness writes a line here for every page it opens: Node counts a file without tests as a test
    // that passed, so its word is not enough.
    let opened = shell::target_dir().join("pages-opened.txt");
    fs::write(&opened, "").map_err(|why| format!("cannot write {}: {why}", opened.display()))?;
    let counts = counted(
        shell::command("node")
            .args(["--test", "--test-reporter=spec"])
            .args(files)
            .env("LIGHTCONE_DIST", shell::root().join(site::DIST))
            .env("LIGHTCONE_CLI", &program)
            .env("LIGHTCONE_PAGES_OPENED", &opened)
            .env("CHROMIUM", browser.chromium),
        Counts::read_node,
    )?;
    if fs::read_to_string(&opened).is_ok_and(|lines| !lines.is_empty()) {
        Ok(counts)
    } else {
        Err("the browser tests opened no page".to_owned())
    }
}

/// A check that is right when its command succeeds.
fn check(command: &mut Command) -> Counts {
    let outcome = shell::run(command);
    if let Err(why) = &outcome {
        say::problem(why);
    }
    Counts::check(outcome.is_ok())
}

/// Runs a test runner, reads its counts with `read`, and counts a failure that it did not count itself.
fn counted(command: &mut Command, read: fn(&mut Counts, &str)) -> Done<Counts> {
    let mut counts = Counts::default();
    let succeeded = shell::run_reading(command, |line| read(&mut counts, line))?;
    if !succeeded && counts.failed == 0 {
        say::problem(&format!("`{}` failed before it could count", shell::line_of(command)));
        counts.failed = 1;
    }
    Ok(counts)
}
