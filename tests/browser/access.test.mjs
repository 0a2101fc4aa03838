/*! The page without a mouse, without sight, without room, and in the colours that the system asks for. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { at, button, dialog, scene, settled, step, turn } from "./words.mjs";

const SCENES = ["telemetry", "last-write-wins", "crossed-letters", "clock-sync"];

for (const colorScheme of ["light", "dark"]) {
  pageTest(`axe finds nothing on any scene, ${colorScheme}`, { colorScheme }, async ({ page, expectAccessible, screenshot }) => {
    for (const id of SCENES) {
      await scene(page, id);
      await expectAccessible();
      await step(page, 6);
      await expectAccessible();
      await screenshot(`${id}-${colorScheme}`);
    }
    for (const [open, name] of [["Share", "Share this exact state"], ["Help", "Help"], ["Run until…", "Run until"]]) {
      await button(page, open).click();
      await dialog(page, name).waitFor();
      await expectAccessible();
      await page.keyboard.press("Escape");
    }
    for (const shows of ["History", "What's next", "Details"]) {
      if (!(await page.getByRole("region", { name: "Inspector" }).isVisible())) await page.keyboard.press("i");
      await page.getByRole("radio", { name: shows }).check();
      await expectAccessible();
    }
  });
}

pageTest("axe finds nothing on a narrow page, tab by tab", { viewport: { width: 360, height: 740 } }, async (open) => {
  for (const name of ["Lesson", "Network", "Diagram", "Switches", "Inspector"]) {
    await open.page.getByRole("tab", { name }).click();
    await open.expectAccessible();
    await open.screenshot(`narrow-${name.toLowerCase()}`);
  }
});

pageTest("a narrow page has tabs that the arrows move, and nothing to scroll sideways", { viewport: { width: 360, height: 740 } }, async ({ page }) => {
  const tab = (name) => page.getByRole("tab", { name });
  await tab("Lesson").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await tab("Network").getAttribute("aria-selected"), "true");
  assert.ok(await page.getByRole("tabpanel", { name: "Network" }).isVisible());
  assert.ok(!(await page.getByRole("region", { name: "Lesson" }).isVisible()));
  await page.keyboard.press("End");
  assert.equal(await tab("Inspector").getAttribute("aria-selected"), "true");
  await page.keyboard.press("Home");
  for (const id of SCENES) {
    await scene(page, id);
    for (const name of ["Lesson", "Network", "Diagram", "Switches", "Inspector"]) {
      await tab(name).click();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${name} of ${id} is ${over} px too wide`);
    }
  }
  await button(page, "Setup").click();
  assert.ok(await page.getByRole("combobox", { name: "Clock" }).isVisible());
});

pageTest("a session can be run from the keyboard alone", async ({ page }) => {
  // From the top of the page: skip to the buttons, choose a scene, step, go back, run and pause, share.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.ok(await page.evaluate(() => document.activeElement.id === "transport"));
  const focusOn = async (name, role = "button") => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const found = await page.getByRole(role, { name, exact: true }).first().evaluate((it) => it === document.activeElement);
      if (found) return;
    }
    assert.fail(`Tab never comes to ${name}`);
  };
  await focusOn("Step");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  assert.equal(await turn(page), 2);
  await page.keyboard.press(".");
  await page.keyboard.press(",");
  assert.equal(await turn(page), 2, "keys of a single letter work beside the buttons");
  await focusOn("Share");
  await page.keyboard.press("Enter");
  await dialog(page, "Share this exact state").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Share", "the focus is where it was");
  await focusOn("The network is reliable", "switch");
  await page.keyboard.press("Space");
  assert.equal(await page.getByRole("switch", { name: "The network is reliable" }).getAttribute("aria-checked"), "false");
  await focusOn("Timeline", "slider");
  await page.keyboard.press("Home");
  assert.equal(await turn(page), 0);
  await page.keyboard.press("End");
  assert.equal(await turn(page), 2);
});

pageTest("the help sheet lists the keys, and can switch those of a single letter off", async ({ page }) => {
  await page.keyboard.press("?");
  const help = dialog(page, "Help");
  assert.deepEqual(await help.locator("caption").allInnerTexts(), ["Anywhere", "In the diagram", "In the network"]);
  await help.getByText("Step back", { exact: true }).waitFor();
  await page.keyboard.press(".");
  await help.getByRole("switch", { name: "Keys of a single letter work" }).click();
  await page.keyboard.press("Escape");
  assert.equal(await turn(page), 0, "under a dialog keys do nothing");
  await page.keyboard.press(".");
  assert.equal(await turn(page), 0, "they are off");
  await page.reload();
  await page.waitForSelector("main");
  await page.keyboard.press(".");
  await settled(page);
  assert.equal(await turn(page), 0, "they are still off");
  await button(page, "Help").click();
  await help.getByRole("switch", { name: "Keys of a single letter work" }).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press(".");
  assert.equal(await turn(page), 1);
});

pageTest("keys do nothing while someone types", async ({ page }) => {
  await page.getByRole("textbox", { name: "Seed" }).focus();
  await page.keyboard.type("1.,r");
  assert.equal(await page.getByRole("textbox", { name: "Seed" }).evaluate((it) => it.value.includes("1.,r")), true);
  assert.equal(await turn(page), 0);
});

pageTest("menus are walked by arrows, and give the focus back", async ({ page }) => {
  await button(page, "Theme").focus();
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  assert.equal(await focused(), "As the system");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "Dark");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "As the system");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Theme");
  await page.reload();
  await page.waitForSelector("main");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark", "the choice is kept");
});

pageTest("the page keeps its shape in forced colours and with motion reduced", { forcedColors: "active", reducedMotion: "reduce" }, async ({ page, expectAccessible }) => {
  await scene(page, "crossed-letters");
  await step(page, 3);
  await at(page, 3);
  await expectAccessible();
});
