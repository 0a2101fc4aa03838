//! House rules that no compiler knows, held against the sources.
//!
//! Each rule is a function from a file to sentences, and has a canary: a made-up file that breaks it.

mod source;

use std::collections::BTreeSet;

use source::{File, code_of, comments_of, files};

/// Lines that a file may have. What grows beyond is two things, and reads better as two files.
const LINES_MAX: usize = 600;

/// Files that may be longer, each with its own bar and the reason.
const LONG: [(&str, usize, &str); 0] = [];

/// Extensions of the files that people write.
const WRITTEN: &[&str] = &["rs", "toml", "md", "html", "css", "js", "mjs", "json", "svg", "lock", ""];

#[test]
fn every_file_opens_with_what_it_is_for() {
    hold(&files(&["rs"]), opening);
}

#[test]
fn the_top_level_holds_what_is_agreed_and_no_more() {
    const AGREED: &[&str] = &[
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "Trunk.toml",
        "benches",
        "fuzz",
        "src",
        "target",
        "tests",
        "www",
        "xtask",
    ];
    let top = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("the top level can be read");
    for entry in top {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || AGREED.contains(&name.as_str()), "`{name}` is at the top level");
    }
}

#[test]
fn the_page_does_not_panic() {
    hold(&files(&["rs"]), panics);
}

#[test]
fn the_page_has_no_inline_styles() {
    hold(&files(&["rs", "html"]), inline_styles);
}

#[test]
fn nothing_is_left_undone() {
    hold(&files(WRITTEN), leftovers);
}

#[test]
fn no_file_is_too_long() {
    hold(&files(&["rs", "mjs", "js", "css"]), length);
    let files = files(&["rs", "mjs", "js", "css"]);
    for (path, _, _) in LONG {
        let lines = files.iter().find(|it| it.path == path).map(|it| it.text.lines().count());
        assert!(lines > Some(LINES_MAX), "{path} is {lines:?} lines long and needs no exception any more");
    }
}

#[test]
fn no_file_tells_where_it_was_written() {
    hold(&files(WRITTEN), places);
}

#[test]
fn words_are_spelt_the_british_way() {
    hold(&files(&["rs", "md", "html", "css", "mjs"]), spelling);
}

#[test]
fn every_file_is_compiled() {
    let files = files(&["rs"]);
    let orphans = orphans(&files, include_str!("../Cargo.toml"));
    assert!(orphans.is_empty(), "no `mod` line names: {orphans:?}");
}

#[test]
fn canaries_are_caught() {
    let undone = [concat!("// TO", "DO: later"), concat!("to", "do!()"), concat!("#[ig", "nore]")];
    let places_told = [concat!("/wo", "rk/main"), concat!("/ro", "ot/.cargo"), concat!("crates", ".io")];
    check(opening, "src/a.rs", "use a;\n//! Late.", 1);
    check(opening, "src/a.rs", "//! In time.\n", 0);
    check(panics, "src/web/a.rs", "fn f() {\n    g().unwrap();\n    panic!(\"x\") }", 2);
    check(panics, "src/web/a.rs", "// never .unwrap() here\nfn f() { g(\"panic!\").unwrap_or(1) }", 0);
    check(panics, "src/app.rs", "fn f() { g().unwrap() }", 0);
    check(inline_styles, "src/web/a.rs", "view! { <p style=\"left: 0\"></p> }", 1);
    check(inline_styles, "www/index.html", "<p\n style='left: 0'>", 1);
    check(inline_styles, "src/web/a.rs", "let style = 1; view! { <p style:left=move || left()></p> }", 0);
    undone.iter().for_each(|text| check(leftovers, "src/a.rs", text, 1));
    places_told.iter().for_each(|text| check(places, "README.md", text, 1));
    check(length, "src/a.rs", &"//!\n".repeat(LINES_MAX + 1), 1);
    check(length, "src/a.rs", &"//!\n".repeat(LINES_MAX), 0);
    check(spelling, "src/a.rs", "//! The color of a neighbor.", 2);
    check(
        spelling,
        "src/a.rs",
        "//! The `color` of ```\n//! let color = 1;\n//! ``` prefers-color-scheme.",
        0,
    );
    check(spelling, "src/a.rs", "fn f() { set_color(\"color\", \"A neighbor waits.\") }", 1);
    check(
        spelling,
        "www/a.html",
        "<p class=\"center\">Colors at the center</p><style>p { color: red }</style>",
        2,
    );
    check(spelling, "www/a.css", "/* in the center */ p { text-align: center; }", 1);
    check(spelling, "README.md", "A color.\n```\ncolor\n```\nA `color` or [x](https://a.example/color).", 1);

    let sources = [
        "src/lib.rs",
        "src/a.rs",
        "src/a/b.rs",
        "src/a/c.rs",
        "tests/t.rs",
        "benches/x.rs",
        "benches/y.rs",
        "benches/z/z.rs",
    ];
    let text = |path: &str| match path {
        "src/lib.rs" => "pub mod a;",
        "src/a.rs" => "mod b;\n// mod c;",
        "benches/x.rs" => "#[path = \"../benches/z/z.rs\"]\nmod z;\nmod w {\n    mod w;\n}",
        _ => "",
    };
    let sources = sources.map(|path| File { path: path.into(), text: text(path).into() });
    assert_eq!(orphans(&sources, "path = \"benches/x.rs\""), ["src/a/c.rs", "benches/y.rs"]);
}

