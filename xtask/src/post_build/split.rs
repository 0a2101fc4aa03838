//! Cuts a module in two: what the first picture runs, and the rest, which is fetched once the picture is there.
//!
//! The cut goes between functions. In the main module a function of the rest becomes a *stub*: it makes sure
//! that the rest has come and jumps to it through the table. The rest shares the main module's memory, tables
//! and globals. No source has to know, so that what is cut off follows from what is used, not from opinion.
//! Must not know which functions there are: `used` tells which ones a first picture runs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use walrus::ir::{self, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalKind, ImportedFunction, Module, ModuleConfig, TableId, ValType,
};

use super::data::Pieces;
use crate::Done;

/// The module name under which the main module asks for the rest, and the instrumented one for its counter.
pub const HOST: &str = "lightcone";

/// The module name under which the rest asks for the main module's things.
pub const MAIN: &str = "main";

/// The function of the host that fetches the rest, or counts a call.
pub const CALL: &str = "call";

/// The global of the main module that says whether the rest has come.
pub const HERE: &str = "here";

/// Functions of fewer instructions stay in the main module: their stubs would be as long.
const LENGTH_LEAST: u64 = 6;

/// A module whose functions tell the host of every call, by their place among the local functions.
///
/// # Errors
/// When the bytes are no module.
pub fn instrument(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut module = parse(bytes)?;
    let functions = local_functions(&module);
    let ty = module.types.add(&[ValType::I32], &[]);
    let (call, _) = module.add_import_func(HOST, CALL, ty);
    for (place, id) in functions.into_iter().enumerate() {
        let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind else { continue };
        let place = i32::try_from(place).map_err(|_| "the module has too many functions.")?;
        let mut body = function.builder_mut().func_body();
        body.instr_at(0, ir::Const { value: ir::Value::I32(place) }).instr_at(1, ir::Call { func: call });
    }
    Ok(module.emit_wasm())
}

/// The two halves of a module.
pub struct Halves {
    /// What the page loads first.
    pub main: Vec<u8>,
    /// What it loads then.
    pub rest: Vec<u8>,
}

/// Cuts a module. `used` has the places, among the local functions, of those that belong into the main half; what
/// `pieces` of data none of these asks for goes with the others. Without it all data stays.
///
/// # Errors
/// When the bytes are no module, or one without a table of functions.
pub fn split(bytes: &[u8], used: &BTreeSet<usize>, pieces: Option<&Pieces>) -> Done<Halves> {
    let mut main = Half::of(bytes)?;
    let mut rest = Half::of(bytes)?;
    let lazy = main.lazy(used);
    let entries = main.entries(&lazy);
    let needed: BTreeSet<usize> = rest.named_by(lazy.iter().copied()).difference(&lazy).copied().collect();

    if let Some(pieces) = pieces {
        let numbers = main.numbers(&lazy);
        main.move_data(&mut rest, &pieces.idle(&numbers))?;
    } else {
        rest.drop_data();
    }

    let base = main.module.tables.get(main.table).initial;
    main.put_stubs(base, &entries)?;
    main.lend(&needed);
    rest.borrow(&needed);
    rest.fill(base, &entries)?;
    let size = main.module.tables.get(main.table).initial;
    let table = rest.module.tables.get_mut(rest.table);
    table.initial = size;
    table.maximum = table.maximum.map(|most| most.max(size));
    Ok(Halves { main: main.finish(), rest: rest.finish() })
}

/// A module on its way to be one half of itself.
struct Half {
    module: Module,
    /// The local functions in the order of the file, by which places in both halves agree.
    functions: Vec<FunctionId>,
    /// The table of functions.
    table: TableId,
}

impl Half {
    fn of(bytes: &[u8]) -> Done<Self> {
        let module = parse(bytes)?;
        let table = module
            .tables
            .main_function_table()
            .map_err(|why| format!("the module's tables cannot be read: {why}."))?
            .ok_or("the module has no table of functions.")?;
        Ok(Self { functions: local_functions(&module), module, table })
    }

    /// Which of the local functions go.
    fn lazy(&self, used: &BTreeSet<usize>) -> BTreeSet<usize> {
        let is_long = |id: FunctionId| match &self.module.funcs.get(id).kind {
            FunctionKind::Local(function) => function.size() >= LENGTH_LEAST,
            _ => false,
        };
        let goes = |(place, id): (usize, FunctionId)| {
            (!used.contains(&place) && self.module.start != Some(id) && is_long(id)).then_some(place)
        };
        self.functions.iter().copied().enumerate().filter_map(goes).collect()
    }

