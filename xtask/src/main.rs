//! The project's commands: `cargo xtask serve | test | build | bench-browser | fuzz`.
//!
//! Each installs what is missing on the machine and then does its job, so that one command is enough
//! after rustup. Knows the tools and the folders; must not know what the program does.

mod bench_browser;
mod checks;
mod counts;
mod fuzz;
mod post_build;
mod say;
mod shell;
mod site;
mod tools;

use std::process::ExitCode;

/// What a command returns: nothing, or one sentence on what went wrong and what to do about it.
type Done<T = ()> = Result<T, String>;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  serve [TRUNK OPTIONS]  serve the page on this machine and reload it when a source changes
                         (for example: --port 9000, --open, --release)
  build                  make the release page in target/dist, optimised and with its content policy
  bench-browser          time the simulator in Chromium beside the same work natively, and the first picture
  fuzz [TARGET] [SECONDS]
                         besiege the link decoder and the command line with input that nobody thought of
  test [--only PART]     format, clippy, docs, native, wasm and browser; all of them, or one part

Each installs what it needs and is missing: the WebAssembly target, trunk, wasm-bindgen, Node with the
optimiser and the browser tests' packages, Chromium and its driver.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["serve", options @ ..] => site::serve(options),
        ["build"] => site::build(site::Optimiser::Wanted),
        ["fuzz", arguments @ ..] => fuzz::run(arguments),
        ["bench-browser"] => bench_browser::run(),
        ["test"] => checks::test(None),
        ["test", "--only", part] => checks::test(Some(part)),
        // Called by trunk (see `Trunk.toml`), not by people.
        ["post-build"] => post_build::run(),
        [] | ["help" | "--help" | "-h"] => {
            say::line(HELP);
            Ok(())
        }
        other => Err(format!("`{}` is no command of this project.\n\n{HELP}", other.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            say::problem(&sentence);
            ExitCode::FAILURE
        }
    }
}
