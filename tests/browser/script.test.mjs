/*! The class `Lightcone`, as the script of a course page uses it. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { scene, share, step } from "./words.mjs";

pageTest("a script drives a run of its own", async ({ page }) => {
  const seen = await page.evaluate(() => {
    const { Lightcone } = globalThis.wasmBindings;
    const run = new Lightcone("crossed-letters");
    const taken = run.step(4);
    const [event] = run.events();
    const [message] = run.messages();
    const later = run.events(2);
    const hash = run.traceHash;
    run.stepBack(2);
    run.step(2);
    const again = run.traceHash;
    const all = run.step(1e6);
    return { taken, event, message, later, hash, again, all, ended: run.ended, turn: run.turn, nodes: run.nodes(), claims: run.claims() };
  });
  assert.equal(seen.taken, 4);
  assert.deepEqual(seen.nodes, [{ id: 0, name: "alice" }, { id: 1, name: "bob" }]);
  const names = ["id", "node", "kind", "true_ns", "wall_ns", "monotonic_ns", "lamport", "vector", "hlc", "causes", "message", "label"];
  assert.deepEqual(Object.keys(seen.event), names);
  assert.equal(typeof seen.event.true_ns, "number", "times are plain numbers");
  assert.deepEqual(Object.keys(seen.event.vector), ["alice"], "vectors are plain objects");
  assert.equal(seen.message.from, 0);
  assert.equal(seen.later[0].id, 2);
  assert.equal(seen.hash, seen.again, "back and forth is straight on");
  assert.match(seen.ended, /\.$/);
  assert.equal(seen.all + seen.taken, seen.turn);
  assert.ok(seen.claims.every((claim) => claim.says && claim.holds !== undefined));
});

pageTest("a script acts by hand, and a link carries what it did", async ({ page }) => {
  const { before, after, lost } = await page.evaluate(() => {
    const { Lightcone } = globalThis.wasmBindings;
    const run = new Lightcone("crossed-letters");
    run.step(1);
    run.act({ act: "drop", message: run.inFlight()[0] });
    run.step(3);
    const copy = new Lightcone(run.link);
    return { before: run.traceHash, after: copy.traceHash, lost: copy.messages()[0].state };
  });
  assert.equal(after, before);
  assert.equal(lost, "lost");
});

pageTest("the page and a script see the same run", async ({ page }) => {
  await scene(page, "last-write-wins");
  await step(page, 5);
  const { hash, fragment } = await share(page);
  const theirs = await page.evaluate((link) => new globalThis.wasmBindings.Lightcone(link).traceHash, fragment);
  assert.equal(theirs, hash);
});

pageTest("what a script gets wrong is an error with place, value and way out", async ({ page }) => {
  const errors = await page.evaluate(() => {
    const { Lightcone } = globalThis.wasmBindings;
    const run = new Lightcone("crossed-letters");
    const attempts = [
      () => new Lightcone("nowhere"),
      () => new Lightcone("#v1:AAAA"),
      () => new Lightcone("telemetry", "lucky"),
      () => run.act({ act: "fly" }),
      () => run.act({ act: "crash" }),
      () => run.act({ act: "crash", node: 77 }),
      () => run.act({ act: "drop", message: { from: 0, to: 1, nth: 9 } }),
      () => run.act("crash"),
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return "no error";
      } catch (error) {
        return `${error.constructor.name}: ${error.message}`;
      }
    });
  });
  const expected = [
    /there is no scene "nowhere"; choose one of /,
    /damaged/,
    /"lucky" is no whole number/,
    /there is no act "fly"; choose one of assume/,
    /`node` must be a whole number/,
    /77/,
    /message/,
    /`act` must be a string/,
  ];
  assert.equal(errors.length, expected.length);
  expected.forEach((pattern, place) => {
    assert.match(errors[place], pattern);
    assert.match(errors[place], /^Error: /);
  });
});

/** A course page of its own, below the same host, whose script drives a run. */
const COURSE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Week 3</title><link rel="icon" href="data:,"></head>
<body><main><h1>Week 3</h1><ol></ol></main><script type="module">
  import init, { Lightcone } from "/course/week-3/lightcone/lightcone.js";
  await init();
  const run = new Lightcone("crossed-letters");
  run.step(1);
  run.act({ act: "drop", message: run.inFlight()[0] });
  run.step(1e6);
  run.seek(3);
  for (const event of run.events()) {
    const row = document.createElement("li");
    row.textContent = event.label + " " + event.lamport;
    document.querySelector("ol").append(row);
  }
  globalThis.seen = { hash: run.traceHash, link: run.link, turn: run.turn, lost: run.messages()[0].state, ended: run.ended };
  document.body.dataset.done = "yes";
</script></body></html>`;

pageTest("a course page loads the module for its class and draws what it wants", { html: COURSE, waitFor: "[data-done]" }, async ({ page, another }) => {
  const seen = await page.evaluate(() => globalThis.seen);
  assert.equal(seen.turn, 3);
  assert.equal(seen.lost, "lost");
  assert.match(seen.hash, /^[0-9a-f]{64}$/);
  assert.ok((await page.locator("li").count()) >= 3);
  assert.equal(await page.locator(".app, .lesson, dialog").count(), 0, "the page's own parts are not drawn there");
  const opened = await another({ hash: seen.link });
  assert.equal((await share(opened)).hash, seen.hash, "the page opens the script's link at the same place");
});
