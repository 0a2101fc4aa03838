/*! What outlives a visit: links, reloads, several tabs, a storage that is full, broken or forbidden, and bugs. */

import assert from "node:assert/strict";
import { openPage, pageTest } from "./harness.mjs";
import { at, button, choose, dialog, scene, share, step, switchOf, turn } from "./words.mjs";

const RECORD = "lightcone-session-";

pageTest("a shared link opens in a fresh profile at the same turn with the same hash", async ({ page }) => {
  await scene(page, "last-write-wins");
  await step(page, 4);
  await switchOf(page, "The network is reliable").click();
  await step(page, 3);
  const { hash, link, fragment } = await share(page);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.ok(link.length < 2_000, `the link has ${link.length} characters`);
  const other = await openPage({ hash: fragment });
  try {
    await at(other.page, 7);
    assert.equal(await other.page.locator(".notice").count(), 0, "nothing is wrong with it");
    const theirs = await share(other.page);
    assert.equal(theirs.hash, hash);
    assert.equal(theirs.fragment, fragment, "the link of the link is the link");
    assert.equal(await switchOf(other.page, "The network is reliable").getAttribute("aria-checked"), "false");
    await step(page, 2);
    await step(other.page, 2);
    assert.equal((await share(other.page)).hash, (await share(page)).hash, "they go on alike");
    assert.deepEqual(other.problems, []);
  } finally {
    await other.close();
  }
});

pageTest("the link is copied", { permissions: ["clipboard-read", "clipboard-write"] }, async ({ page }) => {
  await button(page, "Share").click();
  const sheet = dialog(page, "Share this exact state");
  const link = await sheet.getByRole("textbox", { name: "Link" }).inputValue();
  await sheet.getByRole("button", { name: "Copy link" }).click();
  await sheet.getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
});

pageTest("a link that is pasted into the address opens, and what was there can be brought back", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 3);
  const { fragment } = await share(page);
  await step(page, 2);
  await page.evaluate((fragment) => (location.hash = fragment), fragment);
  await at(page, 3);
  await button(page, "Bring it back").click();
  await at(page, 5);
});

pageTest("stepping leaves the address alone, and a reload brings back the session and not the link", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 2);
  const { fragment } = await share(page);
  await page.evaluate((fragment) => (location.hash = fragment), fragment);
  await at(page, 2);
  await step(page, 2);
  assert.ok(page.url().endsWith(fragment));
  await page.reload();
  await at(page, 4);
});

for (const [what, hash, says] of [
  ["that was cut", (whole) => whole.slice(0, -9), /damaged/],
  ["with a wrong character", (whole) => `${whole.slice(0, 20)}!${whole.slice(21)}`, /no link has/],
  ["of a newer version", (whole) => whole.replace("#v1:", "#v9:"), /newer/],
  ["that is none", () => "#what-is-this", /not a link of Lightcone/],
]) {
  pageTest(`a link ${what} is refused, and the session stays`, async ({ page }) => {
    await scene(page, "crossed-letters");
    await step(page, 3);
    const { hash: before, fragment } = await share(page);
    await page.evaluate((fragment) => (location.hash = fragment), hash(fragment));
    const sheet = dialog(page, "This link can't be opened");
    assert.match(await sheet.locator(".quote").first().innerText(), says);
    await sheet.getByRole("button", { name: "Keep my session" }).click();
    assert.equal(await sheet.count(), 0);
    assert.equal(await turn(page), 3);
    assert.equal((await share(page)).hash, before);
  });
}

pageTest("a reload loses nothing: scene, branches, dials and turn", async ({ page }) => {
  await scene(page, "crossed-letters");
  await switchOf(page, "The network is reliable").click();
  await step(page, 4);
  await button(page, "Step back").click();
  await switchOf(page, "The network is reliable").click();
  const before = await share(page);
  await page.reload();
  await at(page, 3);
  assert.deepEqual(await share(page), before);
  await page.keyboard.press("i");
  await page.getByRole("radio", { name: "History" }).check();
  assert.ok((await page.locator(".history .branch").count()) >= 3);
});

