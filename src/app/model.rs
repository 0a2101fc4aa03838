//! The model: one session, which is a run that can be wound, its history, and how it is looked at.
//!
//! Messages change it through `update`; nothing else does. Must not know what paints it.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::comparing::Other;
use super::finder::Finder;
use super::history::History;
use super::link::NO_HASH;
use super::looks::Looks;
use super::opened::Opened;
use super::playback::{Pace, Speed};
use super::view::View;
use super::{FORMAT, Link};
use crate::analysis::{Causality, Stamps};
use crate::base::{NodeId, TrueTime};
use crate::scenes::{Finding, RunSpec, Scene};
use crate::sim::{Act, Ended, Engine, Position, Recording, Settings, Trace};

/// Something that the learner should be told and can put away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub text: String,
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The link to what is on screen.
    Share,
    /// What can be exported.
    Export,
    /// The keys.
    Help,
    /// What to run until.
    Until,
    /// A log is opened.
    Log,
    /// A figure is written.
    Figure,
    /// A link was refused; the text says why.
    BadLink(String),
}

/// A session.
pub struct Model {
    pub(super) spec: RunSpec,
    pub(super) run: Recording,
    pub(super) history: History,
    pub(super) causality: Causality,
    pub(super) stamps: Stamps,
    findings: OnceCell<Vec<Finding>>,
    /// How it is looked at.
    pub view: View,
    /// Whether and how it is playing.
    pub pace: Pace,
    /// The speed that was chosen.
    pub speed: Speed,
    /// Whether the learner picks what happens next.
    pub is_adversary: bool,
    /// What lies over the page.
    pub dialog: Option<Dialog>,
    /// What the learner should be told, oldest first.
    pub notices: Vec<Notice>,
    /// What happened last, in a sentence that is read aloud.
    pub status: String,
    /// What the run was looked at as before.
    pub(super) looks: Looks,
    pub(super) finder: Finder,
    /// The preset that was set at the start, as all settings with it, and those before.
    pub(super) before_preset: Option<(Settings, Settings)>,
    /// The sessions of scenes that were left, as they would be saved.
    pub(super) left: BTreeMap<String, String>,
    /// The runs that are shown beside this one: those that the view names.
    pub(super) others: Vec<Other>,
    /// The log that is shown instead of a run.
    pub(super) log: Option<Opened>,
}

impl Model {
    /// A session at the start of a scene's own run.
    pub fn new(scene: &'static Scene) -> Self {
        Self::of(RunSpec::of(scene), view_of(scene))
    }

    /// A session at the start of a run.
    pub(super) fn of(spec: RunSpec, view: View) -> Self {
        let run = Recording::with_tape(Arc::new(spec.setup()), spec.tape.clone());
        Self::with(spec, run, view)
    }

    /// A session around what was recorded.
    pub(super) fn with(spec: RunSpec, run: Recording, view: View) -> Self {
        let history = History::new(spec.settings().clone(), spec.tape.clone());
        let length = run.engine().setup().horizon.since_epoch();
        let mut model = Self {
            causality: Causality::of(run.engine().trace()),
            stamps: Stamps::of(run.engine().trace()),
            findings: OnceCell::new(),
            run,
            history,
            spec,
            view,
            pace: Pace::Still,
            speed: Speed::fitting(length),
            is_adversary: false,
            dialog: None,
            notices: Vec::new(),
            status: String::new(),
            looks: Looks::default(),
            finder: Finder::default(),
            before_preset: None,
            left: BTreeMap::new(),
            others: Vec::new(),
            log: None,
        };
        model.set_beside();
        model.status = format!("“{}” is ready. Step, or run it.", model.spec.scene.title);
        model
    }

