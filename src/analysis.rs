//! What a trace means: happens-before as a table of vectors. First cut, to be replaced by the index that scales.
use crate::base::*;
use crate::sim::Trace;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
/// r
pub enum Relation {
    /// s
    Same,
    /// b
    Before,
    /// a
    After,
    /// c
    Concurrent,
}
/// c
#[derive(Default)]
pub struct Causality {
    v: Vec<Vec<u32>>,
    l: Vec<u64>,
    own: Vec<(u16, u32)>,
}
/// c
pub struct Cone {
    n: usize,
    set: Vec<bool>,
}
impl Cone {
    /// n
    pub fn count(&self) -> usize {
        self.n
    }
    /// c
    pub fn contains(&self, _t: &Trace, e: EventId) -> bool {
        self.set.get(e.index()).copied().unwrap_or(false)
    }
}
impl Causality {
    /// of
    pub fn of(t: &Trace) -> Self {
        let mut c = Self::default();
        c.extend(t);
        c
    }
    /// ext
    pub fn extend(&mut self, t: &Trace) {
        *self = Self::default();
        for e in t.events() {
            let mut v = vec![0; t.nodes()];
            let mut l = 0;
            for c in t.causes(e) {
                for (a, b) in v.iter_mut().zip(&self.v[c.index()]) {
                    *a = (*a).max(*b);
                }
                l = l.max(self.l[c.index()]);
            }
            v[t.node(e).index()] = t.own_count(e);
            self.v.push(v);
            self.l.push(l + 1);
            self.own.push((t.node(e).0, t.own_count(e)));
        }
    }
    /// before
    pub fn before(&self, a: EventId, b: EventId) -> bool {
        let (n, c) = self.own[a.index()];
        a != b && self.v[b.index()][n as usize] >= c
    }
    /// rel
    pub fn relation(&self, a: EventId, b: EventId) -> Relation {
        if a == b {
            Relation::Same
        } else if self.before(a, b) {
            Relation::Before
        } else if self.before(b, a) {
            Relation::After
        } else {
            Relation::Concurrent
        }
    }
    /// past
    pub fn past(&self, e: EventId) -> Cone {
        let set: Vec<bool> = (0..self.v.len() as u32).map(|i| self.before(EventId(i), e)).collect();
        Cone { n: set.iter().filter(|x| **x).count(), set }
    }
    /// future
    pub fn future(&self, e: EventId) -> Cone {
        let set: Vec<bool> = (0..self.v.len() as u32).map(|i| self.before(e, EventId(i))).collect();
        Cone { n: set.iter().filter(|x| **x).count(), set }
    }
    /// lam
    pub fn lamport(&self, e: EventId) -> u64 {
        self.l[e.index()]
    }
}
