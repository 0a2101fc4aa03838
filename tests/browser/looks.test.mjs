/*! Arranging the diagram, cutting a run and searching it: by mouse, by keys alone, and with what axe has to say.
 *
 * What is painted cannot be read here; what is said of it can. Must not know pixels, but for the handle of a cut.
 */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { button, dialog, scene, settled, share, status, step } from "./words.mjs";

/** Opens one of the diagram's popovers. */
async function open(page, name) {
  await button(page, `${name}…`).click();
  const popover = dialog(page, name === "Lanes" ? "Lanes and marks" : name);
  await popover.waitFor();
  return popover;
}

const selectedName = (page) =>
  page.getByRole("region", { name: "Space-time diagram" }).locator(".pane-head.second b").innerText();

pageTest("a search counts its matches and goes from one to the next", async ({ page, expectAccessible }) => {
  await scene(page, "telemetry");
  await step(page, 30);
  const search = await open(page, "Search");
  const box = search.getByRole("searchbox", { name: "Search the events" });
  await box.fill("kind:receive");
  await settled(page);
  const says = search.locator("span.muted");
  const count = Number(/^(\d+) events? match/.exec(await says.innerText())[1]);
  assert.ok(count > 1, `${count} receives`);
  await box.press("Enter");
  await settled(page);
  assert.equal(await says.innerText(), `Match 1 of ${count}.`);
  const first = await selectedName(page);
  await button(search, "Next match").click();
  await settled(page);
  assert.equal(await says.innerText(), `Match 2 of ${count}.`);
  assert.notEqual(await selectedName(page), first);
  await box.press("Shift+Enter");
  await settled(page);
  assert.equal(await selectedName(page), first);
  await button(search, "Request and reply").click();
  await settled(page);
  assert.equal(await box.inputValue(), "shape:request-reply");
  await box.fill("knid:receive");
  await settled(page);
  assert.match(await says.innerText(), /no field "knid"/);
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  await expectAccessible();
});

pageTest("a cut is made, broken and mended by keys alone", async ({ page, expectAccessible }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  await page.getByRole("group", { name: "Events and messages" }).focus();
  await page.keyboard.press("ArrowRight");
  await settled(page);
  await page.keyboard.press("c");
  assert.match(await status(page), /A consistent cut: \d+ events? inside/);
  const cut = await open(page, "Cut");
  const fields = cut.getByRole("spinbutton");
  assert.equal(await fields.count(), 2, "one for each lane");
  const [alice, bob] = [fields.nth(0), fields.nth(1)];
  // Bob has received what Alice, with nothing inside, has not sent.
  await alice.fill("0");
  await alice.press("Tab");
  await bob.fill("99");
  await bob.press("Tab");
  await settled(page);
  assert.match(await cut.locator("p").innerText(), /^Not a consistent cut: .* is received inside and sent outside\.$/);
  await button(cut, "First consistent cut after here").click();
  await settled(page);
  assert.match(await cut.locator("p").innerText(), /^A consistent cut/);
  await expectAccessible();
  await page.keyboard.press("Escape");
  const { fragment } = await share(page);
  await page.goto(page.url().split("#")[0] + fragment);
  await page.reload();
  await page.waitForSelector("main");
  const again = await open(page, "Cut");
  assert.match(await again.locator("p").innerText(), /^A consistent cut/, "the link has the cut");
});

pageTest("an arrangement is taken back and made again", async ({ page, expectAccessible }) => {
  await scene(page, "telemetry");
  await step(page, 12);
  const lanes = await open(page, "Lanes");
  const down = lanes.getByRole("checkbox", { name: "Time runs down" });
  const fold = lanes.getByRole("checkbox", { name: "Fold idle stretches" });
  assert.ok(await button(lanes, "Undo view").isDisabled());
  await down.check();
  await fold.check();
  await settled(page);
  await button(lanes, "Undo view").click();
  await settled(page);
  assert.deepEqual([await down.isChecked(), await fold.isChecked()], [true, false]);
  await button(lanes, "Undo view").click();
  await settled(page);
  assert.deepEqual([await down.isChecked(), await fold.isChecked()], [false, false]);
  await button(lanes, "Redo view").click();
  await settled(page);
  assert.ok(await down.isChecked());
  for (const name of ["Local events as blocks", "Group by name"]) {
    await lanes.getByRole("checkbox", { name }).check();
    await settled(page);
  }
  await expectAccessible();
});

pageTest("the arrows lead where they point when time runs down", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  const lanes = await open(page, "Lanes");
  await lanes.getByRole("checkbox", { name: "Time runs down" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("group", { name: "Events and messages" }).focus();
  await page.keyboard.press("ArrowUp");
  await settled(page);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("ArrowUp");
  await settled(page);
  const before = await focused();
  await page.keyboard.press("ArrowDown");
  await settled(page);
  const after = await focused();
  const own = (name) => Number(/· (\d+)/.exec(name)[1]);
  assert.equal(before.split(" ·")[0], after.split(" ·")[0], "the same lane");
  assert.equal(own(after), own(before) + 1, `${before} then ${after}`);
});
