//! `claims`: a scene's claims checked over a batch of runs, one a seed.
//!
//! A claim holds if it holds in every run that was asked for, whether it speaks of every run or of the one that
//! is looked at. A rate holds if it held in as large a share of them as it says; one run alone says nothing of it.
//! Must not know what is claimed.

use std::io::{self, Write};

use serde::Serialize;

use super::batch::{Batch, Counts};
use super::cancel::Extent;
use super::{Status, Stop, say};
use crate::explore::{Judgement, Tally};
use crate::scenes::{Claim, Scope};

/// Counts, prints and judges.
pub(super) fn carry_out(batch: &Batch, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
    let counted = batch.count();
    let row = |(claim, tally): &(&'static Claim, Tally)| Row {
        counts: Counts::of(claim, tally),
        holds: match tally.judge(claim.scope) {
            Judgement::Holds => Some(true),
            Judgement::Broken => Some(false),
            Judgement::Undecided | Judgement::NotJudged => None,
        },
    };
    let report = Report {
        scene: batch.spec.scene.id,
        seeds: batch.seeds(),
        runs: batch.runs(),
        extent: counted.extent,
        claims: counted.claims.iter().map(row).collect(),
    };
    serde_json::to_writer(&mut *out, &report).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    let mut status = Status::Done;
    for (claim, tally) in &counted.claims {
        if let Some(sentence) = complaint(batch, claim, tally) {
            say(err, &sentence);
            status = Status::Failed;
        }
    }
    Ok(counted.extent.conclude(status, err))
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    scene: &'static str,
    seeds: [String; 2],
    runs: u64,
    #[serde(flatten)]
    extent: Extent,
    claims: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    counts: Counts,
    holds: Option<bool>,
}

/// What there is to say of a claim that was judged and does not hold.
fn complaint(batch: &Batch, claim: &Claim, tally: &Tally) -> Option<String> {
    let says = claim.says;
    match tally.judge(claim.scope) {
        Judgement::Holds | Judgement::NotJudged => None,
        Judgement::Broken => {
            let how = match (claim.scope, tally.share()) {
                (Scope::Rate(least), Some(share)) => {
                    format!("kept in {} of the runs, which is less than {least}", share.kept)
                }
                (Scope::Rate(_) | Scope::ThisRun | Scope::EveryRun, _) => "broken".to_owned(),
            };
            // Where it never came true, no run broke it; then the first shows as much as any.
            let seed = tally.first_broken.map_or(batch.seeds.start, |seed| seed.0);
            Some(format!("{how}: {says:?}; see `lightcone run {} --seed {seed}`", batch.spec.scene.id))
        }
        Judgement::Undecided => Some(format!("not decided at the end in {} runs: {says:?}", tally.undecided)),
    }
}
