/*! What a hand can do to a run, from the page: switches and dials in the middle of it, and every menu. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { at, button, choose, dialog, names, scene, settled, share, status, step, switchOf, turn, turnUp, until } from "./words.mjs";

const map = (page) => page.getByRole("group", { name: "Nodes and packets" });
const picture = (page) => page.getByRole("group", { name: "Events and messages" });
const rows = (page) => page.getByRole("table", { name: "Events" }).locator("tbody tr");

/** Opens a scene and takes some turns. */
async function play(page, id, turns) {
  await scene(page, id);
  await step(page, turns);
  await at(page, turns);
}

/** Goes to the end of the run. */
async function toEnd(page) {
  await button(page, "To end").click();
  await button(page, "Run").waitFor();
  await settled(page);
}

pageTest("to the end, and the same by its key, is the run in full", async ({ page }) => {
  await play(page, "crossed-letters", 1);
  await toEnd(page);
  const { hash } = await share(page);
  assert.match(await status(page), /ends|left to happen/i);
  await page.keyboard.press("r");
  assert.equal(await turn(page), 0);
  await page.keyboard.press("e");
  await until(async () => (await turn(page)) > 4, "the end");
  assert.equal((await share(page)).hash, hash);
});

pageTest("a long run on its way to the end can be stopped, and the page answers meanwhile", async ({ page, slowDown }) => {
  await scene(page, "telemetry");
  await slowDown(20);
  await page.keyboard.press("e");
  await page.keyboard.press("Space");
  await slowDown(1);
  await button(page, "Run").waitFor();
  const paused = await turn(page);
  assert.ok(paused > 0 && paused < 5_000, `stopped at ${paused}`);
  await page.waitForTimeout(300);
  assert.equal(await turn(page), paused);
});

pageTest("a switch and a dial in the middle of a run change what comes after", async ({ page }) => {
  await play(page, "crossed-letters", 2);
  await toEnd(page);
  const whole = await share(page);
  const arrived = (await rows(page).allInnerTexts()).filter((row) => /receives/.test(row)).length;
  assert.ok(arrived >= 3, `${arrived} letters arrived`);
  await page.getByRole("slider", { name: "Timeline" }).fill("2");
  await at(page, 2);
  await switchOf(page, "The network is reliable").click();
  await turnUp(page, "Dials of: The network is reliable", "Loss");
  assert.equal(await turn(page), 2, "the run stands where it stood");
  await toEnd(page);
  const changed = await share(page);
  assert.notEqual(changed.hash, whole.hash);
  assert.ok((await rows(page).allInnerTexts()).filter((row) => /receives/.test(row)).length < arrived);
  const lost = picture(page).getByRole("img", { name: /lost: the network is not reliable/ });
  await lost.first().waitFor({ state: "attached" });
  // The first two turns are the same, and what was done can be undone by going back.
  await page.getByRole("slider", { name: "Timeline" }).fill("2");
  await at(page, 2);
  assert.equal(await switchOf(page, "The network is reliable").getAttribute("aria-checked"), "true");
});

pageTest("a packet is dropped by keys alone, and the focus stays on the map", async ({ page }) => {
  await play(page, "crossed-letters", 1);
  await map(page).locator("[tabindex='0']").focus();
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
  assert.match(await focused(), /^alice/);
  await page.keyboard.press("ArrowRight");
  await until(async () => /letter.*from alice to bob/.test(await focused()), "the letter is next");
  await page.keyboard.press("Enter");
  await until(async () => (await focused()) === "Deliver now", "its menu");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until(async () => /is lost/.test(await status(page)), "it is lost");
  assert.equal(await map(page).locator(".packet").count(), 0);
  await until(() => page.evaluate(() => document.activeElement.closest(".network-map") !== null), "the focus on the map");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.getByRole("menu", { name: "Node alice" }).waitFor();
});

pageTest("a letter is delivered now, in one step back and forth", async ({ page }) => {
  await play(page, "crossed-letters", 2);
  const before = await share(page);
  await choose(page, /letter.*from alice to bob/, "Deliver now");
  assert.equal(await turn(page), 3);
  assert.match(await status(page), /bob receives “letter”/);
  const after = await share(page);
  await button(page, "Step back").click();
  assert.equal((await share(page)).hash, before.hash);
  assert.equal(await map(page).getByRole("button", { name: /letter.*from alice to bob/ }).count(), 1);
  await button(page, "Step").click();
  assert.equal((await share(page)).hash, after.hash);
});

