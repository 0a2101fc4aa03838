//! Messages that prove who wrote them: what programs put around their bytes where the network is not secure.
//!
//! Three guards, each of which keeps out what the one before lets in. A *tag* over the bytes, made with a key that
//! both ends share, keeps out what was forged or changed. A *window* over the counter in each message keeps out
//! what comes twice. *Encryption* keeps out who listens. A *checksum*, which everyone can make, keeps out none of
//! them. Neither keeps out who cuts or delays; and the counter has to outlive a crash, for a nonce that is used
//! twice gives the key away. Must not know what is sealed.
//!
//! # Sources
//! RFC 2104 and FIPS 198-1 for HMAC, with SHA-256; RFC 8439 for ChaCha20-Poly1305. RFC 4303, section 3.4.3, and
//! RFC 6479 for the window. One key for each direction, so that a message is no answer to itself.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::base::NodeId;

/// What a program puts around its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Guard {
    /// Nothing.
    None,
    /// A tag by a shared key.
    Tag,
    /// A tag, and a counter that is accepted once.
    Window,
    /// Encryption with a tag, and a counter that is accepted once.
    Encryption,
}

impl Guard {
    /// The choices of a scene's dial, in the order of [`Guard::chosen`].
    pub const CHOICES: [&'static str; 4] = ["none", "tag", "tag and window", "encryption and window"];

    /// The guard that a dial's value stands for.
    pub const fn chosen(value: i64) -> Self {
        match value {
            0 => Self::None,
            1 => Self::Tag,
            2 => Self::Window,
            _ => Self::Encryption,
        }
    }
}

/// A message with what was put around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// As it is.
    Plain(Vec<u8>),
    /// Readable, with a tag over the counter and the bytes.
    Tagged {
        /// Which message of this direction it is, counted from 1.
        counter: u64,
        /// The message.
        body: Vec<u8>,
        /// HMAC-SHA-256, cut to 128 bits.
        tag: [u8; 16],
    },
    /// Encrypted, the tag included.
    Sealed {
        /// Which message of this direction it is, counted from 1.
        counter: u64,
        /// The message, encrypted, and behind it a tag of 16 bytes.
        body: Vec<u8>,
    },
}

/// Why a message was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Refused {
    /// It bears no tag that fits it.
    Forged,
    /// Its counter was seen before, or is too old to tell.
    Replayed,
}

/// One end of a guarded conversation of two nodes: its keys, its counter and its window.
///
/// ```
/// use lightcone::base::NodeId;
/// use lightcone::programs::seal::{Channel, Guard, Refused};
///
/// let secret = *b"thirty-two bytes that both have.";
/// let mut ground = Channel::new(Guard::Encryption, &secret, NodeId(0), NodeId(1));
/// let mut satellite = Channel::new(Guard::Encryption, &secret, NodeId(1), NodeId(0));
/// let frame = ground.wrap(b"fire");
/// assert_eq!(satellite.open(&frame), Ok(b"fire".to_vec()));
/// assert_eq!(satellite.open(&frame), Err(Refused::Replayed));
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Channel {
    guard: Guard,
    /// The key for what is sent and the one for what is received. A person who looks into the memory sees none of them.
    #[serde(skip)]
    keys: [[u8; 32]; 2],
    /// What has been sent and received; to be kept on disk.
    pub state: Counters,
}

/// How far both directions of a channel have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// How many messages have been sent.
    pub sent: u64,
    /// Which have been received.
    pub window: Window,
}

impl Channel {
    /// The channel of `own` to `other`, who share a secret.
    pub fn new(guard: Guard, secret: &[u8; 32], own: NodeId, other: NodeId) -> Self {
        let keys = [(own, other), (other, own)].map(|(from, to)| key(secret, from, to));
        Self { guard, keys, state: Counters::default() }
    }

    /// A message with the guard around it. The counter must be on the disk before the message goes out.
    pub fn wrap(&mut self, body: &[u8]) -> Frame {
        self.state.sent += 1;
        let counter = self.state.sent;
        match self.guard {
            Guard::None => Frame::Plain(body.to_vec()),
            Guard::Tag | Guard::Window => {
                Frame::Tagged { counter, body: body.to_vec(), tag: tag(&self.keys[0], counter, body) }
            }
            Guard::Encryption => Frame::Sealed { counter, body: seal(&self.keys[0], counter, body) },
        }
    }

