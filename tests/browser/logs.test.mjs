/*! Logs from elsewhere on the page: dropped, chosen and pasted; their errors, their executions, and the way back. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { button, dialog, settled, status, step, turn, until } from "./words.mjs";

/** Alice asks Bob, who answers. */
const GOOD = 'alice {"alice":1}\nasks\nbob {"bob":1, "alice":1}\nanswers\nalice {"alice":2, "bob":1}\nhears\n';
/** A count is left out on line 4, and the first line is no event. */
const BAD = 'started at nine\nalice {"alice":1}\nbegins\nalice {"alice":3}\ngoes on\nbob {"bob":1}\nelsewhere\n';

/** Drops a file anywhere, as slowly as a hand. */
async function drop(page, name, text) {
  await page.evaluate(
    async ([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name));
      for (const kind of ["dragenter", "dragover", "drop"]) {
        const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector("main").dispatchEvent(event);
        await new Promise((done) => setTimeout(done, 100));
      }
    },
    [name, text],
  );
}

const log = (page) => page.getByRole("region", { name: "Log", exact: true });
const rows = (page) => page.getByRole("table", { name: "Events" }).locator("tbody tr");

async function openDialog(page) {
  await button(page, "Open").click();
  await page.getByRole("menuitem", { name: "A log…" }).click();
  const sheet = dialog(page, "Open a log");
  await sheet.waitFor();
  return sheet;
}

pageTest("a file that is dropped takes the place of the run, and the session comes back", async ({ page, expectAccessible, screenshot }) => {
  await step(page, 3);
  const scene = await page.getByRole("combobox", { name: "Scene" }).inputValue();
  await drop(page, "letters.log", GOOD);
  await log(page).getByRole("heading", { name: "letters.log" }).waitFor();
  assert.match(await status(page), /letters\.log: 3 events at 2 hosts, 0 errors/);
  await log(page).getByText("Ordered pairs").waitFor();
  const facts = await log(page).locator("dl").innerText();
  assert.match(facts, /Events\s+3\s+Hosts\s+2\s+Arrows\s+2\s+Ordered pairs\s+3\s+Concurrent pairs\s+0\s+Longest chain\s+3/);
  for (const name of ["Step", "Run", "Reset", "Share", "New seed"]) assert.ok(await button(page, name).isDisabled(), name);
  assert.ok(await page.getByRole("slider", { name: "Timeline" }).isDisabled());
  assert.equal(await page.getByRole("switch", { name: "Latency is zero" }).count(), 0);
  assert.equal(await page.getByRole("combobox", { name: "Scene" }).locator("option:checked").innerText(), "letters.log");
  await page.getByText("Nothing can be switched in it").waitFor();
  assert.match(await page.title(), /^letters\.log/);
  await page.keyboard.press(".");
  assert.match(await status(page), /nothing to run/);
  await expectAccessible();
  await screenshot("log-good");
  // The table, the search and the inspector speak of the log.
  await button(page, "Table").click();
  assert.equal(await rows(page).count(), 3);
  assert.match(await rows(page).last().innerText(), /alice receives “hears” from bob/);
  await button(page, "Table").click();
  await log(page).getByRole("button", { name: "Back to the scene" }).click();
  assert.equal(await page.getByRole("combobox", { name: "Scene" }).inputValue(), scene);
  assert.equal(await turn(page), 3);
  await step(page);
  assert.equal(await turn(page), 4);
});

pageTest("errors are named with their lines and lead to their events", async ({ page, expectAccessible, screenshot }) => {
  await drop(page, "bad.log", BAD);
  await log(page).getByRole("heading", { name: "1 error" }).waitFor();
  const error = log(page).getByRole("listitem").filter({ hasText: "gap" });
  assert.match(await error.innerText(), /^line 4 gap: .*2/);
  await error.getByRole("button", { name: "line 4" }).click();
  assert.match(await status(page), /alice · 2: alice does “goes on”/);
  await log(page).getByText("1 line belongs to no event").click();
  await log(page).getByText("line 1", { exact: true }).waitFor();
  await expectAccessible();
  await screenshot("log-bad");
});

