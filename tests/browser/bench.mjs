/*! Times the module of `benches/browser.rs` in Chromium beside the same work natively, and the built page's first
 * picture. `cargo xtask bench-browser` builds what it needs and calls it:
 *
 *     node bench.mjs PROGRAM FOLDER…
 *
 * with the native program and, for each way of building the module, the folder that wasm-bindgen made. Prints rows
 * for the table in `benches/README.md`. Must not know what the work is.
 */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MOUNT, firstContentfulPaint, launch, serve } from "./serve.mjs";

const DIST = process.env.LIGHTCONE_DIST ?? resolve(fileURLToPath(import.meta.url), "../../../target/dist");
const ROUNDS = 15;
const SEEKS = 1_000;
const VISITS = 7;

const [program, ...folders] = process.argv.slice(2);
const browser = await launch();
try {
  for (const folder of folders) await compare(folder);
  await picture();
} finally {
  await browser.close();
}

/** Prints by how much each piece of work takes longer in the browser. */
async function compare(folder) {
  // Natively right before, so that a busy machine is as busy for both.
  const native = JSON.parse(execFileSync(program, { encoding: "utf8" }));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>bench</title>");
  const server = await serve(folder);
  const page = await browser.newPage();
  await page.goto(`${server.origin}${MOUNT}`);
  const measured = await page.evaluate(measure, { rounds: ROUNDS, seeks: SEEKS });
  for (const [name, nanos] of Object.entries(measured.work)) {
    const ratio = (nanos / native[name]).toFixed(2);
    print(`${name}, ${basename(folder)}: wasm against native`, `${ratio} (${Math.round(nanos)} ns)`, "at most 2");
  }
  for (const [own, bare] of [
    ["W1 simulator, a run of 500 deliveries in a sweep", "W1 bare loop, a run of 500 deliveries"],
    ["the matrix, four runs of each cell", "bare loop, as many deliveries"],
  ]) {
    const ratio = (of) => (of[own] / of[bare]).toFixed(2);
    print(`${own}, against the bare loop, ${basename(folder)}`, `${ratio(measured.work)} (native ${ratio(native)})`, "at most 3");
  }
  const p99 = `${measured.seek.toFixed(1)} ms (native ${(native.seek / 1e6).toFixed(1)})`;
  print(`W2, seek in 100,000 events, p99, ${basename(folder)}`, p99, "at most 16 ms");
  for (const [name, value, bar] of await page.evaluate(measureDiagram, { size: [1000, 480] })) {
    print(`${name}, ${basename(folder)}`, value, bar);
  }
  await page.close();
  await server.close();
}

/** Runs in the page: the fastest round of each piece of work, in nanoseconds a unit, and the slowest hundredth seek. */
async function measure({ rounds, seeks }) {
  const module = await import("./browser.js");
  await module.default();
  const time = (work) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const work = {};
  for (let place = 0; module.nameOf(place) !== undefined; place++) {
    let least = Infinity;
    for (let round = 0; round < rounds; round++) {
      let units;
      const took = time(() => (units = module.work(place)));
      least = Math.min(least, (took * 1e6) / units);
    }
    work[module.nameOf(place)] = least;
  }
  module.prepareSeeks();
  const times = Array.from({ length: seeks }, () => time(module.seek)).sort((a, b) => a - b);
  return { work, seek: times[Math.floor((seeks * 99) / 100)] };
}

/**
 * Runs in the page: what diagrams of a million events, and of a log of 50,000, ask of it. A frame is what the script
 * does for it, which is what keeps the page from answering; the browser paints when that is done.
 */
async function measureDiagram({ size }) {
  const module = await import("./browser.js");
  const { memory } = await module.default();
  const canvas = document.body.appendChild(document.createElement("canvas"));
  [canvas.width, canvas.height] = size;
  const time = (work) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const each = async (count, work) => {
    const times = [];
    for (let n = 0; n < count; n++) {
      await frame();
      times.push(time(work));
    }
    return times.sort((a, b) => a - b);
  };
  const p99 = (times) => `${times[Math.floor((times.length * 99) / 100)].toFixed(1)} ms (median ${times[times.length >> 1].toFixed(1)})`;
  const seconds = (millis) => `${(millis / 1e3).toFixed(2)} s`;
  const rows = [];
  const file = module.writeLog(20, 50_000);
  const logTimes = await each(5, () => module.paintLog(file, canvas));
  rows.push(["log of ShiViz, 50,000 events, 20 hosts: to the first picture", seconds(logTimes[2]), "at most 0.5 s"]);
  // In the page a worker reads, and the page draws: what either of them has to do.
  const there = (await each(5, () => module.packLog(file)))[2];
  const answer = module.packLog(file);
  const here = (await each(5, () => module.unpackLog(answer, canvas)))[2];
  rows.push(["the same, a worker's part and the page's part", `${seconds(there)} and ${seconds(here)}`, ""]);
  let most = 0;
  for (let kind = 0; module.largeName(kind) !== undefined; kind++) {
    const name = `1,000,000 events, ${module.largeName(kind)}`;
    const open = time(() => {
      module.openLarge(kind);
      module.paintLarge(canvas);
    });
    rows.push([`${name}: to the first picture`, seconds(open), "at most 3 s"]);
    most = Math.max(most, memory.buffer.byteLength + (performance.memory?.usedJSHeapSize ?? 0));
    rows.push([`${name}: a frame of panning and zooming, p99`, p99(await each(600, () => module.moveLarge(canvas))), "at most 8 ms"]);
    rows.push([`${name}: an event selected, p99`, p99(await each(200, () => module.selectLarge(canvas))), "at most 16 ms"]);
    // The other run is not there as long as nobody compares, so that memory is read before.
    module.rivalLarge();
    rows.push([`${name}: compared with another of as many`, seconds(time(() => module.compareLarge())), ""]);
    rows.push([`${name}: searched to its end`, `${Math.round(time(() => module.searchLarge()))} ms`, "at most 300 ms"]);
  }
  rows.push(["1,000,000 events: memory of module and scripts", `${Math.round(most / 2 ** 20)} MB`, "at most 256 MB"]);
  return rows;
}

/** Prints how long the built page takes to its first picture, in a fresh profile each time. */
async function picture() {
  const server = await serve(DIST);
  const times = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${server.origin}${MOUNT}`);
    times.push(await firstContentfulPaint(page));
    await context.close();
  }
  times.sort((a, b) => a - b);
  print("first picture on loopback, median", `${Math.round(times[(VISITS - 1) / 2])} ms`, "at most 1,000 ms");
  await server.close();
}

function print(...cells) {
  console.log(`| ${cells.join(" | ")} |`);
}
