//! The counts that a node's receives brought, packed.
//!
//! Rows come in blocks. A block keeps the counts of its first row as they are, 4 bytes each, and for each
//! row the differences from that, in 1 byte each as long as they fit and in 2 or 4 otherwise. One count of
//! one row is then two loads that don't wait for each other, whatever came before: no walk along the rows.
//!
//! All rows of a node have one width, so that nothing needs to be looked up to find one. A difference that
//! does not fit ends its block early, with copies of the last row up to the end; where that happens often,
//! all rows are written anew with twice the width, which happens to a node twice at most. So a long
//! partition costs a block, and a node whose neighbour is a hundred times as busy gets wider rows.
//!
//! Must not know what is counted.

use crate::sim::Column;

/// How many rows a block has. The 4-byte counts of the first are shared by so many; more would make
/// differences larger than a byte.
const BLOCK: usize = 32;

/// How many rows are allocated together: enough that the table of allocations stays in the nearest cache.
const CHUNK: usize = 1_024;

/// One row in so many may be a copy that ends a block early; beyond that the rows are widened.
const COPIES: usize = 8;

/// What is known of a row besides its counts. Rows are numbered from 1; number 0 is before the first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    /// Which event of its node brought it, counted from 1.
    pub(super) own: u32,
    /// The sum of its counts.
    pub(super) sum: u32,
    /// The number of events on the longest chain of causes that ends in that event.
    pub(super) height: u32,
}

/// The rows of one node.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    nodes: usize,
    /// Bytes of a difference.
    width: usize,
    /// How many rows are copies that end a block.
    copies: usize,
    heads: Column<Head>,
    chunks: Vec<Chunk>,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    /// The first row of each block.
    bases: Vec<u32>,
    /// Each row's differences from the first of its block, little-endian.
    differences: Vec<u8>,
}

impl Rows {
    /// No rows, of so many counts each.
    pub(super) fn new(nodes: usize) -> Self {
        Self { nodes, width: 1, copies: 0, heads: Column::default(), chunks: Vec::new() }
    }

    /// How many there are, copies included.
    pub(super) fn len(&self) -> u32 {
        self.heads.len() as u32
    }

    /// What is known of row `number`.
    #[inline]
    pub(super) fn head(&self, number: u32) -> Head {
        match number.checked_sub(1) {
            Some(place) => self.heads.get(place as usize),
            None => Head::default(),
        }
    }

    /// The count of `node` in row `number`.
    #[inline]
    pub(super) fn count(&self, number: u32, node: usize) -> u32 {
        let Some(place) = number.checked_sub(1) else { return 0 };
        let (chunk, row) = (&self.chunks[place as usize / CHUNK], place as usize % CHUNK);
        chunk.bases[row / BLOCK * self.nodes + node] + self.difference(chunk, row, node)
    }

    /// By how much the count of `node` in a row is above that of the first row of its block.
    #[inline]
    fn difference(&self, chunk: &Chunk, row: usize, node: usize) -> u32 {
        let at = row * self.nodes + node;
        match self.width {
            1 => chunk.differences[at].into(),
            width => read(&chunk.differences[at * width..][..width]),
        }
    }

    /// Whether `node` counts at least `least` in row `number`.
    #[inline]
    pub(super) fn reaches(&self, number: u32, node: usize, least: u32) -> bool {
        let Some(place) = number.checked_sub(1) else { return false };
        let (chunk, row) = (&self.chunks[place as usize / CHUNK], place as usize % CHUNK);
        // Of two events far apart, the first is mostly known of since before the block began.
        let base = chunk.bases[row / BLOCK * self.nodes + node];
        base >= least || self.difference(chunk, row, node) >= least - base
    }

    /// Writes row `number` into `counts`.
    pub(super) fn fill(&self, number: u32, counts: &mut [u32]) {
        let Some(place) = number.checked_sub(1) else { return counts.fill(0) };
        let (chunk, row) = (&self.chunks[place as usize / CHUNK], place as usize % CHUNK);
        let bases = &chunk.bases[row / BLOCK * self.nodes..][..self.nodes];
        let stride = self.nodes * self.width;
        let differences = &chunk.differences[row * stride..][..stride];
        if self.width == 1 {
            for ((count, base), difference) in counts.iter_mut().zip(bases).zip(differences) {
                *count = base + u32::from(*difference);
            }
        } else {
            let differences = differences.chunks_exact(self.width).map(read);
            for ((count, base), difference) in counts.iter_mut().zip(bases).zip(differences) {
                *count = base + difference;
            }
        }
    }

    /// How many rows were brought by events before number `own`.
    pub(super) fn before(&self, own: u32) -> u32 {
        self.search(|number| self.head(number).own < own)
    }

    /// The number of the event that brought the first row in which `node` counts at least `least`.
    pub(super) fn first_with(&self, node: usize, least: u32) -> Option<u32> {
        let before = self.search(|number| self.count(number, node) < least);
        (before < self.len()).then(|| self.head(before + 1).own)
    }

