//! Which of a module's data nobody asks for who is in its main half.
//!
//! The linker's own module says by its relocations which instruction holds the address of which piece of data, and
//! which piece holds the address of another (*WebAssembly Object File Linking*, Relocation Sections and Symbol Table).
//! wasm-bindgen's module has the same data in the same places but no relocations, so an instruction of it is taken to
//! mean every piece whose relocated address is the number that it holds. A number that is one by chance keeps a
//! piece where it is, which does no harm. Must not know how the halves are cut.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    BinaryReaderError, DataKind, KnownCustom, Linking, Operator, Parser, Payload, RelocationEntry,
    RelocationType, SymbolInfo,
};

use crate::Done;

/// Fewer bytes than a segment's own head and the gap that it leaves are worth stay where they are.
const WORTH_MOVING: u32 = 24;

/// What the linker knows about a module's data.
#[derive(Debug, Default)]
pub struct Pieces {
    /// Where each symbol's bytes are in the memory; none for a symbol that is no data.
    symbols: Vec<Option<Range<u32>>>,
    /// The symbols that a number in an instruction may be the address of.
    meant_by: BTreeMap<u32, BTreeSet<usize>>,
    /// Where in the memory the address of which symbol is.
    held: Vec<(u32, usize)>,
}

impl Pieces {
    /// What the linker's module tells. `None` if it was made without relocations.
    ///
    /// # Errors
    /// When it is no module, or its relocations are not understood.
    pub fn of(linked: &[u8]) -> Done<Option<Self>> {
        read(linked).map_err(|why| format!("the linker's module cannot be read: {why}."))
    }

    /// The stretches of memory, in order, that none of the numbers leads to, neither at once nor by other data.
    pub fn idle(&self, numbers: &BTreeSet<u32>) -> Vec<Range<u32>> {
        let mut reached: BTreeSet<usize> =
            numbers.iter().filter_map(|number| self.meant_by.get(number)).flatten().copied().collect();
        let mut open: Vec<usize> = reached.iter().copied().collect();
        while let Some(symbol) = open.pop() {
            let Some(bytes) = self.symbols.get(symbol).cloned().flatten() else { continue };
            let first = self.held.partition_point(|(at, _)| *at < bytes.start);
            for (_, next) in self.held[first..].iter().take_while(|(at, _)| *at < bytes.end) {
                if reached.insert(*next) {
                    open.push(*next);
                }
            }
        }
        let stretches = |is_reached: bool| {
            let all = self.symbols.iter().enumerate();
            let some = all.filter(|(symbol, _)| reached.contains(symbol) == is_reached);
            some.filter_map(|(_, bytes)| bytes.clone()).filter(|bytes| !bytes.is_empty()).collect()
        };
        let idle = without(united(stretches(false)), &united(stretches(true)));
        idle.into_iter().filter(|bytes| bytes.end - bytes.start >= WORTH_MOVING).collect()
    }
}

/// The same bytes in the fewest stretches, in order.
fn united(mut all: Vec<Range<u32>>) -> Vec<Range<u32>> {
    all.sort_unstable_by_key(|bytes| (bytes.start, bytes.end));
    let mut united: Vec<Range<u32>> = Vec::new();
    for bytes in all {
        match united.last_mut() {
            Some(last) if bytes.start <= last.end => last.end = last.end.max(bytes.end),
            _ => united.push(bytes),
        }
    }
    united
}

/// What is in the one and not in the other; both are in order and each is free of overlaps.
fn without(all: Vec<Range<u32>>, taken: &[Range<u32>]) -> Vec<Range<u32>> {
    let mut left = Vec::new();
    for Range { mut start, end } in all {
        let first = taken.partition_point(|bytes| bytes.end <= start);
        for bytes in taken[first..].iter().take_while(|bytes| bytes.start < end) {
            left.push(start..bytes.start);
            start = bytes.end;
        }
        left.push(start..end);
    }
    left.retain(|bytes| bytes.start < bytes.end);
    left
}

