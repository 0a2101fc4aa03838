/*! Two runs compared, lanes moved by hand and by keys, marks that survive a link, and two events held together.
 *
 * What is painted cannot be read here; what is said of it can. Must not know pixels, but for the names of lanes.
 */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { button, choose, dialog, names, scene, settled, share, status, step, until } from "./words.mjs";

const diagram = (page) => page.getByRole("region", { name: "Space-time diagram" });
const inspector = (page) => page.getByRole("region", { name: "Inspector" });
const picture = (page, name = "Events and messages") => page.getByRole("group", { name, exact: true });
const tab = async (page, name) => {
  const found = page.getByRole("tab", { name, exact: true });
  if (await found.isVisible()) await found.click();
};

/** The first scene twice: as it is, and with Alice's letter dropped, which is where the page stands. */
async function twoBranches(page) {
  await scene(page, "crossed-letters");
  await step(page, 8);
  await page.getByRole("slider", { name: "Timeline" }).fill("2");
  await settled(page);
  await tab(page, "Network");
  await choose(page, /letter.*from alice to bob/, "Drop");
  await step(page, 6);
  await tab(page, "Inspector");
  if (!(await inspector(page).isVisible())) await page.keyboard.press("i");
  await page.getByRole("radio", { name: "History" }).check();
  await settled(page);
}

async function compare(page) {
  await button(inspector(page), "Compare with branch 1: The run as it starts").click();
  await settled(page);
}

