/*! Each of the twelve switches, by the name that people are told, changes what happens in a run. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { button, scene, share, status, switchOf, until } from "./words.mjs";

const NAMES = [
  "The network is reliable",
  "Latency is zero",
  "Bandwidth is infinite",
  "The network is secure",
  "Topology doesn't change",
  "There is one administrator",
  "Transport cost is zero",
  "The network is homogeneous",
  "Clocks are accurate",
  "The process is not paused",
  "Nodes don't crash",
  "Nodes don't lie",
];

/** The hash of the whole run. */
async function whole(page) {
  await button(page, "To end").click();
  await until(async () => /ends here|left to happen/.test(await status(page)), "the run is over");
  return (await share(page)).hash;
}

pageTest("there are twelve switches, and each changes the run", async ({ page }) => {
  await scene(page, "clock-sync");
  assert.deepEqual(await page.getByRole("switch").allInnerTexts(), NAMES);
  const before = await whole(page);
  for (const name of NAMES) {
    await button(page, "Reset").click();
    const flip = switchOf(page, name);
    const held = await flip.getAttribute("aria-checked");
    await flip.click();
    await until(async () => (await flip.getAttribute("aria-checked")) !== held, `${name} is flipped`);
    assert.notEqual(await whole(page), before, `${name} changes nothing`);
    await button(page, "Reset").click();
    await flip.click();
    await until(async () => (await flip.getAttribute("aria-checked")) === held, `${name} is as it was`);
  }
  assert.equal(await whole(page), before, "held again, the run is the one that it was");
});
