//! Searching the events of a run: what was asked, and going from match to match.
//!
//! Only what the present view knows is found. Must not know how a search is entered.

use std::cell::OnceCell;

use super::model::Model;
use super::screen;
use super::view::Selection;
use crate::analysis::search::Query;
use crate::analysis::{Matches, Pattern, Shapes};
use crate::base::EventId;
use crate::sim::Trace;

/// Something to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    /// Look for this: see [`Query`].
    Text(String),
    /// Select the next match behind what is selected, and behind the last the first.
    Next,
    /// Select the match before what is selected, and before the first the last.
    Previous,
}

/// What was asked, and what has been worked out for it.
#[derive(Debug, Default)]
pub(super) struct Finder {
    text: String,
    query: Query,
    problem: Option<String>,
    shapes: OnceCell<Shapes>,
    /// The shape that was drawn, while it is what is looked for.
    drawn: Option<Pattern>,
    matches: OnceCell<Matches>,
}

impl Finder {
    /// The run has moved.
    pub(super) fn forget(&mut self) {
        self.shapes.take();
        self.matches.take();
    }
}

/// Where a search stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What was asked.
    pub text: String,
    /// Why it makes no sense, if it makes none.
    pub problem: Option<String>,
    /// How many matches there are.
    pub count: usize,
    /// Which of them is selected, counted from 1.
    pub at: Option<usize>,
    /// The same in words: `3 of 17`.
    pub says: String,
}

impl Model {
    pub(super) fn find(&mut self, find: Find) {
        match find {
            Find::Text(text) => {
                let parsed = Query::parse(&text);
                self.finder.text = text;
                self.finder.drawn = None;
                (self.finder.query, self.finder.problem) = match parsed {
                    Ok(query) => (query, None),
                    Err(problem) => (Query::default(), Some(problem.to_string())),
                };
                self.status = found(self).says;
            }
            Find::Next => self.select_match(true),
            Find::Previous => self.select_match(false),
        }
    }

    /// Looks for a shape that was drawn: see [`Pattern`].
    pub fn find_drawn(&mut self, shape: &Trace) {
        self.finder.text.clear();
        self.finder.matches.take();
        (self.finder.query, self.finder.drawn, self.finder.problem) = match Pattern::of(shape) {
            Ok(pattern) => (Query::drawn(), Some(pattern), None),
            Err(bad) => (Query::default(), None, Some(format!("That cannot be looked for: {bad}."))),
        };
        self.status = found(self).says;
    }

    fn matches(&self) -> Option<&Matches> {
        let pattern = self.finder.drawn.as_ref()?;
        Some(self.finder.matches.get_or_init(|| pattern.find(self.trace(), self.causality())))
    }

    /// The events of a match that begins with this event, in words.
    fn match_says(&self, first: EventId) -> String {
        let Some(events) = self.matches().and_then(|matches| matches.events(first)) else {
            return String::new();
        };
        let mut names: Vec<String> = Vec::new();
        for name in events.iter().map(|event| screen::event_name(self, *event)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        format!("The shape: {}. ", names.join(", "))
    }

    fn select_match(&mut self, is_next: bool) {
        if let Some(event) = nearest(self, is_next) {
            self.view.selection = Selection::Event(event);
            self.status =
                format!("{} {}{}", found(self).says, self.match_says(event), screen::selected(self));
        } else {
            self.status = found(self).says;
        }
    }

    fn shapes(&self) -> Option<&Shapes> {
        let is_asked = self.finder.query.needs_shapes();
        is_asked.then(|| self.finder.shapes.get_or_init(|| Shapes::of(self.trace(), self.causality())))
    }

    fn selected_event(&self) -> Option<EventId> {
        match self.view.selection {
            Selection::Event(event) => Some(event),
            Selection::Nothing | Selection::Message(_) | Selection::Node(_) => None,
        }
    }
}

/// The next match in one direction, from the other end on where there is none.
fn nearest(model: &Model, is_next: bool) -> Option<EventId> {
    let search = model.finder.query.on(model.trace(), model.shapes(), model.matches());
    let eyes = screen::Eyes::of(model);
    let step = |from: Option<EventId>| {
        let one = |from: Option<EventId>| if is_next { search.next(from) } else { search.previous(from) };
        std::iter::successors(one(from), |event| one(Some(*event))).find(|event| eyes.see(model, *event))
    };
    let from = model.selected_event();
    step(from).or_else(|| from.and_then(|_| step(None)))
}

/// Where the search stands.
pub fn found(model: &Model) -> Found {
    let Finder { text, query, problem, .. } = &model.finder;
    let mut found = Found { text: text.clone(), ..Found::default() };
    if let Some(problem) = problem {
        found.problem = Some(problem.clone());
        found.says.clone_from(problem);
        return found;
    }
    if query.is_empty() {
        found.says = "Nothing is looked for.".to_owned();
        return found;
    }
    let search = query.on(model.trace(), model.shapes(), model.matches());
    let eyes = screen::Eyes::of(model);
    let selected = model.selected_event();
    for event in search.within(0, u32::MAX).filter(|event| eyes.see(model, *event)) {
        found.count += 1;
        if selected == Some(event) {
            found.at = Some(found.count);
        }
    }
    found.says = match (found.at, found.count) {
        (_, 0) => "No event matches.".to_owned(),
        (Some(at), count) => format!("Match {at} of {count}."),
        (None, 1) => "1 event matches.".to_owned(),
        (None, count) => format!("{count} events match."),
    };
    if model.matches().is_some_and(Matches::is_cut_off) {
        found.says += " There may be more: the search took too long and was ended.";
    }
    found
}
