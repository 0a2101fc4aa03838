//! trunk and wasm-bindgen: programs that cargo builds from source.
//!
//! They are built without optimisation, which takes a third of the time and is no slower to a person:
//! both wait for the compiler most of the time. A missing tool goes into cargo's own `bin` folder, so
//! that `trunk serve` works by hand. If another version is there already it is left alone, and ours goes
//! into a private folder beside it.

use std::path::{Path, PathBuf};

use crate::{Done, say, shell};

/// The trunk that this project was tried with. Newer ones want a newer compiler.
const TRUNK: &str = "0.21.14";

/// A program that cargo can install, at exactly one version.
struct Tool {
    krate: &'static str,
    program: &'static str,
    version: String,
    options: &'static [&'static str],
    /// How long it takes on two cores.
    patience: &'static str,
}

/// Folders to put in front of the search path so that trunk and wasm-bindgen are found there; empty when
/// both are where cargo puts programs.
///
/// # Errors
/// When a tool cannot be built, or `Cargo.lock` names no version of wasm-bindgen.
pub fn install() -> Done<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for tool in [trunk(), wasm_bindgen()?] {
        let folder = tool.ensure()?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    // A gigabyte that nobody needs again. What is left of an interrupted installation was kept until now.
    let _absent = std::fs::remove_dir_all(workshop());
    Ok(folders)
}

/// The same for wasm-bindgen and its test runner alone.
pub fn install_wasm_bindgen() -> Done<Vec<PathBuf>> {
    Ok(vec![wasm_bindgen()?.ensure()?])
}

fn trunk() -> Tool {
    Tool {
        krate: "trunk",
        program: "trunk",
        version: TRUNK.to_owned(),
        options: &["--locked", "--no-default-features", "--features", "rustls"],
        patience: "about three minutes",
    }
}

fn wasm_bindgen() -> Done<Tool> {
    let lock = std::fs::read_to_string(shell::root().join("Cargo.lock"))
        .map_err(|why| format!("cannot read Cargo.lock: {why}"))?;
    let version = locked_version(&lock, "wasm-bindgen")
        .ok_or("Cargo.lock names no version of wasm-bindgen. Run `cargo update --workspace`.")?;
    Ok(Tool {
        krate: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: version.to_owned(),
        // Without `--locked`: the lock file inside the crate names a crate version that was withdrawn.
        options: &["--no-default-features"],
        patience: "about a minute",
    })
}

impl Tool {
    /// The folder of a program with the right version, which is installed first if there is none.
    fn ensure(&self) -> Done<PathBuf> {
        let private = private_root(self.krate, &self.version);
        if self.is_right(&private.join("bin").join(self.program)) {
            return Ok(private.join("bin"));
        }
        let root = match shell::find(self.program) {
            Some(found) if self.is_right(&found) => return Ok(folder_of(&found)),
            Some(found) => {
                say::line(&format!(
                    "{} is not version {}; it stays as it is, and ours goes to {}.",
                    found.display(),
                    self.version,
                    private.display()
                ));
                private
            }
            None => cargo_home(),
        };
        let program = root.join("bin").join(self.program);
        if !self.is_right(&program) {
            self.build(&root)?;
        }
        if self.is_right(&program) {
            Ok(root.join("bin"))
        } else {
            Err(format!(
                "{} {} was installed to {}, but does not run from there.",
                self.krate,
                self.version,
                root.display()
            ))
        }
    }

    fn is_right(&self, program: &Path) -> bool {
        // trunk takes this variable for an option of its own and stops at its value.
        shell::capture(shell::command(program).arg("--version").env_remove("NO_COLOR"))
            .is_some_and(|said| said.split_whitespace().any(|word| word == self.version))
    }

    fn build(&self, root: &Path) -> Done {
        say::step(&format!(
            "Installing {} {} into {} (once; {} on two cores)",
            self.krate,
            self.version,
            root.join("bin").display(),
            self.patience
        ));
        let watch = say::Stopwatch::start();
        shell::run(
            shell::cargo()
                .args(["install", "--quiet", "--force", "--version", &self.version])
                .arg("--root")
                .arg(root)
                .args(self.options)
                .arg(self.krate)
                .env("CARGO_TARGET_DIR", workshop())
                .env("CARGO_INCREMENTAL", "0")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
                .env_remove("RUSTFLAGS"),
        )?;
        say::line(&format!("    done in {} s", watch.seconds()));
        Ok(())
    }
}

/// Where the tools are built: one folder for both, so that what they have in common is built once.
fn workshop() -> PathBuf {
    shell::target_dir().join("xtask-tools")
}

/// Where our version of a tool goes when another version has the usual place.
fn private_root(krate: &str, version: &str) -> PathBuf {
    cargo_home().join("lightcone").join(format!("{krate}-{version}"))
}

/// Cargo's own folder, by cargo's own rules.
fn cargo_home() -> PathBuf {
    std::env::var_os("CARGO_HOME")
        .map_or_else(|| std::env::home_dir().unwrap_or_default().join(".cargo"), PathBuf::from)
}

fn folder_of(program: &Path) -> PathBuf {
    program.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_is_the_one_of_that_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
