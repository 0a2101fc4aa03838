//! Settings that have happened somewhere, set in one go and taken back in one go.
//!
//! At the start of a run a preset belongs to its settings, as on the command line. Later it is a row of acts on the
//! tape, whose form tells where the row begins: so it is taken back and done again as one step, in a session that was
//! kept or came as a link as well. Must not know which presets there are.

use super::model::Model;
use crate::sim::{Act, Action, BadSetting, Position, Settings};

impl Model {
    /// Sets what a preset stands for, and says what that is.
    pub(super) fn preset(&mut self, title: &str, preset: &Settings) {
        let says = match self.settings_in_words(preset) {
            Ok(words) => format!("{title}. {words}"),
            Err(why) => return self.status = format!("That cannot be done: {why}."),
        };
        if self.position() != Position::default() {
            return self.preset_by_hand(preset, says);
        }
        let before = self.spec.settings().clone();
        self.anew(before.overlaid(preset), says);
        if *self.spec.settings() != before {
            self.before_preset = Some((self.spec.settings().clone(), before));
        }
    }

    /// A preset in the middle of a run: a row of acts, of which a hand must be able to do every one.
    fn preset_by_hand(&mut self, preset: &Settings, says: String) {
        self.pace = super::Pace::Still;
        let acts = acts(preset, |fault| self.engine().fault(fault).is_none_or(|(is_held, _)| is_held));
        let done = acts.iter().try_for_each(|act| self.engine().check(act));
        match done.and_then(|()| acts.iter().try_for_each(|act| self.act(act))) {
            Ok(()) => {
                self.status = says;
                self.stopped();
            }
            Err(why) => self.status = format!("That cannot be done: {why}"),
        }
    }

    /// What settings set, in a sentence for the assumptions and one for the dials.
    fn settings_in_words(&self, settings: &Settings) -> Result<String, String> {
        let mut names = Vec::new();
        for id in settings.assume.keys() {
            let entry = crate::faults::find(id).ok_or_else(|| format!("there is no assumption {id:?}"))?;
            names.push(format!("“{}”", entry.assumption));
        }
        let dials = self.dials_in_words(settings)?;
        let dials: Vec<String> = dials.iter().map(|(dial, value)| format!("{dial} {value}")).collect();
        Ok(format!("You no longer assume: {}. Set: {}.", names.join(", "), dials.join(", ")))
    }

    /// The dials that settings turn, each with its value and unit.
    ///
    /// # Errors
    /// When there is no such dial, or it does not go so far: one sentence with the way out.
    pub fn dials_in_words(&self, settings: &Settings) -> Result<Vec<(&'static str, String)>, String> {
        let in_words = |(name, value): (&String, &i64)| {
            let (owner, dial) = self.spec.find_dial(name)?;
            dial.parse(owner, &value.to_string())?;
            Ok((dial.title, dial.show(*value)))
        };
        // What is only shut off is of less interest than what is let in.
        let (off, on): (Vec<_>, Vec<_>) = settings.dials.iter().partition(|(_, value)| **value == 0);
        on.into_iter().chain(off).map(in_words).collect::<Result<_, BadSetting>>().map_err(|bad| bad.0)
    }

    /// Whether settings are in force already.
    pub fn is_set(&self, settings: &Settings) -> bool {
        let fault = |id: &str| self.engine().fault(id);
        let holds = |(id, held): (&String, &bool)| fault(id).is_some_and(|(is_held, _)| is_held == *held);
        let stands = |(name, value): (&String, &i64)| {
            let Ok((owner, dial)) = self.spec.find_dial(name) else { return false };
            let place = crate::faults::find(owner)
                .and_then(|entry| entry.dials.iter().position(|other| other.id == dial.id));
            place.zip(fault(owner)).is_some_and(|(place, (_, dials))| dials.get(place) == Some(value))
        };
        settings.assume.iter().all(holds) && settings.dials.iter().all(stands)
    }

    /// How many of the tape's next actions belong to one preset; 0 if the next is none of a preset's.
    pub(super) fn preset_ahead(&self) -> usize {
        length_at_start(self.engine().tape().actions().get(self.position().actions..).unwrap_or_default())
    }

    /// How many of the last actions belong to one preset; 0 if the last is none of a preset's.
    pub(super) fn preset_behind(&self) -> usize {
        length_at_end(self.engine().tape().actions().get(..self.position().actions).unwrap_or_default())
    }

