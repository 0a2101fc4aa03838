//! The catalogue of the fault matrix: every row is right while nothing is broken, and says something.

use lightcone::base::Seed;
use lightcone::explore::matrix::{Column, Figures, Worker};
use lightcone::explore::{Matrix, Row, Sweep};

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
    let held = |row: &str, column: usize| {
        figures.tally(lightcone::explore::matrix::Cell { row: of(row), column }).held
    };
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
