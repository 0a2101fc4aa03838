//! The lesson beside the scene: prose, predictions, tasks, and what the run says of the scene's claims.
//!
//! The text comes from a file beside the page, which was rendered from the scene's Markdown. Must not know what any lesson is about.

mod progress;
mod trial;
mod worlds;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::el::{El, button, el, follow};
use super::log_panel;
use super::page::Page;
use super::part::Part;
use super::texts;
use crate::app::screen::{self, ClaimRow};
use crate::app::{Model, Msg};
use crate::scenes::lesson::{Block, Goal, Lesson, Predict, Task};
use crate::scenes::{self, Scene, Scope, Verdict};
use progress::{Made, Progress};

/// The panel.
pub fn lesson(page: Page) -> El {
    let scene = page.slow_part(|model| (model.scene().id, model.is_log().then(|| model.subject())));
    let label = move || Some(if scene.with(|(_, log)| log.is_some()) { "Log" } else { "Lesson" }.to_owned());
    let panel = el("section").class("panel lesson").attr_by("aria-label", label).attr("tabindex", "0");
    let top = panel.clone();
    panel.shows(move || {
        let (scene, log) = scene.get();
        let found = scenes::find(scene);
        top.raw().set_scroll_top(0);
        if log.is_some() {
            return untrack(|| log_panel::panel(page));
        }
        untrack(|| found.map(|scene| of_scene(page, scene)).unwrap_or_default())
    })
}

/// What stands there at once, and the text as soon as it has come.
fn of_scene(page: Page, scene: &'static Scene) -> Vec<El> {
    let text = ArcRwSignal::new(None);
    let found = text.clone();
    spawn_local(async move {
        let name = format!("lessons/{}.bin", scene.id);
        let lesson = match texts::fetch(&name).await {
            Ok(bytes) => Lesson::of_page(&name, &bytes, scene.claims.len()).map_err(|bad| bad.to_string()),
            Err(why) => Err(why),
        };
        found.set(Some(lesson));
    });
    let body = el("div").class("lesson-text").shows(move || match text.get() {
        Some(Ok(lesson)) => untrack(|| of_lesson(page, scene, lesson)),
        Some(Err(why)) => vec![el("h1").text(scene.title), el("p").text(&format!("{why}."))],
        None => vec![el("h1").text(scene.title)],
    });
    let trial = el("div").shows_if(move || page.is_complete.get(), move || trial::asked(page, scene));
    let worlds = el("div").shows_if(move || page.is_complete.get(), move || worlds::worlds(page));
    vec![body, worlds, claims(page, scene), trial, neighbours(page, scene)]
}

fn of_lesson(page: Page, scene: &'static Scene, lesson: Lesson) -> Vec<El> {
    let progress = Progress::of(scene.id);
    let mut parts = Vec::new();
    if !lesson.crumb.is_empty() {
        parts.push(el("p").class("crumb").text(&lesson.crumb));
    }
    parts.push(el("h1").text(&lesson.title));
    for (place, block) in lesson.blocks.into_iter().enumerate() {
        parts.push(match block {
            Block::Prose(html) => el("div").class("prose").html(&html),
            Block::Predict(prediction) => predict(page, progress, place, prediction),
            Block::Try(tasks) => tries(page, progress, place, &tasks),
        });
    }
    let is_begun = move || page.is_complete.get() && progress.is_begun();
    parts.push(el("div").shows_if(is_begun, move || vec![over(page, progress)]));
    parts
}

/// For the next learner at the same desk, or for the same one after a while.
fn over(page: Page, progress: Progress) -> El {
    let over = move || {
        progress.forget();
        page.send(Msg::Reset);
    };
    el("div").class("card").child(button("quiet", over).text("Start this lesson over"))
}

/// A question before the run is seen. What follows from the choice is shown when the run stands still, so that the
/// run has its say first.
fn predict(page: Page, progress: Progress, place: usize, prediction: Predict) -> El {
    let is_moving = page.part(Model::is_moving);
    let made = move || progress.choice(place);
    let chosen = RwSignal::new(None::<usize>);
    follow(move || {
        if !progress.is_begun() {
            chosen.set(None);
        }
    });
    let choice = |(nth, html): (usize, &String)| {
        let input = el("input")
            .attrs(&[("type", "radio"), ("name", &format!("predict-{place}"))])
            .prop_if("checked", move || made().map_or_else(|| chosen.get(), Made::chosen) == Some(nth))
            .has_by("disabled", move || made().is_some())
            .on("change", move |_: web_sys::Event| chosen.set(Some(nth)));
        el("label").child(input).child(el("span").html(html))
    };
    let question = el("fieldset")
        .child(el("legend").html(bare(&prediction.question)))
        .children(prediction.choices.iter().enumerate().map(choice));
    let commit = move |event: web_sys::Event| {
        event.prevent_default();
        if let Some(nth) = chosen.get_untracked() {
            progress.choose(place, Some(nth));
            page.send(Msg::Run);
        }
    };
    let buttons = move || {
        let commit = el("button").class("primary").text("Commit and run");
        let row = el("div")
            .class("row")
            .child(commit.has_by("disabled", move || chosen.get().is_none()))
            .child(button("quiet", move || progress.choose(place, None)).text("Skip"));
        vec![row]
    };
    el("form")
        .class("card predict")
        .on("submit", commit)
        .child(el("h2").text("Predict"))
        .child(question)
        .shows_if(move || made().is_none(), buttons)
        .shows_if(
            move || made().is_some() && is_moving.get(),
            || vec![el("p").class("muted").text("Watch the run. What follows is said when it stands still.")],
        )
        .shows_if(
            move || made().is_some() && !is_moving.get(),
            move || vec![outcome(&prediction, untrack(made))],
        )
}