    /// The message in a frame.
    ///
    /// # Errors
    /// When it is not to be believed, or was believed before. A frame with less around it than was agreed counts as
    /// forged.
    pub fn open(&mut self, frame: &Frame) -> Result<Vec<u8>, Refused> {
        let key = &self.keys[1];
        let (counter, body) = match (self.guard, frame) {
            (Guard::None, Frame::Plain(body)) => return Ok(body.clone()),
            (Guard::Tag | Guard::Window, Frame::Tagged { counter, body, tag }) => {
                let is_right = mac(key, *counter, body).verify_truncated_left(tag).is_ok();
                (*counter, Some(body.clone()).filter(|_| is_right))
            }
            (Guard::Encryption, Frame::Sealed { counter, body }) => (*counter, unseal(key, *counter, body)),
            _ => (0, None),
        };
        let body = body.ok_or(Refused::Forged)?;
        let is_new = self.guard == Guard::Tag || self.state.window.accept(counter);
        if is_new { Ok(body) } else { Err(Refused::Replayed) }
    }
}

/// Which counters have been seen, as far back as 64 before the highest.
///
/// Whether a message is believed has to be known first: else whoever forges a high counter shuts out all that
/// follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    highest: u64,
    /// Bit n tells whether the highest less n was seen.
    seen: u64,
}

impl Window {
    /// How many counters it remembers.
    pub const SIZE: u64 = 64;

    /// Takes a counter, counted from 1, if it is new; says whether it was. What is too old to tell counts as seen.
    pub fn accept(&mut self, counter: u64) -> bool {
        if counter > self.highest {
            let by = counter - self.highest;
            self.seen = if by < Self::SIZE { self.seen << by } else { 0 };
            self.highest = counter;
        }
        let back = self.highest - counter;
        let bit = if counter > 0 && back < Self::SIZE { 1 << back } else { return false };
        let is_new = self.seen & bit == 0;
        self.seen |= bit;
        is_new
    }
}

/// The key of one direction.
fn key(secret: &[u8; 32], from: NodeId, to: NodeId) -> [u8; 32] {
    let mut mac = hmac(secret);
    mac.update(b"lightcone channel");
    mac.update(&from.0.to_be_bytes());
    mac.update(&to.0.to_be_bytes());
    mac.finalize().into_bytes().into()
}

fn tag(key: &[u8; 32], counter: u64, body: &[u8]) -> [u8; 16] {
    let whole: [u8; 32] = mac(key, counter, body).finalize().into_bytes().into();
    let mut tag = [0; 16];
    tag.copy_from_slice(&whole[..16]);
    tag
}

fn mac(key: &[u8; 32], counter: u64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = hmac(key);
    mac.update(&counter.to_be_bytes());
    mac.update(body);
    mac
}

fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

fn seal(key: &[u8; 32], counter: u64, body: &[u8]) -> Vec<u8> {
    match cipher(key).encrypt(&nonce(counter).into(), Payload { msg: body, aad: &counter.to_be_bytes() }) {
        Ok(sealed) => sealed,
        Err(_) => unreachable!("a message is shorter than 256 GB"),
    }
}

