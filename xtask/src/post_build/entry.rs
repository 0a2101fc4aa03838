//! Gives the class for other pages' scripts a name that stays the same from build to build.
//!
//! `lightcone.js` beside the page loads the very script and module that the page loads, so that a course page can
//! say `import init, { Lightcone } from "./lightcone.js"`; `lightcone.d.ts` has the types. Must not know the class.

use super::page::Page;
use crate::Done;

/// The name without an ending.
const NAME: &str = "lightcone";

/// The script that makes a worker of the page's module. The page gives it the module as it was compiled, and its rest
/// if that is there. What fails while it starts is an error of the worker, which the page hears of.
const WORKER: &str = r#"import load from "./$SCRIPT";
onmessage = ({ data: [main, rest] }) => {
    onmessage = null;
    globalThis.lightconeRest = rest;
    load({ module_or_path: main }).catch((why) => setTimeout(() => { throw why; }));
};
"#;

/// Writes both files, and the script of the page's workers. To be called when the page's script and module have their last names.
///
/// # Errors
/// When the page has no module, or a file cannot be read or written.
pub fn write(page: &Page, types: &[u8]) -> Done {
    let module = page.main_module_name()?;
    page.write(&format!("{NAME}.js"), script(&page.main_script_name()?, &module).as_bytes())?;
    let worker = WORKER.replace("$SCRIPT", &page.main_script_name()?);
    page.write("crew.js", worker.as_bytes())?;
    page.write(&format!("{NAME}.d.ts"), types)
}

/// Takes the types that wasm-bindgen wrote out of the page: beside a script whose name changes nobody finds them.
///
/// # Errors
/// When there are none, or they cannot be read or removed.
pub fn take_types(page: &Page) -> Done<Vec<u8>> {
    let name = page.main_module_name()?.replace("_bg.wasm", ".d.ts");
    let types = page.read(&name)?;
    page.remove(&name)?;
    // What the page's own start passes is passed here as well.
    let start = b"\n/** Loads the module. To be awaited before anything else is used. */\nexport default function start(): Promise<unknown>;\n";
    let text = String::from_utf8_lossy(&types);
    let ours = text.split("\nexport type InitInput").next().unwrap_or_default();
    Ok([ours.as_bytes(), start].concat())
}

fn script(script: &str, module: &str) -> String {
    format!(
        "import load from \"./{script}\";\nexport * from \"./{script}\";\n\
         export default () => load({{ module_or_path: new URL(\"{module}\", import.meta.url) }});\n"
    )
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn the_entry_leads_to_what_the_page_loads() {
        let entry = script("lightcone-1.js", "lightcone-2_bg.wasm");
        assert_eq!(entry.matches("./lightcone-1.js").count(), 2, "{entry}");
        assert!(entry.contains("new URL(\"lightcone-2_bg.wasm\", import.meta.url)"), "{entry}");
    }
}