pageTest("a letter is duplicated, and both copies arrive", async ({ page }) => {
  await play(page, "crossed-letters", 1);
  await choose(page, /letter.*from alice to bob/, "Duplicate");
  assert.equal(await map(page).getByRole("button", { name: /letter.*from alice to bob/ }).count(), 2);
  await toEnd(page);
  const received = (await rows(page).allInnerTexts()).filter((row) => /bob receives “letter”/.test(row));
  assert.equal(received.length, 2, received.join("\n"));
});

pageTest("a letter is held back for a time that is asked for", async ({ page, expectAccessible }) => {
  await play(page, "crossed-letters", 1);
  await choose(page, /letter.*from alice to bob/, "Delay…");
  const ask = page.getByRole("dialog", { name: /^Delay / });
  await ask.waitFor();
  await expectAccessible();
  await ask.getByRole("textbox", { name: "Hold it for" }).fill("soon");
  await ask.getByRole("button", { name: "Delay", exact: true }).click();
  await ask.getByText(/soon/).waitFor();
  await ask.getByRole("textbox", { name: "Hold it for" }).fill("25");
  await ask.getByRole("button", { name: "Delay", exact: true }).click();
  assert.equal(await ask.count(), 0);
  assert.match(await status(page), /is held back for 25 ms/);
  await toEnd(page);
  const order = (await rows(page).allInnerTexts()).filter((row) => /receives “letter”/.test(row));
  assert.match(order[0], /alice receives/, "what was sent later came first");
});

pageTest("a node crashes and starts again from its menu, and is badged meanwhile", async ({ page }) => {
  await play(page, "crossed-letters", 1);
  await choose(page, /^bob/, "Crash");
  assert.match(await status(page), /bob has crashed/);
  await map(page).locator(".node.crashed").waitFor();
  await map(page).getByRole("button", { name: /^bob/ }).click();
  const menu = page.getByRole("menu", { name: "Node bob" });
  await menu.getByText("down").waitFor();
  assert.ok(await menu.getByRole("menuitem", { name: "Crash" }).isDisabled());
  await menu.getByRole("menuitem", { name: "Restart" }).click();
  await toEnd(page);
  assert.ok((await rows(page).allInnerTexts()).some((row) => /bob starts again/.test(row)));
  assert.equal(await map(page).locator(".node.crashed").count(), 0);
});

pageTest("a node is paused, its clock is set, and it goes on", async ({ page }) => {
  await play(page, "crossed-letters", 1);
  await choose(page, /^bob/, "Pause");
  await map(page).locator(".node.paused").waitFor();
  await choose(page, /^bob/, "Resume");
  assert.equal(await map(page).locator(".node.paused").count(), 0);
  await choose(page, /^bob/, "Set clock…");
  const ask = dialog(page, "Set the clock of bob");
  await ask.getByRole("textbox", { name: "Off by" }).fill("-3");
  await ask.getByRole("combobox", { name: "Unit" }).selectOption("s");
  await ask.getByRole("button", { name: "Set", exact: true }).click();
  assert.match(await status(page), /wall clock of bob is set/);
  await map(page).getByRole("button", { name: /^bob.*clock is off by −3/ }).waitFor();
});

