//! Links: an exact state in the part of an address behind `#`, and back.
//!
//! `#v1:` and then, in base64url without padding, the deflated fields and their CRC-32. What is written is a
//! format of its own, so that a change inside cannot change old links by accident: fields and variants
//! are only ever added at the end. A link is parsed into a valid run or refused with a reason; nothing of a
//! hostile one is believed. Must not know where links are shown.

mod runs;
mod tail;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use serde::{Deserialize, Serialize};

pub(super) use self::tail::{pack_with_view, unpack_with_view};
use super::FORMAT;
use super::view::{Axis, Selection, Sight, View, ViewAs};
use crate::base::{Duration, EventId, MessageId, NodeId, Seed, WallReading};
use crate::scenes::RunSpec;
use crate::sim::{Act, Action, Codec, MessageRef, Position, Settings, Tape};

/// How every link of this version begins.
pub const PREFIX: &str = "#v1:";

/// How long a link may be. Browsers and messengers cut longer ones.
const LENGTH_MOST: usize = 64 * 1024;

/// How large the fields may be when inflated, so that a small link cannot fill the memory.
const INFLATED_MOST: usize = 1 << 20;

/// The last turn that a link may ask for: as many as the largest run has.
const TURN_MOST: u64 = 10_000_000;

/// What stands for the hash in a link that was made without one, as by the card that a bug leaves.
pub const NO_HASH: &str = "00000000";

/// What a link holds.
#[derive(Clone, Debug)]
pub struct Link {
    /// The run.
    pub spec: RunSpec,
    /// Where it stands.
    pub position: Position,
    /// How it is looked at.
    pub view: View,
    /// The format that the link was made with; see [`FORMAT`].
    pub format: u16,
    /// The first digits of the trace hash where it stood, or [`NO_HASH`].
    pub hash: String,
}

/// Why a link was refused: what is wrong, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadLink {
    /// It does not begin as a link does.
    Unknown(String),
    /// It is of a version that this page does not know.
    Newer(String),
    /// It is longer than any link that this page makes.
    TooLong(usize),
    /// Part of it is missing or changed.
    Damaged(&'static str),
    /// It names something that cannot be.
    Impossible(String),
}

impl fmt::Display for BadLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(start) => {
                write!(
                    f,
                    "This is not a link of Lightcone: it begins with {start:?} and not with {PREFIX:?}. "
                )?;
                f.write_str("Copy the whole address again.")
            }
            Self::Newer(version) => write!(
                f,
                "This link is of version {version:?}, which is newer than this page. Reload the page, or open the link \
                 where it was made."
            ),
            Self::TooLong(length) => write!(
                f,
                "This link has {length} characters, and {LENGTH_MOST} is the most that a link may have. Ask for a \
                 shorter tape."
            ),
            Self::Damaged(what) => {
                write!(
                    f,
                    "This link is damaged: {what}. It may have been cut when it was copied; copy it again."
                )
            }
            Self::Impossible(what) => write!(f, "This link cannot be opened: {what}"),
        }
    }
}

impl std::error::Error for BadLink {}

impl Link {
    /// Writes the link down, prefix included.
    pub fn write(&self) -> String {
        let packed = pack_with_view(&Fields::of(self), &self.view);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(packed))
    }

    /// Reads a link: the part behind `#`, or a whole address that holds one.
    ///
    /// # Errors
    /// When it is none, or names what cannot be.
    pub fn parse(text: &str) -> Result<Self, BadLink> {
        let text = text.trim();
        if text.len() > LENGTH_MOST {
            return Err(BadLink::TooLong(text.len()));
        }
        let behind = text.split_once('#').map_or(text, |(_, behind)| behind);
        let Some(body) = behind.strip_prefix(&PREFIX[1..]) else {
            return Err(match behind.split_once(':') {
                Some((version, _)) if is_version(version) => BadLink::Newer(version.to_owned()),
                _ => BadLink::Unknown(behind.chars().take(12).collect()),
            });
        };
        let packed = URL_SAFE_NO_PAD
            .decode(body)
            .map_err(|_| BadLink::Damaged("it has characters that no link has"))?;
        let (fields, further) = unpack_with_view::<Fields>(&packed)?;
        let mut link = fields.check()?;
        further.check(&mut link.view, &link.spec)?;
        // A branch is one of the session in which the link was made, and not of the one that opens it.
        link.view.beside.of_elsewhere();
        Ok(link)
    }
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v')
        .is_some_and(|n| !n.is_empty() && n.len() < 6 && n.bytes().all(|b| b.is_ascii_digit()))
}