fn unseal(key: &[u8; 32], counter: u64, body: &[u8]) -> Option<Vec<u8>> {
    cipher(key).decrypt(&nonce(counter).into(), Payload { msg: body, aad: &counter.to_be_bytes() }).ok()
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

/// The number used once: the counter, in the 96 bits of RFC 8439.
fn nonce(counter: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    nonce
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::{Cause, Chance, Seed};

    const SECRET: [u8; 32] = [7; 32];

    fn ends(guard: Guard) -> (Channel, Channel) {
        let (a, b) = (NodeId(3), NodeId(9));
        (Channel::new(guard, &SECRET, a, b), Channel::new(guard, &SECRET, b, a))
    }

    #[test]
    fn hmac_and_the_cipher_are_those_of_the_standards() {
        // RFC 4231, test case 2: HMAC-SHA-256 of a short key.
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"Jefe").expect("a key");
        mac.update(b"what do ya want for nothing?");
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(whole[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(whole[28..], [0x64, 0xec, 0x38, 0x43]);
        // RFC 8439, section 2.8.2: the tag of the example.
        let key: [u8; 32] = std::array::from_fn(|place| 0x80 + place as u8);
        let nonce = [0x07, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47];
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let msg =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                    sunscreen would be it.";
        let sealed = cipher(&key).encrypt(&nonce.into(), Payload { msg, aad: &aad }).expect("short");
        assert_eq!(sealed[..4], [0xd3, 0x1a, 0x8d, 0x34]);
        assert_eq!(sealed[msg.len()..][..4], [0x1a, 0xe1, 0x0b, 0x59]);
    }

    #[test]
    fn what_was_wrapped_opens_once_and_nothing_else_opens() {
        for guard in [Guard::Tag, Guard::Window, Guard::Encryption] {
            let (mut from, mut to) = ends(guard);
            let frame = from.wrap(b"fire for three seconds");
            assert_eq!(to.open(&frame), Ok(b"fire for three seconds".to_vec()));
            let again = to.open(&frame);
            assert_eq!(again.is_ok(), guard == Guard::Tag, "a tag alone does not tell {again:?}");
            assert_eq!(from.open(&frame), Err(Refused::Forged), "no answer to itself");
            assert_eq!(to.open(&Frame::Plain(b"fire".to_vec())), Err(Refused::Forged), "nor without a guard");
            let mut stranger = Channel::new(guard, &[8; 32], NodeId(3), NodeId(9));
            assert_eq!(to.open(&stranger.wrap(b"fire")), Err(Refused::Forged));
        }
    }

    #[test]
    fn every_flipped_bit_is_found() {
        for guard in [Guard::Tag, Guard::Window, Guard::Encryption] {
            let (mut from, to) = ends(guard);
            let frame = from.wrap(b"fire");
            let whole = postcard::to_allocvec(&frame).expect("a frame is writable");
            for bit in 0..whole.len() * 8 {
                let mut bytes = whole.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                if let Ok(changed) = postcard::from_bytes::<Frame>(&bytes) {
                    assert_eq!(to.clone().open(&changed), Err(Refused::Forged), "{guard:?}, bit {bit}");
                }
            }
        }
    }

    #[test]
    fn encryption_hides_all_but_the_length() {
        let (mut from, _) = ends(Guard::Encryption);
        let (one, other) = (from.wrap(b"fire"), from.wrap(b"fire"));
        assert_ne!(one, other, "the same message twice looks like two");
        let Frame::Sealed { body, .. } = one else { panic!("it is sealed") };
        assert!(body.len() == 4 + 16 && !body.windows(4).any(|part| part == b"fire"));
        let (mut plain, _) = ends(Guard::Tag);
        let Frame::Tagged { body, .. } = plain.wrap(b"fire") else { panic!("it is tagged") };
        assert_eq!(body, b"fire", "a tag hides nothing");
    }

    #[test]
    fn the_window_agrees_with_a_set_that_forgets_nothing() {
        let mut draw = Chance::new(Seed(1), "window")
            .draw("counters", Cause { from: NodeId(0), to: NodeId(0), nth: 0, copy: 0, hop: 0 });
        let (mut fresh, mut again, mut old) = (0, 0, 0);
        for _ in 0..300 {
            let (mut window, mut seen, mut near) = (Window::default(), BTreeSet::new(), 1_u64);
            for _ in 0..300 {
                // Mostly near the front, sometimes far ahead or long ago.
                let counter = match draw.below(10) {
                    0 => near + draw.below(200),
                    1 => draw.below(near + 1),
                    _ => near.saturating_sub(draw.below(80)) + draw.below(20),
                };
                near = near.max(counter);
                let highest = seen.last().copied().unwrap_or(0).max(counter);
                let is_old = counter == 0 || highest - counter >= Window::SIZE;
                let expected = !is_old && !seen.contains(&counter);
                assert_eq!(window.accept(counter), expected, "{counter} with {highest} the highest");
                match (is_old, expected) {
                    (true, _) => old += 1,
                    (_, true) => fresh += 1,
                    (_, false) => again += 1,
                }
                seen.insert(counter);
            }
        }
        assert!(fresh > 10_000 && again > 5_000 && old > 5_000, "{fresh} new, {again} again, {old} old");
        let mut window = Window::default();
        assert!(window.accept(u64::MAX) && !window.accept(u64::MAX) && window.accept(u64::MAX - 63));
        assert!(!window.accept(u64::MAX - 64));
    }
}
