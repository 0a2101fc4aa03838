//! A column of a table that only grows, kept in chunks, so that growing never copies what is there and
//! never needs twice the memory. Must not know what the values mean.

/// How many values a chunk holds: a power of two, so that finding one takes a shift and a mask, and small
/// enough that the many short runs of a sweep do not pay for room that they never use.
const CHUNK: usize = 1 << 10;

/// An append-only list of plain values.
#[derive(Clone, Debug)]
pub struct Column<T> {
    /// Every chunk is whole; the values behind the length are leftovers.
    chunks: Vec<Box<[T; CHUNK]>>,
    length: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), length: 0 }
    }
}

impl<T: Copy + Default> Column<T> {
    /// How many values there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The value at `index`, which must be below the length.
    #[inline]
    pub fn get(&self, index: usize) -> T {
        debug_assert!(index < self.length, "{index} is behind the end, {}", self.length);
        self.chunks[index / CHUNK][index % CHUNK]
    }

    /// Replaces the value at `index`, which must be below the length.
    #[inline]
    pub fn set(&mut self, index: usize, value: T) {
        debug_assert!(index < self.length, "{index} is behind the end, {}", self.length);
        self.chunks[index / CHUNK][index % CHUNK] = value;
    }

    /// Adds a value at the end.
    #[inline]
    pub fn push(&mut self, value: T) {
        let (chunk, place) = (self.length / CHUNK, self.length % CHUNK);
        if chunk == self.chunks.len() {
            self.grow();
        }
        self.chunks[chunk][place] = value;
        self.length += 1;
    }

    #[cold]
    fn grow(&mut self) {
        if let Ok(chunk) = vec![T::default(); CHUNK].into_boxed_slice().try_into() {
            self.chunks.push(chunk);
        }
    }

    /// Forgets all values from `length` on.
    pub fn truncate(&mut self, length: usize) {
        if length < self.length {
            self.length = length;
            self.chunks.truncate(length.div_ceil(CHUNK));
        }
    }

    /// How many values come before the first that fails the test, which no value behind it meets.
    pub fn partition_point(&self, is_before: impl Fn(T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.length);
        while low < high {
            let middle = low.midpoint(high);
            if is_before(self.get(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.iter().copied()).take(self.length)
    }

    /// How many bytes of memory the values take, room to grow included.
    pub fn memory(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<T>()
    }
}

/// Runs of bytes, each of which lies whole in one chunk, so that it can be lent as a slice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bytes {
    chunks: Vec<Vec<u8>>,
}

/// Where a run of bytes lies: chunk and offset, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BytesAt(u32);

impl BytesAt {
    /// The first place.
    pub(crate) const START: Self = Self(0);
}

/// A chunk of bytes: 64 KiB. Larger runs get a chunk of their own.
const BYTES_CHUNK: usize = 1 << 16;

impl Bytes {
    /// Copies `bytes` to the end and says where they lie.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) -> BytesAt {
        let fits = self.chunks.last().is_some_and(|last| last.len() + bytes.len() <= BYTES_CHUNK);
        if !fits {
            let room = if self.chunks.is_empty() { 256 } else { BYTES_CHUNK.max(bytes.len()) };
            self.chunks.push(Vec::with_capacity(room));
        }
        let chunk = self.chunks.len() - 1;
        let offset = self.chunks[chunk].len();
        self.chunks[chunk].extend_from_slice(bytes);
        BytesAt((chunk as u32) << 16 | offset as u32)
    }

    /// The run of `length` bytes at `at`.
    #[inline]
    pub(crate) fn get(&self, at: BytesAt, length: usize) -> &[u8] {
        if length == 0 {
            return &[];
        }
        let offset = (at.0 & 0xffff) as usize;
        &self.chunks[(at.0 >> 16) as usize][offset..offset + length]
    }

    /// Forgets everything from the run at `at` on.
    pub(crate) fn truncate(&mut self, at: BytesAt) {
        let (chunk, offset) = ((at.0 >> 16) as usize, (at.0 & 0xffff) as usize);
        self.chunks.truncate(chunk + 1);
        if let Some(last) = self.chunks.last_mut() {
            last.truncate(offset);
        }
    }

    /// How much memory they take, room to grow included.
    pub(crate) fn memory(&self) -> usize {
        self.chunks.iter().map(Vec::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_a_vec_that_does_not_move() {
        let (mut column, mut plain) = (Column::default(), Vec::new());
        for n in 0..3 * CHUNK as u32 + 5 {
            column.push(n);
            plain.push(n);
        }
        column.truncate(2 * CHUNK);
        plain.truncate(2 * CHUNK);
        column.push(7);
        plain.push(7);
        column.set(3, 9);
        plain[3] = 9;
        assert_eq!(column.iter().collect::<Vec<_>>(), plain);
        assert_eq!((column.len(), column.get(2 * CHUNK)), (plain.len(), 7));
        let mut ascending = Column::default();
        (0..2 * CHUNK as u32).for_each(|n| ascending.push(n));
        assert_eq!(
            [0, 1, CHUNK, 9 * CHUNK].map(|end| ascending.partition_point(|n| n < end as u32)),
            [0, 1, CHUNK, 2 * CHUNK]
        );
    }

    #[test]
    fn runs_of_bytes_stay_whole_and_can_be_forgotten() {
        let mut bytes = Bytes::default();
        let runs: Vec<Vec<u8>> = (0..2_000_u32).map(|n| vec![n as u8; (n % 97) as usize]).collect();
        let places: Vec<BytesAt> = runs.iter().map(|run| bytes.push(run)).collect();
        assert!(runs.iter().zip(&places).all(|(run, &at)| bytes.get(at, run.len()) == run));
        bytes.truncate(places[1_000]);
        let again = bytes.push(&[1, 2, 3]);
        assert_eq!(bytes.get(again, 3), [1, 2, 3]);
        assert_eq!(bytes.get(places[999], runs[999].len()), runs[999]);
    }

    #[test]
    fn a_run_larger_than_a_chunk_has_its_own() {
        let mut bytes = Bytes::default();
        bytes.push(&[1; 10]);
        let large = vec![7; 3 * BYTES_CHUNK];
        let at = bytes.push(&large);
        let after = bytes.push(&[2; 10]);
        assert_eq!(bytes.get(at, large.len()), large);
        assert_eq!(bytes.get(after, 10), [2; 10]);
    }
}
