//! Reads a lesson's Markdown into its parts. Must not know what the lesson is about.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::harmless::{Piece, harmless, inline, render};
use super::{BadLesson, Block, Goal, Lesson, Predict, Task};

/// Reads a lesson: see `Lesson::parse`.
pub(super) fn lesson(name: &str, text: &str, claims: usize) -> Result<Lesson, BadLesson> {
    Reader::new(name, text, claims).lesson()
}

struct Reader<'t> {
    name: &'t str,
    text: &'t str,
    claims: usize,
    pieces: Vec<Piece<'t>>,
}

impl<'t> Reader<'t> {
    fn new(name: &'t str, text: &'t str, claims: usize) -> Self {
        let pieces = Parser::new(text).into_offset_iter().map(|(event, range)| (event, range.start));
        Self { name, text, claims, pieces: harmless(pieces) }
    }

    fn bad(&self, at: usize, what: &str) -> BadLesson {
        let line = self.text[..at.min(self.text.len())].matches('\n').count() + 1;
        BadLesson(format!("{}, line {line}: {what}", self.name))
    }

    fn lesson(self) -> Result<Lesson, BadLesson> {
        let mut rest = &self.pieces[..];
        let title = match rest.first() {
            Some((Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), _)) => {
                text_of(take_block(&mut rest))
            }
            Some((_, at)) => return Err(self.bad(*at, "put a title such as `# Silence` first")),
            None => return Err(self.bad(0, "the lesson is empty; put a title such as `# Silence` first")),
        };
        let crumb = if is_crumb(rest) { text_of(take_block(&mut rest)) } else { String::new() };
        let mut blocks = Vec::new();
        let mut prose: Vec<Piece<'t>> = Vec::new();
        while let Some(&(_, at)) = rest.first() {
            let block = take_block(&mut rest);
            let heading = match &block[0].0 {
                Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => text_of(block),
                _ => String::new(),
            };
            if !["Predict", "Try"].contains(&heading.as_str()) {
                prose.extend_from_slice(block);
                continue;
            }
            push_prose(&mut blocks, &mut prose);
            let section = take_section(&mut rest);
            blocks.push(match heading.as_str() {
                "Predict" => Block::Predict(self.predict(at, section)?),
                _ => {
                    let (tasks, after) = self.tasks(at, section)?;
                    prose.extend_from_slice(after);
                    Block::Try(tasks)
                }
            });
        }
        push_prose(&mut blocks, &mut prose);
        Ok(Lesson { title, crumb, blocks })
    }

    fn predict(&self, at: usize, section: &[Piece<'t>]) -> Result<Predict, BadLesson> {
        let list = is_list(section).ok_or_else(|| {
            self.bad(at, "`Predict` needs a list of choices, one `- choice` a line, after its question")
        })?;
        let (question, mut rest) = section.split_at(list);
        if question.is_empty() {
            return Err(self.bad(at, "`Predict` needs a question before its list of choices"));
        }
        let items = items_of(take_block(&mut rest));
        let is_right = |item: &&[Piece<'t>]| item.iter().any(|(e, _)| *e == Event::Start(Tag::Strong));
        let right: Vec<usize> = (0..items.len()).filter(|&i| is_right(&items[i])).collect();
        let ([right], true) = (&right[..], items.len() > 1) else {
            return Err(self.bad(
                rest_start(section, list),
                "`Predict` needs two choices or more, and exactly one of them in bold, `- **choice**`, the right one",
            ));
        };
        let is_strong = |e: &Event<'_>| matches!(e, Event::Start(Tag::Strong) | Event::End(TagEnd::Strong));
        // The bold marks the right one for the author; shown, it would give the answer away.
        let plain = |item: &[Piece<'t>]| {
            let kept: Vec<Piece<'t>> = item.iter().filter(|(e, _)| !is_strong(e)).cloned().collect();
            inline(&kept)
        };
        Ok(Predict {
            question: render(question),
            choices: items.iter().map(|item| plain(item)).collect(),
            right: *right,
            why: render(rest),
        })
    }

    fn tasks<'s>(
        &self,
        at: usize,
        section: &'s [Piece<'t>],
    ) -> Result<(Vec<Task>, &'s [Piece<'t>]), BadLesson> {
        let mut rest = section;
        if is_list(section) != Some(0) {
            return Err(self.bad(at, "`Try` needs a list of tasks, one `- task` a line, right under it"));
        }
        let tasks = items_of(take_block(&mut rest)).into_iter().map(|item| self.task(item));
        Ok((tasks.collect::<Result<_, _>>()?, rest))
    }

    fn task(&self, item: &[Piece<'t>]) -> Result<Task, BadLesson> {
        let mut goal = None;
        let mut kept = Vec::new();
        let mut is_inside = false;
        for piece in item {
            match &piece.0 {
                Event::Start(Tag::Link { dest_url, title, .. }) if dest_url.starts_with('#') => {
                    if goal.is_some() {
                        return Err(self.bad(piece.1, "a task has one goal; make two tasks of it"));
                    }
                    goal = Some(self.goal(piece.1, dest_url, title)?);
                    is_inside = true;
                }
                Event::End(TagEnd::Link) if is_inside => is_inside = false,
                _ => kept.push(piece.clone()),
            }
        }
        Ok(Task { text: inline(&kept), goal })
    }

    fn goal(&self, at: usize, link: &str, title: &str) -> Result<Goal, BadLesson> {
        let number = |prefix: &str| link.strip_prefix(prefix).and_then(|n| n.parse::<usize>().ok());
        let found = number("#holds-").map(|n| (n, true)).or_else(|| number("#breaks-").map(|n| (n, false)));
        match found {
            Some((n, holds)) if (1..=self.claims).contains(&n) => {
                // A title may be broken into lines like the text around it.
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                let set = title.split(';').map(str::trim).filter(|set| !set.is_empty());
                let with = set.map(|set| self.set(at, set)).collect::<Result<_, _>>()?;
                Ok(Goal { claim: n - 1, holds, with })
            }
            Some(_) | None => {
                let claims = self.claims;
                let what = format!(
                    "{link:?} is no goal of this scene; write `#holds-N` or `#breaks-N` with a claim from 1 to {claims}"
                );
                Err(self.bad(at, &what))
            }
        }
    }

    /// How a dial or a switch must stand.
    fn set(&self, at: usize, set: &str) -> Result<String, BadLesson> {
        set.contains(": ").then(|| set.to_owned()).ok_or_else(|| {
            self.bad(at, &format!("{set:?} sets nothing; write `Name: value`, as it stands on the screen"))
        })
    }
}

