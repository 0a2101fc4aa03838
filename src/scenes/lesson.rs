//! Lessons: Markdown files with predictions to make and tasks to try, read into plain data.
//!
//! A lesson is ordinary Markdown that any reader shows well. Four conventions make it more:
//!
//! - The heading `#` is its title; a paragraph right under it that is emphasised as a whole is the crumb, the
//!   line that says which lesson this is.
//! - Under `## Predict` a question, a list of choices with the right one in bold, and after the list what is
//!   shown once the learner has chosen.
//! - Under `## Try` a list of tasks. A link to `#holds-2` in a task says that it is done when the scene's
//!   second claim holds; `#breaks-2`, when it is broken. The claim should be one that the run decides as it
//!   goes: what holds from the start is no task. Where a task asks for a dial or a switch to be set first, the
//!   link's title says so in the words of the screen, as in `[it fails](#breaks-2 "Window: 1; Latency is zero: on")`.
//!   A task without such a link is ticked by the learner.
//! - Any other heading of the second level, such as `## Explain`, goes on with prose.
//!
//! HTML in a lesson is shown as the text that it is, links lead to `http` and `https` only, and pictures give
//! way to their descriptions: a lesson may come from anyone. The page's are rendered
//! when it is built, so that it carries neither texts nor a reader of Markdown. Must not know what any lesson is
//! about.

mod harmless;
mod parts;
mod read;

pub use parts::{BadLesson, Block, Goal, Lesson, Predict, Task};

/// The longest lesson that is read, in bytes: some thirty times a long one.
const LENGTH_MOST: usize = 200_000;

impl Lesson {
    /// The lesson that a file of the page's holds.
    ///
    /// # Errors
    /// When the file says why there is no lesson, holds none, or a task wants a claim that the scene has not got.
    pub fn of_page(name: &str, bytes: &[u8], claims: usize) -> Result<Self, BadLesson> {
        let lesson: Self = postcard::from_bytes::<Result<Self, BadLesson>>(bytes).unwrap_or_else(|_| {
            Err(BadLesson(format!("{name} holds no lesson of this version; build the page again")))
        })?;
        // The lesson was rendered before anyone knew how many claims the scene has.
        let beyond = lesson.goals().find(|goal| goal.claim >= claims).map(|goal| goal.claim + 1);
        match beyond {
            Some(claim) => Err(BadLesson(format!(
                "{name}: a task wants claim {claim}, and the scene has {claims}; write `#holds-N` or `#breaks-N` with one of them"
            ))),
            None => Ok(lesson),
        }
    }

