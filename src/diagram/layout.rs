//! From a view to a picture: what is in the window, where it stands, and what is too much to show one by one.
//!
//! Costs follow what is visible: lanes are searched for the window's edges, messages come from the index, and
//! where there is too much, it is counted without being visited. Must not know how a picture is painted.

mod collapse;
mod crowd;
mod events;
mod lanes;
mod messages;
mod reach;

use std::collections::BTreeMap;

pub(super) use self::crowd::Crowd;
pub(super) use self::events::mark;
pub(super) use self::messages::Course;
pub(super) use self::reach::{Reach, Sightline};
use super::overlays;
use super::picture::{Counts, Frame, Picture};
use super::shape::{Anchor, Font, Point};
use super::source::Source;
use super::theme::Tone;
use super::view::{View, ViewAs};
use super::words;
use crate::analysis::Relation;
use crate::base::{EventId, MessageId, NodeId};

/// How many events are drawn one by one; beyond, those of crowded lanes stand in blocks.
pub(super) const EVENTS_MAX: usize = 1_200;
/// How many blocks all lanes may have together.
pub(super) const BLOCKS_MAX: usize = 1_200;
/// How many messages are drawn; beyond, every second, fourth, eighth … one is.
pub(super) const ARROWS_MAX: usize = 700;
/// How many losses are drawn one by one; beyond, they stand in clusters.
pub(super) const LOSSES_MAX: usize = 160;
/// How many clusters there may be.
pub(super) const CLUSTERS_MAX: usize = 400;
/// How many texts there may be; a canvas takes as long for each as for many lines.
pub(super) const TEXTS_MAX: usize = 240;

/// The space-time diagram of a run, for a view.
///
/// The index must have followed the trace along the view's [drawn axis](View::drawn_axis).
pub fn space_time(source: &Source<'_>, view: &View) -> Picture {
    let mut sheet = Sheet::new(source, view);
    sheet.lay_lanes();
    sheet.lay_events();
    sheet.lay_messages();
    for overlay in overlays::ALL.iter().filter(|overlay| view.shows(overlay.id)) {
        (overlay.draw)(&mut sheet);
    }
    sheet.finish()
}

/// A lane that is in sight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) node: NodeId,
    pub(super) y: f64,
}

/// A picture while it is being laid out.
pub(super) struct Sheet<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) view: &'a View,
    pub(super) frame: Frame,
    /// The lanes in sight, from the top.
    pub(super) rows: Vec<Row>,
    /// How far down each node's lane is, scrolled out of sight or not; `None` where it is not shown at all.
    y: Vec<Option<f64>>,
    sight: Sightline,
    reach: Option<Reach>,
    /// Where events stand that had to make room for another.
    moved: BTreeMap<EventId, f64>,
    /// Whether some of them moved so far that the picture says so.
    is_spread: bool,
    crowd: Crowd,
    pub(super) picture: Picture,
}

impl<'a> Sheet<'a> {
    fn new(source: &'a Source<'a>, view: &'a View) -> Self {
        let (mut frame, y) = lanes::measure(source, view);
        let selected = view.selected_event().filter(|event| event.index() < source.trace.len());
        let sight = Sightline::of(source, view.view_as);
        if view.look.folds_idle && frame.axis.is_time() {
            frame.folds = lanes::folds(source, &y, &sight);
        }
        let reach =
            selected.filter(|&event| sight.sees(source.trace, event)).map(|event| Reach::of(source, event));
        Self {
            source,
            view,
            frame,
            rows: Vec::new(),
            y,
            sight,
            reach,
            moved: BTreeMap::new(),
            is_spread: false,
            crowd: Crowd::new(view.width, view.height),
            picture: Picture {
                frame,
                title: "Space-time diagram".to_owned(),
                description: String::new(),
                lanes: Vec::new(),
                ticks: Vec::new(),
                bands: Vec::new(),
                blocks: Vec::new(),
                chain: Vec::new(),
                arrows: Vec::new(),
                clusters: Vec::new(),
                dots: Vec::new(),
                labels: Vec::new(),
                folds: Vec::new(),
                backward: Vec::new(),
                suspects: Vec::new(),
                cut: None,
                now: Vec::new(),
                counts: Counts { one_of: 1, ..Counts::default() },
            },
        }
    }

    /// How far down a node's lane is, if it is shown.
    pub(super) fn y(&self, node: NodeId) -> Option<f64> {
        self.y[node.index()]
    }

    /// Where an event stands from left to right.
    pub(super) fn x(&self, event: EventId) -> f64 {
        let place = || self.frame.x(self.source.index.place(self.source.trace, event));
        self.moved.get(&event).copied().unwrap_or_else(place)
    }

    /// Where an event stands, if its lane is shown.
    pub(super) fn point(&self, event: EventId) -> Option<Point> {
        let y = self.y(self.source.trace.node(event))?;
        Some(Point::new(self.x(event), y))
    }

    /// Whether whoever looks knows of an event.
    pub(super) fn sees(&self, event: EventId) -> bool {
        self.sight.sees(self.source.trace, event)
    }

    /// Whether it is the observer outside who looks.
    pub(super) fn is_outside(&self) -> bool {
        self.view.view_as == ViewAs::Outside
    }

