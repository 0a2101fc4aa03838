//! Names of things, as newtypes that print like speech.
//!
//! Must not know what they name.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The place in a `Vec` that is indexed by this id.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

id!(
    /// A node of the network: its place in the scene's list of nodes.
    NodeId, u16, "node "
);
id!(
    /// An event: its place in the trace. Every cause has a smaller one.
    EventId, u32, "e"
);
id!(
    /// A message: one send to one receiver, numbered in the order of sending.
    MessageId, u32, "m"
);
id!(
    /// A directed link: its place in the topology's list of links.
    LinkId, u32, "link "
);
id!(
    /// A span of time in which something held, such as a partition: its place in the trace's list.
    SpanId, u32, "span "
);

impl NodeId {
    /// The first `n` nodes, in order.
    pub fn first(n: usize) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (0..n).map(|i| Self(i as u16))
    }
}
