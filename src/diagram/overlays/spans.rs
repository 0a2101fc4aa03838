//! Pauses, outages, partitions and cuts, as areas on the lanes that they hit.
//!
//! # What it does
//! Frames the stretch in which a node was paused or down, a group was parted, or a link was cut.
//!
//! # The assumption it breaks
//! That silence means something: a paused node, a dead one and a parted one are equally silent.
//!
//! # What to look for
//! What the other lanes do meanwhile, and what comes at once when it is over.
//!
//! # Sources
//! Bailis and Kingsbury 2014, "The network is reliable"; Thompson 2014, "GC pauses"; Gilbert and Lynch 2002
//! on partitions.

use super::super::layout::Sheet;
use super::super::picture::{Band, BandKind};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::view::Axis;
use super::super::words;
use super::Overlay;
use crate::base::{Duration, EventId, NodeId, TrueTime};
use crate::sim::{Span, SpanKind, Trace};

pub(super) const OVERLAY: Overlay = Overlay {
    id: "spans",
    title: "Pauses, outages, partitions",
    effect: "frames the stretches in which nodes were paused, down or parted",
    is_usual: true,
    doc: crate::module_doc!("spans.rs"),
    draw,
};

/// So many spans are drawn at most; where there are more, the longest are.
const SPANS_MAX: usize = 80;

fn draw(sheet: &mut Sheet<'_>) {
    // Nobody inside can tell a pause or a partition from a slow network.
    if !sheet.is_outside() {
        return;
    }
    let trace = sheet.source.trace;
    let mut spans: Vec<Span> = trace.spans().filter(|span| is_in_sight(sheet, span)).collect();
    if spans.len() > SPANS_MAX {
        spans.sort_by_key(|span| std::cmp::Reverse(length(trace, span)));
        spans.truncate(SPANS_MAX);
        spans.sort_by_key(|span| span.from);
    }
    for span in &spans {
        draw_span(sheet, span);
    }
}

fn is_in_sight(sheet: &Sheet<'_>, span: &Span) -> bool {
    let is_on_axis = match sheet.frame.axis {
        Axis::TrueTime => {
            let to = span.to.map_or(f64::INFINITY, |to| to.0 as f64);
            (span.from.0 as f64) <= sheet.frame.window.to && to >= sheet.frame.window.from
        }
        Axis::Causal | Axis::Lamport | Axis::Wall => true,
    };
    let has_lane = |node: &NodeId| sheet.rows.iter().any(|row| row.node == *node);
    is_on_axis
        && match span.kind {
            // It lies between two lanes, and tells of the one as much as of the other.
            SpanKind::Cut => span.nodes.iter().all(has_lane),
            SpanKind::Pause | SpanKind::Outage | SpanKind::Partition => span.nodes.iter().any(has_lane),
        }
}

fn length(trace: &Trace, span: &Span) -> Duration {
    span.to.unwrap_or(trace.now()).since(span.from)
}

fn draw_span(sheet: &mut Sheet<'_>, span: &Span) {
    let half = sheet.frame.half_band();
    let words = says(sheet.source.trace, span);
    let mut is_first = true;
    for (top, bottom, nodes) in runs(sheet, span) {
        let Some((from, to)) = extent(sheet, span, &nodes) else { continue };
        let name = if is_first { words.clone() } else { String::new() };
        let (kind, at, height) = match span.kind {
            SpanKind::Pause => (BandKind::Pause, Point::new(from, top - half), bottom - top + 2.0 * half),
            SpanKind::Outage => (BandKind::Outage, Point::new(from, top - half), bottom - top + 2.0 * half),
            SpanKind::Partition => {
                let room = (half * 1.25).min(sheet.frame.gap / 2.0);
                (BandKind::Partition, Point::new(from, top - room), bottom - top + 2.0 * room)
            }
            // A cut concerns the link alone, so that it stays a thin stripe between marks and stamps.
            SpanKind::Cut => (BandKind::Cut, Point::new(from, bottom + 7.5_f64.min(half)), 2.0),
        };
        let width = to - from;
        let middle = from + width / 2.0;
        // Below the stamps, or they would be in the way of one another.
        let below = (at.y + height + 11.0).max(bottom + half + 11.0);
        if is_first {
            let places = [
                (Point::new(middle, below), Anchor::Middle),
                (Point::new(middle, at.y.min(top - half) - 4.0), Anchor::Middle),
                (Point::new(from, below), Anchor::Start),
                (Point::new(to, below), Anchor::End),
            ];
            sheet.write(&words, Font::Words, Tone::Lost, &places);
        }
        sheet.picture.bands.push(Band { kind, at, width, height, name: sheet.speak(|| name) });
        is_first = false;
    }
}

