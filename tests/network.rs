//! The network's picture of running scenes: what waits, who owns what, what is handed over, and names that can be read.
//!
//! What the picture says is held against the engine and the trace.

use std::collections::BTreeMap;

use lightcone::analysis::plots::Quantity;
use lightcone::app::screen;
use lightcone::app::{Model, Msg, Sight, ViewAs};
use lightcone::base::NodeId;
use lightcone::diagram::network::{self, Agency, LinkState, NetworkPicture, NetworkState, NetworkView};
use lightcone::diagram::shape::{Anchor, Point};
use lightcone::scenes;
use lightcone::sim::FateUnit;

const NARROW: (f64, f64) = (344.0, 300.0);
const WIDE: (f64, f64) = (780.0, 240.0);

fn model(scene: &str) -> Model {
    Model::new(scenes::find(scene).expect("a scene"))
}

fn steps(model: &mut Model, n: usize) {
    (0..n).for_each(|_| model.update(Msg::Step));
}

fn picture(model: &Model, (width, height): (f64, f64), view_as: ViewAs) -> NetworkPicture {
    let mut state = NetworkState::of(model.engine());
    let agency = |row: screen::AgencyRow| Agency {
        name: row.name.to_owned(),
        nodes: row.nodes,
        is_yours: row.is_yours,
    };
    state.agencies = screen::agencies(model).into_iter().map(agency).collect();
    let view = NetworkView { view_as, ..NetworkView::new(width, height) };
    network::picture(&state.source(model.engine()), &view)
}

/// Whether a line passes through the letters of a text, tried at many of its points.
fn is_struck(picture: &NetworkPicture, label: &lightcone::diagram::Label) -> bool {
    let (width, size) = (label.font.width(&label.text), label.font.size());
    let left = match label.anchor {
        Anchor::Start => label.at.x,
        Anchor::Middle => label.at.x - width / 2.0,
        Anchor::End => label.at.x - width,
    };
    let is_in = |p: Point| {
        (left..=left + width).contains(&p.x) && (label.at.y - 0.7 * size..=label.at.y).contains(&p.y)
    };
    let pieces = picture.links.iter().flat_map(|link| &link.pieces);
    pieces.into_iter().any(|(a, b)| (0..=2_000).any(|n| is_in(a.toward(*b, f64::from(n) / 2_000.0))))
}

#[test]
fn names_lie_on_no_link_where_the_scene_puts_its_nodes() {
    let mut read = 0;
    for scene in scenes::ALL {
        let mut model = Model::new(scene);
        if model.engine().topology().constellation.is_some() {
            continue;
        }
        for turns in [0, 6, 20] {
            steps(&mut model, turns);
            for size in [NARROW, WIDE] {
                let picture = picture(&model, size, ViewAs::Outside);
                // Where everyone has a link to everyone there may be no free place; halos have to do.
                if picture.links.len() > 15 {
                    continue;
                }
                read += picture.labels.len();
                for label in &picture.labels {
                    assert!(
                        !is_struck(&picture, label),
                        "{}, {size:?}: a link through {:?}",
                        scene.id,
                        label.text
                    );
                }
            }
        }
    }
    assert!(read > 200, "{read}");
}

