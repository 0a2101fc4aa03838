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
  const p99 = `${measured.seek.toFixed(1)} ms (native ${(native.seek / 1e6).toFixed(1)})`;
  print(`W2, seek in 100,000 events, p99, ${basename(folder)}`, p99, "at most 16 ms");
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
