/*! The pictures and what a hand does in them: by mouse, by keys alone, and as a screen reader hears them.
 *
 * What is painted on the canvas cannot be read here; its names can, and they come from the same picture. Must not know
 * pixels.
 */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";

/** The parts of the page, by the names that people are told. */
function parts(page) {
  const diagram = page.getByRole("region", { name: "Space-time diagram" });
  const network = page.getByRole("region", { name: "Network" });
  return {
    diagram,
    network,
    picture: diagram.getByRole("group", { name: "Events and messages" }),
    map: network.getByRole("group", { name: "Nodes and packets" }),
    inspector: page.getByRole("region", { name: "Inspector" }),
    table: page.getByRole("table", { name: "Events" }),
    status: page.getByRole("status", { name: "What happened" }),
    scene: (id) => page.getByRole("combobox", { name: "Scene", exact: true }).selectOption(id),
    async step(times) {
      for (let n = 0; n < times; n++) await page.keyboard.press(".");
    },
  };
}

/** Opens a scene and takes some turns. */
async function play(page, scene, turns) {
  const found = parts(page);
  await found.scene(scene);
  await page.locator("body").click({ position: { x: 2, y: 2 } });
  await found.step(turns);
  await until(async () => new RegExp(`^turn ${turns} `).test(await found.status.innerText()), `turn ${turns}`);
  return found;
}

/** Waits until something holds. */
async function until(holds, what) {
  for (let n = 0; n < 100; n++) {
    if (await holds()) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  assert.fail(`it never came to this: ${what}`);
}

const names = (locator) => locator.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));

/** How many events the picture says that it shows. */
async function shown(picture) {
  const says = await picture.locator("#picture-says").innerText();
  return Number(/(\d+) events?/.exec(says)[1]);
}

pageTest("a letter is dropped with the mouse, and drawn up to where it was lost", async ({ page, expectAccessible }) => {
  const { network, picture, status, step } = await play(page, "crossed-letters", 1);
  await network.getByRole("button", { name: /letter.*from alice to bob/ }).click();
  const menu = page.getByRole("menu", { name: "Packet" });
  assert.deepEqual(await menu.getByRole("menuitem").allInnerTexts(), [
    "Deliver now", "Drop", "Duplicate", "Delay…", "Inspect",
  ]);
  await expectAccessible();
  await menu.getByRole("menuitem", { name: "Drop" }).click();
  await picture.getByRole("img", { name: /letter.*from alice to bob.*dropped by hand/ }).waitFor({ state: "attached" });
  assert.match(await status.innerText(), /is lost/);
  assert.equal(await network.getByRole("button", { name: /letter.*from alice to bob/ }).count(), 0);
  await step(4);
  assert.ok(!(await names(picture.getByRole("img"))).some((name) => /bob · .* receives “letter”/.test(name)));
});