pageTest("two branches stand one below the other, and what is chosen in one is in both", async ({ page, expectAccessible, screenshot }) => {
  await twoBranches(page);
  await compare(page);
  assert.match(await status(page), /Equal up to turn 2; then here .*, and in branch 1 bob · 2 receives “letter” from alice/);
  const other = picture(page, "Events and messages of branch 1");
  await until(async () => (await other.getByRole("img").count()) > 4, "the names of the other picture");
  const said = await names(other.getByRole("img"));
  assert.ok(said.some((name) => /bob · 2 receives “letter”.*only in branch 1$/.test(name)), said.join("\n"));
  assert.ok(!said.some((name) => /alice · 1 .*only in/.test(name)));
  const differences = inspector(page).getByRole("list", { name: "Differences" });
  const rows = differences.getByRole("listitem");
  assert.equal(await rows.count(), 4);
  await rows.filter({ hasText: "only in branch 1" }).first().getByRole("button").click();
  assert.match(await status(page), /only in branch 1\.$/);
  // By keys alone: into the other picture, to its first event, which happened in both.
  await other.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  for (let n = 0; n < 6; n += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.equal(await diagram(page).locator(".pane-head.second b").innerText(), "alice · 1");
  await expectAccessible();
  await screenshot("compared");
  await page.getByRole("slider", { name: "Timeline" }).fill("2");
  await settled(page);
  await until(async () => /are the same so far/.test(await diagram(page).locator(".beside-head").last().innerText()), "the same");
  await button(diagram(page), "Stop comparing").click();
  await settled(page);
  assert.equal(await other.count(), 0);
  assert.equal(await status(page).then((text) => /One run is shown/.test(text)), true);
});

for (const colorScheme of ["light", "dark"]) {
  pageTest(`comparing at 360 pixels, ${colorScheme}`, { viewport: { width: 360, height: 800 }, colorScheme }, async ({ page, expectAccessible }) => {
    await twoBranches(page);
    await compare(page);
    // What the bar of the buttons covers by half is no target: the list's end stands above it.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expectAccessible();
    await page.getByRole("tab", { name: "Diagram" }).click();
    await settled(page);
    const places = await Promise.all(
      ["Events and messages", "Events and messages of branch 1"].map((name) => picture(page, name).boundingBox()),
    );
    assert.ok(places.every((place) => place.height >= 200 && place.x >= 0 && place.x + place.width <= 361), JSON.stringify(places));
    assert.ok(places[1].y >= places[0].y + places[0].height, "one below the other");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} pixels`);
    await expectAccessible();
  });
}

pageTest("the run of another seed is compared, and a text that is none is refused beside its box", async ({ page, expectAccessible }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  await page.keyboard.press("i");
  await page.getByRole("radio", { name: "History" }).check();
  const box = page.getByRole("textbox", { name: "Compare with the run of a seed or a link" });
  await box.fill("seven");
  await box.press("Enter");
  await settled(page);
  assert.match(await inspector(page).locator(".compare-refused").innerText(), /a seed is a whole number/);
  await box.fill("8");
  await box.press("Enter");
  await settled(page);
  await picture(page, "Events and messages of seed 8").waitFor();
  await expectAccessible();
});

/** The lanes that are read aloud, from the top. */
async function lanes(page) {
  const popover = dialog(page, "Lanes and marks");
  return (await status(page)).match(/^.* (\S+) is lane (\d+) of (\d+)\./)?.slice(1) ?? [await popover.count()];
}

pageTest("a lane is dragged by its name, moved by keys, and hidden by its menu", async ({ page, expectAccessible }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  const place = await picture(page).boundingBox();
  // Alice's name is in the upper half at the left edge, Bob's in the lower.
  const at = (share) => [place.x + 20, place.y + place.height * share];
  const found = async (share) => {
    await page.mouse.click(...at(share));
    await settled(page);
    return inspector(page).locator(".inspector-title .mono").innerText();
  };
  let upper = 0.2;
  while (upper < 0.6 && (await found(upper).catch(() => "")) !== "alice") upper += 0.05;
  let lower = 0.95;
  while (lower > 0.4 && (await found(lower).catch(() => "")) !== "bob") lower -= 0.05;
  await page.mouse.move(...at(upper));
  await page.mouse.down();
  await page.mouse.move(...at((upper + lower) / 2), { steps: 4 });
  await page.mouse.move(...at(lower), { steps: 4 });
  await page.mouse.up();
  assert.deepEqual(await lanes(page), ["alice", "2", "2"]);
  assert.equal(await found(upper), "bob", "bob stands above now");
  await picture(page).focus();
  await page.keyboard.press("z");
  assert.equal(await found(upper), "alice", "one step back");
  await picture(page).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+ArrowUp");
  const moved = await lanes(page);
  assert.equal(moved.length, 3, "a key moves a lane too");
  await page.keyboard.press("l");
  const menu = page.getByRole("menu", { name: /^Lane of / });
  await menu.waitFor();
  await expectAccessible();
  await menu.getByRole("menuitem", { name: "Hide this lane" }).click();
  assert.match(await status(page), /is hidden\./);
  await page.keyboard.press("t");
  await settled(page);
  assert.match(await page.locator(".events-more").innerText(), /\d+ more on hidden lanes/);
});

pageTest("marks that were switched are in the link, and are taken back", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  const open = async () => {
    await button(page, "Lanes…").click();
    const popover = dialog(page, "Lanes and marks");
    await popover.waitFor();
    return popover;
  };
  const words = (popover) => popover.getByRole("checkbox", { name: "Messages' words" });
  const stamps = (popover) => popover.getByRole("checkbox", { name: "Stamps" });
  const popover = await open();
  await words(popover).check();
  await stamps(popover).uncheck();
  await page.keyboard.press("Escape");
  const { fragment } = await share(page);
  await page.goto(page.url().split("#")[0] + fragment);
  await page.reload();
  await page.waitForSelector("main");
  const again = await open();
  assert.deepEqual([await words(again).isChecked(), await stamps(again).isChecked()], [true, false]);
  await words(again).uncheck();
  await settled(page);
  await button(again, "Undo view").click();
  await settled(page);
  assert.ok(await words(again).isChecked());
});

pageTest("two events are held together, by keys and by hand, with the chain that proves it", async ({ page, expectAccessible }) => {
  await scene(page, "crossed-letters");
  await step(page, 8);
  await picture(page).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  for (let n = 0; n < 6; n += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+Enter");
  assert.match(await status(page), /could have caused .*steps? lead there|are concurrent/);
  await settled(page);
  assert.match(await inspector(page).innerText(), /Held against/);
  await expectAccessible();
  await button(inspector(page), "Let it go").click();
  await settled(page);
  assert.doesNotMatch(await inspector(page).innerText(), /Held against/);
});