pageTest("two tabs keep a session each, and a reload of each brings back its own", async ({ page, another, settle }) => {
  await scene(page, "crossed-letters");
  await step(page, 2);
  const second = await another({});
  await second.getByText("Lightcone is open in another tab too.").waitFor();
  assert.equal(await turn(second), 0, "the new tab does not take the other's session");
  await scene(second, "crossed-letters");
  await step(second, 4);
  await settle();
  await page.reload();
  await at(page, 2);
  await second.reload();
  await at(second, 4);
});

pageTest("a new tab takes up the session of one that was closed", async ({ page, another, settle }) => {
  await scene(page, "crossed-letters");
  await step(page, 3);
  await settle();
  await page.close();
  const second = await another({});
  await at(second, 3);
});

pageTest("what cannot be read is set aside, and said", async ({ page }) => {
  await step(page, 2);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 700)));
  await page.addInitScript((prefix) => {
    for (const name of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
      if (!sessionStorage.getItem("broken")) localStorage.setItem(name, "1\nopen\n\nlightcone-session-1:damaged");
    }
    sessionStorage.setItem("broken", "yes");
  }, RECORD);
  await page.reload();
  const notice = page.locator(".notice").filter({ hasText: "could not be read" });
  await notice.waitFor();
  assert.equal(await turn(page), 0);
  const aside = await page.evaluate(() => Object.entries(localStorage).find(([name]) => name.startsWith("lightcone-set-aside-")));
  assert.match(aside[1], /damaged/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    notice.getByRole("button", { name: "Download it" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^lightcone/);
  await notice.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await notice.count(), 0);
});

pageTest("a storage that is full is said, and the session goes on", async ({ page }) => {
  await page.evaluate(() => {
    const refuse = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    Storage.prototype.setItem = refuse;
  });
  await step(page, 2);
  await page.getByText("Your browser's storage is full").waitFor();
  await step(page);
  assert.equal(await turn(page), 3);
});

/** A browser that lets the page store nothing, and does not even let it ask. */
function forbidStorage() {
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(globalThis, name, {
      get() {
        throw new DOMException("The request was denied.", "SecurityError");
      },
    });
  }
}

pageTest("a browser that forbids all storage is said, and everything else works", { before: forbidStorage }, async ({ page }) => {
  await page.getByText("Your browser does not let this page store anything").waitFor();
  await scene(page, "crossed-letters");
  await step(page, 3);
  await button(page, "Step back").click();
  await switchOf(page, "The network is reliable").click();
  const { hash, fragment } = await share(page);
  const other = await openPage({ hash: fragment });
  try {
    await at(other.page, 2);
    assert.equal((await share(other.page)).hash, hash);
  } finally {
    await other.close();
  }
  await page.reload();
  await page.waitForSelector("main");
  assert.equal(await turn(page), 0, "there is nowhere to bring it back from");
});

pageTest("a link that stands far away is gone to in slices, and can be given up", async ({ page, slowDown }) => {
  await scene(page, "telemetry");
  await page.keyboard.press("e");
  await page.waitForFunction(() => /ends/.test(document.querySelector(".status").textContent));
  const { hash, fragment } = await share(page);
  const far = await turn(page);
  assert.ok(far > 4_000, `turn ${far}`);
  await scene(page, "crossed-letters");
  await slowDown(20);
  await page.evaluate((fragment) => (location.hash = fragment), fragment);
  await page.getByText(`On the way to turn ${far}.`).waitFor();
  await page.keyboard.press("Space");
  await button(page, "Run").waitFor();
  const given = await turn(page);
  assert.ok(given < far, `it was there at ${given}`);
  await slowDown(1);
  const other = await openPage({ hash: fragment });
  try {
    await at(other.page, far);
    assert.equal((await share(other.page)).hash, hash);
  } finally {
    await other.close();
  }
});

