//! Running other programs, and the folders they run in.
//!
//! Must not know which programs there are: `tools` names them.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Done, say};

/// The project's top folder. Read when running, so that a moved clone finds itself.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// Cargo's output folder, which a person may have moved.
pub fn target_dir() -> PathBuf {
    let chosen = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root().join(chosen)
}

/// A command that runs in the project's top folder and never waits for the keyboard.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The cargo that runs this program, so that the toolchain stays the same all the way down.
pub fn cargo() -> Command {
    let mut command = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` describes this crate to us in variables; what we start is about other crates.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a command with its output on the terminal.
///
/// # Errors
/// When it cannot be started or does not succeed; the sentence names it.
pub fn run(command: &mut Command) -> Done {
    let status = command.status().map_err(|why| format!("cannot start `{}`: {why}", line_of(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", line_of(command))) }
}

/// Lets a command take this program's place where the system can do that, so that ending the one ends the other;
/// runs it elsewhere.
///
/// # Errors
/// As [`run`]; where it took our place, only when it cannot be started.
pub fn take_over(command: &mut Command) -> Done {
    #[cfg(unix)]
    {
        let why = std::os::unix::process::CommandExt::exec(command);
        Err(format!("cannot start `{}`: {why}", line_of(command)))
    }
    #[cfg(not(unix))]
    run(command)
}

/// Runs a command, hands each line of its output to `reader` while it also goes to the terminal, and
/// returns whether it succeeded.
///
/// # Errors
/// When it cannot be started, or its output cannot be read.
pub fn run_reading(command: &mut Command, mut reader: impl FnMut(&str)) -> Done<bool> {
    let line = line_of(command);
    let failed = |why| format!("cannot run `{line}`: {why}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut bytes = Vec::new();
        // By bytes, since what a test prints need not be text.
        while output.read_until(b'\n', &mut bytes).map_err(failed)? > 0 {
            let text = String::from_utf8_lossy(&bytes);
            say::line(text.trim_end_matches(['\r', '\n']));
            reader(text.trim_end());
            bytes.clear();
        }
    }
    Ok(child.wait().map_err(failed)?.success())
}

/// Runs a command in silence and returns what it printed, or `None` if it is absent or failed.
pub fn capture(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A command as a person would type it.
pub fn line_of(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first program of this name on the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// The search path with `folders` put in front.
pub fn path_with(folders: &[PathBuf]) -> Done<std::ffi::OsString> {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).map_err(|why| format!("cannot extend the search path: {why}"))
}
