//! The layers of the map in `src/lib.rs`, held against the sources.
//!
//! A lower rank never names a higher one, and layers of the same rank never name one another, neither in code
//! nor in documentation. The browser is named in `web` alone. A fault names no other fault, and a program names
//! no true time.

mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::{File, code_of, comments_of, files};

/// Crates that only exist for the browser.
const BROWSER: [&str; 6] =
    ["wasm_bindgen", "web_sys", "js_sys", "leptos", "serde_wasm_bindgen", "console_error_panic_hook"];

#[test]
fn the_sources_keep_to_the_map() {
    let sources: Vec<File> = files(&["rs"]).into_iter().filter(|it| it.path.starts_with("src/")).collect();
    let faults = offences(&sources);
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_module_has_its_place_on_the_map() {
    let lib = include_str!("../src/lib.rs");
    let ranks = ranks(lib);
    let code = code_of(lib);
    let modules: BTreeSet<&str> = code
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(modules, ranks.keys().map(String::as_str).collect());
}

/// Each made-up source breaks one rule, and the test above must say so; the last one breaks none.
#[test]
fn canaries_are_caught() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("src/base/a.rs", "use crate::sim::Event;", &["src/base/a.rs:1: `base` names `sim`"]),
        (
            "src/clocks.rs",
            "\nuse crate::{base::Seed, app::{Model}};",
            &["src/clocks.rs:2: `clocks` names `app`"],
        ),
        (
            "src/faults/a.rs",
            "use super::super::programs::P;",
            &["src/faults/a.rs:1: `faults` names `programs`"],
        ),
        ("src/scenes/a.rs", "mod tests { use super::super::super::diagram; }", &["`scenes` names `diagram`"]),
        ("src/sim/a.rs", "/// See [`crate::faults::ALL`].\nfn f() {}", &["`sim` names `faults`"]),
        ("src/sim/a.rs", "/// ```\n/// use lightcone::scenes::ALL;\n/// ```", &["`sim` names `scenes`"]),
        ("src/app.rs", "fn f() { web_sys::window(); }", &["`web_sys` belongs to the browser"]),
        ("src/faults/b.rs", "use crate::faults::reliable::Loss;", &["fault `b` names fault `reliable`"]),
        ("src/faults/b.rs", "use super::{Entry, reliable};", &["fault `b` names fault `reliable`"]),
        ("src/faults/dials.rs", "use super::reliable::X;", &["fault `dials` names fault `reliable`"]),
        ("src/faults/b.rs", "use super::*;", &["fault `b` names everything in `faults`"]),
        ("src/programs/a.rs", "fn f(now: TrueTime) {}", &["program `a` names `TrueTime`"]),
        (
            "src/faults/b.rs",
            "//! Not `leptos`.\nuse super::{Entry, dials};\nuse crate::{base, sim::topology};\n// crate::app\n\
             const S: &str = \"crate::app\";\nmod tests { use super::*; }",
            &[],
        ),
    ];
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    let fault = file("src/faults/reliable.rs", "pub const ENTRY: FaultEntry = FaultEntry {};");
    let mut sources = vec![fault, file("src/faults/dials.rs", "pub fn share() {}")];
    for (path, text, expected) in cases {
        sources.push(file(path, text));
        let found = offences(&sources);
        assert_eq!(found.len(), expected.len(), "{path}: {text}: {found:?}");
        for (found, expected) in found.iter().zip(*expected) {
            assert!(found.contains(expected), "{text}: {found}");
        }
        sources.pop();
    }
}

/// One sentence for each place that breaks a rule.
fn offences(sources: &[File]) -> Vec<String> {
    let ranks = ranks(include_str!("../src/lib.rs"));
    let mut found = Vec::new();
    for file in sources {
        let module = module_of(&file.path);
        let Some((layer, inner)) = module.split_first() else {
            continue;
        };
        let Some(rank) = ranks.get(layer) else {
            found.push(format!("{}: `{layer}` has no rank in src/lib.rs", file.path));
            continue;
        };
        let mut offence = |line: usize, what: String| found.push(format!("{}:{line}: {what}", file.path));
        let in_code = tokens(&code_of(&file.text));
        let in_docs = tokens(&doc_comments(&file.text));
        // Documentation cannot say `super` for certain: its text does not tell which module it is in.
        let names = names(&in_code, &module).into_iter().chain(names(&in_docs, &[]));
        for Name { line, path } in names {
            let Some(named) = path.first() else { continue };
            if let Some(other) = ranks.get(named)
                && named != layer
                && other >= rank
            {
                offence(line, format!("`{layer}` names `{named}`, which is not below it"));
            }
            if layer == "faults"
                && named == "faults"
                && let (Some(own), Some(sibling)) = (inner.first(), path.get(1))
            {
                if sibling == "*" {
                    offence(line, format!("fault `{own}` names everything in `faults`"));
                } else if sibling != own && sources.iter().any(|it| is_fault(it, &path[..2])) {
                    offence(line, format!("fault `{own}` names fault `{sibling}`"));
                }
            }
        }
        for token in &in_code {
            if layer != "web" && BROWSER.contains(&token.text.as_str()) {
                offence(token.line, format!("`{}` belongs to the browser, so to `web`", token.text));
            }
            if layer == "programs" && token.text == "TrueTime" && !token.inline.iter().any(|it| it == "tests")
            {
                let program = inner.first().unwrap_or(layer);
                offence(token.line, format!("program `{program}` names `TrueTime`, which no node can read"));
            }
        }
    }
    found
}