pageTest("a text is pasted, read with expressions, and refused by name", async ({ page, expectAccessible, screenshot }) => {
  const sheet = await openDialog(page);
  await expectAccessible();
  await button(sheet, "Open").click();
  await sheet.getByText("Choose a file, or paste its text.").waitFor();
  await sheet.getByRole("textbox", { name: "Or its text" }).fill("== one\n[a] x {\"a\":1}\n== two\n[b] y {\"b\":1}\n");
  await sheet.getByText("How to read it").click();
  await screenshot("log-dialog");
  await expectAccessible();
  const parser = sheet.getByRole("textbox", { name: "Expression for an event" });
  await parser.fill("\\[(?<host>\\w+)\\] (?<event>\\w+)(?= )(?<clock>.*)");
  await button(sheet, "Open").click();
  await sheet.getByText(/looking ahead/).waitFor();
  await parser.fill("\\[(?<host>\\w+)\\] (?<event>\\w+) (?<clock>.*)");
  await sheet.getByRole("textbox", { name: "Expression between executions" }).fill("^== (?<trace>\\w+)$");
  await button(sheet, "Open").click();
  await log(page).getByRole("heading", { name: "Pasted text" }).waitFor();
  assert.match(await status(page), /Pasted text, one: 1 event at 1 host/);
  // Several executions, chosen from a list.
  const execution = log(page).getByRole("combobox", { name: "Execution, one of 2" });
  await execution.selectOption({ label: "two" });
  await until(async () => /two: 1 event/.test(await status(page)), "the other execution is shown");
  assert.equal(await execution.inputValue(), "1");
  await button(page, "Table").click();
  assert.match(await rows(page).innerText(), /b does “y”/);
});

pageTest("what is no log is refused with a way out, and can be tried again with an expression", async ({ page }) => {
  await drop(page, "plain.txt", "one|two|{\"one\":1}\n");
  const sheet = dialog(page, "Open a log");
  await sheet.getByText(/plain\.txt: no event was found/).waitFor();
  await sheet.getByRole("textbox", { name: "Expression for an event" }).fill("(?<host>\\w+)\\|(?<event>\\w+)\\|(?<clock>.*)");
  await button(sheet, "Open").click();
  await log(page).getByRole("heading", { name: "plain.txt" }).waitFor();
  await settled(page);
  assert.ok(!(await sheet.isVisible()));
});

pageTest("a log on a narrow page", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }, async ({ page, expectAccessible, screenshot }) => {
  await drop(page, "bad.log", BAD);
  await page.getByRole("tab", { name: "Log" }).waitFor();
  assert.equal(await page.getByRole("tab", { name: "Diagram" }).getAttribute("aria-selected"), "true");
  await screenshot("log-narrow-diagram");
  await page.getByRole("tab", { name: "Log" }).click();
  await log(page).getByRole("heading", { name: "bad.log" }).waitFor();
  await expectAccessible();
  await screenshot("log-narrow");
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px too wide`);
});

pageTest("a figure follows what is typed, names its mistakes, and opens as a run", async ({ page, expectAccessible, screenshot }) => {
  await button(page, "Open").click();
  await page.getByRole("menuitem", { name: "A figure…" }).click();
  const sheet = dialog(page, "Draw a figure");
  const text = sheet.getByRole("textbox", { name: "The figure, line by line" });
  await sheet.locator("svg title", { hasText: /^Crossed letters/ }).first().waitFor({ state: "attached" });
  await expectAccessible();
  await screenshot("figure");
  await text.fill("lanes a, b\na -> carl: hello");
  const mistake = sheet.getByRole("button", { name: "line 2, column 6" });
  await mistake.waitFor();
  assert.match(await sheet.locator("#figure-mistakes").innerText(), /there is no lane "carl"; choose one of a, b/);
  assert.ok(await button(sheet, "Open as a run").isDisabled());
  await mistake.click();
  assert.equal(await text.evaluate((area) => area.selectionStart), 16, "the caret stands before carl");
  await screenshot("figure-mistake");
  await sheet.getByText("How a figure is written").click();
  await sheet.getByRole("heading", { name: "Messages" }).waitFor();
  await expectAccessible();
  await text.fill("title Ping\na -> b: ping\nb -> a: pong");
  await sheet.locator("svg title", { hasText: /^Ping/ }).first().waitFor({ state: "attached" });
  const download = page.waitForEvent("download");
  await button(sheet, "Download SVG").click();
  assert.equal((await download).suggestedFilename(), "figure.svg");
  await button(sheet, "Open as a run").click();
  await log(page).getByRole("heading", { name: "Ping" }).waitFor();
  await button(page, "Table").click();
  assert.equal(await rows(page).count(), 4);
  await screenshot("figure-as-run");
  // The text is still there for a change.
  await button(page, "Change the text…").click();
  assert.match(await text.inputValue(), /^title Ping/);
});

pageTest("a shape of one's own is looked for", async ({ page, expectAccessible, screenshot }) => {
  await drop(page, "letters.log", GOOD);
  await log(page).getByRole("heading", { name: "letters.log" }).waitFor();
  await button(page, "Search…").click();
  const search = page.getByRole("dialog", { name: "Search" });
  await search.getByText("A shape of your own").click();
  const shape = search.getByRole("textbox", { name: "A shape of your own" });
  await shape.fill("x -> y: asks\nx = y");
  await shape.blur();
  await search.getByText(/^line 2, column/).waitFor();
  await shape.fill("x -> y: asks\ny -> x");
  await shape.blur();
  await search.getByText("1 event matches.").waitFor();
  await expectAccessible();
  await button(search, "Next match").click();
  assert.match(await status(page), /Match 1 of 1\. The shape: alice · 1, bob · 1, alice · 2\./);
  await screenshot("drawn-shape");
});
