//! The arguments: read into a command that can be carried out, or refused in one sentence.
//!
//! Must not know what a command prints.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgGroup, Args, Parser, Subcommand};

use super::batch::Batch;
use super::run::{Order, Output, Shared, Until};
use super::{Status, Stop, claims, draw, import, list, matrix, sweep, values};
use crate::app::{Link, figure};
use crate::diagram::Theme;
use crate::scenes::RunSpec;

/// What was asked for, valid in every part.
#[derive(Debug)]
pub(super) enum Command {
    /// Help or the version: a text that is ready.
    Tell(String),
    List {
        json: bool,
    },
    Run(Box<Order>),
    Claims(Box<Batch>),
    Sweep {
        batch: Box<Batch>,
        json: bool,
    },
    Matrix(Box<matrix::Order>),
    Import(import::Order),
    Draw(draw::Order),
}

impl Command {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        match self {
            Self::Tell(text) => {
                out.write_all(text.as_bytes())?;
                Ok(Status::Done)
            }
            Self::List { json } => list::print(json, out),
            Self::Run(order) => order.carry_out(out, err),
            Self::Claims(batch) => claims::carry_out(&batch, out, err),
            Self::Sweep { batch, json } => sweep::carry_out(&batch, json, out, err),
            Self::Matrix(order) => order.carry_out(out, err),
            Self::Import(order) => order.carry_out(out, err),
            Self::Draw(order) => order.carry_out(out, err),
        }
    }
}

/// Reads arguments, the program's name first.
pub(super) fn parse<A: Into<OsString> + Clone>(args: impl IntoIterator<Item = A>) -> Result<Command, Stop> {
    match Cli::try_parse_from(args) {
        Ok(cli) => cli.command.check(),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(Command::Tell(error.to_string())),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Err(Stop::Refused(
                "no command was given; choose list, run, claims, sweep, matrix, import or draw, or see `lightcone --help`"
                    .to_owned(),
            )),
            _ => Err(Stop::Refused(in_one_sentence(&error.render().to_string()))),
        },
    }
}

/// What clap has to say, with its tip and without the usage that it adds below.
fn in_one_sentence(text: &str) -> String {
    let mut paragraphs =
        text.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    let what = paragraphs.next().unwrap_or_default();
    let what = what.trim_start_matches("error: ");
    match paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned)) {
        Some(tip) => format!("{what}; {tip}, or see `lightcone --help`"),
        None => format!("{what}; see `lightcone --help`"),
    }
}

/// A seeded, unreliable network that can be stepped, drawn and checked.
///
/// The exit status is 0 if it did what was asked, 1 where a check failed, and 2 for bad input. Ctrl-C ends claims, sweep
/// and matrix with what was counted until then, and status 130.
#[derive(Debug, Parser)]
#[command(name = "lightcone", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Asked,
}

#[derive(Debug, Subcommand)]
enum Asked {
    /// List the scenes and faults with their dials, the clocks and the programs
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Run a scene, or replay a shared link
    Run(RunArgs),
    /// Check a scene's claims, over a range of seeds if one is given, and print the counts as JSON
    Claims {
        /// The scene's id, as in `lightcone list`
        scene: String,
        /// The seeds from A on and below B; without it, the scene's own seed
        #[arg(long, value_name = "A..B", allow_hyphen_values = true)]
        seeds: Option<String>,
    },
    /// Count in which share of many runs each claim was kept
    Sweep(SweepArgs),
    /// Count how many runs of each client and protocol stay right while each assumption is broken
    Matrix(matrix::Args),
    /// Read a log from elsewhere, rebuild its causality and check its clocks; status 1 if something is wrong
    Import(import::Order),
    /// Draw a figure from a few lines of text, or from a log
    Draw(draw::Order),
}

