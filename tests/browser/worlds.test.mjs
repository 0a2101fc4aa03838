/*! Up to six runs side by side: one node's view of each, executions of a log, time downward, and fingers on lanes.
 *
 * What is painted cannot be read here; what is said of it can. Must not know pixels, but for where boxes stand.
 */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { button, dialog, names, scene, settled, share, status, step, switchOf, until } from "./words.mjs";

const diagram = (page) => page.getByRole("region", { name: "Space-time diagram" });
const inspector = (page) => page.getByRole("region", { name: "Inspector" });
const picture = (page, name = "Events and messages") => page.getByRole("group", { name, exact: true });
const worlds = (page) => page.getByRole("group", { name: /^Events and messages of / });

async function history(page) {
  if (!(await inspector(page).isVisible())) await page.keyboard.press("i");
  await page.getByRole("radio", { name: "History" }).check();
  await settled(page);
}

/** The scene's run beside those of the next five seeds, after some turns in which messages are lost. */
async function sixWorlds(page) {
  await scene(page, "telemetry");
  await switchOf(page, "The network is reliable").click();
  await step(page, 40);
  await history(page);
  await button(inspector(page), "Compare with the next seeds").click();
  await settled(page);
  await until(async () => (await worlds(page).count()) === 5, "five runs beside this one");
}

/** What of a picture says that it is not in another. */
const marked = async (locator) => (await names(locator.getByRole("img"))).filter((name) => /; (only|not) in |; in |; at /.test(name));

pageTest("six worlds stand side by side, each with one node's view and what it could notice", async ({ page, expectAccessible, screenshot }) => {
  await sixWorlds(page);
  const boxes = await Promise.all((await diagram(page).locator(".tile canvas").all()).map((box) => box.boundingBox()));
  assert.equal(boxes.length, 6);
  const places = (side) => {
    const sorted = boxes.map((box) => box[side]).sort((a, b) => a - b);
    return 1 + sorted.slice(1).filter((at, before) => at - sorted[before] > 20).length;
  };
  assert.deepEqual([places("x"), places("y")], [2, 3], JSON.stringify(boxes));
  assert.ok(boxes.every((box) => box.width >= 200 && box.height >= 90), JSON.stringify(boxes));
  assert.match(await status(page), /This run beside seed \d+, /);
  await expectAccessible();
  await screenshot("six-worlds");
  // From outside the worlds differ. A node that has noticed nothing yet cannot tell them apart, and nothing is marked.
  const heads = diagram(page).locator(".beside-head .muted");
  const asked = page.getByRole("combobox", { name: "View as" });
  const nodes = await asked.locator("option").evaluateAll((all) => all.map((option) => option.value).filter((value) => value.includes("saw")));
  const seen = { same: 0, apart: 0 };
  for (const node of nodes.slice(0, 12)) {
    await asked.selectOption(node);
    await settled(page);
    const says = await heads.allInnerTexts();
    await settled(page);
    const here = (await marked(picture(page))).length;
    for (const [place, world] of (await worlds(page).all()).entries()) {
      const isSame = /cannot tell it from this run/.test(says[place]);
      const there = (await marked(world)).length;
      // What a node saw in this run alone is marked in this run's picture.
      assert.ok(isSame ? there === 0 : there + here > 0, `${node}: ${says[place]}, ${there} marks and ${here} here`);
      seen[isSame ? "same" : "apart"] += 1;
    }
  }
  assert.ok(seen.same > 0 && seen.apart > 0, JSON.stringify(seen));
  await screenshot("six-worlds-as-a-node");
  await expectAccessible();
});

pageTest("what is compared is in the link, and is taken back run by run", async ({ page }) => {
  await sixWorlds(page);
  const { fragment } = await share(page);
  const labels = await names(worlds(page));
  await button(diagram(page), labels[1].replace("Events and messages of", "Stop comparing with")).click();
  await settled(page);
  assert.deepEqual(await names(worlds(page)), labels.filter((_, place) => place !== 1));
  await button(page, "Lanes…").click();
  const lanes = dialog(page, "Lanes and marks");
  await button(lanes, "Undo view").click();
  await settled(page);
  assert.deepEqual(await names(worlds(page)), labels, "where it stood");
  await button(lanes, "Undo view").click();
  await settled(page);
  assert.equal(await worlds(page).count(), 0);
  await page.goto(page.url().split("#")[0] + fragment);
  await page.reload();
  await page.waitForSelector("main");
  await until(async () => (await worlds(page).count()) === 5, "the runs of the link");
  assert.deepEqual(await names(worlds(page)), labels);
  // And in what is kept where the page is open.
  await page.waitForTimeout(1_500);
  await page.goto(page.url().split("#")[0]);
  await page.waitForSelector("main");
  await until(async () => (await worlds(page).count()) === 5, "the runs of the kept session");
});