    /// Whether a preset stands at the start, which a step back takes away.
    pub(super) fn can_take_preset_back(&self) -> bool {
        self.before_preset.as_ref().is_some_and(|(set, _)| set == self.spec.settings())
    }

    /// Takes away the preset that stands at the start.
    pub(super) fn take_preset_back(&mut self) {
        if let Some((_, before)) = self.before_preset.take() {
            self.anew(before, "The settings are as they were before.".to_owned());
        }
    }
}

/// The acts that set all this: the assumptions as they are, which marks the beginning of the row, the dials, and the
/// assumptions broken. So no packet meets the fault before its dials are turned.
fn acts(settings: &Settings, is_held: impl Fn(&str) -> bool) -> Vec<Act> {
    let assume = |fault: &String, held| Act::Assume { fault: fault.clone(), held };
    let first = settings.assume.keys().map(|fault| assume(fault, is_held(fault)));
    let turns = settings.dials.iter().filter_map(|(name, value)| {
        let (fault, dial) = name.split_once('.')?;
        Some(Act::Turn { fault: fault.to_owned(), dial: dial.to_owned(), value: *value })
    });
    let last = settings.assume.iter().map(|(fault, held)| assume(fault, *held));
    first.chain(turns).chain(last).collect()
}

/// How many acts at the end of these belong to one preset; 0 if the last is none of a preset's.
fn length_at_end(actions: &[Action]) -> usize {
    let Some(last) = actions.last() else { return 0 };
    let here = actions.iter().rev().take_while(|action| action.after_turn == last.after_turn);
    let mut acts = here.map(|action| &action.act).peekable();
    let mut broken: Vec<&str> = Vec::new();
    while let Some(Act::Assume { fault, .. }) = acts.next_if(|act| is_break(act)) {
        broken.push(fault);
    }
    let mut turns = 0;
    while acts
        .next_if(|act| matches!(act, Act::Turn { fault, .. } if broken.contains(&fault.as_str())))
        .is_some()
    {
        turns += 1;
    }
    let begins =
        |fault: &&str| matches!(acts.next(), Some(Act::Assume { fault: first, .. }) if first == fault);
    match turns > 0 && !broken.is_empty() && broken.iter().all(begins) {
        true => turns + 2 * broken.len(),
        false => 0,
    }
}

/// How many acts at the beginning of these belong to one preset; 0 if the first is none of a preset's.
fn length_at_start(actions: &[Action]) -> usize {
    let Some(first) = actions.first() else { return 0 };
    let here = actions.iter().take_while(|action| action.after_turn == first.after_turn).count();
    let is_one = |length: &usize| length_at_end(&actions[..*length]) == *length;
    (1..=here).find(is_one).unwrap_or(0)
}