    /// How many rows come before the first that fails the test, which none behind it meets.
    fn search(&self, is_before: impl Fn(u32) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if is_before(middle + 1) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Adds a row, none of whose counts is below that of the row before.
    pub(super) fn push(&mut self, counts: &[u32], head: Head) {
        let begun = self.heads.len() % BLOCK;
        if begun > 0 {
            let width = self.width_for(counts);
            if width > self.width {
                let missing = BLOCK - begun;
                if self.copies + missing <= self.heads.len() / COPIES {
                    self.end_block(missing);
                } else {
                    self.widen(width);
                }
            }
        }
        self.append(counts, head);
    }

    /// How many bytes the differences of a row from the first of the present block take.
    fn width_for(&self, counts: &[u32]) -> usize {
        let Some(chunk) = self.chunks.last() else { return 1 };
        let bases = &chunk.bases[chunk.bases.len() - self.nodes..];
        match counts.iter().zip(bases).map(|(count, base)| count - base).max().unwrap_or(0) {
            0..0x100 => 1,
            0x100..0x1_0000 => 2,
            0x1_0000.. => 4,
        }
    }

    fn append(&mut self, counts: &[u32], head: Head) {
        let row = self.heads.len() % CHUNK;
        if row == 0 {
            if let Some(full) = self.chunks.last_mut() {
                full.shrink();
            }
            self.chunks.push(Chunk::default());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            if row.is_multiple_of(BLOCK) {
                chunk.bases.extend_from_slice(counts);
            }
            let bases = &chunk.bases[chunk.bases.len() - self.nodes..];
            for (count, base) in counts.iter().zip(bases) {
                chunk.differences.extend_from_slice(&(count - base).to_le_bytes()[..self.width]);
            }
        }
        self.heads.push(head);
    }

    /// Fills the present block with `missing` copies of its last row.
    fn end_block(&mut self, missing: usize) {
        let mut counts = vec![0; self.nodes];
        let (last, head) = (self.len(), self.head(self.len()));
        self.fill(last, &mut counts);
        for _ in 0..missing {
            self.append(&counts, head);
        }
        self.copies += missing;
    }

    /// Writes all differences anew, in `width` bytes each.
    fn widen(&mut self, width: usize) {
        for chunk in &mut self.chunks {
            let rows = chunk.differences.chunks_exact(self.width).map(read);
            chunk.differences = rows.flat_map(|it| it.to_le_bytes().into_iter().take(width)).collect();
            chunk.shrink();
        }
        self.width = width;
    }

    /// Forgets all but the first `length` rows.
    pub(super) fn truncate(&mut self, length: u32) {
        let length = length as usize;
        self.heads.truncate(length);
        self.chunks.truncate(length.div_ceil(CHUNK));
        if !length.is_multiple_of(CHUNK)
            && let Some(chunk) = self.chunks.last_mut()
        {
            chunk.bases.truncate((length % CHUNK).div_ceil(BLOCK) * self.nodes);
            chunk.differences.truncate(length % CHUNK * self.nodes * self.width);
        }
    }

    /// How many bytes of memory they take.
    pub(super) fn memory(&self) -> usize {
        let of_chunk = |chunk: &Chunk| chunk.bases.capacity() * 4 + chunk.differences.capacity();
        let chunks: usize = self.chunks.iter().map(of_chunk).sum();
        self.heads.memory() + self.chunks.capacity() * size_of::<Chunk>() + chunks
    }
}

impl Chunk {
    fn shrink(&mut self) {
        self.bases.shrink_to_fit();
        self.differences.shrink_to_fit();
    }
}

/// A number of 1, 2 or 4 little-endian bytes.
#[inline]
fn read(bytes: &[u8]) -> u32 {
    match *bytes {
        [a] => a.into(),
        [a, b] => u16::from_le_bytes([a, b]).into(),
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose first count grows by `step`, and by `jump` more after every 90, and whose second stays.
    fn check(step: u32, jump: u32) {
        let mut rows = Rows::new(2);
        let count = |n: u32| 7 + n * step + n / 90 * jump;
        let all: Vec<[u32; 2]> = (0..2_000).map(|n| [count(n), 9]).collect();
        let mut numbers = Vec::new();
        for (n, counts) in (0..).zip(&all) {
            rows.push(counts, Head { own: 10 * n + 1, sum: counts[0] + 9, height: n });
            numbers.push(rows.len());
        }
        let mut counts = [1, 1];
        rows.fill(0, &mut counts);
        assert_eq!((counts, rows.count(0, 1)), ([0, 0], 0), "before the first row nothing is known");
        for (n, &number) in numbers.iter().enumerate() {
            rows.fill(number, &mut counts);
            assert_eq!(counts, all[n], "row {number} in steps of {step} and {jump}");
            assert_eq!([rows.count(number, 0), rows.count(number, 1)], all[n]);
            assert_eq!(rows.head(number).height as usize, n);
        }
        assert_eq!(rows.first_with(0, count(1_400)), Some(14_001));
        assert_eq!(rows.first_with(1, 10), None);
        assert_eq!(rows.head(rows.before(14_002)).own, 14_001);
        assert_eq!([rows.before(1), rows.before(2)], [0, 1]);
        rows.truncate(rows.before(14_002));
        rows.push(&[u32::MAX, 10], Head::default());
        let (last, kept) = (rows.len(), numbers[1_400]);
        assert_eq!(
            [rows.count(kept, 0), rows.count(last, 0), rows.count(last, 1)],
            [all[1_400][0], u32::MAX, 10]
        );
    }

    #[test]
    fn rows_come_back_as_they_went_in_whatever_their_width() {
        for step in [1, 50, 3_000, 1_000_000] {
            check(step, 0);
            check(step, 20_000);
        }
    }

    #[test]
    fn a_rare_jump_costs_a_block_and_many_cost_wider_rows() {
        let width_after = |jumps_every: u32| {
            let mut rows = Rows::new(1);
            (0..5_000).for_each(|n: u32| rows.push(&[n + n / jumps_every * 1_000], Head::default()));
            (rows.width, rows.len())
        };
        assert_eq!(width_after(6_000), (1, 5_000));
        assert_eq!(width_after(1_000).0, 1);
        assert!((5_001..5_200).contains(&width_after(1_000).1), "a few copies");
        assert_eq!(width_after(10).0, 2);
    }
}