/** What the browser reports when the module traps, as when its memory is full. */
const trap = () => dispatchEvent(new ErrorEvent("error", { error: new WebAssembly.RuntimeError("unreachable"), message: "unreachable" }));

pageTest("a bug leaves a card with a link that repeats what was done, and a reload goes on from there", async ({ page, expectAccessible, screenshot }) => {
  await scene(page, "crossed-letters");
  await step(page, 1);
  await choose(page, /letter.*from alice to bob/, "Drop");
  const { hash } = await share(page);
  // At once after the act: nothing of it may be waiting to be stored.
  await switchOf(page, "Latency is zero").click();
  await page.evaluate(trap);
  const card = dialog(page, "Lightcone has a bug, and stopped");
  await card.waitFor();
  await expectAccessible();
  await screenshot("bug");
  assert.match(await card.innerText(), /up to turn 1/);
  const link = await card.getByRole("textbox", { name: "Link" }).inputValue();
  const before = await page.locator(".status").innerText();
  await page.keyboard.press("Escape");
  await card.waitFor();
  await page.keyboard.press(".");
  assert.equal(await page.locator(".status").innerText(), before, "the dead module is not called again");
  const other = await openPage({ hash: link.slice(link.indexOf("#")) });
  try {
    await at(other.page, 1);
    const held = await switchOf(other.page, "Latency is zero").getAttribute("aria-checked");
    await button(other.page, "Step back").click();
    assert.notEqual(await switchOf(other.page, "Latency is zero").getAttribute("aria-checked"), held, "the last act is on its tape");
    assert.equal((await share(other.page)).hash, hash, "and all that was before");
  } finally {
    await other.close();
  }
  await card.getByRole("button", { name: "Reload from the last good turn" }).click();
  await page.waitForFunction(() => !document.querySelector("dialog[open]") && document.querySelector("main"));
  await at(page, 1);
  await button(page, "Step back").click();
  assert.equal((await share(page)).hash, hash);
});

pageTest("a trap in the midst of drawing leaves the card too, and nothing is called again", { expectProblems: true }, async ({ page, problems, settle }) => {
  await scene(page, "crossed-letters");
  await step(page, 1);
  await page.evaluate(() => {
    // A module whose one function is `unreachable`: the trap passes through the page's own frames.
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
    globalThis.traps = 0;
    CanvasRenderingContext2D.prototype.stroke = () => { globalThis.traps += 1; f(); };
  });
  await button(page, "Step").click();
  const card = dialog(page, "Lightcone has a bug, and stopped");
  await card.getByRole("textbox", { name: "Link" }).waitFor();
  await page.keyboard.press(".");
  await page.setViewportSize({ width: 900, height: 700 });
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => globalThis.traps), 1, "the dead module draws no more");
  await settle();
  assert.deepEqual(problems, ["uncaught error: RuntimeError: unreachable"]);
});

pageTest("a bug that comes straight back sets the session aside", async ({ page }) => {
  await scene(page, "crossed-letters");
  await step(page, 2);
  await page.waitForTimeout(700);
  const card = dialog(page, "Lightcone has a bug, and stopped");
  await page.evaluate(trap);
  await card.getByRole("button", { name: "Reload from the last good turn" }).click();
  await page.waitForFunction(() => !document.querySelector("dialog[open]") && document.querySelector("main"));
  await page.evaluate(trap);
  await card.getByText("It came straight after the last one").waitFor();
  await card.getByRole("button", { name: "Reload and start afresh" }).click();
  await page.waitForFunction(() => !document.querySelector("dialog[open]") && document.querySelector("main"));
  assert.equal(await turn(page), 0);
  assert.ok(await page.evaluate(() => Object.keys(localStorage).some((name) => name.startsWith("lightcone-set-aside-"))));
});
