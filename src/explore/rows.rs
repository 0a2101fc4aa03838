//! The rows of the fault matrix: clients and protocols, each with the claim that is counted.
//!
//! They are lines of a text, `www/matrix.txt`, which the page asks for when it shows the matrix: a scene's new claim
//! becomes a row by one line. Must not know what is broken in a column, nor what a run says.

use std::collections::BTreeMap;

use crate::base::Duration;
use crate::faults;
use crate::scenes::{self, Claim, RunSpec, Scene};
use crate::sim::{BadSetting, Settings, Tape};

/// A client or a protocol, by the scene that it is tried in.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name in commands: `calls-naive`.
    pub id: String,
    /// What stands in front of the row.
    pub title: String,
    /// The scene that it is tried in.
    pub scene: &'static Scene,
    /// The place of the claim among those of the scene.
    pub claim: usize,
    /// Where dials stand, those of faults among them: they hold where the fault is let in.
    pub dials: BTreeMap<String, i64>,
    /// Where a run is cut off, if it would take long to its scene's own end.
    pub until: Option<Duration>,
}

/// A line of the catalogue that is none, by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow(pub String);

impl Row {
    /// Reads a catalogue: a row a line, its parts between `|`. Lines that are empty or begin with `#` say nothing.
    ///
    /// # Errors
    /// When a line is no row; the message names the line, what is wrong there, and what may stand there.
    ///
    /// # Example
    /// ```
    /// use lightcone::explore::Row;
    ///
    /// let rows = Row::read("letters | Two letters: both are answered | crossed-letters 5").expect("a row");
    /// assert_eq!(rows[0].claim().says, "Both letters are answered in the end.");
    /// assert!(Row::read("letters | Two letters | nowhere 5").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Vec<Self>, BadRow> {
        let mut rows: Vec<Self> = Vec::new();
        let lines = text.lines().map(str::trim).enumerate();
        for (place, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let row = Self::of(line).map_err(|why| BadRow(format!("line {}: {why}", place + 1)))?;
            if rows.iter().any(|other| other.id == row.id) {
                let why =
                    format!("line {}: there is a row {:?} already; choose another name", place + 1, row.id);
                return Err(BadRow(why));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn of(line: &str) -> Result<Self, String> {
        let mut parts = line.split('|').map(str::trim);
        let (Some(id), Some(title), Some(what)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(
                "a row has at least three parts: its name, its title, and a scene with a claim's number"
                    .to_owned(),
            );
        };
        let (scene, claim) = what.split_once(' ').unwrap_or((what, ""));
        let scene = scenes::find(scene).ok_or_else(|| format!("there is no scene {scene:?}"))?;
        let claims = scene.claims.len();
        let claim = claim.trim().parse().ok().filter(|nth| (1..=claims).contains(nth)).ok_or_else(|| {
            format!("{claim:?} is no claim of {}; choose a number from 1 to {claims}", scene.id)
        })?;
        let mut dials = BTreeMap::new();
        for dial in parts.next().unwrap_or_default().split_whitespace() {
            let value = dial.split_once('=').and_then(|(name, value)| Some((name, value.parse().ok()?)));
            let (name, value) =
                value.ok_or_else(|| format!("{dial:?} sets no dial; write OWNER.DIAL=VALUE"))?;
            dials.insert(name.to_owned(), value);
        }
        let until = match parts.next().unwrap_or_default() {
            "" => None,
            text => Some(seconds(text).ok_or_else(|| {
                format!("{text:?} is no place to cut a run off; write how many seconds, such as 15 s")
            })?),
        };
        let row = Self { id: id.to_owned(), title: title.to_owned(), scene, claim: claim - 1, dials, until };
        row.spec(&[]).map(|_| row).map_err(|bad| bad.0)
    }

    /// The line of a catalogue that says all this.
    pub fn write(&self) -> String {
        let Self { id, title, scene, claim, dials, until } = self;
        let dials: Vec<String> = dials.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let until = until.map_or_else(String::new, |until| format!("{} s", until.0 / Duration::secs(1).0));
        format!("{id} | {title} | {} {} | {} | {until}", scene.id, claim + 1, dials.join(" "))
    }

    /// The claim that is counted.
    pub fn claim(&self) -> &'static Claim {
        &self.scene.claims[self.claim]
    }

    /// A run of the row at the scene's own seed in which the assumptions of these faults are broken and no other. A
    /// broken one's dials stand where the row says or where they stand at first, wherever the scene turns them: what
    /// is tried is the fault, and not what the scene needs of it.
    ///
    /// # Errors
    /// When there is no such fault, or a dial of the row does not fit.
    pub fn spec(&self, broken: &[&'static str]) -> Result<RunSpec, BadSetting> {
        let mut settings = Settings { assume: BTreeMap::new(), dials: self.dials.clone() };
        for entry in faults::ALL {
            let is_held = !broken.contains(&entry.id);
            if is_held == self.scene.breaks.contains(&entry.id) {
                settings.assume.insert(entry.id.to_owned(), is_held);
            }
            for dial in entry.dials.iter().filter(|_| !is_held) {
                let name = format!("{}.{}", entry.id, dial.id);
                let is_turned = self.scene.turns.iter().any(|(turned, _)| *turned == name);
                if is_turned {
                    settings.dials.entry(name).or_insert(dial.default);
                }
            }
        }
        RunSpec::new(self.scene.id, None, settings, Tape::default())
    }
}

/// A length of time in whole seconds, such as `15 s`.
fn seconds(text: &str) -> Option<Duration> {
    let count: u64 = text.strip_suffix('s')?.trim().parse().ok()?;
    Duration::secs(1).times(count).filter(|length| *length > Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "cut | A call: it ends | calls 5 | calls.trouble=2 latency.extra=5 | 15 s";

    #[test]
    fn a_line_is_a_row() {
        let rows = Row::read(&format!("# A remark.\n\n{LINE}\n")).expect("a row");
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((row.id.as_str(), row.title.as_str(), row.claim), ("cut", "A call: it ends", 4));
        assert_eq!(row.dials, [("calls.trouble".to_owned(), 2), ("latency.extra".to_owned(), 5)].into());
        assert_eq!(row.until, Some(Duration::secs(15)));
    }

    #[test]
    fn a_row_that_is_written_is_read_as_the_same() {
        for line in [LINE, "answered | Letters: answered | crossed-letters 5"] {
            let row = Row::read(line).expect("a row").remove(0);
            let again = Row::read(&row.write()).expect("a row").remove(0);
            assert_eq!(format!("{again:?}"), format!("{row:?}"));
        }
    }

    #[test]
    fn what_is_no_row_is_refused_by_line_with_a_way_out() {
        for (line, part) in [
            ("cut", "three parts"),
            ("cut | A call", "three parts"),
            ("cut | A call | nowhere 1", "no scene \"nowhere\""),
            ("cut | A call | calls", "from 1 to"),
            ("cut | A call | calls 0", "from 1 to"),
            ("cut | A call | calls 99", "from 1 to"),
            ("cut | A call | calls 1 | calls.trouble", "OWNER.DIAL=VALUE"),
            ("cut | A call | calls 1 | calls.trouble=99", "99"),
            ("cut | A call | calls 1 | calls.nothing=1", "calls.nothing"),
            ("cut | A call | calls 1 || soon", "15 s"),
            ("cut | A call | calls 1 || 0 s", "15 s"),
            (LINE, "another name"),
        ] {
            let BadRow(why) = Row::read(&format!("{LINE}\n{line}")).expect_err(line);
            assert!(why.starts_with("line 2: ") && why.contains(part), "{why}");
        }
    }

    #[test]
    fn a_column_breaks_what_it_says_at_its_own_dials_and_nothing_else() {
        let row = &Row::read(LINE).expect("a row")[0];
        let broken = |faults: &[&'static str]| -> Vec<String> {
            let all = row.spec(faults).expect("a run").all_settings();
            all.assume.into_iter().filter(|(_, is_held)| !is_held).map(|(id, _)| id).collect()
        };
        assert!(broken(&[]).is_empty(), "the scene breaks latency by itself");
        assert_eq!(broken(&["latency", "crashes"]), ["crashes", "latency"]);
        let dials = row.spec(&["latency"]).expect("a run").all_settings().dials;
        assert_eq!(dials["latency.extra"], 5, "as the row says");
        let jitter = faults::find("latency").and_then(|entry| entry.dials.iter().find(|d| d.id == "jitter"));
        assert_eq!(Some(dials["latency.jitter"]), jitter.map(|dial| dial.default), "the scene has none");
    }
}