/// CRC-32 of IEEE 802.3, as in gzip. Links are short, so it needs no table.
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Deflates a value and puts the checksum of what comes out in front, so that not a byte can be added, cut or
/// changed.
fn pack<T: Serialize>(value: &T) -> Vec<u8> {
    let mut fields = Vec::new();
    Codec::Compact.encode(value, &mut fields);
    let deflated = miniz_oxide::deflate::compress_to_vec(&fields, 9);
    let mut packed = CHECKSUM.checksum(&deflated).to_le_bytes().to_vec();
    packed.extend(deflated);
    packed
}

/// The way back, for which nothing is taken on trust.
fn unpack<T: serde::de::DeserializeOwned>(packed: &[u8]) -> Result<T, BadLink> {
    let (checksum, deflated) = packed.split_first_chunk::<4>().ok_or(BadLink::Damaged("it is too short"))?;
    if CHECKSUM.checksum(deflated) != u32::from_le_bytes(*checksum) {
        return Err(BadLink::Damaged("part of it is missing or changed"));
    }
    let fields = miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, INFLATED_MOST)
        .map_err(|_| BadLink::Damaged("it cannot be inflated"))?;
    Codec::Compact.decode(&fields).ok_or(BadLink::Damaged("its fields make no sense"))
}

/// The fields of a link, version 1. Only ever add at the end, with a new version of the prefix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fields {
    format: u16,
    scene: String,
    seed: u64,
    assume: Vec<(String, bool)>,
    dials: Vec<(String, i64)>,
    tape: Vec<(u64, ActField)>,
    turn: u64,
    actions: u32,
    hash: u32,
    view_as: Option<(u16, bool)>,
    clock: String,
    axis: u8,
    selection: Option<(u8, u32)>,
    lanes: Vec<u16>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum ActField {
    Assume(String, bool),
    Turn(String, String, i64),
    Deliver(NameField),
    Drop(NameField),
    Duplicate(NameField),
    Delay(NameField, u64),
    Choose(NameField),
    ChooseTimer(u16),
    Crash(u16),
    CrashAfter(u16, u16),
    Restart(u16),
    Pause(u16),
    Resume(u16),
    SetClock(u16, i64),
    SetSpeed(u16, u64),
    Cut(u16, u16, bool),
    Heal(u16, u16),
    Partition(Vec<u16>, bool),
    Join(Vec<u16>),
    Only(String, Vec<NameField>, Vec<u32>),
}

type NameField = (u16, u16, u32, u16);

impl Fields {
    pub(super) fn of(link: &Link) -> Self {
        let settings = link.spec.settings();
        let view = &link.view;
        Self {
            format: link.format,
            scene: link.spec.scene.id.to_owned(),
            seed: link.spec.seed.0,
            assume: settings.assume.clone().into_iter().collect(),
            dials: settings.dials.clone().into_iter().collect(),
            tape: tape_fields(&link.spec.tape),
            turn: link.position.turn,
            actions: link.position.actions as u32,
            hash: u32::from_str_radix(&link.hash, 16).unwrap_or(0),
            view_as: match view.view_as {
                ViewAs::Outside => None,
                ViewAs::Node(node, sight) => Some((node.0, sight == Sight::CouldKnow)),
            },
            clock: view.clock.clone(),
            axis: axis_number(view.axis),
            selection: match view.selection {
                Selection::Nothing => None,
                Selection::Event(event) => Some((0, event.0)),
                Selection::Message(message) => Some((1, message.0)),
                Selection::Node(node) => Some((2, node.0.into())),
            },
            lanes: view.lanes.iter().map(|lane| lane.0).collect(),
        }
    }

