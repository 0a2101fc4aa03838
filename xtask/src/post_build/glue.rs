//! Teaches the script that wasm-bindgen writes to load a module in two halves, or to count a module's calls.
//!
//! The script is taken as text in which one line is known. Must not know how a module is cut.

use super::split::{CALL, HERE, HOST, MAIN};

/// The line after which the imports of the module are there, in both ways of starting it.
const IMPORTS: &str = "const imports = __wbg_get_imports();";

/// The line at which the module is there.
const READY: &str = "wasm = instance.exports;";

/// The script for a module whose rest is in `file`, beside the script. `None` if the script is not what is known.
///
/// The rest is fetched when the browser has nothing better to do, so that nobody waits for it: who needs
/// it before, waits in one blocking request.
pub fn for_halves(script: &str, file: &str) -> Option<String> {
    let rest = REST
        .replace("$HOST", HOST)
        .replace("$MAIN", MAIN)
        .replace("$CALL", CALL)
        .replace("$HERE", HERE)
        .replace("$FILE", file);
    let script = replaced(script, IMPORTS, &format!("{IMPORTS}\nborrow(imports);"))?;
    let script = replaced(&script, READY, &format!("{READY}\nfetchRestSoon();"))?;
    Some(script + &rest)
}

/// The script for an instrumented module: the places of all functions that are called gather in the global set
/// `lightconeCalls`.
pub fn for_counting(script: &str) -> Option<String> {
    let count = format!(
        "{IMPORTS}\nimports.{HOST} = {{ {CALL}: (place) => {{ globalThis.lightconeCalls.add(place); }} }};"
    );
    replaced(script, IMPORTS, &count).map(|script| script + "\nglobalThis.lightconeCalls = new Set();\n")
}

fn replaced(script: &str, line: &str, by: &str) -> Option<String> {
    script.contains(line).then(|| script.replace(line, by))
}

/// The script's own part. The main half is taken from the script's `wasm`. When the rest has come, the document is
/// told by an event `lightcone:rest`, and its compiled module is in the global `lightconeRest`, so that workers can be
/// given it. In a worker that was given it, it is there from the start.
const REST: &str = r#"
let borrowed;
function borrow(imports) {
    borrowed = imports;
    imports.$HOST = { $CALL: fetchRestNow };
}
const restUrl = new URL("$FILE", import.meta.url);
function takeRest(module) {
    globalThis.lightconeRest = module;
    if (wasm.$HERE.value === 0) {
        new WebAssembly.Instance(module, { ...borrowed, $MAIN: wasm });
        wasm.$HERE.value = 1;
        // Later, since whoever blocked for it is in the middle of something.
        setTimeout(() => globalThis.document?.dispatchEvent(new Event("lightcone:rest")));
    }
}
function fetchRestSoon() {
    if (globalThis.lightconeRest) return takeRest(globalThis.lightconeRest);
    const soon = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 200));
    soon(async () => {
        try {
            const answer = await fetch(restUrl);
            if (answer.ok) takeRest(await WebAssembly.compile(await answer.arrayBuffer()));
        } catch {
            // Whoever needs it asks again, and is told why it fails.
        }
    }, { timeout: 1000 });
}
function fetchRestNow() {
    if (globalThis.lightconeRest) return takeRest(globalThis.lightconeRest);
    const request = new XMLHttpRequest();
    request.open("GET", restUrl, false);
    // The only way in which a blocking request hands out bytes.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    if (request.status !== 200) throw new Error(`${restUrl} cannot be loaded (status ${request.status}); reload the page`);
    takeRest(new WebAssembly.Module(Uint8Array.from(request.responseText, (byte) => byte.charCodeAt(0) & 255)));
}
"#;

#[cfg(test)]
mod tests {
    use super::{for_counting, for_halves};

    const SCRIPT: &str = "function initSync(module) {\n    const imports = __wbg_get_imports();\n}\n\
        function __wbg_finalize_init(instance, module) {\n    wasm = instance.exports;\n}\n\
        async function __wbg_init(module) {\n    const imports = __wbg_get_imports();\n}\n";

    #[test]
    fn both_ways_of_starting_lend_the_imports() {
        let script = for_halves(SCRIPT, "rest.wasm").expect("the script is known");
        assert_eq!(script.matches("borrow(imports);").count(), 2, "{script}");
        assert_eq!(script.matches("fetchRestSoon();").count(), 1, "{script}");
        assert!(script.contains("new URL(\"rest.wasm\", import.meta.url)"), "{script}");
        assert!(
            !["$HOST", "$MAIN", "$CALL", "$HERE", "$FILE"].iter().any(|name| script.contains(name)),
            "{script}"
        );
        let script = for_counting(SCRIPT).expect("the script is known");
        assert_eq!(script.matches("lightconeCalls.add").count(), 2, "{script}");
    }

    #[test]
    fn another_script_is_refused() {
        assert_eq!(for_halves("let wasm;", "rest.wasm"), None);
        assert_eq!(for_counting("let wasm;"), None);
    }
}