    /// What its tasks want of the run, in order.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        let tasks = self.blocks.iter().filter_map(|block| match block {
            Block::Try(tasks) => Some(tasks),
            Block::Prose(_) | Block::Predict(_) => None,
        });
        tasks.flatten().filter_map(|task| task.goal.as_ref())
    }

    /// Reads a lesson about a scene with this many claims. `name` is the file's, for the message.
    ///
    /// # Errors
    /// When a part that the page needs is missing or out of place; the message names the line and the way out.
    ///
    /// # Example
    /// ```
    /// use lightcone::scenes::lesson::{Block, Goal, Lesson};
    ///
    /// let text = [
    ///     "# Silence",
    ///     "\n## Predict\n\nIs S23 down?\n\n- Yes\n- **G2 can't tell**\n\nNothing came.",
    ///     "\n## Try\n\n- Wait until [it answers](#holds-1).",
    /// ]
    /// .join("\n");
    /// let lesson = Lesson::parse("silence.md", &text, 1).unwrap();
    /// assert_eq!(lesson.title, "Silence");
    /// let [Block::Predict(predict), Block::Try(tasks)] = &lesson.blocks[..] else { panic!() };
    /// assert_eq!((predict.choices.len(), predict.right), (2, 1));
    /// assert_eq!(tasks[0].goal, Some(Goal { claim: 0, holds: true, with: Vec::new() }));
    /// ```
    pub fn parse(name: &str, text: &str, claims: usize) -> Result<Self, BadLesson> {
        if text.len() > LENGTH_MOST {
            let length = text.len();
            return Err(BadLesson(format!(
                "{name}: the lesson has {length} bytes and may have {LENGTH_MOST}; make two of it"
            )));
        }
        read::lesson(name, text, claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: &str = "\
# Silence

*Lesson 1 · The unreliable network*

Nothing *comes*.

## Predict

Is S23 down?

- Yes
- **No one** on the ground *can tell*

Six causes look `alike`.

## Try

- Run [until it answers](#holds-2).
- Look.

Well done.

## Explain

See [the paper](https://example.org/a \"title\").
";

    fn parse(text: &str) -> Result<Lesson, BadLesson> {
        Lesson::parse("silence.md", text, 2)
    }

    fn prose(text: &str) -> String {
        let lesson = parse(&format!("# T\n\n{text}")).expect("a lesson");
        match &lesson.blocks[..] {
            [Block::Prose(html)] => html.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_lesson_falls_into_its_parts() {
        let lesson = parse(SILENCE).expect("a lesson");
        assert_eq!(
            (lesson.title.as_str(), lesson.crumb.as_str()),
            ("Silence", "Lesson 1 · The unreliable network")
        );
        let task = |text: &str, goal| Task { text: text.to_owned(), goal };
        let expected = [
            Block::Prose("<p>Nothing <em>comes</em>.</p>".into()),
            Block::Predict(Predict {
                question: "<p>Is S23 down?</p>".into(),
                choices: vec!["Yes".into(), "No one on the ground <em>can tell</em>".into()],
                right: 1,
                why: "<p>Six causes look <code>alike</code>.</p>".into(),
            }),
            Block::Try(vec![
                task("Run until it answers.", Some(Goal { claim: 1, holds: true, with: Vec::new() })),
                task("Look.", None),
            ]),
            Block::Prose(
                "<p>Well done.</p>\n<h2>Explain</h2>\n<p>See <a href=\"https://example.org/a\">the paper</a>.</p>".into(),
            ),
        ];
        assert_eq!(lesson.blocks, expected);
    }

    #[test]
    fn what_a_stranger_wrote_runs_no_code() {
        let cases = [
            ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>"),
            ("[a](javascript:alert(1))", "<p>a</p>"),
            ("[a](JavaScript:alert(1)) [b](data:text/html,x)", "<p>a b</p>"),
            ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>"),
            ("![a picture](https://example.org/a.png)", "<p>a picture</p>"),
            ("[![a](b)](https://example.org)", "<p><a href=\"https://example.org\">a</a></p>"),
            ("[here](#v1:abc)", "<p>here</p>"),
            ("[a\"b](https://e.org/\"onclick=x)", "<p><a href=\"https://e.org/%22onclick=x\">a\"b</a></p>"),
        ];
        for (text, html) in cases {
            assert_eq!(prose(text), html, "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_said_with_its_line_and_the_way_out() {
        let long = "x".repeat(LENGTH_MOST + 1);
        let cases = [
            ("", "line 1: the lesson is empty"),
            ("Text.\n", "line 1: put a title"),
            ("# T\n\n## Predict\n\nWhy?\n", "line 3: `Predict` needs a list"),
            ("# T\n\n## Predict\n\n- **a**\n- b\n", "line 3: `Predict` needs a question"),
            ("# T\n\n## Predict\n\nWhy?\n\n- a\n- b\n", "line 7: `Predict` needs two choices"),
            ("# T\n\n## Predict\n\nWhy?\n\n- **a**\n- **b**\n", "exactly one of them in bold"),
            ("# T\n\n## Predict\n\nWhy?\n\n- **a**\n", "needs two choices"),
            ("# T\n\n## Try\n\nText.\n", "line 3: `Try` needs a list"),
            ("# T\n\n## Try\n\n- Do\n- [it](#holds-3)\n", "line 6: \"#holds-3\" is no goal of this scene"),
            ("# T\n\n## Try\n\n- [a](#holds-1) [b](#breaks-2)\n", "a task has one goal"),
            (
                "# T\n\n## Try\n\n- [a](#holds-1 \"Window\")\n",
                "line 5: \"Window\" sets nothing; write `Name: value`",
            ),
            (&long, "the lesson has 200001 bytes"),
        ];
        for (text, why) in cases {
            let refused = parse(text).expect_err(why).to_string();
            assert!(refused.starts_with("silence.md") && refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn a_file_of_the_page_is_a_lesson_or_is_refused() {
        let made = parse(SILENCE);
        let bytes = postcard::to_allocvec(&made).expect("bytes");
        assert_eq!(Lesson::of_page("silence.bin", &bytes, 2), made);
        let refused = Lesson::of_page("silence.bin", &bytes, 1).expect_err("claim 2 of 1").to_string();
        assert!(refused.starts_with("silence.bin: a task wants claim 2, and the scene has 1"), "{refused}");
        let refused = Lesson::of_page("silence.bin", b"<html>", 2).expect_err("no lesson").to_string();
        assert!(refused.contains("build the page again"), "{refused}");
        let bad = parse("");
        let bytes = postcard::to_allocvec(&bad).expect("bytes");
        assert_eq!(Lesson::of_page("silence.bin", &bytes, 2), bad);
    }

    #[test]
    fn any_text_is_a_lesson_or_is_refused() {
        // Every cut of a lesson, and every cut with a piece left out, ends in one or the other.
        let mut read = 0;
        for (from, _) in SILENCE.char_indices() {
            for to in [from, (from + 40).min(SILENCE.len()), SILENCE.len()] {
                let Some(end) = SILENCE.get(to..) else { continue };
                read += usize::from(parse(&format!("{}{end}", &SILENCE[..from])).is_ok());
            }
        }
        assert!(read > 100, "{read} were lessons");
    }
}
