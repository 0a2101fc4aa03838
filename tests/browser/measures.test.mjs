/*! Measures beside the picture: as charts, as tables and as files, and a timeout that is dragged by pointer and keys. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { pageTest } from "./harness.mjs";
import { button, scene, settled, step, until } from "./words.mjs";

/** Opens a scene, takes turns and shows what was measured. */
async function measures(page, id, turns) {
  await scene(page, id);
  await step(page, turns);
  await button(page, "Measures").click();
  const panel = page.getByRole("region", { name: "Measures", exact: true });
  await panel.getByRole("region", { name: "Round trips" }).waitFor();
  return panel;
}

/** The file that pressing a button hands out. */
async function file(page, pressed) {
  const [download] = await Promise.all([page.waitForEvent("download"), pressed.click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

for (const colorScheme of ["light", "dark"]) {
  pageTest(`axe finds nothing among the measures, ${colorScheme}`, { colorScheme }, async ({ page, expectAccessible, screenshot }) => {
    const panel = await measures(page, "timeouts", 40);
    await expectAccessible();
    await button(panel, "Goodput as a table").click();
    await panel.getByRole("table", { name: "Goodput" }).waitFor();
    await expectAccessible();
    await screenshot(`measures-${colorScheme}`);
  });
}

pageTest("what is counted is a table and two files", async ({ page }) => {
  const panel = await measures(page, "timeouts", 40);
  await button(panel, "Messages as a table").click();
  const table = panel.getByRole("table", { name: "Messages" });
  assert.deepEqual(await table.getByRole("columnheader").allInnerTexts(), ["true time", "sent", "arrived", "lost"]);
  const cells = await table.locator("tbody tr td:nth-child(2)").allInnerTexts();
  const sent = cells.map(Number).reduce((sum, count) => sum + count, 0);
  const figure = panel.locator(".measure-figures dl > div", { hasText: /^sent/ }).locator("dd");
  assert.equal(sent, Number(await figure.innerText()), "the stretches add up");
  assert.ok(sent > 10, `${sent} messages`);
  const csv = await file(page, button(panel, "Messages as CSV"));
  assert.match(csv.name, /^timeouts-messages-turn-40\.csv$/);
  const rows = csv.text.trim().split("\r\n");
  assert.equal(rows[0], "true time [ns],sent [count],arrived [count],lost [count]");
  assert.equal(rows.length - 1, cells.length);
  assert.equal(rows.slice(1).reduce((sum, row) => sum + Number(row.split(",")[1]), 0), sent);
  const svg = await file(page, button(panel, "Messages as SVG"));
  assert.match(svg.name, /\.svg$/);
  assert.match(svg.text, /^<svg [^>]*aria-label="Messages"/);
});

pageTest("the timeout is dragged by keys and by pointer, and says what it does", async ({ page }) => {
  const panel = await measures(page, "timeouts", 60);
  const trips = panel.getByRole("region", { name: "Round trips" });
  const says = trips.getByRole("status").filter({ hasText: "With a timeout of" });
  const slider = trips.getByRole("slider", { name: "Timeout" });
  const alarms = async () => Number(/; (\d+) false alarms?/.exec(await says.innerText())[1]);
  const inTime = async () => Number(/: (\d+) answered in time/.exec(await says.innerText())[1]);
  await slider.focus();
  await slider.press("End");
  await until(async () => (await alarms()) === 0, "nobody is given up");
  const all = await inTime();
  assert.ok(all > 5, `${all} answers`);
  const before = await slider.getAttribute("aria-valuetext");
  await slider.press("Home");
  await until(async () => (await alarms()) === all, "everybody is given up");
  assert.notEqual(await slider.getAttribute("aria-valuetext"), before);
  for (let n = 0; n < 5; n += 1) await slider.press("PageUp");
  await settled(page);
  assert.equal((await alarms()) + (await inTime()), all);
  const box = await trips.locator(".chart").boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await until(async () => (await alarms()) < all / 2, "the pointer drags it to the right");
});

pageTest("inside, nobody counts what others do", async ({ page, expectAccessible }) => {
  await measures(page, "timeouts", 20);
  await page.getByRole("combobox", { name: "View as" }).selectOption("saw:0");
  const panel = page.getByRole("region", { name: "Measures", exact: true });
  await panel.getByText("Hidden: G cannot count what others do").waitFor();
  await expectAccessible();
});

pageTest("measures fit a narrow page", { viewport: { width: 360, height: 740 } }, async ({ page, expectAccessible }) => {
  await scene(page, "timeouts");
  await step(page, 30);
  await page.getByRole("tab", { name: "Diagram" }).click();
  await button(page, "Measures").click();
  await page.getByRole("region", { name: "Round trips" }).waitFor();
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px too wide`);
  await expectAccessible();
});