/// The lanes that a span concerns, neighbours together: where they begin and end, and which they are.
fn runs(sheet: &Sheet<'_>, span: &Span) -> Vec<(f64, f64, Vec<NodeId>)> {
    let mut runs: Vec<(f64, f64, Vec<NodeId>)> = Vec::new();
    let mut is_open = false;
    for row in &sheet.rows {
        if !span.nodes.contains(&row.node) {
            is_open = false;
            continue;
        }
        match runs.last_mut() {
            Some((_, bottom, nodes)) if is_open && span.kind == SpanKind::Partition => {
                *bottom = row.y;
                nodes.push(row.node);
            }
            _ => runs.push((row.y, row.y, vec![row.node])),
        }
        is_open = true;
    }
    runs
}

/// From where to where a span reaches on these lanes, cut to the window. Away from true time a span has no
/// place of its own, so that it reaches from the first event that it holds to the last.
fn extent(sheet: &Sheet<'_>, span: &Span, nodes: &[NodeId]) -> Option<(f64, f64)> {
    let frame = sheet.frame;
    let trace = sheet.source.trace;
    let (from, to) = match frame.axis {
        Axis::TrueTime => {
            let to = span.to.unwrap_or(trace.now());
            (frame.x(span.from.0 as f64), frame.x(to.0 as f64))
        }
        Axis::Causal | Axis::Lamport | Axis::Wall => {
            let held = nodes.iter().filter_map(|&node| held(sheet, node, span));
            let (first, last) = held.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
            (first - 8.0, last + 8.0)
        }
    };
    let (from, to) = (from.max(frame.left), to.min(frame.right));
    (from < to).then_some((from, to))
}

fn held(sheet: &Sheet<'_>, node: NodeId, span: &Span) -> Option<(f64, f64)> {
    let trace = sheet.source.trace;
    let lane = sheet.source.index.lane(trace, node);
    let at = |event: &u32| trace.at(EventId(*event));
    let first = lane.partition_point(|event| at(event) < span.from);
    let last = lane.partition_point(|event| at(event) <= span.to.unwrap_or(TrueTime(u64::MAX)));
    let events = lane.get(first..last).filter(|events| !events.is_empty())?;
    Some((sheet.x(EventId(events[0])), sheet.x(EventId(*events.last()?))))
}

/// `paused 16 s`, `parted: S22, S23`.
fn says(trace: &Trace, span: &Span) -> String {
    let names: Vec<&str> = span.nodes.iter().map(|&node| trace.name(node)).collect();
    let lasts = words::rough(length(trace, span));
    let since = if span.to.is_none() { " so far" } else { "" };
    let way = if span.one_way { ", one way" } else { "" };
    match span.kind {
        SpanKind::Pause => format!("paused {lasts}{since}"),
        SpanKind::Outage => format!("down {lasts}{since}"),
        SpanKind::Partition if names.len() > 4 => {
            format!("{} nodes parted{way}, {lasts}{since}", names.len())
        }
        SpanKind::Partition => format!("parted: {}{way}, {lasts}{since}", names.join(", ")),
        SpanKind::Cut => format!("cut: {}{way}, {lasts}{since}", names.join(" – ")),
    }
}