const LOG = [
  ["good", "a {\"a\":1}\nasks\nb {\"b\":1, \"a\":1}\nanswers yes\na {\"a\":2, \"b\":1}\nhears"],
  ["bad", "a {\"a\":1}\nasks\nb {\"b\":1, \"a\":1}\nanswers no"],
];

pageTest("two executions of a log are compared with one another", async ({ page, expectAccessible }) => {
  await button(page, "Open").click();
  await page.getByRole("menuitem", { name: "A log…" }).click();
  const sheet = dialog(page, "Open a log");
  await sheet.getByText("How to read it").click();
  await sheet.getByRole("textbox", { name: "Expression between executions" }).fill("^=== (?<trace>.*) ===$");
  await sheet.getByRole("textbox", { name: "Or its text" }).fill(LOG.map(([name, log]) => `=== ${name} ===\n${log}\n`).join(""));
  await button(sheet, "Open").click();
  await page.getByRole("region", { name: "Log", exact: true }).waitFor();
  await history(page);
  const compare = button(inspector(page), "Compare with bad");
  await compare.click();
  await settled(page);
  const other = picture(page, "Events and messages of bad");
  await until(async () => (await marked(other)).length > 0, "what differs is said");
  assert.ok((await marked(other)).some((name) => /b · 1 .*only in bad$/.test(name)), (await marked(other)).join("\n"));
  assert.match(await status(page), /Equal at first; then here b · 1 .* Only here: 2\. Only there: 1\./);
  assert.equal(await compare.getAttribute("aria-pressed"), "true");
  await expectAccessible();
  await compare.click();
  await settled(page);
  assert.equal(await other.count(), 0);
});

pageTest("where time runs down, two runs stand beside one another", async ({ page, expectAccessible, screenshot }) => {
  await scene(page, "crossed-letters");
  await step(page, 8);
  await button(page, "Lanes…").click();
  await dialog(page, "Lanes and marks").getByRole("checkbox", { name: "Time runs down" }).check();
  await page.keyboard.press("Escape");
  await history(page);
  const box = page.getByRole("textbox", { name: "Compare with the run of a seed or a link" });
  await box.fill("8");
  await box.press("Enter");
  await settled(page);
  const [here, there] = [await picture(page).boundingBox(), await picture(page, "Events and messages of seed 8").boundingBox()];
  assert.ok(there.x >= here.x + here.width - 1 && here.width >= 200, `${JSON.stringify(here)} and ${JSON.stringify(there)}`);
  assert.ok(Math.abs(there.height - here.height) < 80, "next to one another");
  await expectAccessible();
  await screenshot("compared-down");
});

pageTest("a finger drags a lane by its grip, and scrolls the page elsewhere", { viewport: { width: 360, height: 800 }, touch: true }, async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  await page.getByRole("tab", { name: "Diagram" }).click();
  await settled(page);
  const grips = diagram(page).locator(".grip.of-lane");
  assert.equal(await grips.count(), 2, "one for each lane");
  const [upper, lower] = [await grips.nth(0).boundingBox(), await grips.nth(1).boundingBox()];
  assert.ok([upper, lower].every((grip) => grip.width >= 24 && grip.height >= 24));
  const client = await page.context().newCDPSession(page);
  const touch = (type, x, y) =>
    client.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  const [x, from, to] = [upper.x + 12, upper.y + 12, lower.y + 12];
  await touch("touchStart", x, from);
  for (let n = 1; n <= 8; n += 1) await touch("touchMove", x, from + ((to - from) * n) / 8);
  await touch("touchEnd");
  await settled(page);
  assert.match(await status(page), /alice is lane 2 of 2\./);
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".grip")).touchAction), "none");
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("div.space-time-picture")).touchAction), "pan-y");
});
