/*! A lesson beside its scene: tasks that a run ticks, tasks that are ticked by hand, and the dials that they name. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { button, scene, status, until } from "./words.mjs";

const task = (page, text) => page.locator(".tasks li", { hasText: text });
const isDone = (item) => item.evaluate((it) => it.classList.contains("done"));

async function toEnd(page) {
  await button(page, "To end").click();
  await until(async () => /ends here|left to happen/.test(await status(page)), "the run is over");
}

pageTest("a task is done by the run with the dial that it names, and by no other", async ({ page }) => {
  await scene(page, "delivery");
  const missing = task(page, "a record is missing");
  const again = task(page, "The record comes again");
  await toEnd(page);
  assert.deepEqual([await isDone(missing), await isDone(again)], [false, false]);
  await page.getByRole("combobox", { name: "Policy", exact: true }).selectOption("idempotent consumer");
  await toEnd(page);
  await until(() => isDone(again), "the record came again");
  assert.equal(await isDone(missing), false);
});

pageTest("two dials that are turned one right after the other both count", async ({ page }) => {
  await scene(page, "delivery");
  const dial = (name) => page.getByRole("combobox", { name, exact: true });
  await dial("Policy").selectOption("transactions");
  await dial("Crash").selectOption("the broker");
  await until(async () => /Crash: the broker/.test(await status(page)), "the second was said");
  const chosen = (name) => dial(name).evaluate((it) => it.selectedOptions[0].innerText);
  assert.deepEqual([await chosen("Policy"), await chosen("Crash")], ["transactions", "the broker"]);
});

pageTest("what no run can show is ticked by hand, and stays so", async ({ page, another, expectAccessible }) => {
  await scene(page, "telemetry");
  const box = (on) => on.getByRole("checkbox", { name: /^View as G2 and run/ });
  await box(page).check();
  await expectAccessible();
  const later = await another({});
  await scene(later, "telemetry");
  await until(() => box(later).isChecked(), "it is still ticked");
  await box(later).uncheck();
  assert.equal(await isDone(task(later, "View as G2 and run")), false);
});

pageTest("clocks are tried unasked where the lesson is about them, and elsewhere when asked", async ({ page }) => {
  const card = page.getByRole("heading", { name: "How often each clock was wrong" });
  await scene(page, "heartbeats");
  await button(page, "Try the clocks on this run").waitFor();
  assert.equal(await card.count(), 0);
  await button(page, "Try the clocks on this run").click();
  await card.waitFor();
  await scene(page, "crossed-letters");
  await card.waitFor();
});

pageTest("who steps by keys beside a long lesson keeps their place in it", { viewport: { width: 360, height: 800 } }, async ({ page }) => {
  await scene(page, "timeouts");
  const place = () => page.evaluate(() => scrollY);
  await task(page, "Set \"Detector\" to RFC 6298").waitFor();
  await page.evaluate(() => scrollTo(0, 600));
  await button(page, "Reset").focus();
  for (let pressed = 0; pressed < 5; pressed += 1) {
    await page.keyboard.press("Tab");
    assert.equal(await place(), 600, `after ${pressed + 1} times Tab`);
  }
  await page.getByRole("tab", { name: "Lesson" }).focus();
  assert.equal(await place(), 600, "the tabs stay where they are");
});

pageTest("a prediction says when it will be answered, and a lesson can be started over", async ({ page }) => {
  await scene(page, "heartbeats");
  const first = page.getByRole("group", { name: "By what does M notice?" });
  await first.getByRole("radio", { name: "It does not" }).check();
  await button(page, "Commit and run").first().click();
  await page.getByText("What follows is said when it stands still").waitFor();
  await toEnd(page);
  await page.getByText("As you predicted.").waitFor();
  assert.ok(await isDone(task(page, "M never suspects W")));
  await button(page, "Start this lesson over").click();
  await until(async () => !(await isDone(task(page, "M never suspects W"))), "nothing is done");
  assert.equal(await first.getByRole("radio", { name: "It does not" }).isChecked(), false);
  assert.equal(await page.getByText("As you predicted.").count(), 0);
  assert.equal(await button(page, "Start this lesson over").count(), 0);
  assert.match(await status(page), /^turn 0 /);
});
