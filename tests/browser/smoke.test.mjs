/*! The built page opens: the least that must hold, and the only proof that the optimiser did not break it. */

import assert from "node:assert/strict";
import { firstContentfulPaint, pageTest } from "./harness.mjs";

pageTest("the page opens below a path of a static host", async ({ page, note, screenshot }) => {
  await page.getByRole("heading", { level: 1 }).waitFor();
  note(`first contentful paint after ${Math.round(await firstContentfulPaint(page))} ms`);
  await screenshot("smoke");
});

pageTest("a content policy forbids what the page does not need", async ({ page }) => {
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
});

pageTest("the content policy is in force", { expectProblems: true }, async ({ page, problems, settle }) => {
  const colour = await page.evaluate(() => {
    const probe = document.createElement("div");
    probe.innerHTML = "<p style='color: rgb(1, 2, 3)'>probe</p>";
    document.body.append(probe);
    return getComputedStyle(probe.firstChild).color;
  });
  await settle();
  assert.notEqual(colour, "rgb(1, 2, 3)");
  assert.ok(problems.some((problem) => problem.includes("content policy violated: style-src")), JSON.stringify(problems));
});

pageTest("what the browser loads is what was built", async ({ page }) => {
  const loaders = await page.locator("link[rel=modulepreload], link[rel=stylesheet], script[src]").all();
  assert.ok(loaders.length > 0, "the page loads no script");
  for (const loader of loaders) {
    assert.match((await loader.getAttribute("integrity")) ?? "", /^sha384-/, await loader.evaluate((it) => it.outerHTML));
  }
  assert.match(await page.locator("meta[name=lightcone-build]").getAttribute("content"), /^[0-9a-f]{16}$/);
});

const REST = /-rest-[0-9a-f]+_bg\.wasm$/;

pageTest("the first picture needs the main module alone, and the rest follows", async ({ page, note }) => {
  const entries = await page.waitForFunction(() => {
    const entries = performance.getEntriesByType("resource").filter(({ name }) => name.includes("-rest-"));
    return entries.length > 0 && entries.map(({ initiatorType, startTime }) => ({ initiatorType, startTime }));
  });
  // A blocking request would mean that the picture had to wait for the rest.
  const [{ initiatorType, startTime }, ...more] = await entries.jsonValue();
  assert.deepEqual([initiatorType, more], ["fetch", []]);
  note(`the page had drawn itself within ${Math.round(startTime)} ms`);
});

pageTest("who is faster than the rest of the module waits for it", { expectProblems: true }, async ({ context, another }) => {
  const blocking = [];
  await context.route(REST, (route) => {
    if (route.request().resourceType() === "fetch") return route.abort();
    blocking.push(route.request().frame());
    return route.continue();
  });
  const page = await another({ waitFor: "main h1" });
  const before = await page.getByRole("status", { name: "What happened" }).textContent();
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await page.waitForFunction(
    (before) => document.querySelector("[role=status][aria-label='What happened']")?.textContent !== before,
    before,
  );
  // The profile's first page may have been too late for its own rest, and may block for it as well.
  assert.equal(blocking.filter((frame) => frame.page() === page).length, 1);
});