/// Applies a rule to all files.
fn hold(files: &[File], rule: fn(&File) -> Vec<String>) {
    let broken: Vec<String> = files
        .iter()
        .flat_map(|file| rule(file).into_iter().map(|what| format!("{}: {what}", file.path)))
        .collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Applies a rule to a made-up file, and wants this many sentences.
fn check(rule: fn(&File) -> Vec<String>, path: &str, text: &str, wanted: usize) {
    let found = rule(&File { path: path.into(), text: text.into() });
    assert_eq!(found.len(), wanted, "{path}: {text}: {found:?}");
}

fn opening(file: &File) -> Vec<String> {
    let opens = file.text.starts_with("//!");
    if opens { Vec::new() } else { vec!["does not open with `//!` and what it is for".into()] }
}

fn panics(file: &File) -> Vec<String> {
    if !file.path.starts_with("src/web") {
        return Vec::new();
    }
    let code = code_of(&file.text);
    let bans = [".unwrap()", ".expect(", "panic!", "unreachable!"];
    // Where a test module stands in the same file, it is last, and may assert.
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    lines_with(code, |line| bans.iter().find(|ban| line.contains(*ban)).copied(), "may panic")
}

/// The page's content policy would block them; `style:name=…` goes through the object model, which it allows.
fn inline_styles(file: &File) -> Vec<String> {
    if !file.path.starts_with("src/web") && !file.path.starts_with("www/") {
        return Vec::new();
    }
    let inline = |line: &str| line.contains(" style=").then_some("style=");
    lines_with(&file.text, inline, "is blocked by the content policy: use a class, or `style:name=`")
}

fn leftovers(file: &File) -> Vec<String> {
    let bans = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!"), concat!("#[ig", "nore")];
    // The lock of npm lists checksums, in which any four letters may occur.
    if file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    lines_with(&file.text, |line| bans.into_iter().find(|ban| line.contains(ban)), "is left undone")
}

fn length(file: &File) -> Vec<String> {
    let lines = file.text.lines().count();
    let max = LONG.iter().find(|(path, _, _)| *path == file.path).map_or(LINES_MAX, |(_, max, _)| *max);
    if lines <= max { Vec::new() } else { vec![format!("has {lines} lines of {max}: split it")] }
}

fn places(file: &File) -> Vec<String> {
    // Cargo itself writes its registry's address into its lock.
    if file.path.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let bans = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tm", "p/wt"),
        concat!("/ho", "me/"),
        concat!("crates", ".io"),
        concat!("npmjs", "."),
        concat!("pypi", "."),
        concat!("debian", ".org"),
    ];
    lines_with(&file.text, |line| bans.into_iter().find(|ban| line.contains(ban)), "names a place")
}

/// One sentence for each line in which `find` finds something.
fn lines_with<'a>(text: &str, find: impl Fn(&str) -> Option<&'a str>, what: &str) -> Vec<String> {
    let found = text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, find(line)?)));
    found.map(|(at, found)| format!("line {at}: `{found}` {what}")).collect()
}

/// American spellings and ours. The flag says that the word is also one of CSS or of the browser's interfaces, so
/// that it is looked for in prose only.
const SPELLINGS: [(&str, &str, bool); 16] = [
    ("behavior", "behaviour", false),
    ("neighbor", "neighbour", false),
    ("favor", "favour", false),
    ("favorite", "favourite", false),
    ("honor", "honour", false),
    ("labeled", "labelled", false),
    ("labeling", "labelling", false),
    ("modeled", "modelled", false),
    ("modeling", "modelling", false),
    ("traveled", "travelled", false),
    ("canceled", "cancelled", true),
    ("analyze", "analyse", false),
    ("artifact", "artefact", true),
    ("color", "colour", true),
    ("center", "centre", true),
    ("gray", "grey", true),
];

