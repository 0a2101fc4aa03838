//! trunk's last step for a release page: halve, optimise, minify, rename by content, and forbid everything else.
//!
//! trunk could do some of this itself, but in the wrong order: its file names are hashes of what went
//! *into* wasm-bindgen and the optimiser, so that two different modules could share a name in a browser's
//! cache, and its integrity hashes would be those of files that are changed here.
//!
//! A page made without `--release` gets its texts, and is otherwise left as it is. Works on the staging folder that trunk
//! names, and must not know the page's content.

mod data;
mod entry;
mod glue;
mod halve;
mod html;
pub mod optimise;
mod page;
mod reader;
mod split;
mod texts;

use std::env;
use std::path::PathBuf;

use crate::{Done, say};
use page::Page;

/// The variable that makes a missing optimiser an error. Set by the tests: the optimiser can break a page that
/// passes everything else, so a page without it proves little.
pub const OPTIMISER_REQUIRED: &str = "LIGHTCONE_OPTIMISER_REQUIRED";

/// The bar for the main module, in bytes after gzip.
const MAIN_MODULE_GZIP_MAX: usize = 300_000;

/// Finishes the page that trunk has put into its staging folder.
///
/// # Errors
/// When a file cannot be read or written, an optimiser fails on its input, or the main module has grown beyond
/// its bar.
pub fn run() -> Done {
    let staging = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or("post-build is called by trunk, which names its folder in TRUNK_STAGING_DIR. Run `cargo xtask build`.")?;
    texts::write(&staging.join("texts"))?;
    let mut page = Page::open(staging)?;
    let types = entry::take_types(&page)?;
    if env::var("TRUNK_PROFILE").as_deref() != Ok("release") {
        return entry::write(&page, &types);
    }
    let before = page.main_module()?.len();
    reader::prepare(&page)?;

    let halved = match halve::halve(&mut page) {
        Ok(()) => true,
        Err(why) if env::var_os(OPTIMISER_REQUIRED).is_some() => return Err(why),
        Err(why) => {
            say::warning(&format!("the module stays in one piece: {why}"));
            false
        }
    };
    let optimised = match optimise::Optimiser::find() {
        Some(optimiser) => {
            page.change_each("wasm", |path| optimiser.optimise(path))?;
            true
        }
        None if env::var_os(OPTIMISER_REQUIRED).is_some() => {
            return Err(
                "no wasm-opt of version 132 or newer, and the tests are about the optimised page.".to_owned()
            );
        }
        None => {
            say::warning(
                "no wasm-opt of version 132 or newer: the page works, but its module is larger than it need be. `cargo xtask build` installs one where Node is there.",
            );
            false
        }
    };
    match optimise::Minifier::find() {
        Some(minifier) => {
            page.change_each("js", |path| minifier.minify(path))?;
            page.change_each("css", |path| minifier.minify(path))?;
        }
        None => say::warning("no esbuild: scripts and styles are not minified."),
    }
    // What is named goes before what names it, so that each hash covers the names inside.
    for extension in ["wasm", "js", "css"] {
        page.rename_by_content(extension)?;
    }
    entry::write(&page, &types)?;
    page.seal()?;

    let size = page.main_module()?;
    report(&page, before, &size)?;
    if size.gzip() > MAIN_MODULE_GZIP_MAX {
        let over = size.gzip() - MAIN_MODULE_GZIP_MAX;
        let sentence =
            format!("the main module is {over} bytes over its bar of {MAIN_MODULE_GZIP_MAX} after gzip");
        if optimised && halved {
            return Err(format!(
                "{sentence}. A first picture runs too much: look for a new dependency, for generic code that is \
                 instantiated often, or for tables and texts in its data."
            ));
        }
        say::warning(&format!("{sentence}: it is not optimised, or in one piece."));
    }
    Ok(())
}

fn report(page: &Page, before: usize, main: &page::Bytes) -> Done {
    say::line(&format!(
        "    main module {} bytes ({before} before the optimiser), {} after gzip",
        main.len(),
        main.gzip()
    ));
    let (all, all_gzip) = page.weigh("wasm")?;
    say::line(&format!("    all modules {all} bytes, {all_gzip} after gzip"));
    for extension in ["js", "css"] {
        let (raw, gzip) = page.weigh(extension)?;
        say::line(&format!("    {extension} {raw} bytes, {gzip} after gzip"));
    }
    Ok(())
}