/// Whether a file is the fault of this path: it has an entry for the catalogue. Others are tools for all faults.
fn is_fault(file: &File, path: &[String]) -> bool {
    module_of(&file.path) == path && tokens(&code_of(&file.text)).iter().any(|token| token.text == "ENTRY")
}

/// The rank of each layer, from the table in the documentation of `src/lib.rs`.
fn ranks(lib: &str) -> BTreeMap<String, u32> {
    let mut ranks = BTreeMap::new();
    for line in lib.lines() {
        let mut cells = line.split('|').skip(1);
        if let (Some(Ok(rank)), Some(layers)) = (cells.next().map(|it| it.trim().parse()), cells.next()) {
            ranks.extend(layers.split('`').skip(1).step_by(2).map(|layer| (layer.to_owned(), rank)));
        }
    }
    assert!(ranks.len() > 10, "the map in src/lib.rs cannot be read: {ranks:?}");
    ranks
}

/// `src/sim/engine.rs` is `sim`, `engine`. The map itself and the binary have no layer.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    // The roots, and the programs, which begin at one of the edges.
    if ["lib", "main"].contains(&inside) || inside.starts_with("bin/") {
        return Vec::new();
    }
    inside.split('/').map(str::to_owned).collect()
}

/// The documentation alone: plain comments may speak of anything.
fn doc_comments(rust: &str) -> String {
    let blank = |line: &str| {
        let start = line.trim_start();
        if start.starts_with("///") || start.starts_with("//!") { line.to_owned() } else { String::new() }
    };
    comments_of(rust).lines().map(blank).collect::<Vec<_>>().join("\n")
}

/// A word, a `::`, or one other character, and the inline modules around it.
struct Token {
    text: String,
    line: usize,
    inline: Vec<String>,
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut inline: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut line = 1;
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = if word > 0 {
            word
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (text, after) = rest.split_at(length);
        rest = after;
        match text {
            "\n" => line += 1,
            "{" => {
                depth += 1;
                if let [.., keyword, name] = &tokens[..]
                    && keyword.text == "mod"
                {
                    inline.push((name.text.clone(), depth));
                }
            }
            "}" => {
                inline.retain(|(_, opened)| *opened < depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if !text.trim().is_empty() {
            let inline = inline.iter().map(|(name, _)| name.clone()).collect();
            tokens.push(Token { text: text.to_owned(), line, inline });
        }
    }
    tokens
}

/// A path in the source, from the library's root.
struct Name {
    line: usize,
    path: Vec<String>,
}

/// All paths that start at the root: with `crate`, `lightcone`, or enough of `super` (a `super` that stays below
/// the root is resolved as well, which finds a fault's siblings).
fn names(tokens: &[Token], module: &[String]) -> Vec<Name> {
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let after_colons = place > 0 && tokens[place - 1].text == "::";
        if after_colons || tokens.get(place + 1).is_none_or(|next| next.text != "::") {
            continue;
        }
        let mut start = place + 2;
        let prefix = match token.text.as_str() {
            "crate" | "lightcone" => Vec::new(),
            "super" if !module.is_empty() => {
                let mut here: Vec<String> = module.iter().chain(&token.inline).cloned().collect();
                here.pop();
                while let [next, colons, ..] = &tokens[start..]
                    && next.text == "super"
                    && colons.text == "::"
                {
                    here.pop();
                    start += 2;
                }
                here
            }
            _ => continue,
        };
        let mut paths = Vec::new();
        tree(tokens, start, &prefix, &mut paths);
        found.extend(paths.into_iter().map(|path| Name { line: token.line, path }));
    }
    found
}

/// Reads `a::b`, `a::{b, c::d}` or `*` behind `prefix`, and returns the place after it.
fn tree(tokens: &[Token], mut place: usize, prefix: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(place) {
        match token.text.as_str() {
            "{" => {
                place += 1;
                while let Some(token) = tokens.get(place) {
                    match token.text.as_str() {
                        "}" => return place + 1,
                        "," => place += 1,
                        _ => place = tree(tokens, place, &path, paths).max(place + 1),
                    }
                }
                return place;
            }
            text => path.push(text.to_owned()),
        }
        place += 1;
        if tokens.get(place).is_none_or(|next| next.text != "::") {
            break;
        }
        place += 1;
    }
    paths.push(path);
    // `as other` renames what was read already.
    if tokens.get(place).is_some_and(|next| next.text == "as") { place + 2 } else { place }
}