fn spelling(file: &File) -> Vec<String> {
    // This file names the words it looks for.
    if file.path == "tests/tidy.rs" {
        return Vec::new();
    }
    let prose = prose(file);
    let text = if file.path.ends_with(".rs") { &file.text } else { &prose };
    let mut found = Vec::new();
    for (american, british, prose_only) in SPELLINGS {
        for word in words(if prose_only { &prose } else { text }) {
            let lower = word.to_lowercase();
            if lower == american || lower.strip_suffix('s') == Some(american) {
                found.push(format!("`{word}` is spelt `{british}` here"));
            }
        }
    }
    found
}

/// Words that stand as words: not parts of names such as `text-color` or `set_color`, of calls or of paths.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ",;!?\"'`*[]{}<>|".contains(c))
        .map(|word| word.trim_start_matches('(').trim_end_matches([')', '.', ':']))
        .filter(|word| word.chars().all(char::is_alphabetic))
}

/// What people read as sentences: comments and documents, without the code inside them.
fn prose(file: &File) -> String {
    let text = file.text.as_str();
    let bare = |line: &str| line.trim_start().trim_start_matches(['/', '!', '*']).to_owned();
    let text = match file.path.rsplit('.').next() {
        Some("rs") => comments_of(text).lines().map(bare).collect::<Vec<_>>().join("\n"),
        Some("css") => every_second(text, "/*", "*/"),
        Some("mjs") => every_second(text, "/*", "*/") + &comments_of(text),
        Some("html") => {
            without(&without(&without(text, "<style", "</style>"), "<script", "</script>"), "<", ">")
        }
        _ => text.to_owned(),
    };
    without(&without(&without(&text, "```", "```"), "`", "`"), "](", ")")
}

/// The text between each `open` and `close`.
fn every_second(text: &str, open: &str, close: &str) -> String {
    text.split(open).skip(1).filter_map(|part| part.split(close).next()).collect::<Vec<_>>().join("\n")
}

/// The text outside each `open` and `close`.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    if open == close {
        kept.extend(parts.skip(1).step_by(2));
    } else {
        kept.extend(parts.filter_map(|part| Some([" ", part.split_once(close)?.1])).flatten());
    }
    kept
}

/// Files that no `mod` line and no manifest makes part of a crate.
fn orphans(files: &[File], manifest: &str) -> Vec<String> {
    let declared: BTreeSet<String> = files.iter().flat_map(declarations).collect();
    files
        .iter()
        .map(|file| &file.path)
        .filter(|path| !is_root(path, manifest) && !declared.contains(*path))
        .cloned()
        .collect()
}

/// Where the modules that a file declares may be.
fn declarations(file: &File) -> Vec<String> {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let stem = name.trim_end_matches(".rs");
    // A crate's root and a `mod.rs` look beside themselves, other files in the folder of their name.
    let mut folders = vec![format!("{folder}/{stem}")];
    if ["lib", "main", "mod"].contains(&stem) || ["tests", "benches"].contains(&folder) {
        folders.push(folder.to_owned());
    }
    let code = code_of(&file.text);
    let named = |end: &'static str| {
        code.lines().filter_map(move |line| Some(line.trim().strip_suffix(end)?.rsplit_once("mod ")?.1))
    };
    // `mod common { mod bare; }` looks one folder further.
    let inline: Vec<String> =
        named(" {").flat_map(|name| folders.iter().map(move |it| format!("{it}/{name}"))).collect();
    folders.extend(inline);
    let names: Vec<&str> = named(";").collect();
    let places = |name: &str| {
        let name = name.to_owned();
        folders
            .iter()
            .flat_map(move |it| [format!("{it}/{name}.rs"), format!("{it}/{name}/mod.rs")])
            .collect::<Vec<_>>()
    };
    let by_path =
        file.text.lines().filter_map(|line| line.trim().strip_prefix("#[path = \"")?.strip_suffix("\"]"));
    names.into_iter().flat_map(places).chain(by_path.map(|path| joined(folder, path))).collect()
}

/// `../common/a.rs` seen from `benches/peers` is `benches/common/a.rs`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// Whether a file is the root of a crate: cargo finds some by their places, and the manifest names others.
fn is_root(path: &str, manifest: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    ["lib.rs", "main.rs", "build.rs"].contains(&name)
        || folder == "tests"
        || folder.ends_with("fuzz_targets")
        || folder.starts_with("benches/peers")
        || manifest.contains(&format!("\"{path}\""))
        || (folder == "benches" && manifest.contains(&format!("name = \"{}\"", name.trim_end_matches(".rs"))))
}