/// Takes the first block, from its start to its end.
fn take_block<'s, 't>(rest: &mut &'s [Piece<'t>]) -> &'s [Piece<'t>] {
    let length = block_length(rest);
    let (block, after) = rest.split_at(length);
    *rest = after;
    block
}

fn block_length(pieces: &[Piece<'_>]) -> usize {
    let mut depth = 0_usize;
    for (place, (event, _)) in pieces.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    pieces.len()
}

/// Takes everything up to the next heading of the second level.
fn take_section<'s, 't>(rest: &mut &'s [Piece<'t>]) -> &'s [Piece<'t>] {
    let is_next = |(event, _): &Piece<'_>| {
        matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. }))
    };
    let end = rest.iter().position(is_next).unwrap_or(rest.len());
    let (section, after) = rest.split_at(end);
    *rest = after;
    section
}

/// The place of the first list.
fn is_list(section: &[Piece<'_>]) -> Option<usize> {
    section.iter().position(|(event, _)| matches!(event, Event::Start(Tag::List(_))))
}

/// The items of a list, without the list's own pieces.
fn items_of<'s, 't>(list: &'s [Piece<'t>]) -> Vec<&'s [Piece<'t>]> {
    let mut rest = &list[1..list.len().max(2) - 1];
    let mut items = Vec::new();
    while !rest.is_empty() {
        let item = take_block(&mut rest);
        items.push(&item[1..item.len().max(2) - 1]);
    }
    items
}

fn rest_start(section: &[Piece<'_>], place: usize) -> usize {
    section.get(place).map_or(0, |(_, at)| *at)
}

/// Whether what comes first is a paragraph that is emphasised as a whole.
fn is_crumb(rest: &[Piece<'_>]) -> bool {
    let block = &rest[..block_length(rest)];
    let is_open = matches!(
        block,
        [
            (Event::Start(Tag::Paragraph), _),
            (Event::Start(Tag::Emphasis), _),
            ..,
            (Event::End(TagEnd::Emphasis), _),
            _
        ]
    );
    is_open && block.iter().filter(|(event, _)| *event == Event::Start(Tag::Emphasis)).count() == 1
}

fn text_of(pieces: &[Piece<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in pieces {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

fn push_prose(blocks: &mut Vec<Block>, prose: &mut Vec<Piece<'_>>) {
    if !prose.is_empty() {
        blocks.push(Block::Prose(render(prose)));
        prose.clear();
    }
}
