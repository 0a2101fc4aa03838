//! `draw`: a figure from a few lines of text, or from a log.
//!
//! Must not know the notation, nor any format of logs.

use std::io::Write;
use std::path::PathBuf;

use super::files::{self, Files};
use super::import::read_file;
use super::run::write_file;
use super::{Status, Stop, say, values};
use crate::app::{figure, log_figure};
use crate::diagram::{Axis, Theme};
use crate::formats::notation::{self, Figure};
use crate::formats::{self, Execution, Options, Text};

/// A figure that is to be drawn.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("figure").required(true)))]
pub(super) struct Order {
    /// The text: see www/notation.md; or a log as for `import`
    file: PathBuf,
    /// Draw the space-time diagram into this file
    #[arg(long, group = "figure", value_name = "OUT")]
    svg: Option<PathBuf>,
    /// Print it as a drawing for the terminal, one event a line
    #[arg(long, group = "figure")]
    text: bool,
    /// How wide the diagram is, in pixels
    #[arg(long, value_name = "PIXELS", allow_negative_numbers = true)]
    width: Option<String>,
    /// The diagram's colours: light for paper, dark for a dark slide
    #[arg(long, value_name = "light|dark")]
    theme: Option<String>,
    /// Which execution of a log is drawn, by name
    #[arg(long, value_name = "NAME")]
    execution: Option<String>,
    #[command(flatten)]
    files: Files,
}

impl Order {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        let form = [("--width", self.width.is_some()), ("--theme", self.theme.is_some())];
        if let Some((option, _)) = form.into_iter().find(|(_, is_given)| *is_given && self.svg.is_none()) {
            return Err(Stop::Refused(format!(
                "{option} is of a figure alone; add --svg OUT, or leave it out"
            )));
        }
        let width = self.width.as_deref().map_or(Ok(figure::WIDTH), values::width)?;
        let theme = self.theme.as_deref().map_or(Ok(Theme::Light), values::theme)?;
        let (drawn, axis) = self.read(err)?;
        if let Some(file) = &self.svg {
            let svg = log_figure::svg(&drawn.name, &drawn.trace, axis, (width, theme));
            write_file("--svg", file, svg.as_bytes())?;
        }
        if self.text {
            out.write_all(log_figure::text(&drawn.trace, axis).as_bytes())?;
        }
        self.files.write(&drawn)?;
        Ok(Status::Done)
    }

    /// What is to be drawn, its title for a name, and along which axis.
    fn read(&self, err: &mut dyn Write) -> Result<(Execution, Axis), Stop> {
        let name = self.file.display();
        let bytes = read_file(&self.file)?;
        let refused = |bad: formats::BadLog| Stop::Refused(format!("{name}: {bad}"));
        let text = Text::of_bytes(&bytes).map_err(refused)?;
        if formats::recognise(&text).is_some() {
            let options = Options { execution: self.execution.clone(), ..Options::default() };
            let mut import = formats::import(&bytes, &options).map_err(refused)?;
            files::check_one(&name.to_string(), &import)?;
            let execution = import.executions.remove(0);
            let axis = log_figure::axis_of_log(&execution.trace);
            return Ok((execution, axis));
        }
        match notation::read(text.whole()) {
            Ok(Figure { title, trace }) => {
                Ok((Execution { name: title, ..Execution::drawn(trace) }, Axis::TrueTime))
            }
            Err(mut mistakes) => {
                let last = mistakes.pop().map_or_else(String::new, |mistake| mistake.to_string());
                for mistake in mistakes {
                    say(err, &format!("{name}: {mistake}"));
                }
                Err(Stop::Refused(format!("{name}: {last}")))
            }
        }
    }
}
