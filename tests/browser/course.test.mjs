/*! A course page of its own, which loads the class `Lightcone` by the name that stays. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DIST, pageTest } from "./harness.mjs";
import { MOUNT } from "./serve.mjs";

const COURSE = `<!doctype html><meta charset="utf-8"><title>Week 3</title><main>Week 3</main>
<script type="module">
  import init, { Lightcone } from "${MOUNT}lightcone.js";
  await init();
  const run = new Lightcone("crossed-letters");
  run.step(4);
  document.querySelector("main").textContent = JSON.stringify({
    turn: run.turn,
    hash: run.traceHash,
    kinds: run.events().map(({ kind }) => kind),
    drawn: document.querySelectorAll("section").length,
  });
</script>`;

pageTest("a course page drives a run, and nothing is drawn into it", async ({ page, another }) => {
  const course = await another({ html: COURSE });
  await course.waitForFunction(() => document.querySelector("main").textContent.startsWith("{"));
  const seen = JSON.parse(await course.locator("main").innerText());
  assert.equal(seen.turn, 4);
  assert.equal(seen.drawn, 0);
  assert.equal(seen.kinds[0], "send");
  const inThePage = await page.evaluate(() => {
    const run = new globalThis.wasmBindings.Lightcone("crossed-letters");
    run.step(4);
    return run.traceHash;
  });
  assert.equal(seen.hash, inThePage);
});

pageTest("the class has types", async () => {
  const types = readFileSync(join(DIST, "lightcone.d.ts"), "utf8");
  for (const said of [/export class Lightcone/, /act\(act: Act\): void/, /readonly traceHash: string/, /export default function/]) {
    assert.match(types, said);
  }
});
