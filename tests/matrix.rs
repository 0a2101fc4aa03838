//! The catalogue of the fault matrix: every row is right while nothing is broken, and says something; and each two
//! assumptions broken together.

use std::sync::Arc;

use lightcone::base::{Seed, TrueTime};
use lightcone::explore::matrix::{Cell, Column, Figures, Worker};
use lightcone::explore::{Matrix, Row, Sweep};
use lightcone::sim::{Ended, Engine};

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string("www/matrix.txt").expect("the catalogue");
    Row::read(&text).unwrap_or_else(|bad| panic!("www/matrix.txt: {}", bad.0))
}

#[test]
fn every_row_keeps_its_claim_while_nothing_is_broken() {
    for row in rows() {
        let spec = row.spec(&[]).expect("settings that fit");
        let mut sweep = Sweep::of_claim(spec, row.claim(), row.until);
        let tally = sweep.tally_of((0..5).map(Seed));
        assert_eq!(tally.held, 5, "{}: {tally:?}", row.id);
    }
}

#[test]
fn every_column_breaks_some_row_and_remedies_differ_from_what_they_mend() {
    let matrix = Matrix { rows: rows(), columns: Column::singles(), seeds: 0..12 };
    let (mut figures, mut worker) = (Figures::new(&matrix), Worker::default());
    for chunk in matrix.chunks() {
        figures.add(chunk.cell, &worker.work(&matrix, &chunk).expect("settings that fit"));
    }
    let of = |row: &str| matrix.rows.iter().position(|it| it.id == row).expect("a row");
    let held = |row: &str, column: usize| figures.tally(Cell { row: of(row), column }).held;
    let place = |fault: &str| matrix.columns.iter().position(|it| it.id() == fault).expect("a column");
    for (naive, remedy, fault) in [
        ("calls-naive", "calls-careful", "reliable"),
        ("retry", "keys", "reliable"),
        ("retry", "keys", "secure"),
        ("burn-first", "keys", "crashes"),
        ("lww", "lww-hybrid", "clocks"),
        ("wall-order", "lamport-order", "administrator"),
    ] {
        let (naive_held, remedy_held) = (held(naive, place(fault)), held(remedy, place(fault)));
        assert!(naive_held < remedy_held, "{naive} {naive_held}, {remedy} {remedy_held} without {fault}");
    }
    for (column, broken) in matrix.columns.iter().enumerate() {
        let is_broken = matrix.rows.iter().any(|row| held(&row.id, column) < 12);
        assert!(is_broken, "{} breaks nothing", broken.id());
    }
}

/// Every row meets every two faults together, and each run comes to its own end.
#[test]
fn each_two_faults_let_every_row_come_to_its_end() {
    for row in rows() {
        for (nth, pair) in Column::pairs().iter().enumerate() {
            let mut spec = row.spec(&pair.faults).expect("settings that fit");
            spec.seed = Seed(nth as u64);
            let mut setup = spec.setup();
            if let Some(until) = row.until {
                setup.horizon = setup.horizon.min(TrueTime::ZERO + until);
            }
            let mut engine = Engine::new(Arc::new(setup));
            let ended = loop {
                if let Err(ended) = engine.step() {
                    break ended;
                }
            };
            assert!(
                matches!(ended, Ended::Idle | Ended::Horizon),
                "{} without {}: {ended}",
                row.id,
                pair.id()
            );
        }
    }
}

/// A remedy against some faults is none against others, but two of those together do not undo it: what does is a
/// forger, where nothing is sealed.
#[test]
fn remedies_keep_what_they_promise_under_each_two_faults() {
    let promised = ["keys", "calls-careful", "condition", "versions", "lamport-order"];
    let rows: Vec<Row> = rows().into_iter().filter(|row| promised.contains(&row.id.as_str())).collect();
    assert_eq!(rows.len(), promised.len());
    let matrix = Matrix { rows, columns: Column::pairs(), seeds: 0..8 };
    let (mut figures, mut worker) = (Figures::new(&matrix), Worker::default());
    for chunk in matrix.chunks() {
        figures.add(chunk.cell, &worker.work(&matrix, &chunk).expect("settings that fit"));
    }
    let mut undone = Vec::new();
    for cell in matrix.cells() {
        let (row, column) = (&matrix.rows[cell.row].id, &matrix.columns[cell.column]);
        if figures.tally(cell).held < 8 {
            assert!(column.faults.contains(&"secure"), "{row} without {}", column.id());
            undone.push(row.as_str());
        }
    }
    assert!(undone.contains(&"condition"), "somebody is deceived by a forger: {undone:?}");
    assert!(!undone.contains(&"keys") && !undone.contains(&"calls-careful"), "{undone:?}");
}
