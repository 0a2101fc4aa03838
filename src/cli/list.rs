//! `list`: what there is, from the catalogues. Must not know any entry of them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Status, Stop};
use crate::faults::presets::{self, Preset};
use crate::scenes::{Claim, Scene, Scope};
use crate::sim::{Dial, FaultEntry, FaultKind};
use crate::{clocks, faults, programs, scenes};

/// Prints the catalogues.
pub(super) fn print(json: bool, out: &mut dyn Write) -> Result<Status, Stop> {
    if json {
        serde_json::to_writer(&mut *out, &catalogue()).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    } else {
        print_text(out)?;
    }
    Ok(Status::Done)
}

#[derive(Serialize)]
struct Catalogue {
    scenes: Vec<SceneRow>,
    faults: Vec<FaultRow>,
    presets: Vec<PresetRow>,
    clocks: Vec<PlainRow>,
    programs: Vec<PlainRow>,
}

#[derive(Serialize)]
struct SceneRow {
    id: &'static str,
    number: &'static str,
    title: &'static str,
    effect: &'static str,
    /// As in an exported run: a string, because it may have more digits than JavaScript keeps.
    seed: String,
    nodes: Vec<String>,
    breaks: &'static [&'static str],
    clock: &'static str,
    dials: Vec<DialRow>,
    claims: Vec<ClaimRow>,
}

#[derive(Serialize)]
struct ClaimRow {
    says: &'static str,
    scope: Scope,
    /// The least share of runs that a rate asks for, in millionths; null for other scopes.
    least_ppm: Option<u32>,
}

#[derive(Serialize)]
struct FaultRow {
    id: &'static str,
    assumption: &'static str,
    kind: FaultKind,
    effect: &'static str,
    dials: Vec<DialRow>,
}

/// A named setting of faults, told as it is written in `--assume` and `--dial`.
#[derive(Serialize)]
struct PresetRow {
    id: &'static str,
    title: &'static str,
    story: &'static str,
    breaks: &'static [&'static str],
    dials: BTreeMap<&'static str, i64>,
}

/// An entry without dials.
#[derive(Serialize)]
struct PlainRow {
    id: &'static str,
    title: &'static str,
    effect: &'static str,
}

/// A dial, and how it is called in `--dial`.
#[derive(Serialize)]
struct DialRow {
    name: String,
    #[serde(flatten)]
    dial: Dial,
}

fn catalogue() -> Catalogue {
    Catalogue {
        scenes: scenes::ALL.iter().map(|scene| scene_row(scene)).collect(),
        faults: faults::ALL.iter().map(fault_row).collect(),
        presets: presets::ALL.iter().map(preset_row).collect(),
        clocks: clocks().collect(),
        programs: programs().collect(),
    }
}

fn scene_row(scene: &'static Scene) -> SceneRow {
    let stage = (scene.stage)(&scene.defaults());
    SceneRow {
        id: scene.id,
        number: scene.number,
        title: scene.title,
        effect: scene.effect,
        seed: scene.seed.0.to_string(),
        nodes: stage.nodes.into_iter().map(|node| node.name).collect(),
        breaks: scene.breaks,
        clock: scene.clock,
        dials: dial_rows(scene.id, scene.dials),
        claims: scene.claims.iter().map(claim_row).collect(),
    }
}

fn claim_row(claim: &'static Claim) -> ClaimRow {
    ClaimRow { says: claim.says, scope: claim.scope, least_ppm: claim.scope.least_ppm() }
}

fn fault_row(entry: &FaultEntry) -> FaultRow {
    FaultRow {
        id: entry.id,
        assumption: entry.assumption,
        kind: entry.kind,
        effect: entry.effect,
        dials: dial_rows(entry.id, entry.dials),
    }
}

fn preset_row(preset: &Preset) -> PresetRow {
    let Preset { id, title, story, breaks, dials } = *preset;
    PresetRow { id, title, story, breaks, dials: dials.iter().copied().collect() }
}

fn clocks() -> impl Iterator<Item = PlainRow> {
    clocks::ALL.iter().map(|entry| PlainRow { id: entry.id, title: entry.title, effect: entry.line })
}

fn programs() -> impl Iterator<Item = PlainRow> {
    programs::ALL.iter().map(|entry| PlainRow { id: entry.id, title: entry.title, effect: entry.effect })
}

fn dial_rows(owner: &str, dials: &[Dial]) -> Vec<DialRow> {
    dials.iter().map(|dial| DialRow { name: format!("{owner}.{}", dial.id), dial: *dial }).collect()
}

fn print_text(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Scenes")?;
    for scene in scenes::ALL {
        writeln!(out, "  {:<18} {}: {}", scene.id, scene.title, scene.effect)?;
        print_dials(scene.id, scene.dials, out)?;
    }
    writeln!(out, "\nAssumptions, and what breaking each lets in")?;
    for entry in faults::ALL {
        writeln!(out, "  {:<18} {}: {}", entry.id, entry.assumption, entry.effect)?;
        print_dials(entry.id, entry.dials, out)?;
    }
    writeln!(out, "\nPresets of these")?;
    for preset in presets::ALL {
        writeln!(out, "  {:<18} {}: {}", preset.id, preset.title, preset.story)?;
    }
    print_plain("Clocks", clocks(), out)?;
    print_plain("Programs", programs(), out)
}

fn print_plain(heading: &str, rows: impl Iterator<Item = PlainRow>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{heading}")?;
    for PlainRow { id, title, effect } in rows {
        writeln!(out, "  {id:<18} {title}: {effect}")?;
    }
    Ok(())
}

fn print_dials(owner: &str, dials: &[Dial], out: &mut dyn Write) -> io::Result<()> {
    for dial in dials {
        let name = format!("{owner}.{}", dial.id);
        let may_be = if dial.choices.is_empty() { dial.range() } else { dial.choices.join(", ") };
        writeln!(out, "    {name:<26} {} ({may_be}; at first {})", dial.effect, dial.show(dial.default))?;
    }
    Ok(())
}