    /// A valid link, or why there is none.
    pub(super) fn check(self) -> Result<Link, BadLink> {
        if self.format > FORMAT {
            return Err(BadLink::Newer(format!("format {}", self.format)));
        }
        let tape = read_tape(self.tape)?;
        let settings =
            Settings { assume: self.assume.into_iter().collect(), dials: self.dials.into_iter().collect() };
        let impossible = |what: String| BadLink::Impossible(what);
        let spec = RunSpec::new(&self.scene, Some(Seed(self.seed)), settings, tape)
            .map_err(|bad| impossible(format!("{bad}.")))?;
        let nodes = spec.setup().nodes_most();
        let node = |id: u16| match usize::from(id) < nodes {
            true => Ok(NodeId(id)),
            false => Err(impossible(format!("its view names node {id}, and {} has {nodes}.", self.scene))),
        };
        let most = spec.tape.actions().last().map_or(0, |action| action.after_turn).max(self.turn);
        if most > TURN_MOST {
            return Err(impossible(format!(
                "it asks for turn {most}, and no run has more than {TURN_MOST}."
            )));
        }
        if crate::clocks::find(&self.clock).is_none() {
            return Err(impossible(format!("it names a clock {:?}, which does not exist.", self.clock)));
        }
        let view = View {
            view_as: match self.view_as {
                None => ViewAs::Outside,
                Some((id, could)) => {
                    ViewAs::Node(node(id)?, if could { Sight::CouldKnow } else { Sight::Saw })
                }
            },
            axis: read_axis(self.axis)?,
            selection: match self.selection {
                None => Selection::Nothing,
                Some((0, event)) => Selection::Event(EventId(event)),
                Some((1, message)) => Selection::Message(MessageId(message)),
                Some((2, id)) => Selection::Node(node(u16::try_from(id).unwrap_or(u16::MAX))?),
                Some((kind, _)) => return Err(impossible(format!("it selects something of kind {kind}."))),
            },
            lanes: self.lanes.into_iter().map(node).collect::<Result<_, _>>()?,
            clock: self.clock,
            ..View::default()
        };
        let position = Position { turn: self.turn, actions: self.actions as usize };
        if position.actions > spec.tape.actions().len() {
            return Err(impossible("it stands behind the end of its tape.".to_owned()));
        }
        Ok(Link { spec, position, view, format: self.format, hash: format!("{:08x}", self.hash) })
    }
}

const fn axis_number(axis: Axis) -> u8 {
    match axis {
        Axis::TrueTime => 0,
        Axis::Causal => 1,
        Axis::Lamport => 2,
        Axis::Wall => 3,
    }
}

fn read_axis(number: u8) -> Result<Axis, BadLink> {
    match number {
        0 => Ok(Axis::TrueTime),
        1 => Ok(Axis::Causal),
        2 => Ok(Axis::Lamport),
        3 => Ok(Axis::Wall),
        other => Err(BadLink::Impossible(format!("it names an axis {other}, which does not exist."))),
    }
}

fn tape_fields(tape: &Tape) -> Vec<(u64, ActField)> {
    tape.actions().iter().map(|action| (action.after_turn, act_field(&action.act))).collect()
}

fn read_tape(fields: Vec<(u64, ActField)>) -> Result<Tape, BadLink> {
    let action = |(after_turn, field)| Action { after_turn, act: read_act(field) };
    Tape::new(fields.into_iter().map(action).collect()).map_err(|why| BadLink::Impossible(format!("{why}.")))
}

