/*! The fault matrix: it fills while the page is used, stops and goes on, survives its workers, and opens a failing run. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLI, pageTest } from "./harness.mjs";
import { button, settled, step, switchOf, turn, until } from "./words.mjs";

const grid = (page) => page.getByRole("grid", { name: "The fault matrix" });
const cells = (page) => grid(page).getByRole("gridcell");
const progress = (page) => page.locator("#matrix-progress").innerText();

/** How many runs have been counted, as the page says it. */
async function counted(page) {
  const found = /^([\d,]+) of /.exec(await progress(page));
  return found ? Number(found[1].replaceAll(",", "")) : 0;
}

/** How many cells have a figure. */
const filled = (page) => grid(page).locator("td[data-level]:not([data-level=unknown])").count();

async function open(page) {
  await button(page, "Fault matrix…").click();
  await cells(page).first().waitFor();
}

pageTest("the matrix fills while the page stays fluid, with first figures soon", async ({ page, note, screenshot, expectAccessible }) => {
  await page.evaluate(() => {
    globalThis.longest = 0;
    let last = performance.now();
    const frame = (now) => {
      globalThis.longest = Math.max(globalThis.longest, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const begin = Date.now();
  await open(page);
  const all = await cells(page).count();
  assert.ok(all >= 240, `${all} cells`);
  await until(async () => (await filled(page)) === all, "a figure in every cell", 30_000);
  note(`a figure in each of ${all} cells after ${Date.now() - begin} ms: ${await progress(page)}`);
  const texts = await cells(page).allInnerTexts();
  assert.ok(texts.every((text) => /^\d+(\.\d)? %$/.test(text)), texts.find((text) => !/^\d+(\.\d)? %$/.test(text)));
  assert.ok(texts.includes("100 %") && texts.some((text) => text !== "100 %"));
  const workers = page.workers().length;
  assert.equal(workers, await page.evaluate(() => Math.min(navigator.hardwareConcurrency, 16)), "all cores are used");
  const longest = await page.evaluate(() => globalThis.longest);
  note(`the longest frame took ${Math.round(longest)} ms beside ${workers} workers`);
  // An estimate needs some time to go by.
  await until(async () => /of [\d,]+ runs; about \d+ (s|min) left/.test(await progress(page)), "an estimate", 10_000);
  await screenshot("matrix");
  await button(page, "Stop").click();
  await expectAccessible({ include: "dialog[open]" });
});

pageTest("stopping keeps what was counted, going on counts the rest once, and the program counts the same", async ({ page, note }) => {
  await open(page);
  await page.getByRole("combobox", { name: "Runs a cell" }).selectOption("100");
  await until(async () => (await counted(page)) > 500, "some runs", 30_000);
  await button(page, "Stop").click();
  await until(async () => page.workers().length === 0, "the workers go");
  const before = await counted(page);
  assert.match(await progress(page), /stopped, and what was counted stays/);
  await page.waitForTimeout(400);
  assert.equal(await counted(page), before);
  await page.keyboard.press("Escape");
  await grid(page).waitFor({ state: "detached" });
  await open(page);
  await until(async () => (await counted(page)) > before, "it goes on when it is opened again", 30_000);
  await until(async () => / in \d+ (s|min)$/.test(await progress(page)), "the end", 150_000);
  const all = await cells(page).count();
  assert.equal(await counted(page), all * 100);
  await until(async () => page.workers().length === 0, "the workers go home");
  assert.ok(await button(page, "Resume").isDisabled());

  // The program counts the same: what its cells are called tells all figures.
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Save as SVG").click()]);
  const called = (path) => [...readFileSync(path, "utf8").matchAll(/<title>(.* by 100 runs)<\/title>/g)].map(([, name]) => name);
  const ofPage = called(await download.path());
  assert.equal(ofPage.length, all, "a name for each cell");
  const file = join(mkdtempSync(join(tmpdir(), "lightcone-")), "matrix.svg");
  const rows = ["calls-answered", "retry", "keys", "generals", "lww", "replicas", "delivery-least"];
  execFileSync(CLI, ["matrix", "--seeds", "0..100", ...rows.flatMap((row) => ["--row", row]), "--svg", file]);
  const ofProgram = called(file);
  assert.equal(ofProgram.length, rows.length * 12);
  const chance = ofProgram.filter((name) => !/: (100|0) % kept it/.test(name));
  assert.ok(chance.length > 10, `chance decides in ${chance.length} cells`);
  assert.deepEqual(ofProgram.filter((name) => !ofPage.includes(name)), [], "figures that are not the page's");
  note(`${ofProgram.length} cells are as the program counts them`);
});

pageTest("a worker that is killed is said, and its runs are counted again", { expectProblems: true }, async ({ page }) => {
  await open(page);
  await until(async () => page.workers().length > 0, "workers");
  await page.getByRole("combobox", { name: "Runs a cell" }).selectOption("100");
  await until(async () => (await counted(page)) > 100, "some runs", 30_000);
  // One fails aloud, and one goes without a word.
  await page.workers()[0].evaluate(() => setTimeout(() => { throw new Error("killed by the test"); }));
  const said = page.getByRole("status").filter({ hasText: /stopped\. (Its|Their) runs are counted again/ });
  await said.waitFor();
  await page.workers().at(-1).evaluate(() => close());
  await until(async () => / in \d+ (s|min)$/.test(await progress(page)), "the end all the same", 150_000);
  const all = await cells(page).count();
  assert.equal(await counted(page), all * 100);
  assert.match(await said.innerText(), /^(A worker|2 workers) stopped/);
});

pageTest("a cell tells its claim and opens its smallest failing run, and the session comes back", async ({ page, note, screenshot }) => {
  await step(page, 3);
  await open(page);
  const row = grid(page).getByRole("row", { name: /^Retry without a key/ });
  const cell = row.getByRole("gridcell").first();
  await until(async () => /part|most/.test(await cell.getAttribute("data-level")), "a run that burns twice", 60_000);
  await cell.click();
  const details = page.getByRole("region", { name: "The chosen cell" });
  const text = await details.innerText();
  for (const part of [/No command burns twice/, /The network is reliable/, /confidence of 95 %/, /broke it/]) assert.match(text, part);
  await screenshot("matrix-cell");
  const begin = Date.now();
  await button(page, "Open the smallest failing run").click();
  await grid(page).waitFor({ state: "detached", timeout: 20_000 });
  note(`the smallest failing run was there after ${Date.now() - begin} ms`);
  await settled(page);
  assert.equal(await page.getByRole("combobox", { name: "Scene" }).inputValue(), "thruster");
  assert.ok((await turn(page)) > 0);
  assert.equal(await switchOf(page, "The network is reliable").getAttribute("aria-checked"), "false");
  assert.equal(await switchOf(page, "Nodes don't crash").getAttribute("aria-checked"), "true");
  const found = page.getByRole("status").filter({ hasText: /^The smallest failing run found: / });
  assert.match(await found.innerText(), /one (effect of a fault is needed|is left), and without it the claim holds/);
  const broken = page.getByRole("region", { name: "Lesson" }).getByText("No command burns twice.");
  await broken.first().waitFor();
  await screenshot("matrix-smallest");
  await button(page, "Bring it back").click();
  await settled(page);
  assert.equal(await page.getByRole("combobox", { name: "Scene" }).inputValue(), "telemetry");
  assert.equal(await turn(page), 3);
  assert.equal(await found.count(), 0, "what was found goes with its run");
});

pageTest("keys walk through the cells, and pairs are counted on demand", async ({ page }) => {
  await open(page);
  await button(page, "Stop").click();
  await cells(page).first().focus();
  const at = () => page.evaluate(() => document.activeElement.dataset.cell);
  for (const [key, place] of [
    ["ArrowRight", "0-1"], ["ArrowDown", "1-1"], ["End", "1-11"], ["ArrowRight", "1-11"], ["Home", "1-0"],
    ["ArrowUp", "0-0"], ["ArrowUp", "0-0"],
  ]) {
    await page.keyboard.press(key);
    assert.equal(await at(), place, key);
  }
  assert.equal(await grid(page).locator("td[tabindex='0']").count(), 1, "one stop for the Tab key");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "The chosen cell" }).getByRole("heading").waitFor();
  await page.getByRole("combobox", { name: "Broken" }).selectOption("crashes");
  await until(async () => (await grid(page).getByRole("columnheader").count()) === 11, "a column for each other assumption");
  assert.match(await grid(page).getByRole("columnheader").first().innerText(), /^crashes \+ reliable$/);
  await until(async () => (await counted(page)) > 0, "pairs are counted", 30_000);
});

for (const [width, colorScheme] of [[360, "dark"], [768, "light"], [1440, "dark"]]) {
  pageTest(`the matrix fits a window of ${width} px`, { viewport: { width, height: 800 }, colorScheme }, async ({ page, screenshot }) => {
    if (width < 1100) await page.getByRole("tab", { name: "Switches" }).click();
    await open(page);
    await until(async () => (await filled(page)) > 40, "figures", 30_000);
    await button(page, "Stop").click();
    await cells(page).nth(3).click();
    const overflow = await page.evaluate(() => {
      const dialog = document.querySelector("dialog[open]");
      return [dialog.scrollWidth - dialog.clientWidth, document.documentElement.scrollWidth - innerWidth];
    });
    assert.ok(overflow.every((pixels) => pixels <= 1), `${overflow}`);
    await screenshot(`matrix-${width}-${colorScheme}`);
  });
}