    /// The local functions that are named by the functions at these places.
    fn named_by(&self, places: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        let mut named = Named { found: BTreeSet::new(), place_of: self.place_of() };
        for place in places {
            if let FunctionKind::Local(function) = &self.module.funcs.get(self.functions[place]).kind {
                dfs_in_order(&mut named, function, function.entry_block());
            }
        }
        named.found
    }

    fn place_of(&self) -> BTreeMap<FunctionId, usize> {
        self.functions.iter().enumerate().map(|(place, id)| (*id, place)).collect()
    }

    /// The lazy functions that the main half or the host can reach in one step, in order.
    fn entries(&self, lazy: &BTreeSet<usize>) -> Vec<usize> {
        let stays = (0..self.functions.len()).filter(|place| !lazy.contains(place));
        let mut reached = self.named_by(stays);
        let exported = self.module.exports.iter().filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        });
        let listed = self.module.elements.iter().flat_map(|element| match &element.items {
            ElementItems::Functions(ids) => ids.clone(),
            ElementItems::Expressions(_, all) => all.iter().filter_map(function_of).collect(),
        });
        let of_globals = self.module.globals.iter().filter_map(|global| match &global.kind {
            GlobalKind::Local(expression) => function_of(expression),
            GlobalKind::Import(_) => None,
        });
        let place_of = self.place_of();
        reached.extend(exported.chain(listed).chain(of_globals).filter_map(|id| place_of.get(&id)));
        reached.intersection(lazy).copied().collect()
    }

    /// The numbers in the functions that stay which may be addresses.
    fn numbers(&self, lazy: &BTreeSet<usize>) -> BTreeSet<u32> {
        let mut numbers = Numbers::default();
        for (_, id) in self.functions.iter().enumerate().filter(|(place, _)| !lazy.contains(place)) {
            if let FunctionKind::Local(function) = &self.module.funcs.get(*id).kind {
                dfs_in_order(&mut numbers, function, function.entry_block());
            }
        }
        numbers.found
    }

    /// Gives up all data.
    fn drop_data(&mut self) {
        for id in self.module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
            self.module.data.delete(id);
        }
        for memory in self.module.memories.iter_mut() {
            memory.data_segments.clear();
        }
    }

    /// Moves these stretches of memory, which are in order, into the data of the rest, which has none but them then.
    fn move_data(&mut self, rest: &mut Self, idle: &[Range<u32>]) -> Done {
        let segments: Vec<(u32, Vec<u8>)> = self.module.data.iter().map(segment).collect::<Done<_>>()?;
        self.drop_data();
        rest.drop_data();
        for (base, bytes) in segments {
            let end = base + bytes.len() as u32;
            let mut from = base;
            for gone in idle.iter().filter(|gone| base <= gone.start && gone.end <= end) {
                let part = |range: Range<u32>| {
                    bytes[(range.start - base) as usize..(range.end - base) as usize].to_vec()
                };
                self.add_data(from, part(from..gone.start));
                rest.add_data(gone.start, part(gone.clone()));
                from = gone.end;
            }
            self.add_data(from, bytes[(from - base) as usize..].to_vec());
        }
        Ok(())
    }

    /// Adds data to the memory, of which there is one.
    fn add_data(&mut self, at: u32, bytes: Vec<u8>) {
        let memory = self.module.memories.iter().map(walrus::Memory::id).next();
        let Some(memory) = memory.filter(|_| !bytes.is_empty()) else { return };
        let offset = ConstExpr::Value(ir::Value::I32(at as i32));
        let id = self.module.data.add(DataKind::Active { memory, offset }, bytes);
        self.module.memories.get_mut(memory).data_segments.insert(id);
    }

    /// Turns the rest's entries into stubs, which jump to the table's places from `base` on.
    fn put_stubs(&mut self, base: u64, entries: &[usize]) -> Done {
        let ensure = self.add_ensure();
        let Self { module, functions, table } = self;
        for (nth, place) in entries.iter().enumerate() {
            let id = functions[*place];
            let ty = module.funcs.get(id).ty();
            let (params, results) = module.types.params_results(ty);
            let (params, results) = (params.to_vec(), results.to_vec());
            let arguments: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
            let mut stub = FunctionBuilder::new(&mut module.types, &params, &results);
            let mut body = stub.func_body();
            body.call(ensure);
            for argument in &arguments {
                body.local_get(*argument);
            }
            body.i32_const(slot(base, nth)?).call_indirect(ty, *table);
            module.funcs.get_mut(id).kind = FunctionKind::Local(stub.local_func(arguments));
        }
        let table = module.tables.get_mut(*table);
        table.initial = base + entries.len() as u64;
        table.maximum = table.maximum.map(|most| most.max(table.initial));
        Ok(())
    }

    /// Adds what all stubs call first: it asks the host for the rest unless it is here.
    fn add_ensure(&mut self) -> FunctionId {
        let module = &mut self.module;
        let ty = module.types.add(&[], &[]);
        let (fetch, _) = module.add_import_func(HOST, CALL, ty);
        let here = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(ir::Value::I32(0)));
        module.exports.add(HERE, here);
        let mut ensure = FunctionBuilder::new(&mut module.types, &[], &[]);
        ensure.func_body().global_get(here).unop(ir::UnaryOp::I32Eqz).if_else(
            None,
            |then| {
                then.call(fetch);
            },
            |_| {},
        );
        ensure.finish(Vec::new(), &mut module.funcs)
    }

    /// Lends memories, tables, globals and the functions at these places.
    fn lend(&mut self, needed: &BTreeSet<usize>) {
        for place in needed {
            self.module.exports.add(&format!("f{place}"), self.functions[*place]);
        }
        for (name, id) in named("m", self.module.memories.iter().map(walrus::Memory::id)) {
            self.module.exports.add(&name, id);
        }
        for (name, id) in named("t", self.module.tables.iter().map(walrus::Table::id)) {
            self.module.exports.add(&name, id);
        }
        for (name, id) in named("g", self.module.globals.iter().map(walrus::Global::id)) {
            self.module.exports.add(&name, id);
        }
    }

    /// Borrows what the main half lends, and gives up what would be there twice.
    fn borrow(&mut self, needed: &BTreeSet<usize>) {
        let module = &mut self.module;
        module.start = None;
        for id in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
            module.exports.delete(id);
        }
        for id in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
            module.elements.delete(id);
        }
        for place in needed {
            let id = self.functions[*place];
            let import = module.imports.add(MAIN, &format!("f{place}"), id);
            let function = module.funcs.get_mut(id);
            function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
        }
        for (name, id) in named("m", module.memories.iter().map(walrus::Memory::id)) {
            let import = module.imports.add(MAIN, &name, id);
            let memory = module.memories.get_mut(id);
            memory.import = Some(import);
        }
        for (name, id) in named("t", module.tables.iter().map(walrus::Table::id)) {
            let import = module.imports.add(MAIN, &name, id);
            let table = module.tables.get_mut(id);
            table.import = Some(import);
            table.elem_segments.clear();
        }
        for (name, id) in named("g", module.globals.iter().map(walrus::Global::id)) {
            let import = module.imports.add(MAIN, &name, id);
            module.globals.get_mut(id).kind = GlobalKind::Import(import);
        }
    }

    /// Makes the entries go into their places of the table when this half is instantiated.
    fn fill(&mut self, base: u64, entries: &[usize]) -> Done {
        let offset = ConstExpr::Value(ir::Value::I32(slot(base, 0)?));
        let items = ElementItems::Functions(entries.iter().map(|place| self.functions[*place]).collect());
        let element = self.module.elements.add(ElementKind::Active { table: self.table, offset }, items);
        self.module.tables.get_mut(self.table).elem_segments.insert(element);
        Ok(())
    }

    fn finish(mut self) -> Vec<u8> {
        walrus::passes::gc::run(&mut self.module);
        self.module.emit_wasm()
    }
}

