/*! Presets, and the twelve switches by their names: what is set is said, changes the run, and is taken back in one step. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { at, button, dialog, scene, settled, share, status, step, switchOf, until } from "./words.mjs";

/** Opens the list of presets and waits for their stories. */
async function presets(page) {
  await button(page, "Real incidents…").click();
  const sheet = dialog(page, "Real incidents");
  await sheet.getByRole("region", { name: "A card that loses 7 %" }).waitFor();
  return sheet;
}

for (const colorScheme of ["light", "dark"]) {
  pageTest(`presets tell their stories, ${colorScheme}`, { colorScheme }, async ({ page, expectAccessible }) => {
    const sheet = await presets(page);
    const stories = await sheet.getByRole("region").count();
    assert.ok(stories >= 12, `${stories} stories`);
    await sheet.getByText("by way of a relay in a high orbit").waitFor();
    await expectAccessible();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    assert.ok(await button(page, "Real incidents…").evaluate((it) => it === document.activeElement), "the focus is where it was");
  });
}

for (const turns of [0, 3]) {
  pageTest(`a preset is set, said and taken back in one step after turn ${turns}`, async ({ page }) => {
    await scene(page, "crossed-letters");
    if (turns > 0) await step(page, turns);
    await at(page, turns);
    const before = (await share(page)).link;
    const sheet = await presets(page);
    await button(sheet, "Set: Buffers that never overflow").click();
    await sheet.waitFor({ state: "hidden" });
    const held = () => switchOf(page, "Bandwidth is infinite").getAttribute("aria-checked");
    await until(async () => (await held()) === "false", "the assumption is dropped");
    assert.match(await status(page), /Buffers that never overflow.*“Bandwidth is infinite”.*Capacity 256 kbit\/s/);
    const again = await presets(page);
    await again.getByRole("region", { name: "Buffers that never overflow" }).getByText("set now").waitFor();
    await page.keyboard.press("Escape");
    assert.notEqual((await share(page)).link, before);
    await button(page, "Step back").click();
    await until(async () => (await held()) === "true", "the assumption is held again");
    await settled(page);
    await at(page, turns);
  });
}
