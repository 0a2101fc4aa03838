//! Writes the page's long texts as files of their own, which it asks for when it shows them.
//!
//! `texts/lessons/ID.bin` is the lesson of a scene, rendered from `www/lessons/ID.md`; `texts/faults/ID.html` is what
//! the file of a fault says of it under its headings; `texts/presets.bin` are the named settings with their
//! stories; `texts/matrix.txt` are the rows of the fault matrix. So the module carries neither texts nor a reader of Markdown.
//! Must not know which texts there are.

#[path = "../../../src/scenes/lesson/harmless.rs"]
mod harmless;
#[path = "../../../src/scenes/lesson/parts.rs"]
mod parts;
#[path = "../../../src/faults/presets/all.rs"]
mod presets;
#[path = "../../../src/scenes/lesson/read.rs"]
mod read;

use std::fs;
use std::path::Path;

use parts::{BadLesson, Block, Goal, Lesson, Predict, Task};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html};

use crate::{Done, say, shell};

/// Writes all texts below `folder`. A lesson that cannot be read is a warning, and on the page a sentence in its place.
///
/// # Errors
/// When a file cannot be read or written.
pub fn write(folder: &Path) -> Done {
    for (id, markdown) in sources("www/lessons", "md")? {
        // How many claims its scene has is found out when the lesson is opened.
        let lesson = read::lesson(&format!("www/lessons/{id}.md"), &markdown, usize::MAX);
        if let Err(bad) = &lesson {
            say::warning(&bad.to_string());
        }
        let bytes =
            postcard::to_allocvec(&lesson).map_err(|why| format!("lesson {id} cannot be written: {why}"))?;
        put(&folder.join("lessons").join(format!("{id}.bin")), &bytes)?;
    }
    for (stem, rust) in sources("src/faults", "rs")? {
        let id = stem.replace('_', "-");
        put(&folder.join("faults").join(format!("{id}.html")), about(&rust).as_bytes())?;
    }
    let notation = shell::root().join("www/notation.md");
    let notation =
        fs::read_to_string(&notation).map_err(|why| format!("cannot read {}: {why}", notation.display()))?;
    put(&folder.join("notation.html"), guide(&notation).as_bytes())?;
    let rows = shell::root().join("www/matrix.txt");
    let rows = fs::read(&rows).map_err(|why| format!("cannot read {}: {why}", rows.display()))?;
    put(&folder.join("matrix.txt"), &rows)?;
    put(&folder.join("presets.bin"), &told()?)
}

/// The presets, in the form in which the page reads them.
fn told() -> Done<Vec<u8>> {
    let told = |preset: &presets::Preset| {
        let presets::Preset { id, title, story, breaks, dials } = *preset;
        (id, title, story, breaks, dials)
    };
    let all: Vec<_> = presets::ALL.iter().map(told).collect();
    postcard::to_allocvec(&all).map_err(|why| format!("the presets cannot be written: {why}"))
}

/// The files of a folder with this extension: their names without it, and their texts.
fn sources(folder: &str, extension: &str) -> Done<Vec<(String, String)>> {
    let failed = |why| format!("cannot read {folder}: {why}");
    let mut found = Vec::new();
    for entry in fs::read_dir(shell::root().join(folder)).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if let Some(stem) = path.file_stem()
            && path.extension().is_some_and(|it| it == extension)
        {
            found.push((stem.to_string_lossy().into_owned(), fs::read_to_string(&path).map_err(failed)?));
        }
    }
    Ok(found)
}

fn put(file: &Path, content: &[u8]) -> Done {
    let failed = |why| format!("cannot write {}: {why}", file.display());
    fs::create_dir_all(file.parent().unwrap_or(file)).map_err(failed)?;
    fs::write(file, content).map_err(failed)
}

/// What the opening comment of a file says under its headings, as HTML. HTML in it is shown as it stands.
fn about(rust: &str) -> String {
    let comment: Vec<&str> = rust
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .skip_while(|line| !line.starts_with("# "))
        .collect();
    in_dialog(&comment.join("\n"))
}

/// A page of its own without its title, which its dialog has.
fn guide(markdown: &str) -> String {
    let rest = markdown
        .split_once('\n')
        .filter(|(first, _)| first.starts_with("# "))
        .map_or(markdown, |(_, rest)| rest);
    in_dialog(rest)
}

/// Markdown as HTML for a dialog. HTML in it is shown as it stands.
fn in_dialog(markdown: &str) -> String {
    // Below the dialog's own heading.
    let level = HeadingLevel::H3;
    let events = Parser::new(markdown).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level, id, classes, attrs })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(level)),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_becomes_its_sections() {
        let rust = "//! Loses packets.\n//!\n//! # What it does\n//!\n//! It *loses* <b>.\n//!\n//! # Sources\n//!\n//! A paper.\n\nuse x;\n//! # Not this\n";
        let html =
            "<h3>What it does</h3>\n<p>It <em>loses</em> &lt;b&gt;.</p>\n<h3>Sources</h3>\n<p>A paper.</p>\n";
        assert_eq!(about(rust), html);
    }

    #[test]
    fn presets_come_back_as_the_page_reads_them() {
        type Told = (String, String, String, Vec<String>, Vec<(String, i64)>);
        let all: Vec<Told> = postcard::from_bytes(&told().expect("bytes")).expect("presets");
        let (id, _, story, breaks, dials) = &all[0];
        assert_eq!((all.len(), id.as_str()), (presets::ALL.len(), presets::ALL[0].id));
        assert_eq!((story.as_str(), breaks.len()), (presets::ALL[0].story, presets::ALL[0].breaks.len()));
        assert_eq!((dials[0].0.as_str(), dials[0].1), presets::ALL[0].dials[0]);
    }

    #[test]
    fn a_page_becomes_a_text_without_its_title() {
        let html = guide("# Figures\n\nSo:\n\n```figure\na -> b\n```\n\n## Time\n");
        let expected =
            "<p>So:</p>\n<pre><code class=\"language-figure\">a -&gt; b\n</code></pre>\n<h3>Time</h3>\n";
        assert_eq!(html, expected);
    }

    #[test]
    fn a_lesson_comes_back_as_it_was() {
        let lesson = read::lesson(
            "a.md",
            "# A\n\n*Lesson*\n\nText.\n\n## Try\n\n- [Do](#holds-2 \"Window: 1\").\n",
            usize::MAX,
        );
        let bytes = postcard::to_allocvec(&lesson).expect("bytes");
        assert_eq!(postcard::from_bytes(&bytes), Ok(lesson.clone()));
        let Ok(Lesson { blocks, .. }) = lesson else { panic!("{lesson:?}") };
        let goal = Goal { claim: 1, holds: true, with: vec!["Window: 1".to_owned()] };
        let task = Task { text: "Do.".to_owned(), goal: Some(goal) };
        assert_eq!(blocks, [Block::Prose("<p>Text.</p>".to_owned()), Block::Try(vec![task])]);
        let bad = read::lesson("a.md", "", usize::MAX);
        let bytes = postcard::to_allocvec(&bad).expect("bytes");
        assert_eq!(postcard::from_bytes::<Result<Lesson, BadLesson>>(&bytes), Ok(bad));
    }
}