#[test]
fn every_queue_has_its_gauge_with_what_waits_and_nobody_inside_sees_it() {
    let mut model = model("clock-sync");
    model.update(Msg::Assume("bandwidth".to_owned(), false));
    model.update(Msg::Dial("bandwidth.capacity".to_owned(), 400));
    model.update(Msg::Dial("bandwidth.queue".to_owned(), 100_000));
    let mut seen = 0;
    for _ in 0..400 {
        model.update(Msg::Step);
        // What waits, counted from the fates: held by the queue and not let go yet.
        let mut waits: BTreeMap<String, u64> = BTreeMap::new();
        for (_, gauge) in model.engine().gauges() {
            let link = model.engine().topology().links[gauge.link.expect("a line").index()];
            assert_eq!(gauge.unit, FateUnit::Bytes);
            *waits.entry(format!("{} for {}", model.name(link.from), model.name(link.to))).or_default() +=
                gauge.size;
        }
        let shown = picture(&model, NARROW, ViewAs::Outside);
        assert_eq!(shown.gauges.len(), waits.len());
        for (place, size) in waits {
            let amount = Quantity::Bytes.show(size);
            let says = format!("{amount} wait at {place}");
            assert!(shown.gauges.iter().any(|gauge| gauge.name == says), "{says}: {:?}", shown.gauges);
            assert!(shown.links.iter().any(|link| link.name.contains(&says)), "the link says so too: {says}");
            seen += 1;
        }
        let inside = picture(&model, NARROW, ViewAs::Node(NodeId(0), Sight::Saw));
        assert!(inside.gauges.is_empty());
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn agencies_are_outlined_named_and_heard() {
    let mut model = model("last-write-wins");
    assert!(picture(&model, WIDE, ViewAs::Outside).agencies.is_empty());
    model.update(Msg::Assume("administrator".to_owned(), false));
    let shown = picture(&model, WIDE, ViewAs::Outside);
    let rows = screen::agencies(&model);
    assert_eq!(shown.agencies.len(), rows.len());
    for (mark, row) in shown.agencies.iter().zip(&rows) {
        assert!(
            mark.name.starts_with(row.name) && mark.name.contains("yours") == row.is_yours,
            "{}",
            mark.name
        );
        assert!(!mark.outline.is_empty());
        assert!(shown.labels.iter().any(|label| label.text.starts_with(row.name)), "{}", row.name);
        for node in &row.nodes {
            assert!(shown.nodes[node.index()].name.contains(row.name), "{}", shown.nodes[node.index()].name);
        }
    }
    let mut model = self::model("telemetry");
    model.update(Msg::Assume("administrator".to_owned(), false));
    let shown = picture(&model, WIDE, ViewAs::Outside);
    assert!(shown.nodes.iter().all(|mark| mark.agency.is_some()), "on a map every node has its ring");
}

#[test]
fn a_handover_is_drawn_until_it_is_done() {
    let mut model = model("telemetry");
    model.update(Msg::Assume("topology".to_owned(), false));
    model.update(Msg::Dial("topology.handover".to_owned(), 20_000_000_000));
    model.update(Msg::Dial("topology.antennas".to_owned(), 1));
    steps(&mut model, 3);
    // A station that gets another antenna turns it to the sky, and has to find what is there.
    model.update(Msg::Dial("topology.antennas".to_owned(), 3));
    let mut handovers = 0;
    for _ in 0..400 {
        model.update(Msg::Step);
        let gauges = model.engine().gauges();
        let coming = gauges.iter().filter(|(_, gauge)| gauge.effect == "handover").count();
        let shown = picture(&model, WIDE, ViewAs::Outside);
        let drawn = shown.links.iter().filter(|link| link.state == LinkState::Coming).count();
        let said = shown.nodes.iter().filter(|mark| mark.name.contains("handover in")).count();
        assert_eq!(drawn + said, coming);
        handovers += coming;
    }
    assert!(handovers > 0, "some station hands over within the run");
}

#[test]
fn a_map_without_room_is_drawn_all_the_same() {
    let mut waits = 0;
    for scene in scenes::ALL {
        let mut model = Model::new(scene);
        for fault in lightcone::faults::ALL {
            model.update(Msg::Assume(fault.id.to_owned(), false));
        }
        model.update(Msg::Dial("bandwidth.capacity".to_owned(), 2_000));
        for _ in 0..12 {
            steps(&mut model, 25);
            for room in [(0.0, 0.0), (1.0, 1.0), (9.0, 300.0), (300.0, 9.0)] {
                waits += picture(&model, room, ViewAs::Outside).gauges.len();
            }
        }
    }
    assert!(waits > 100, "{waits} gauges were drawn");
}