fn outcome(prediction: &Predict, made: Option<Made>) -> El {
    let says = made.and_then(Made::chosen).map(|choice| choice == prediction.right);
    let (class, says) = match says {
        None => ("outcome", None),
        Some(true) => ("outcome", Some("As you predicted.")),
        Some(false) => ("outcome differs", Some("It went otherwise.")),
    };
    el("div")
        .class(class)
        .attr("role", "status")
        .maybe(says.map(|says| el("b").text(says)))
        .child(el("div").html(&prediction.why))
}

/// Things to do. A task whose claim came out as it should stays done.
fn tries(page: Page, progress: Progress, place: usize, tasks: &[Task]) -> El {
    // Another run is looked at anew, even if its claims come out like those of the one before.
    let run = |model: &Model| std::sync::Arc::as_ptr(model.engine().setup()).addr();
    let verdicts = page.slow_part(move |model| (run(model), screen::claims(model)));
    let task = |(nth, task): (usize, &Task)| {
        let is_done = move || progress.is_done(place, nth);
        let item = el("li").class_by("done", is_done);
        let text = el("span").html(&task.text);
        let Some(goal) = task.goal.clone() else {
            // No run shows that it was done: whoever did it says so.
            let tick = move |_: web_sys::Event| progress.mark(place, nth, !is_done());
            let input = el("input").attr("type", "checkbox").prop_if("checked", is_done).on("change", tick);
            return item.child(el("label").child(input).child(text));
        };
        follow(move || {
            let verdict = verdicts.with(|(_, claims)| claims.get(goal.claim).map(|claim| claim.verdict));
            // Before the first turn claims about what is absent hold, and nothing has been done yet.
            let is_asked = |model: &Model| model.position().turn > 0 && screen::is_set(model, &goal.with);
            if is_met(&goal, verdict) && page.read(is_asked) {
                progress.mark(place, nth, true);
            }
        });
        let hidden = move || if is_done() { "Done: " } else { "To do: " }.to_owned();
        item.child(el("span").child(el("span").class("visually-hidden").text_by(hidden)).child(text))
    };
    let list = el("ul").class("tasks").children(tasks.iter().enumerate().map(task));
    el("div").class("card").child(el("h2").text("Try")).child(list)
}

fn is_met(goal: &Goal, verdict: Option<Verdict>) -> bool {
    match verdict {
        Some(Verdict::Holds) => goal.holds,
        Some(Verdict::Broken(_)) => !goal.holds,
        Some(Verdict::Undecided) | None => false,
    }
}

/// The claims, each with whether it holds, and where to see it if it is broken.
fn claims(page: Page, scene: &'static Scene) -> El {
    let rows = page.slow_part(screen::claims);
    let list = (0..scene.claims.len()).map(|nth| claim(page, scene, nth, rows));
    el("div")
        .class("card")
        .child(el("h2").text("What this run shows"))
        .child(el("ul").class("claims").children(list))
}

/// A claim keeps its element while its verdict changes, so that the focus stays on "show me".
fn claim(page: Page, scene: &'static Scene, nth: usize, rows: Part<Vec<ClaimRow>>) -> El {
    let claim = &scene.claims[nth];
    let verdict = move || rows.with(|rows| rows.get(nth).map_or(Verdict::Undecided, |row| row.verdict));
    let words = move || match verdict() {
        Verdict::Holds => ("holds", "Holds: "),
        Verdict::Broken(_) => ("broken", "Broken: "),
        Verdict::Undecided => ("open", "Not decided yet: "),
    };
    let offender = move || match verdict() {
        Verdict::Broken(event) => event,
        Verdict::Holds | Verdict::Undecided => None,
    };
    let scope = match claim.scope {
        Scope::ThisRun => None,
        Scope::EveryRun => Some("· every run"),
        Scope::Rate(_) => Some("· a rate over many runs"),
    };
    let show = move || {
        let show = move || {
            if let Some(event) = untrack(offender) {
                page.send(Msg::GoTo(event));
            }
        };
        vec![
            button("link", show)
                .attr("aria-label", &format!("Show me where: {}", claim.says))
                .text("show me"),
        ]
    };
    let says = el("span")
        .child(el("span").class("visually-hidden").text_by(move || words().1.to_owned()))
        .text(&format!("{} ", claim.says))
        .maybe(scope.map(|scope| el("span").class("scope").text(scope)))
        .text(" ")
        .shows_if(move || offender().is_some(), show);
    el("li").attr_by("class", move || Some(words().0.to_owned())).child(says)
}

/// The lessons before and after, in teaching order.
fn neighbours(page: Page, scene: &'static Scene) -> El {
    let place = scenes::ALL.iter().position(|known| known.id == scene.id).unwrap_or(0);
    let go = |class: &str, to: &'static Scene, text: &str| {
        button(class, move || page.send(Msg::Scene(to.id.to_owned()))).attr("title", to.title).text(text)
    };
    let before = place.checked_sub(1).and_then(|place| scenes::ALL.get(place));
    let after = scenes::ALL.get(place + 1);
    el("nav")
        .class("lesson-nav")
        .attr("aria-label", "Lessons")
        .child(before.map_or_else(|| el("span"), |to| go("quiet", to, &format!("← {}", to.title))))
        .maybe(after.map(|to| go("", to, "Next lesson →")))
}

/// HTML without the one paragraph around it, for where no paragraph may stand.
fn bare(html: &str) -> &str {
    match html.strip_prefix("<p>").and_then(|inner| inner.strip_suffix("</p>")) {
        Some(inner) if !inner.contains("<p>") => inner,
        _ => html,
    }
}