    /// How many of a lane's first events whoever looks knows of.
    pub(super) fn limit(&self, node: NodeId) -> usize {
        self.sight.limit(node)
    }

    /// How an event stands to the selected one, if one is.
    pub(super) fn relation(&self, event: EventId) -> Option<Relation> {
        self.reach.as_ref().map(|reach| reach.relation(self.source.trace, event))
    }

    /// The past and future of the selected event.
    pub(super) fn reach(&self) -> Option<&Reach> {
        self.reach.as_ref()
    }

    /// The words of `name`, unless the picture is not to speak.
    pub(super) fn speak(&self, name: impl FnOnce() -> String) -> String {
        if self.view.speaks { name() } else { String::new() }
    }

    /// The name of a message in speech.
    pub(super) fn message_name(&self, message: MessageId, what: &str) -> String {
        self.speak(|| format!("{}; {what}", words::message(self.source.trace, message)))
    }

    /// Puts a text at the first of these places where it covers no other and stays inside; says whether there
    /// was one.
    pub(super) fn write(&mut self, text: &str, font: Font, tone: Tone, places: &[(Point, Anchor)]) -> bool {
        if self.picture.labels.len() >= TEXTS_MAX {
            return false;
        }
        for &(at, anchor) in places {
            let (at, anchor) =
                if self.frame.is_vertical { self.beside_lane(at, anchor) } else { (at, anchor) };
            if self.crowd.take(text, font, at, anchor) {
                let at = self.frame.turned(at);
                let label = super::picture::Label { at, text: text.to_owned(), anchor, font, tone };
                self.picture.labels.push(label);
                return true;
            }
        }
        false
    }

    /// Keeps texts off a mark.
    pub(super) fn block(&mut self, at: Point, reach: f64) {
        self.crowd.block(self.frame.turned(at), reach);
    }

    /// Where a text stands on the screen whose place was chosen for an axis to the right, where it runs down:
    /// what was below a lane is to the right of it, and what was above to the left.
    fn beside_lane(&self, at: Point, anchor: Anchor) -> (Point, Anchor) {
        let distance = |row: &Row| (row.y - at.y).abs();
        let nearest = self.rows.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let place = |y: f64| Point::new(y, at.x + 3.5);
        match (anchor, nearest) {
            (Anchor::Middle, Some(row)) if at.y > row.y => {
                (place(row.y + 0.55 * (at.y - row.y)), Anchor::Start)
            }
            (Anchor::Middle, Some(_)) => (place(at.y), Anchor::End),
            _ => (place(at.y), anchor),
        }
    }

    fn finish(mut self) -> Picture {
        self.lay_caption();
        let counts = &mut self.picture.counts;
        if let Some(reach) = &self.reach {
            (counts.past, counts.future, counts.concurrent) = reach.counts(&self.sight);
        }
        self.picture.description = describe(&self);
        self.picture
    }
}

fn describe(sheet: &Sheet<'_>) -> String {
    let (source, counts) = (sheet.source, sheet.picture.counts);
    let lanes = sheet.y.iter().flatten().count();
    let mut text = format!(
        "{lanes} {}, {} {} and {}{} {}",
        plural(lanes, "lane", "lanes"),
        counts.events,
        plural(counts.events, "event", "events"),
        if counts.is_about { "about " } else { "" },
        counts.messages,
        plural(counts.messages, "message", "messages"),
    );
    if sheet.is_outside() {
        text += &format!(", {} lost", counts.losses);
    }
    if counts.backward > 0 {
        text += &format!(", {} received before sent by the clocks", counts.backward);
    }
    if counts.suspects > 0 {
        let events = plural(counts.suspects, "event", "events");
        text += &format!(", {} suspect {events}", counts.suspects);
    }
    text += match sheet.frame.axis {
        super::Axis::TrueTime => "; along true time.",
        super::Axis::Causal => "; along causal rank.",
        super::Axis::Lamport => "; along Lamport stamps.",
        super::Axis::Wall => "; along the nodes' own wall clocks.",
    };
    if counts.unstamped > 0 {
        text += &format!(" {} of the stamps have no room.", counts.unstamped);
    }
    if let ViewAs::Node(node, sight) = sheet.view.view_as {
        let name = source.trace.name(node);
        text += &format!(" {}", words::whose_view(name, sight));
    }
    if let (Some(_), Some(event)) = (&sheet.reach, sheet.view.selected_event()) {
        text += &format!(
            " Selected: {}, with {} in its past, {} in its future and {} concurrent.",
            words::event_name(source.trace, event),
            counts.past,
            counts.future,
            counts.concurrent
        );
        let second = sheet.view.second.filter(|event| event.index() < source.trace.len());
        if let Some(second) = second {
            let how = match sheet.source.causality.relation(second, event) {
                Relation::Same => "is the same event",
                Relation::Before => "could have caused it",
                Relation::After => "could have been caused by it",
                Relation::Concurrent => "is concurrent with it",
            };
            text += &format!(" {} {how}.", words::event_name(source.trace, second));
        }
    }
    text
}

/// The word for so many.
pub(super) fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