    /// What was run.
    pub fn scene(&self) -> &'static Scene {
        self.spec.scene
    }

    /// The run as a function of which it is the value, with the present branch's tape.
    pub fn spec(&self) -> RunSpec {
        let mut spec = self.spec.clone();
        spec.tape = self.run.engine().tape().clone();
        spec
    }

    /// The run.
    pub fn engine(&self) -> &Engine {
        self.run.engine()
    }

    /// What was recorded, up to where the session stands.
    pub fn trace(&self) -> &Trace {
        self.run.engine().trace()
    }

    /// What follows from the trace's edges.
    pub fn causality(&self) -> &Causality {
        &self.causality
    }

    /// Every branch that was taken.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Where the session stands.
    pub fn position(&self) -> Position {
        self.run.position()
    }

    /// The name of a node.
    pub fn name(&self, node: NodeId) -> &str {
        self.trace().name(node)
    }

    /// The instant that is shown: between turns while the run is playing.
    pub fn shown_now(&self) -> TrueTime {
        match &self.pace {
            Pace::Playing(shown) => (*shown).max(self.engine().now()),
            Pace::Still | Pace::Until(_) | Pace::Towards(_) => self.engine().now(),
        }
    }

    /// What the run says of the scene's claims.
    pub fn findings(&self) -> &[Finding] {
        if self.is_log() {
            return &[];
        }
        let is_over = matches!(self.engine().ended(), Some(Ended::Idle | Ended::Horizon));
        self.findings.get_or_init(|| self.spec.findings(self.engine(), is_over))
    }

    /// The link to what is on screen.
    pub fn link(&self) -> Link {
        Link { hash: self.session().trace().hash().short(), ..self.link_unhashed() }
    }

    /// The same without the hash, for which the whole trace is walked. It is put by after each message, so that
    /// there is a link when a bug leaves nothing else.
    pub fn link_unhashed(&self) -> Link {
        let session = self.session();
        Link {
            spec: session.spec(),
            position: session.position(),
            view: session.view.clone(),
            format: FORMAT,
            hash: NO_HASH.to_owned(),
        }
    }

    /// The settings in force at the start of the present branch.
    pub fn settings(&self) -> Settings {
        self.spec.all_settings()
    }

    /// Tells the learner something.
    pub fn notice(&mut self, text: String) {
        if self.notices.iter().all(|notice| notice.text != text) {
            self.notices.push(Notice { text });
        }
    }

    /// Goes to a place of the present branch.
    pub(super) fn seek(&mut self, to: Position) {
        if let Err(ended) = self.run.seek(to) {
            self.status = ended.to_string();
        }
        self.moved();
    }

    /// Takes one turn, or carries out the tape's next action if its place is here.
    ///
    /// # Errors
    /// When there is neither.
    pub(super) fn advance(&mut self) -> Result<(), Ended> {
        let done = if self.run.has_action_here() {
            self.run.follow_tape().map(|_| ())
        } else {
            self.run.step().map(|_| ())
        };
        self.moved();
        done
    }

    /// Does something to the run and puts it on the tape.
    ///
    /// # Errors
    /// When it cannot be done: why, in a sentence.
    pub(super) fn act(&mut self, act: &Act) -> Result<(), String> {
        self.engine().check(act)?;
        let kept =
            Position { turn: self.trace().kept_turns(), actions: self.engine().tape().actions().len() };
        match self.history.act(self.position(), kept, act) {
            Some(branch) => {
                let tape = self.history.branch(branch).map(|branch| branch.tape.clone()).unwrap_or_default();
                self.run.follow(tape);
                self.run.follow_tape().map_err(|ended| ended.to_string())?;
            }
            None => self.run.act(act)?,
        }
        self.moved();
        Ok(())
    }

    /// Starts anew with other settings.
    pub(super) fn start_anew(&mut self, settings: Settings) -> Result<(), String> {
        self.spec.set(settings.clone()).map_err(|bad| bad.0)?;
        self.history.start_anew(settings);
        self.replay();
        Ok(())
    }

    /// Makes the run anew from the present branch. It stands at its start.
    pub(super) fn replay(&mut self) {
        self.spec.tape = self.history.current_branch().tape.clone();
        let before = self.causality.nodes();
        self.run = Recording::with_tape(Arc::new(self.spec.setup()), self.spec.tape.clone());
        self.view.follow_nodes(before, self.run.engine().trace().nodes());
        self.causality = Causality::of(self.trace());
        self.stamps = Stamps::of(self.trace());
        self.moved();
    }

    /// Goes on with the present branch, whose settings are those of the run, from as far as it agrees with the run.
    pub(super) fn take_up(&mut self) {
        self.spec.tape = self.history.current_branch().tape.clone();
        self.run.take_up(self.spec.tape.clone());
        self.moved();
    }

    /// The session has moved: what was worked out before no longer holds.
    pub(super) fn moved(&mut self) {
        self.findings.take();
        self.finder.forget();
        let Self { causality, stamps, run, history, view, .. } = self;
        view.follow_nodes(causality.nodes(), run.engine().trace().nodes());
        causality.extend(run.engine().trace());
        stamps.extend(run.engine().trace());
        history.reached(run.position());
        self.keep_up();
    }

    /// The learner stops here: whether another branch was here before is looked up.
    pub(super) fn stopped(&mut self) {
        let digest = self.engine().state_digest();
        let position = self.position();
        if let Some(meeting) = self.history.stopped(position, digest) {
            let (branch, there) = meeting.there;
            self.status +=
                &format!(" This is the state that branch {} had after turn {}.", branch.0 + 1, there.turn);
        }
    }
}

/// How a scene is looked at when it is opened.
pub(super) fn view_of(scene: &'static Scene) -> View {
    let lanes = scene.lanes.iter().filter_map(|name| scene.node_named(name)).collect();
    View { clock: scene.clock.to_owned(), lanes, ..View::default() }
}
