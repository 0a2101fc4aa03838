//! The two programs that make the page smaller, and the choice of one that can be trusted.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Done, shell, tools::node};

/// The oldest wasm-opt that was tried on this project's output. Some before it (108 in Debian 12) make
/// modules that build without complaint and fail in the browser.
const OLDEST_WASM_OPT: u32 = 132;

/// binaryen's wasm-opt.
pub struct Optimiser(Program);

/// esbuild.
pub struct Minifier(Program);

/// A program of the npm packages (a script that Node runs), or one on the search path.
enum Program {
    Script(PathBuf),
    Native(PathBuf),
}

impl Optimiser {
    /// The one of the npm packages, else one on the search path that is new enough.
    pub fn find() -> Option<Self> {
        [
            node::script("binaryen/bin/wasm-opt").map(Program::Script),
            shell::find("wasm-opt").map(Program::Native),
        ]
        .into_iter()
        .flatten()
        .find(|program| {
            shell::capture(program.command().arg("--version"))
                .and_then(|said| version(&said))
                .is_some_and(|version| version >= OLDEST_WASM_OPT)
        })
        .map(Self)
    }

    /// Rewrites a module in place, for size.
    pub fn optimise(&self, module: &Path) -> Done {
        // No `--enable-…`: the module's own feature section says what it uses, and naming a few
        // features has switched off others in some versions.
        shell::run(self.0.command().arg("-Oz").arg(module).arg("-o").arg(module))
    }
}

impl Minifier {
    /// The one of the npm packages.
    pub fn find() -> Option<Self> {
        let program = Program::Script(node::script("esbuild/bin/esbuild")?);
        shell::capture(program.command().arg("--version")).map(|_| Self(program))
    }

    /// Rewrites a script or style sheet in place.
    pub fn minify(&self, file: &Path) -> Done {
        shell::run(
            self.0
                .command()
                .arg(file)
                .args(["--minify", "--log-level=warning", "--allow-overwrite"])
                .arg(format!("--outfile={}", file.display())),
        )
    }
}

impl Program {
    fn command(&self) -> Command {
        match self {
            Self::Script(path) => {
                let mut command = shell::command("node");
                command.arg(path);
                command
            }
            Self::Native(path) => shell::command(path),
        }
    }
}

/// The 132 of `wasm-opt version 132 (version_132)`.
fn version(said: &str) -> Option<u32> {
    said.split_whitespace().find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_WASM_OPT, version};

    #[test]
    fn debians_wasm_opt_is_known_as_too_old() {
        assert_eq!(version("wasm-opt version 132 (version_132)"), Some(132));
        assert!(version("wasm-opt version 108 (version_108)") < Some(OLDEST_WASM_OPT));
        assert_eq!(version("no such thing"), None);
    }
}
