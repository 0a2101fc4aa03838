//! The worker's module: without the class that only the page's module offers, and with names that follow content.
//!
//! trunk gives a worker's files the names of its program, since a page asks for them itself. One of them, the loader,
//! keeps its name and is asked for with the build's name behind it; it leads to the others by the names given here. Must
//! not know what the worker does.

use walrus::Module;

use super::page::Page;
use crate::Done;

/// The loader, by the name that the page knows.
const LOADER: &str = "reader_loader.js";

/// The script and the module, by the names that trunk gives them, and in the form of its other names.
const FILES: [(&str, &str); 2] =
    [("reader_bg.wasm", "reader-0000000000_bg.wasm"), ("reader.js", "reader-0000000000.js")];

/// How the exports begin that belong to the class for other pages' scripts.
const OF_CLASS: [&str; 2] = ["lightcone_", "__wbg_lightcone_"];

/// Prepares the worker's files, before they are optimised.
///
/// # Errors
/// When a file is missing or is not what is expected.
pub fn prepare(page: &Page) -> Done {
    let module = page.read(FILES[0].0)?;
    page.write(FILES[0].0, &without_class(&module)?)?;
    for (old, new) in FILES {
        let content = page.read(old)?;
        page.write(new, &content)?;
        page.remove(old)?;
        for script in [FILES[1].1, FILES[1].0, LOADER] {
            if let Ok(content) = page.read(script) {
                let content = String::from_utf8_lossy(&content).replace(old, new);
                page.write(script, content.as_bytes())?;
            }
        }
    }
    Ok(())
}

/// A module that exports nothing of the class, so that the optimiser takes out what only the class needs.
fn without_class(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut module =
        Module::from_buffer(bytes).map_err(|why| format!("the worker's module cannot be read: {why}."))?;
    let is_of_class = |name: &str| OF_CLASS.iter().any(|start| name.starts_with(start));
    let gone: Vec<_> =
        module.exports.iter().filter(|export| is_of_class(&export.name)).map(walrus::Export::id).collect();
    gone.into_iter().for_each(|export| module.exports.delete(export));
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_class_goes() {
        let mut module = Module::default();
        for name in ["lightcone_step", "__wbg_lightcone_free", "main"] {
            let mut function = walrus::FunctionBuilder::new(&mut module.types, &[], &[]);
            function.func_body().unreachable();
            let id = function.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, id);
        }
        let bytes = without_class(&module.emit_wasm()).expect("a module");
        let left = Module::from_buffer(&bytes).expect("a module");
        assert_eq!(left.exports.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["main"]);
        assert_eq!(left.funcs.iter().count(), 1);
    }
}
