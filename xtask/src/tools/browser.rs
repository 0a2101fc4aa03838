//! The browser that the tests drive, and the driver that wasm-bindgen's test runner talks to.

use std::path::PathBuf;

use crate::{Done, shell, tools::system};

const ADVICE: &str = "The tests need Chromium (or Chrome) and its driver: install both, and name them in the variables CHROMIUM and CHROMEDRIVER if they are not on the search path.";

/// A browser and its driver.
pub struct Browser {
    /// The browser's program.
    pub chromium: PathBuf,
    /// The driver's program.
    pub driver: PathBuf,
}

/// Finds both, and installs them on Debian if one is missing.
///
/// # Errors
/// One sentence on what to install.
pub fn install() -> Done<Browser> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    system::install(
        &["chromium", "chromium-driver"],
        "Installing Chromium and its driver (once; about a minute)",
        ADVICE,
    )?;
    find()?.ok_or_else(|| ADVICE.to_owned())
}

/// The one that is there, if there is one.
///
/// # Errors
/// When a variable names a program that is not there.
pub fn find() -> Done<Option<Browser>> {
    let chromium = chosen("CHROMIUM")?.or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
            .into_iter()
            .find_map(shell::find)
            .or_else(|| {
                Some(PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"))
                    .filter(|path| path.is_file())
            })
    });
    let driver = chosen("CHROMEDRIVER")?.or_else(|| shell::find("chromedriver"));
    Ok(chromium.zip(driver).map(|(chromium, driver)| Browser { chromium, driver }))
}

/// A program that a variable names. A name that leads nowhere is an error: falling back in silence
/// would test another browser than the person asked for.
fn chosen(variable: &str) -> Done<Option<PathBuf>> {
    let Some(path) = std::env::var_os(variable).map(PathBuf::from) else {
        return Ok(None);
    };
    if path.is_file() {
        Ok(Some(path))
    } else {
        Err(format!("{variable} names {}, which does not exist. Correct it or unset it.", path.display()))
    }
}