fn read(linked: &[u8]) -> Result<Option<Pieces>, BinaryReaderError> {
    let mut pieces = Pieces::default();
    // Where each segment begins: in the section, and in the memory.
    let mut segments: Vec<(Range<u32>, u32)> = Vec::new();
    let (mut sections, mut data_section) = (0, None);
    let mut relocations = Vec::new();
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        match &payload {
            Payload::DataSection(reader) => {
                data_section = Some(sections);
                let section = reader.range();
                for data in reader.clone() {
                    let data = data?;
                    let end = data.range.end - section.start;
                    let start = end - data.data.len();
                    let in_section = start as u32..end as u32;
                    if let DataKind::Active { offset_expr, .. } = data.kind
                        && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
                    {
                        segments.push((in_section, value as u32));
                    } else {
                        segments.push((in_section, u32::MAX));
                    }
                }
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Linking(linking) => {
                    for part in linking.subsections() {
                        if let Linking::SymbolTable(symbols) = part? {
                            for symbol in symbols {
                                pieces.symbols.push(bytes_of(&symbol?, &segments));
                            }
                        }
                    }
                }
                KnownCustom::Reloc(section) => relocations.push(section),
                _ => {}
            },
            _ => {}
        }
        sections += u32::from(payload.as_section().is_some());
    }
    if pieces.symbols.is_empty() || relocations.is_empty() {
        return Ok(None);
    }
    for section in relocations {
        let is_data = Some(section.section_index()) == data_section;
        for entry in section.entries() {
            let entry = entry?;
            let Some(Some(bytes)) = address_of(&entry).and_then(|symbol| pieces.symbols.get(symbol)) else {
                continue;
            };
            let symbol = entry.index as usize;
            if is_data {
                let Some((segment, base)) = segments.iter().find(|it| it.0.contains(&entry.offset)) else {
                    continue;
                };
                pieces.held.push((base.wrapping_add(entry.offset - segment.start), symbol));
            } else {
                let number = i64::from(bytes.start).wrapping_add(entry.addend) as u32;
                pieces.meant_by.entry(number).or_default().insert(symbol);
            }
        }
    }
    pieces.held.sort_unstable();
    Ok(Some(pieces))
}

/// The bytes of a symbol, if it is one of data.
fn bytes_of(symbol: &SymbolInfo<'_>, segments: &[(Range<u32>, u32)]) -> Option<Range<u32>> {
    let SymbolInfo::Data { symbol: Some(data), .. } = symbol else { return None };
    let (_, base) = segments.get(data.index as usize)?;
    let start = base.checked_add(data.offset)?;
    Some(start..start.checked_add(data.size)?)
}

/// The symbol whose address an entry asks for, if it asks for one of data.
fn address_of(entry: &RelocationEntry) -> Option<usize> {
    use RelocationType as R;
    match entry.ty {
        R::MemoryAddrLeb
        | R::MemoryAddrSleb
        | R::MemoryAddrI32
        | R::MemoryAddrRelSleb
        | R::MemoryAddrTlsSleb
        | R::MemoryAddrLocrelI32 => Some(entry.index as usize),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section, or a part of one, of fewer than 128 bytes.
    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        let length = u8::try_from(body.len()).ok().filter(|length| *length < 128).expect("a short body");
        [&[id, length], body].concat()
    }

    fn custom(name: &str, body: &[u8]) -> Vec<u8> {
        section(0, &[&[name.len() as u8], name.as_bytes(), body].concat())
    }

    /// A symbol of data in the first segment.
    fn symbol(name: &str, offset: u8, size: u8) -> Vec<u8> {
        [&[1, 0, name.len() as u8], name.as_bytes(), &[0, offset, size]].concat()
    }

    /// A module with 96 bytes at 64: `a` has the first 32 and holds, at its 4th, the address of `b`, which has the
    /// next 32; `c` has the last. Its one function holds the address of the byte before `a`, plus one.
    fn linked() -> Vec<u8> {
        let code = [1, 4, 0, 0x41, 63, 0x0b];
        let data = [&[1, 0, 0x41, 0xc0, 0, 0x0b, 96][..], &[7; 96]].concat();
        let symbols = [vec![3], symbol("a", 0, 32), symbol("b", 32, 32), symbol("c", 64, 32)].concat();
        let linking = [vec![2], section(8, &symbols)].concat();
        // Kind, place in the section, symbol, addend: -1 in the code.
        let in_code = [2, 1, 4, 4, 0, 0x7f];
        let in_data = [3, 1, 5, 7 + 4, 1, 0];
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[1, 0x60, 0, 0]),
            section(3, &[1, 0]),
            section(10, &code),
            section(11, &data),
            custom("linking", &linking),
            custom("reloc.CODE", &in_code),
            custom("reloc.DATA", &in_data),
        ]
        .concat()
    }

    #[test]
    fn data_that_nobody_leads_to_is_idle() {
        let pieces = Pieces::of(&linked()).expect("a module").expect("with relocations");
        let idle = |number| {
            let stretches = pieces.idle(&BTreeSet::from([number]));
            stretches.into_iter().map(|bytes| (bytes.start, bytes.end)).collect::<Vec<_>>()
        };
        // The function means `a`, although the number is no address within it, and `a` leads to `b`.
        assert_eq!(idle(63), [(128, 160)]);
        assert_eq!(idle(64), [(64, 160)], "no relocation has this number");
    }

    #[test]
    fn a_module_without_relocations_tells_nothing() {
        let bare = [b"\0asm\x01\0\0\0".to_vec(), section(1, &[1, 0x60, 0, 0])].concat();
        assert!(Pieces::of(&bare).expect("a module").is_none());
        assert!(Pieces::of(b"no module").is_err());
    }

    #[test]
    fn what_is_reached_in_part_stays_in_part() {
        assert_eq!(without(united(vec![8..16, 0..8, 20..24]), &[4..6, 12..22]), [0..4, 6..12, 22..24]);
    }
}
