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