fn act_field(act: &Act) -> ActField {
    let name = |m: &MessageRef| (m.from.0, m.to.0, m.nth, m.copy);
    let ids = |group: &[NodeId]| group.iter().map(|node| node.0).collect();
    match act {
        Act::Assume { fault, held } => ActField::Assume(fault.clone(), *held),
        Act::Turn { fault, dial, value } => ActField::Turn(fault.clone(), dial.clone(), *value),
        Act::Deliver(m) => ActField::Deliver(name(m)),
        Act::Drop(m) => ActField::Drop(name(m)),
        Act::Duplicate(m) => ActField::Duplicate(name(m)),
        Act::Delay(m, by) => ActField::Delay(name(m), by.0),
        Act::Choose(m) => ActField::Choose(name(m)),
        Act::ChooseTimer(node) => ActField::ChooseTimer(node.0),
        Act::Crash(node) => ActField::Crash(node.0),
        Act::CrashAfter(node, commands) => ActField::CrashAfter(node.0, *commands),
        Act::Restart(node) => ActField::Restart(node.0),
        Act::Pause(node) => ActField::Pause(node.0),
        Act::Resume(node) => ActField::Resume(node.0),
        Act::SetClock(node, reading) => ActField::SetClock(node.0, reading.0),
        Act::SetSpeed(node, cost) => ActField::SetSpeed(node.0, cost.0),
        Act::Cut { from, to, one_way } => ActField::Cut(from.0, to.0, *one_way),
        Act::Heal { from, to } => ActField::Heal(from.0, to.0),
        Act::Partition { group, one_way } => ActField::Partition(ids(group), *one_way),
        Act::Join { group } => ActField::Join(ids(group)),
        Act::Only { fault, packets, deeds } => {
            ActField::Only(fault.clone(), packets.iter().map(name).collect(), deeds.clone())
        }
    }
}

fn read_act(field: ActField) -> Act {
    let name =
        |(from, to, nth, copy): NameField| MessageRef { from: NodeId(from), to: NodeId(to), nth, copy };
    let nodes = |ids: Vec<u16>| ids.into_iter().map(NodeId).collect();
    match field {
        ActField::Assume(fault, held) => Act::Assume { fault, held },
        ActField::Turn(fault, dial, value) => Act::Turn { fault, dial, value },
        ActField::Deliver(m) => Act::Deliver(name(m)),
        ActField::Drop(m) => Act::Drop(name(m)),
        ActField::Duplicate(m) => Act::Duplicate(name(m)),
        ActField::Delay(m, by) => Act::Delay(name(m), Duration(by)),
        ActField::Choose(m) => Act::Choose(name(m)),
        ActField::ChooseTimer(node) => Act::ChooseTimer(NodeId(node)),
        ActField::Crash(node) => Act::Crash(NodeId(node)),
        ActField::CrashAfter(node, commands) => Act::CrashAfter(NodeId(node), commands),
        ActField::Restart(node) => Act::Restart(NodeId(node)),
        ActField::Pause(node) => Act::Pause(NodeId(node)),
        ActField::Resume(node) => Act::Resume(NodeId(node)),
        ActField::SetClock(node, reading) => Act::SetClock(NodeId(node), WallReading(reading)),
        ActField::SetSpeed(node, cost) => Act::SetSpeed(NodeId(node), Duration(cost)),
        ActField::Cut(from, to, one_way) => Act::Cut { from: NodeId(from), to: NodeId(to), one_way },
        ActField::Heal(from, to) => Act::Heal { from: NodeId(from), to: NodeId(to) },
        ActField::Partition(ids, one_way) => Act::Partition { group: nodes(ids), one_way },
        ActField::Join(ids) => Act::Join { group: nodes(ids) },
        ActField::Only(fault, packets, deeds) => {
            Act::Only { fault, packets: packets.into_iter().map(name).collect(), deeds }
        }
    }
}
