//! Makes Markdown from anyone safe to show, and writes it as HTML.
//!
//! What is let through is an element that the writer of Markdown names: no raw HTML, no address but `http`
//! and `https`. Must not know lessons.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd, html};

/// One event of the Markdown and the byte at which it begins.
pub(super) type Piece<'t> = (Event<'t>, usize);

/// HTML becomes text, pictures their descriptions, and links that lead elsewhere than the web their text.
/// Links within a task are looked at by the task.
pub(super) fn harmless<'t>(pieces: impl Iterator<Item = Piece<'t>>) -> Vec<Piece<'t>> {
    let mut links = Vec::new();
    pieces
        .filter_map(|(event, at)| {
            let event = match event {
                Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
                Event::Start(Tag::Link { dest_url, link_type, title, .. }) => {
                    let is_kept =
                        ["https://", "http://", "#"].iter().any(|scheme| dest_url.starts_with(scheme));
                    links.push(is_kept);
                    let blank = CowStr::Borrowed("");
                    // What a goal's title asks for is read by the task, and shown nowhere.
                    let title = if dest_url.starts_with('#') { title } else { blank.clone() };
                    is_kept.then_some(Event::Start(Tag::Link { dest_url, link_type, title, id: blank }))?
                }
                Event::End(TagEnd::Link) => links.pop().unwrap_or(false).then_some(event)?,
                Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
                Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
                Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
                other => other,
            };
            Some((event, at))
        })
        .collect()
}

/// As HTML. A link to a place within the page is left out: the page's address holds the run.
pub(super) fn render(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    let mut is_inside = false;
    let events = pieces.iter().filter_map(|(event, _)| match event {
        Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with('#') => {
            is_inside = true;
            None
        }
        Event::End(TagEnd::Link) if is_inside => {
            is_inside = false;
            None
        }
        other => Some(other.clone()),
    });
    html::push_html(&mut out, events);
    out.trim().to_owned()
}

/// As HTML without the paragraph around it.
pub(super) fn inline(pieces: &[Piece<'_>]) -> String {
    let html = render(pieces);
    match html.strip_prefix("<p>").and_then(|inner| inner.strip_suffix("</p>")) {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        _ => html,
    }
}
