/*! The page as a learner and a teacher use it: the names that guides rely on, stepping, switches, dials, menus. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { at, button, dialog, scene, status, step, switchOf, turn } from "./words.mjs";

pageTest("everything that the design names has its name", async ({ page }) => {
  for (const name of ["Step", "Step back", "Run", "Reset", "Share", "Export", "Help"]) {
    await button(page, name).waitFor({ timeout: 2_000 });
  }
  for (const name of ["Scene", "View as", "Clock"]) {
    assert.equal(await page.getByRole("combobox", { name, exact: true }).count(), 1, name);
  }
  for (const name of ["Network", "Space-time diagram", "Lesson"]) {
    assert.equal(await page.getByRole("region", { name, exact: true }).count(), 1, name);
  }
  assert.equal(await page.getByRole("slider", { name: "Timeline", exact: true }).count(), 1);
  assert.equal(await page.getByRole("table", { name: "Events", exact: true }).count(), 1);
  assert.equal(await page.getByRole("status", { name: "What happened", exact: true }).count(), 1);
  await page.keyboard.press("i");
  assert.equal(await page.getByRole("region", { name: "Inspector", exact: true }).count(), 1);
});

pageTest("step, step back, reset and the timeline go where they say", async ({ page }) => {
  await scene(page, "crossed-letters");
  assert.equal(await turn(page), 0);
  for (const expected of [1, 2, 3]) {
    await step(page);
    assert.equal(await turn(page), expected);
  }
  const there = await status(page);
  await button(page, "Step back").click();
  assert.equal(await turn(page), 2);
  await step(page);
  assert.equal(await status(page), there, "the same turn has happened again");
  const timeline = page.getByRole("slider", { name: "Timeline" });
  assert.match(await timeline.getAttribute("aria-valuetext"), /^turn 3 of 3, /);
  await timeline.fill("1");
  assert.equal(await turn(page), 1);
  await button(page, "Reset").click();
  assert.equal(await turn(page), 0);
});

pageTest("run goes on until it is paused, and to the end if it is not", async ({ page }) => {
  await scene(page, "crossed-letters");
  await button(page, "Run").click();
  await button(page, "Pause").click();
  await button(page, "Run").waitFor();
  const paused = await turn(page);
  await page.waitForTimeout(300);
  assert.equal(await turn(page), paused, "it stands still");
  await page.getByRole("combobox", { name: "Speed" }).selectOption({ label: "1 s a second" });
  await button(page, "Run").click();
  await page.waitForFunction(() => /ends|left to happen/.test(document.querySelector(".status").textContent));
  await button(page, "Run").waitFor();
  assert.ok((await turn(page)) > paused);
});

pageTest("a switch and a dial change the run, and the switch says what it lets in", async ({ page }) => {
  await scene(page, "crossed-letters");
  const reliable = switchOf(page, "The network is reliable");
  assert.equal(await reliable.getAttribute("aria-checked"), "true");
  await reliable.click();
  assert.equal(await reliable.getAttribute("aria-checked"), "false");
  const says = page.locator(`#${await reliable.getAttribute("aria-describedby")}`);
  assert.match(await says.innerText(), /^No: /);
  const dials = page.getByRole("group", { name: "Dials of: The network is reliable" });
  const loss = dials.getByRole("slider").first();
  await loss.fill(await loss.getAttribute("max"));
  assert.equal(await loss.getAttribute("aria-valuetext"), "100 %");
  const before = await turn(page);
  await step(page);
  assert.equal(await turn(page), before + 1, "a step waits for no dial");
  assert.equal(await loss.getAttribute("aria-valuetext"), "100 %", "the run has the dial's value");
  await reliable.click();
  assert.equal(await dials.count(), 0);
});

pageTest("more about an assumption shows the four parts of its text", async ({ page }) => {
  await page.getByRole("button", { name: "More about: Latency is zero" }).click();
  const about = dialog(page, "Latency is zero");
  const headings = about.getByRole("heading", { level: 3 });
  await headings.nth(3).waitFor();
  assert.deepEqual(await headings.allInnerTexts(), ["What it does", "The assumption it breaks", "What to look for", "Sources"]);
  await page.keyboard.press("Escape");
  assert.equal(await about.count(), 0);
  assert.equal(
    await page.evaluate(() => document.activeElement.getAttribute("aria-label")),
    "More about: Latency is zero",
    "the focus is where it was",
  );
});

pageTest("acting after going back starts a branch, and the old one is still there", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 4);
  await button(page, "Step back").click();
  await button(page, "Step back").click();
  await switchOf(page, "The network is reliable").click();
  await page.keyboard.press("i");
  await page.getByRole("radio", { name: "History" }).check();
  const branches = page.getByRole("region", { name: "Inspector" }).locator(".history .branch");
  assert.equal(await branches.count(), 2);
  assert.match(await branches.nth(1).innerText(), /at turn 2/);
  assert.equal(await branches.nth(1).getAttribute("aria-current"), "true");
  await branches.nth(0).click();
  assert.equal(await switchOf(page, "The network is reliable").getAttribute("aria-checked"), "true");
  assert.equal(await turn(page), 4);
});

pageTest("the adversary picks what comes next", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 2);
  await button(page, "Adversary").click();
  const next = page.getByRole("list", { name: "What may happen next" }).getByRole("button");
  assert.ok((await next.count()) > 0);
  const title = await next.first().locator("span").first().innerText();
  await next.first().click();
  assert.equal(await turn(page), 3);
  assert.ok((await status(page)).includes(title.replaceAll(/[“”]/g, "").split(" ")[0]), await status(page));
});

pageTest("run until stops at the condition, and says what is wrong with one that makes no sense", async ({ page }) => {
  await scene(page, "crossed-letters");
  await button(page, "Run until…").click();
  const form = page.getByRole("dialog", { name: "Run until" });
  await form.getByRole("textbox", { name: "Lamport stamp" }).fill("many");
  await form.getByRole("button", { name: "Run", exact: true }).click();
  assert.match(await form.getByRole("alert").innerText(), /“many” is no stamp/);
  await form.getByRole("textbox", { name: "Lamport stamp" }).fill("3");
  await form.getByRole("button", { name: "Run", exact: true }).click();
  await button(page, "Run").waitFor();
  assert.equal(await form.count(), 0);
  const stamps = await page.getByRole("table", { name: "Events" }).locator("tbody tr").allInnerTexts();
  assert.ok(stamps.at(-1).includes("3"), stamps.at(-1));
});

pageTest("a prediction is committed, run, and compared", async ({ page }) => {
  await scene(page, "crossed-letters");
  const predict = page.locator("form.predict").first();
  await predict.getByRole("radio").first().check();
  await predict.getByRole("button", { name: "Commit and run" }).click();
  await button(page, "Pause").click();
  const outcome = predict.locator(".outcome");
  assert.match(await outcome.innerText(), /^(As you predicted|It went otherwise)\./);
  await page.reload();
  assert.match(await page.locator(".outcome").first().innerText(), /^(As you predicted|It went otherwise)\./);
  assert.ok(await page.locator("form.predict").first().getByRole("radio").first().isDisabled());
});

pageTest("a claim that is broken shows where", async ({ page }) => {
  await scene(page, "last-write-wins");
  await button(page, "Run until…").click();
  const form = page.getByRole("dialog", { name: "Run until" });
  await form.getByRole("radio", { name: "a claim is broken" }).check();
  await form.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("status", { name: "What happened" }).getByText(/^Broken: /).waitFor();
  const before = await turn(page);
  await button(page, "Reset").click();
  await page.getByRole("slider", { name: "Timeline" }).fill(String(before));
  await page.getByRole("button", { name: /^Show me where: / }).first().click();
  await page.getByRole("region", { name: "Inspector" }).getByRole("heading", { level: 2 }).waitFor();
});

pageTest("each scene opens with its lesson, and a scene that was left is as it was", async ({ page }) => {
  const scenes = await page.getByRole("combobox", { name: "Scene" }).locator("option").evaluateAll((options) =>
    options.map((option) => option.value),
  );
  assert.ok(scenes.length >= 4, `${scenes}`);
  for (const id of scenes) {
    await scene(page, id);
    await page.getByRole("region", { name: "Lesson" }).getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await page.getByRole("region", { name: "Lesson" }).getByText("there is no lesson").count(), 0);
    await step(page, 2);
  }
  await scene(page, scenes[0]);
  assert.equal(await turn(page), 2);
  await at(page, 2);
});

pageTest("a node's view hides the rest, and says so", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 5);
  await page.getByRole("combobox", { name: "View as" }).selectOption({ label: "bob: what it saw" });
  await page.locator(".view-note").getByText("You see what bob saw:").waitFor();
  assert.match(await page.locator(".status b").innerText(), /by bob's clock$/);
  await button(page, "Back to the outside observer").click();
  assert.equal(await page.locator(".view-note").count(), 0);
});

pageTest("the run and the diagram can be taken away as files", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 3);
  for (const [item, name, first] of [
    ["Diagram as SVG", /^crossed-letters-turn-3\.svg$/, /^<svg [^]*Alice[^]*<\/svg>\s*$/i],
    ["Diagram as PNG", /\.png$/, /^\ufffdPNG/],
    ["Run as JSON", /\.json$/, /^\{"format":1,"scene":"crossed-letters"/],
    ["Run as text", /\.txt$/, /alice[^]*bob/],
  ]) {
    await button(page, "Export").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: item }).click()]);
    assert.match(download.suggestedFilename(), name);
    const text = await (await import("node:fs/promises")).readFile(await download.path(), "utf8");
    assert.match(text, first);
  }
});

pageTest("an invalid seed is refused by name, and a new one starts the run anew", async ({ page }) => {
  const seed = page.getByRole("textbox", { name: "Seed" });
  await seed.fill("lucky");
  await seed.press("Enter");
  assert.equal(await seed.getAttribute("aria-invalid"), "true");
  assert.match(await page.locator("#seed-error").innerText(), /whole number/);
  await button(page, "New seed").click();
  assert.match(await seed.inputValue(), /^\d+$/);
  assert.equal(await seed.getAttribute("aria-invalid"), null);
  assert.equal(await turn(page), 0);
});