#[derive(Debug, Args)]
struct SweepArgs {
    /// The scene's id, as in `lightcone list`
    scene: String,
    /// The seeds from A on and below B
    #[arg(long, value_name = "A..B", default_value = "0..1000", allow_hyphen_values = true)]
    seeds: String,
    #[command(flatten)]
    settings: SettingArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What is let in, and how much of it.
#[derive(Debug, Args)]
struct SettingArgs {
    /// Set the faults as they were somewhere, such as github-2012; --assume and --dial go on top of it
    #[arg(long, value_name = "ID")]
    preset: Option<String>,
    /// Hold an assumption or break it, such as reliable=false
    #[arg(long, value_name = "ID=true|false")]
    assume: Vec<String>,
    /// Turn a dial, such as reliable.loss=70000
    #[arg(long, value_name = "ID.DIAL=VALUE")]
    dial: Vec<String>,
}

impl SettingArgs {
    fn spec(&self, scene: &str, seed: Option<&str>) -> Result<RunSpec, Stop> {
        values::spec(scene, seed, self.preset.as_deref(), &self.assume, &self.dial)
    }
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["scene", "link"])))]
#[command(group(ArgGroup::new("output")))]
struct RunArgs {
    /// The scene's id, as in `lightcone list`
    scene: Option<String>,
    /// A shared link, which brings seed, settings and tape of its own
    #[arg(long, value_name = "LINK", conflicts_with_all = ["seed", "preset", "assume", "dial"])]
    link: Option<String>,
    /// What chance grows from; without it, the scene's own seed
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<String>,
    /// Take this many turns; without it, run to the scene's own end
    #[arg(long, value_name = "K", allow_negative_numbers = true, conflicts_with = "until_idle")]
    turns: Option<String>,
    /// Run until nothing is left to happen; status 1 if the scene or a limit ends it before
    #[arg(long)]
    until_idle: bool,
    #[command(flatten)]
    settings: SettingArgs,
    /// Print the whole run as one JSON object
    #[arg(long, group = "output")]
    json: bool,
    /// Print the run as a drawing for the terminal, one event a line
    #[arg(long, group = "output")]
    text: bool,
    /// Draw the space-time diagram of the run into this file
    #[arg(long, group = "output", value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the events with their vector clocks into this file, for ShiViz
    #[arg(long, group = "output", value_name = "FILE")]
    shiviz: Option<PathBuf>,
    /// Write the messages as a sequence diagram for Mermaid into this file, without times and crossings
    #[arg(long, group = "output", value_name = "FILE")]
    mermaid: Option<PathBuf>,
    /// How wide the diagram is, in pixels
    #[arg(long, value_name = "PIXELS", allow_negative_numbers = true)]
    width: Option<String>,
    /// The diagram's colours: light for paper, dark for a dark slide
    #[arg(long, value_name = "light|dark")]
    theme: Option<String>,
}

impl Asked {
    fn check(self) -> Result<Command, Stop> {
        match self {
            Self::List { json } => Ok(Command::List { json }),
            Self::Run(args) => args.check().map(|order| Command::Run(Box::new(order))),
            Self::Claims { scene, seeds } => {
                let spec = values::spec(&scene, None, None, &[], &[])?;
                let own = || spec.seed.0..spec.seed.0.saturating_add(1);
                let seeds = seeds.as_deref().map(values::seeds).transpose()?.unwrap_or_else(own);
                Ok(Command::Claims(Box::new(Batch { spec, seeds })))
            }
            Self::Sweep(SweepArgs { scene, seeds, settings, json }) => {
                let spec = settings.spec(&scene, None)?;
                let batch = Box::new(Batch { spec, seeds: values::seeds(&seeds)? });
                Ok(Command::Sweep { batch, json })
            }
            Self::Matrix(args) => args.check().map(|order| Command::Matrix(Box::new(order))),
            Self::Import(order) => Ok(Command::Import(order)),
            Self::Draw(order) => Ok(Command::Draw(order)),
        }
    }
}

impl RunArgs {
    fn check(self) -> Result<Order, Stop> {
        let until = match (&self.turns, self.until_idle) {
            (Some(text), _) => Until::Turns(values::whole("--turns", text)?),
            (None, true) => Until::Idle,
            (None, false) => Until::End,
        };
        let form = [("--width", self.width.is_some()), ("--theme", self.theme.is_some())];
        if let Some((option, _)) = form.into_iter().find(|(_, is_given)| *is_given && self.svg.is_none()) {
            return Err(Stop::Refused(format!(
                "{option} is of a figure alone; add --svg FILE, or leave it out"
            )));
        }
        let output = match (self.json, self.text, self.svg) {
            (true, _, _) => Output::Json,
            (_, true, _) => Output::Text,
            (_, _, Some(file)) => {
                let width = self.width.as_deref().map_or(Ok(figure::WIDTH), values::width)?;
                let theme = self.theme.as_deref().map_or(Ok(Theme::Light), values::theme)?;
                Output::Svg(file, width, theme)
            }
            (false, false, None) => match (self.shiviz, self.mermaid) {
                (Some(file), _) => Output::Shiviz(file),
                (_, Some(file)) => Output::Mermaid(file),
                (None, None) => Output::Summary,
            },
        };
        let (spec, shared) = match &self.link {
            Some(text) => {
                let link = Link::parse(text).map_err(|bad| Stop::Refused(format!("--link: {bad}")))?;
                let shared = Shared::of(&link);
                (link.spec, Some(shared))
            }
            None => {
                let scene = self.scene.as_deref().unwrap_or_default();
                (self.settings.spec(scene, self.seed.as_deref())?, None)
            }
        };
        Ok(Order { spec, shared, until, output })
    }
}
