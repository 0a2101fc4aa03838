//! Measures beside the picture: figures, plots over time, and round trips with what a timeout makes of them.
//!
//! Must not know how a plot is drawn.

use super::super::Model;
use super::super::view::ViewAs;
use crate::analysis::measures::{Flows, plots};
use crate::analysis::plots::{Plot, Quantity};
use crate::analysis::series::quantile;
use crate::analysis::trips::{self, Trip};
use crate::base::{Duration, TrueTime};
use crate::scenes;

/// What is measured in a run up to where the session stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Why nothing is shown, if nothing is.
    pub hidden: Option<String>,
    /// Names and values of what was counted in all.
    pub figures: Vec<(&'static str, String)>,
    /// The scene's own plots, and those that every run has.
    pub plots: Vec<Plot>,
    /// The words of questions, each with how many of them were answered.
    pub words: Vec<(String, usize)>,
    /// All questions.
    pub trips: Vec<Trip>,
    /// The instant at which it was measured.
    pub now: TrueTime,
}

/// What is measured in the run. Only the observer outside can count all of it.
pub fn measures(model: &Model) -> Measures {
    if let ViewAs::Node(node, _) = model.view.view_as {
        let name = model.name(node);
        let why = format!("Hidden: {name} cannot count what others do. The outside observer sees it.");
        return Measures { hidden: Some(why), ..Measures::default() };
    }
    let trace = model.trace();
    if trace.messages() == 0 {
        let why = "No message has been sent yet. Step, or run it.".to_owned();
        return Measures { hidden: Some(why), ..Measures::default() };
    }
    let trips = trips::trips(trace);
    let flows = Flows::of(trace, &trips);
    let mut all = scenes::plots::of(model.scene().id, trace);
    all.extend(plots(trace, &model.engine().topology().links, &flows));
    let mut words: Vec<(String, usize)> = Vec::new();
    for trip in &trips {
        let answered = usize::from(trip.answer.is_some());
        match words.iter_mut().find(|(word, _)| *word == trip.word) {
            Some((_, count)) => *count += answered,
            None => words.push((trip.word.clone(), answered)),
        }
    }
    Measures { hidden: None, figures: figures(&flows), plots: all, words, trips, now: trace.now() }
}

fn figures(flows: &Flows) -> Vec<(&'static str, String)> {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>().to_string();
    let mut figures = vec![
        ("sent", sum(&flows.sent)),
        ("arrived", sum(&flows.arrived)),
        ("lost", sum(&flows.lost)),
        ("retries", sum(&flows.repeated)),
        ("duplicates", sum(&flows.doubled)),
        ("payload", Quantity::Bytes.show(flows.bytes.iter().sum())),
    ];
    if let Some(messages) = flows.messages_per_answer() {
        figures.push(("questions answered", format!("{} of {}", sum(&flows.answered), sum(&flows.asked))));
        figures.push(("messages for each answer", Quantity::Hundredths.show(messages)));
    }
    figures
}

impl Measures {
    /// The questions with this word, or all for an empty one.
    pub fn of_word<'m>(&'m self, word: &'m str) -> impl Iterator<Item = &'m Trip> {
        self.trips.iter().filter(move |trip| word.is_empty() || trip.word == word)
    }

    /// How long answers took, as a plot.
    pub fn histogram(&self, word: &str) -> Plot {
        trips::histogram(self.of_word(word))
    }

    /// A timeout to begin with: nine of ten answers come in time.
    pub fn first_timeout(&self, word: &str) -> Duration {
        let took: Vec<Duration> = self.of_word(word).filter_map(Trip::took).collect();
        quantile(&took, 900_000).unwrap_or(Duration::millis(100))
    }

    /// What a timeout would have made of the questions, in a sentence.
    pub fn timeout_says(&self, word: &str, timeout: Duration) -> String {
        let found = trips::outcomes(self.of_word(word), timeout, self.now);
        let plural = |count: u64, one: &'static str, many: &'static str| if count == 1 { one } else { many };
        format!(
            "With a timeout of {timeout}: {} answered in time; {} {}, given up although the answer came; {} never \
             answered and given up; {} missed, never answered and still waited for.",
            found.in_time,
            found.false_alarms,
            plural(found.false_alarms, "false alarm", "false alarms"),
            found.noticed,
            found.missed,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Msg, Sight};
    use crate::base::NodeId;

    #[test]
    fn measures_are_for_who_stands_outside_and_sees_something() {
        let mut model = Model::new(scenes::find("telemetry").expect("a scene"));
        assert!(measures(&model).hidden.is_some_and(|why| why.contains("No message")));
        (0..200).for_each(|_| model.update(Msg::Step));
        let found = measures(&model);
        assert_eq!(found.hidden, None);
        let figure = |name: &str| {
            found.figures.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        assert_eq!(figure("sent"), Some(model.trace().messages().to_string()));
        assert!(
            found.words.iter().any(|(word, answered)| word == "pull" && *answered > 5),
            "{:?}",
            found.words
        );
        let all = found.histogram("").lines[0].points.iter().map(|point| point.1).sum::<u64>();
        let by_word = found.words.iter().map(|(_, answered)| *answered as u64).sum::<u64>();
        assert_eq!(all, by_word);
        let timeout = found.first_timeout("pull");
        assert!(found.timeout_says("pull", timeout).starts_with(&format!("With a timeout of {timeout}: ")));
        model.update(Msg::ViewAs(ViewAs::Node(NodeId(50), Sight::Saw)));
        assert!(measures(&model).hidden.is_some_and(|why| why.starts_with("Hidden: ")));
    }
}