fn is_break(act: &Act) -> bool {
    matches!(act, Act::Assume { held: false, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::screen;
    use crate::faults::presets;
    use crate::scenes;

    fn model() -> Model {
        Model::new(scenes::find("crossed-letters").expect("a scene"))
    }

    fn set(model: &mut Model, preset: &presets::Preset) {
        model.update(Msg::Preset(preset.title.to_owned(), preset.settings()));
    }

    #[test]
    fn every_preset_is_set_and_taken_back_in_one_step_at_the_start_and_later() {
        for preset in presets::ALL {
            for turns in [0, 3] {
                let mut model = model();
                (0..turns).for_each(|_| model.update(Msg::Step));
                let (before, hash) = (model.settings(), model.trace().hash());
                let was = screen::assumptions(&model);
                set(&mut model, preset);
                assert!(model.is_set(&preset.settings()), "{} after {turns}: {}", preset.id, model.status);
                let entry = crate::faults::find(preset.breaks[0]).expect("a fault");
                assert!(model.status.contains(preset.title), "{}", model.status);
                assert!(model.status.contains(entry.assumption), "{}", model.status);
                assert!(screen::transport(&model).can_step_back, "{}", preset.id);
                model.update(Msg::StepBack);
                assert_eq!(screen::assumptions(&model), was, "{} after {turns}", preset.id);
                assert_eq!((model.settings(), model.trace().hash()), (before, hash), "{}", preset.id);
                assert_eq!(model.position().turn, turns);
                if turns > 0 {
                    model.update(Msg::Step);
                    assert!(model.is_set(&preset.settings()), "{}: a step does it again", preset.id);
                    assert_eq!(model.position().turn, turns, "and nothing besides");
                    model.update(Msg::Reset);
                    model.update(Msg::Step);
                    assert_eq!(model.position().turn, 1, "far from it a step is a turn");
                }
            }
        }
    }

    #[test]
    fn a_preset_is_set_as_long_as_all_of_it_stands() {
        for preset in presets::ALL {
            let settings = preset.settings();
            let mut model = model();
            set(&mut model, preset);
            for (name, value) in &settings.dials {
                let (_, dial) = model.spec.find_dial(name).expect("a dial");
                let other = if *value == dial.least { dial.most } else { dial.least };
                model.update(Msg::Dial(name.clone(), other));
                assert!(!model.is_set(&settings), "{}: {name} is {other}", preset.id);
                model.update(Msg::Dial(name.clone(), *value));
                assert!(model.is_set(&settings), "{}: {name} is back", preset.id);
            }
            for (id, held) in &settings.assume {
                model.update(Msg::Assume(id.clone(), !held));
                assert!(!model.is_set(&settings), "{}: {id}", preset.id);
                model.update(Msg::Assume(id.clone(), *held));
            }
        }
    }

    #[test]
    fn at_the_start_it_is_what_the_command_line_sets() {
        let preset = presets::find("s-band").expect("a preset");
        let mut model = model();
        set(&mut model, preset);
        assert_eq!(*model.spec().settings(), preset.settings());
    }

    #[test]
    fn what_a_hand_did_before_is_not_taken_back_with_it() {
        let mut model = model();
        model.update(Msg::Step);
        let by_hand = |model: &mut Model| {
            model.update(Msg::Assume("reliable".to_owned(), false));
            model.update(Msg::Dial("reliable.loss".to_owned(), 500_000));
        };
        by_hand(&mut model);
        let was = screen::assumptions(&model);
        set(&mut model, presets::find("microbursts").expect("a preset"));
        set(&mut model, presets::find("lossy-card").expect("a preset"));
        model.update(Msg::StepBack);
        assert!(model.is_set(&presets::find("microbursts").expect("a preset").settings()));
        model.update(Msg::StepBack);
        assert_eq!(screen::assumptions(&model), was);
        // What a hand sets, it takes back act by act.
        model.update(Msg::StepBack);
        let reliable = screen::assumptions(&model).remove(0);
        assert_eq!((reliable.id, reliable.is_held), ("reliable", false));
    }

    #[test]
    fn settings_that_contradict_one_another_are_said_to() {
        for turns in [0, 2] {
            let mut model = model();
            (0..turns).for_each(|_| model.update(Msg::Step));
            model.update(Msg::Dial("bandwidth.capacity".to_owned(), 9_600));
            assert!(
                model.status.contains("no effect while you assume: Bandwidth is infinite"),
                "{}",
                model.status
            );
            model.update(Msg::Assume("bandwidth".to_owned(), false));
            model.update(Msg::Dial("bandwidth.capacity".to_owned(), 9_601));
            assert!(!model.status.contains("no effect"), "{}", model.status);
            model.update(Msg::Dial("bandwidth.capacity".to_owned(), -1));
            assert!(
                model.status.contains("bandwidth.capacity") && model.status.contains("-1"),
                "{}",
                model.status
            );
            assert_eq!(
                model.engine().fault("bandwidth").map(|(_, dials)| dials[0]),
                Some(9_601),
                "nothing changed"
            );
        }
    }

    #[test]
    fn settings_that_cannot_be_are_refused_in_a_sentence() {
        let mut model = model();
        for (dial, value, place) in
            [("reliable.loss", 2_000_000, "reliable.loss"), ("reliable.lost", 1, "no dial")]
        {
            let settings = Settings { dials: [(dial.to_owned(), value)].into(), ..Settings::default() };
            model.update(Msg::Preset("Mine".to_owned(), settings));
            assert!(
                model.status.starts_with("That cannot be done") && model.status.contains(place),
                "{}",
                model.status
            );
        }
        let settings = Settings { assume: [("gravity".to_owned(), false)].into(), ..Settings::default() };
        model.update(Msg::Preset("Mine".to_owned(), settings));
        assert!(model.status.contains("no assumption \"gravity\""), "{}", model.status);
    }
}
