//! Halves the page's module: watches a first picture, cuts by what it ran, and teaches the script.
//!
//! Must not know what is in the module.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::data::Pieces;
use super::page::{Page, beside};
use super::{glue, split};
use crate::tools::rust::WASM;
use crate::tools::{browser, node};
use crate::{Done, say, shell};

/// The cargo profile of the release page, as in `www/index.html`.
const PROFILE: &str = "web";

/// The end of the name of a module's other half, before the hash.
const REST: &str = "rest";

/// Replaces the page's module by its halves.
///
/// # Errors
/// When the browser or Node is absent, the page does not come up in it, or the module or its script are not what
/// is expected.
pub fn halve(page: &mut Page) -> Done {
    let name = page.main_module_name()?;
    let script_name = name.replace("_bg.wasm", ".js");
    let module = page.read(&name)?;
    let script = String::from_utf8(page.read(&script_name)?)
        .map_err(|why| format!("{script_name} is not UTF-8: {why}"))?;
    let unknown = || format!("{script_name} is not what the wasm-bindgen of Cargo.lock writes.");

    let counting = glue::for_counting(&script).ok_or_else(unknown)?;
    let mut copy = page.copy_to(&shell::target_dir().join("first-picture"))?;
    copy.write(&name, &split::instrument(&module)?)?;
    copy.write(&script_name, counting.as_bytes())?;
    // What is in the finished page's head may be asked for.
    copy.seal()?;
    let used = run_by_first_picture(copy.folder())?;
    fs::remove_dir_all(copy.folder())
        .map_err(|why| format!("cannot remove {}: {why}", copy.folder().display()))?;

    let rest_name = beside(&name, REST).ok_or_else(unknown)?;
    let pieces = pieces()?;
    if pieces.is_none() {
        say::warning("the linker was not asked for relocations, so that all data stays in the main module.");
    }
    let halves = split::split(&module, &used, pieces.as_ref())?;
    page.write(&name, &halves.main)?;
    page.write(&rest_name, &halves.rest)?;
    let script = glue::for_halves(&script, &rest_name).ok_or_else(unknown)?;
    page.write(&script_name, script.as_bytes())
}

/// What the linker's own module, which trunk had made, tells about its data.
fn pieces() -> Done<Option<Pieces>> {
    let path = shell::target_dir().join(WASM).join(PROFILE).join("lightcone.wasm");
    let linked = fs::read(&path).map_err(|why| format!("cannot read {}: {why}", path.display()))?;
    Pieces::of(&linked)
}

/// The places of the functions that a first picture of the instrumented page in `folder` runs.
fn run_by_first_picture(folder: &Path) -> Done<BTreeSet<usize>> {
    let browser = browser::find()?.ok_or("there is no Chromium to watch a first picture in.")?;
    let mut watch = shell::command("node");
    watch.arg(node::folder().join("first-picture.mjs")).arg(folder).env("CHROMIUM", browser.chromium);
    let said = shell::capture(&mut watch).ok_or_else(|| {
        format!("the instrumented page showed no first picture; `{}` tells why.", shell::line_of(&watch))
    })?;
    Ok(said.lines().flat_map(str::parse).collect())
}