/// Collects the local functions that instructions name.
struct Named {
    found: BTreeSet<usize>,
    place_of: BTreeMap<FunctionId, usize>,
}

impl Visitor<'_> for Named {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.found.extend(self.place_of.get(id));
    }
}

/// Collects the numbers that may be addresses, which are constants and what loads and stores add to theirs.
#[derive(Default)]
struct Numbers {
    found: BTreeSet<u32>,
}

impl Visitor<'_> for Numbers {
    fn visit_const(&mut self, constant: &ir::Const) {
        if let ir::Value::I32(number) = constant.value {
            self.found.insert(number as u32);
        }
    }

    fn visit_load(&mut self, load: &ir::Load) {
        self.found.extend(u32::try_from(load.arg.offset));
    }

    fn visit_store(&mut self, store: &ir::Store) {
        self.found.extend(u32::try_from(store.arg.offset));
    }
}

/// Where a segment of data goes, and what it holds.
fn segment(data: &walrus::Data) -> Done<(u32, Vec<u8>)> {
    match data.kind {
        DataKind::Active { offset: ConstExpr::Value(ir::Value::I32(base)), .. } => {
            Ok((base as u32, data.value.clone()))
        }
        _ => Err("the module has data without a place of its own.".to_owned()),
    }
}

/// Each thing with the name under which the main half lends it.
fn named<T>(kind: &str, things: impl Iterator<Item = T>) -> Vec<(String, T)> {
    things.enumerate().map(|(nth, thing)| (format!("{kind}{nth}"), thing)).collect()
}

fn function_of(expression: &ConstExpr) -> Option<FunctionId> {
    match expression {
        ConstExpr::RefFunc(id) => Some(*id),
        _ => None,
    }
}