pageTest("a link is cut and healed from its menu", async ({ page }) => {
  await play(page, "clock-sync", 2);
  const link = map(page).getByRole("button", { name: /S1.*S2/ }).first();
  const words = await link.getAttribute("aria-label");
  await link.click();
  const menu = page.getByRole("menu", { name: /^Link S. – S.$/ });
  await menu.getByRole("menuitem", { name: "Cut", exact: true }).click();
  assert.match(await status(page), /The link between S. and S. is cut/);
  await map(page).locator(".link.cut").first().waitFor({ state: "attached" });
  // The same by keys, from a node: its links, and the one that is cut.
  const [, one, other] = /(S\d).*(S\d)/.exec(words);
  await map(page).getByRole("button", { name: new RegExp(`^${one}\\b`) }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Links…" }).click();
  await page.getByRole("menu", { name: `Links of ${one}` }).getByRole("menuitem", { name: `to ${other}` }).click();
  await page.getByRole("menuitem", { name: "Heal" }).click();
  assert.match(await status(page), /is healed/);
});

pageTest("nodes of one side are chosen, parted and joined again", async ({ page, expectAccessible }) => {
  await play(page, "clock-sync", 2);
  await button(page, "Partition…").click();
  const bar = page.getByRole("group", { name: "Partition" });
  const cut = bar.getByRole("button", { name: "Cut", exact: true });
  assert.ok(await cut.isDisabled(), "nobody is chosen");
  await map(page).getByRole("button", { name: /^S1\b/ }).first().click();
  await map(page).getByRole("button", { name: /^S3\b/ }).first().focus();
  await page.keyboard.press("Enter");
  await bar.getByText("2 chosen: S1, S3").waitFor();
  assert.equal(await map(page).locator(".node[aria-pressed=true]").count(), 2);
  await expectAccessible();
  await cut.click();
  assert.match(await status(page), /S1, S3 are parted from the others/);
  await map(page).getByRole("img", { name: /S1/ }).first().waitFor({ state: "attached" });
  await until(() => page.evaluate(() => document.activeElement.id === "partition"), "the focus back on its button");
  await button(page, "Join S1, S3").click();
  assert.match(await status(page), /joined with the others/);
});

pageTest("a node's view hides memory, events and fates that are not its own", async ({ page }) => {
  await play(page, "crossed-letters", 2);
  await page.getByRole("combobox", { name: "View as" }).selectOption({ label: "alice: what it saw" });
  await page.locator(".view-note").getByText("You see what alice saw:").waitFor();
  const seen = await rows(page).locator("th").allInnerTexts();
  assert.ok(seen.length > 0 && seen.every((name) => name.startsWith("alice")), seen.join());
  assert.equal(await map(page).locator(".packet").count(), 0, "what is on its way is not for her to know");
  assert.ok((await names(picture(page).getByRole("img"))).every((name) => !/bob · /.test(name)));
  await step(page);
  assert.match(await status(page), /by alice's clock/);
  const inspector = page.getByRole("region", { name: "Inspector" });
  await choose(page, /^bob/, "Inspect");
  await inspector.getByText("Hidden: alice knows nothing of what bob holds and does.").waitFor();
  assert.equal(await inspector.getByText("Memory").count(), 0);
  await choose(page, /^alice/, "Inspect");
  await inspector.getByRole("heading", { name: "Memory, lost in a crash" }).waitFor();
  await button(page, "Back to the outside observer").click();
  await choose(page, /^bob/, "Inspect");
  await inspector.getByRole("heading", { name: "Memory, lost in a crash" }).waitFor();
});

pageTest("a long table is read window by window, and keys lead beyond", async ({ page }) => {
  await scene(page, "clock-sync");
  await page.keyboard.press("e");
  await until(async () => /ends/.test(await status(page)), "the end");
  await page.keyboard.press("t");
  const table = page.getByRole("table", { name: "Events" });
  const all = Number(await table.getAttribute("aria-rowcount")) - 1;
  assert.ok(all > 1_000, `${all} events`);
  const place = () => page.locator(".events-more span").innerText();
  assert.equal(await place(), `Events ${all - 99} to ${all} of ${all}`);
  assert.equal(await rows(page).count(), 100);
  const last = Number(await rows(page).last().getAttribute("aria-rowindex"));
  assert.equal(last, all + 1);
  await button(page, "Earlier").click();
  assert.equal(await place(), `Events ${all - 199} to ${all - 100} of ${all}`);
  await rows(page).first().getByRole("button").first().focus();
  await page.keyboard.press("ArrowUp");
  await until(async () => /^Events /.test(await place()) && !(await place()).startsWith(`Events ${all - 199} `), "another window");
  const focused = () => page.evaluate(() => document.activeElement.closest("tr")?.getAttribute("aria-rowindex"));
  await until(async () => Number(await focused()) === all - 199, "the row before");
  await page.keyboard.press("Home");
  await until(async () => (await focused()) === "2", "the first event");
  assert.equal(await place(), `Events 1 to 100 of ${all}`);
  await button(page, "Later").click();
  assert.equal(await place(), `Events 101 to 200 of ${all}`);
});

pageTest("the clocks are tried on the run, and the first wrong pair is shown", async ({ page, expectAccessible }) => {
  await scene(page, "clock-sync");
  await step(page, 40);
  const trial = page.getByRole("table", { name: "How often each clock was wrong" });
  await trial.waitFor();
  await page.getByText("Up to turn 40.").waitFor();
  const of = async (clock) => (await trial.getByRole("row", { name: new RegExp(`^${clock}`) }).getByRole("cell").allInnerTexts());
  const number = (text) => Number(/^[\d,]+/.exec(text)[0].replaceAll(",", ""));
  const [judged, wrong, invented] = (await of("Lamport")).map(number);
  assert.ok(judged > 100 && wrong === 0 && invented > 0, `${judged} ${wrong} ${invented}`);
  assert.deepEqual((await of("Vector")).map(number), [judged, 0, 0]);
  assert.ok(number((await of("Wall"))[1]) > 0);
  await expectAccessible();
  await trial.getByRole("row", { name: /^Wall/ }).getByRole("button").click();
  await page.getByRole("region", { name: "Inspector" }).getByRole("heading", { name: "Caused by" }).waitFor();
  assert.ok((await turn(page)) < 40);
});
