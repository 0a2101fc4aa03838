//! How messages become bytes and bytes become messages: two real codecs, and the check of a frame.
//!
//! Must not know what any message means.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use postcard::ser_flavors::Flavor;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a frame adds to the payload on a link: two 16-bit addresses, a 32-bit length and a 32-bit checksum.
pub const FRAME_BYTES: usize = 12;

/// A way to write a message down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Codec {
    /// Postcard: variable-length integers, no field names.
    #[default]
    Compact,
    /// JSON: readable, several times as long.
    Json,
}

impl Codec {
    /// Appends `message` to `bytes`.
    ///
    /// # Panics
    /// When the message cannot be written in this codec (a map with keys that are no strings, in JSON): that
    /// is a mistake in the program's message type, which its first send shows.
    pub fn encode<M: Serialize>(self, message: &M, bytes: &mut Vec<u8>) {
        let written = match self {
            Self::Compact => {
                postcard::serialize_with_flavor(message, Appender(bytes)).map_err(|e| e.to_string())
            }
            Self::Json => serde_json::to_writer(bytes, message).map_err(|e| e.to_string()),
        };
        if let Err(error) = written {
            panic!("a message type must be writable in every codec, and this one is not: {error}");
        }
    }

    /// Reads a message that takes up all of `bytes`; `None` where they make no sense.
    pub fn decode<M: DeserializeOwned>(self, bytes: &[u8]) -> Option<M> {
        match self {
            Self::Compact => match postcard::take_from_bytes(bytes) {
                Ok((message, [])) => Some(message),
                Ok(_) | Err(_) => None,
            },
            Self::Json => serde_json::from_slice(bytes).ok(),
        }
    }

    /// The codec's name, as settings and the inspector write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Json => "json",
        }
    }
}

/// CRC-32 of IEEE 802.3. Without a table, which would be larger than all programs: few frames are garbled, and only
/// theirs is computed.
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// The checksum that a frame carries, over its payload.
pub(crate) fn checksum(payload: &[u8]) -> u32 {
    CHECKSUM.checksum(payload)
}

/// Lets postcard write to the end of a `Vec` without a copy in between.
struct Appender<'a>(&'a mut Vec<u8>);

impl Flavor for Appender<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Letter {
        Ping { nth: u32 },
        Text(String),
    }

    #[test]
    fn both_codecs_give_back_what_they_took_and_refuse_the_rest() {
        for codec in [Codec::Compact, Codec::Json] {
            let mut bytes = vec![9];
            codec.encode(&Letter::Ping { nth: 300 }, &mut bytes);
            assert_eq!(codec.decode(&bytes[1..]), Some(Letter::Ping { nth: 300 }));
            assert_eq!(codec.decode::<Letter>(&bytes[..1]), None);
            bytes.push(b'}');
            assert_eq!(codec.decode::<Letter>(&bytes[1..]), None, "trailing bytes in {codec:?}");
        }
    }

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }
}