/// The place in the table of the rest's `nth` entry.
fn slot(base: u64, nth: usize) -> Done<i32> {
    let slot = u64::try_from(nth).ok().and_then(|nth| i32::try_from(base.checked_add(nth)?).ok());
    slot.ok_or_else(|| "the table of functions is too long.".to_owned())
}

fn parse(bytes: &[u8]) -> Done<Module> {
    // No names for what has none: the optimiser drops them all.
    let mut module = ModuleConfig::new()
        .generate_producers_section(false)
        .parse(bytes)
        .map_err(|why| format!("the module cannot be read: {why:#}."))?;
    // What the linker told is about its own module, and no longer true of this one.
    let told = |name: &str| name == "linking" || name.starts_with("reloc.");
    let names = module.customs.iter().map(|(_, custom)| custom.name().to_owned());
    for name in names.filter(|name| told(name)).collect::<Vec<_>>() {
        module.customs.remove_raw(&name);
    }
    Ok(module)
}

/// In the order of the file, by which the places in all copies of a module agree.
fn local_functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter_local().map(|(id, _)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three functions, each long enough to be cut off: the exported `first` calls `second`, and `third` is in the
    /// table.
    fn whole() -> Vec<u8> {
        let mut module = Module::default();
        let table = module.tables.add_local(false, 1, Some(1), walrus::RefType::FUNCREF);
        let mut function = |calls: Option<FunctionId>| {
            let number = module.locals.add(ValType::I32);
            let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
            let mut body = builder.func_body();
            body.local_get(number);
            for one in 0..10 {
                body.i32_const(one).binop(ir::BinaryOp::I32Add);
            }
            if let Some(called) = calls {
                body.call(called);
            }
            builder.finish(vec![number], &mut module.funcs)
        };
        let second = function(None);
        let first = function(Some(second));
        let third = function(None);
        module.exports.add("first", first);
        let offset = ConstExpr::Value(ir::Value::I32(0));
        let element =
            module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(vec![third]));
        module.tables.get_mut(table).elem_segments.insert(element);
        module.emit_wasm()
    }

    /// The place of the function that is exported under a name.
    fn place(bytes: &[u8], name: &str) -> usize {
        let module = parse(bytes).expect("a module");
        let id = module.exports.get_func(name).expect("an exported function");
        local_functions(&module).iter().position(|local| *local == id).expect("a local function")
    }

    #[test]
    fn the_rest_borrows_what_the_main_half_lends() {
        let whole = whole();
        let halves = split(&whole, &BTreeSet::from([place(&whole, "first")]), None).expect("two halves");
        let main = parse(&halves.main).expect("a module");
        let rest = parse(&halves.rest).expect("a module");
        // `second` and `third` are entries: each has a place in the table behind what was there.
        let table = main.tables.iter().next().expect("a table");
        assert_eq!((table.initial, table.maximum), (3, Some(3)));
        let filled = rest.elements.iter().next().expect("the entries");
        assert!(matches!(&filled.items, ElementItems::Functions(entries) if entries.len() == 2));
        for import in rest.imports.iter() {
            let lent = main.exports.iter().any(|export| export.name == import.name);
            assert!(lent && import.module == MAIN, "{import:?}");
        }
        assert!(main.imports.iter().any(|import| (&*import.module, &*import.name) == (HOST, CALL)));
        assert!(main.exports.iter().any(|export| export.name == HERE));
    }

    #[test]
    fn what_is_exported_stays_exported() {
        let halves = split(&whole(), &BTreeSet::new(), None).expect("two halves");
        let main = parse(&halves.main).expect("a module");
        assert!(main.exports.get_func("first").is_ok(), "as a stub");
        assert!(parse(&halves.rest).expect("a module").exports.iter().next().is_none());
    }

    #[test]
    fn an_instrumented_function_tells_of_its_call_first() {
        let whole = whole();
        let module = parse(&instrument(&whole).expect("a module")).expect("a module");
        let call = module.imports.get_func(HOST, CALL).expect("the counter");
        let first = module.exports.get_func("first").expect("a function");
        let FunctionKind::Local(first) = &module.funcs.get(first).kind else { panic!("not local") };
        let begins = &first.block(first.entry_block()).instrs;
        let [(ir::Instr::Const(number), _), (ir::Instr::Call(called), _), ..] = &begins[..] else {
            panic!("{begins:?}")
        };
        let ir::Value::I32(number) = number.value else { panic!("{number:?}") };
        assert_eq!((usize::try_from(number), called.func), (Ok(place(&whole, "first")), call));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(split(b"no module", &BTreeSet::new(), None).is_err());
        assert!(instrument(b"no module").is_err());
    }
}