pageTest("Escape closes a menu and gives the focus back", async ({ page }) => {
  const { network } = await play(page, "crossed-letters", 1);
  await network.getByRole("button", { name: /^alice/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu", { name: "Node alice" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement.textContent === "Step this node"), "focus in the menu");
  await page.keyboard.press("Escape");
  await until(() => page.evaluate(() => document.activeElement.id === "node-0"), "focus on the node again");
});

pageTest("Escape leaves the choice of a group", async ({ page }) => {
  const { network, map } = await play(page, "crossed-letters", 1);
  await map.locator("[tabindex='0']").focus();
  await page.keyboard.press("p");
  await network.getByRole("group", { name: "Partition" }).waitFor();
  await page.keyboard.press("Escape");
  await network.getByRole("button", { name: "Partition…" }).waitFor();
});

pageTest("an event is selected by keys, and everything counts the same", async ({ page, expectAccessible }) => {
  const { diagram, picture, inspector, table } = await play(page, "clock-sync", 30);
  await picture.focus();
  await page.keyboard.press("ArrowLeft");
  await until(() => page.evaluate(() => document.activeElement.id === "event-stop"), "focus on an event");
  const tip = page.getByRole("tooltip");
  await tip.getByText("wall clock").waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const says = diagram.getByText(/in its past · \d+ in its future/);
  await says.waitFor();
  const name = await diagram.locator(".pane-head.second b").innerText();
  const [past, future, concurrent] = (await says.innerText()).match(/\d+/g).map(Number);
  assert.ok(past > 0 && concurrent > 0, `${past} before, ${future} after, ${concurrent} beside`);
  await inspector.getByRole("heading", { level: 2, name: new RegExp(`^${name}`) }).waitFor();
  const focused = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.ok(focused.startsWith(name) && focused.endsWith("selected"), focused);
  const relations = await table.locator(".rel").allTextContents();
  const count = (what) => relations.filter((text) => text === what).length;
  assert.equal(count("in its past"), past);
  assert.equal(count("in its future"), future);
  assert.equal(count("concurrent"), concurrent);
  const heard = await names(picture.getByRole("img"));
  assert.equal(heard.filter((name) => name.endsWith("in the past of the selected event")).length, past);
  await page.keyboard.press("Escape");
  assert.ok(await tip.isHidden(), "Escape sends the tip away");
  await expectAccessible();
});

pageTest("the pointer shows the stamps and selects", async ({ page }) => {
  const { picture, inspector, diagram } = await play(page, "crossed-letters", 3);
  const box = await picture.boundingBox();
  // Somewhere along alice's lane there is her first event.
  const tip = page.getByRole("tooltip");
  const at = async () => {
    for (let y = 0.2; y < 0.9; y += 0.02) {
      for (let x = 0.1; x < 0.6; x += 0.02) {
        await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
        if (await tip.isVisible()) return { x: box.x + box.width * x, y: box.y + box.height * y };
      }
    }
    return assert.fail("no event was found");
  };
  const place = await at();
  const name = (await tip.getByRole("heading").innerText()).split(":")[0];
  await page.mouse.click(place.x, place.y);
  await inspector.getByRole("heading", { level: 2, name: new RegExp(`^${name}`) }).waitFor();
  assert.equal(await diagram.locator(".pane-head.second b").innerText(), name);
});

pageTest("the table is walked in time and along causes", async ({ page, expectAccessible }) => {
  const { table, inspector } = await play(page, "crossed-letters", 5);
  await page.keyboard.press("t");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await table.getByRole("button", { name: "bob · 2", exact: true }).first().focus();
  await page.keyboard.press("Enter");
  await inspector.getByRole("heading", { level: 2, name: /^bob · 2 receives “letter” from alice/ }).waitFor();
  const row = table.getByRole("row", { name: /^bob · 2/ });
  assert.match(await row.innerText(), /selected/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "alice · 1", "the send is its second cause");
  await page.keyboard.press("Enter");
  await until(async () => (await focused()) === "alice · 1", "focus on the cause's own row");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-current")), "true");
  await page.keyboard.press("ArrowDown");
  await until(async () => (await focused()) === "bob · 1", "the next event in time");
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await until(async () => (await focused()) === "alice · 1", "the first event");
  await expectAccessible();
});

pageTest("keys zoom, pan and fit", async ({ page }) => {
  const { picture, diagram } = await play(page, "clock-sync", 40);
  await picture.focus();
  await page.keyboard.press("0");
  await until(async () => (await shown(picture)) > 40, "the whole run");
  const all = await shown(picture);
  for (let n = 0; n < 4; n++) await page.keyboard.press("+");
  await until(async () => (await shown(picture)) < all, "less of it");
  const some = await picture.locator("#picture-says").innerText();
  for (let n = 0; n < 8; n++) await page.keyboard.press("Shift+ArrowRight");
  await until(async () => (await picture.locator("#picture-says").innerText()) !== some, "another part of it");
  await page.keyboard.press("-");
  await diagram.getByRole("button", { name: "Fit" }).click();
  await until(async () => (await shown(picture)) === all, "all of it again");
  await diagram.getByRole("button", { name: "Zoom in" }).click();
  await until(async () => (await shown(picture)) < all, "less by the button");
  const follow = diagram.getByRole("button", { name: "Follow" });
  assert.equal(await follow.getAttribute("aria-pressed"), "false");
  await follow.click();
  assert.equal(await follow.getAttribute("aria-pressed"), "true");
});

pageTest("a message that a fault has lost carries the fault's name", async ({ page }) => {
  const found = parts(page);
  await found.scene("crossed-letters");
  await page.getByRole("switch", { name: "The network is reliable" }).click();
  await page.getByRole("slider", { name: /loss/i }).first().focus();
  await page.keyboard.press("End");
  await page.waitForTimeout(400);
  await page.locator("body").click({ position: { x: 2, y: 2 } });
  await found.step(4);
  const lost = found.picture.getByRole("img", { name: /from (alice|bob) to (alice|bob); lost: the network is not reliable/ });
  await lost.first().waitFor({ state: "attached" });
});

pageTest("the lanes are chosen, and what a mark is", async ({ page, expectAccessible }) => {
  const { diagram, picture } = await play(page, "clock-sync", 20);
  await diagram.getByRole("button", { name: "Lanes…" }).click();
  const chooser = page.getByRole("dialog", { name: "Lanes and marks" });
  await chooser.getByRole("checkbox", { name: "S2", exact: true }).uncheck();
  await until(async () => /^3 lanes/.test(await picture.locator("#picture-says").innerText()), "three lanes");
  await expectAccessible();
  await chooser.getByRole("button", { name: "All" }).click();
  await until(async () => /^4 lanes/.test(await picture.locator("#picture-says").innerText()), "four lanes");
});

for (const reducedMotion of ["no-preference", "reduce"]) {
  const does = reducedMotion === "reduce" ? "stand between turns if motion is reduced" : "move between turns";
  pageTest(`packets ${does}`, { reducedMotion }, async ({ page }) => {
    const { network, status } = await play(page, "crossed-letters", 2);
    await page.getByRole("combobox", { name: "Speed" }).selectOption({ label: "10 ms a second" });
    const packet = network.locator(".packet").first();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForTimeout(200);
    const before = await packet.getAttribute("transform");
    await page.waitForTimeout(800);
    const after = await packet.getAttribute("transform");
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    assert.match(await status.innerText(), /^turn 2 /, "no turn was taken meanwhile");
    assert.equal(before === after, reducedMotion === "reduce", `${before} and then ${after}`);
  });
}

pageTest("every part of the map is of SVG", async ({ page }) => {
  const { map } = await play(page, "telemetry", 3);
  const wrong = await map.evaluate((map) =>
    [...map.querySelectorAll("*")].filter((one) => one.namespaceURI !== "http://www.w3.org/2000/svg").length,
  );
  assert.equal(wrong, 0);
  assert.ok((await map.locator(".node").count()) >= 60);
});

for (const viewport of [{ width: 360, height: 740 }, { width: 768, height: 1024 }]) {
  pageTest(`pictures and inspector are accessible at ${viewport.width} px`, { viewport, touch: true }, async (open) => {
    const { page, expectAccessible } = open;
    const { picture } = await play(page, "clock-sync", 25);
    for (const tab of ["Network", "Diagram"]) {
      await page.getByRole("tab", { name: tab }).click();
      await expectAccessible();
    }
    await picture.focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Inspector" }).click();
    await page.getByRole("region", { name: "Inspector" }).getByRole("heading", { name: "Caused by" }).waitFor();
    await expectAccessible();
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.ok(!sideways, "the page scrolls sideways");
  });
}
