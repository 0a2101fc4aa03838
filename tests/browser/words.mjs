/*! The words of the browser tests: what a person would say they do, by the names that the design gives. */

/** The button of this name. */
export const button = (page, name) => page.getByRole("button", { name, exact: true });

/** The switch of an assumption. */
export const switchOf = (page, name) => page.getByRole("switch", { name, exact: true });

/** The open dialog with this title. */
export const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });

/** Opens a scene by its id. */
export async function scene(page, id) {
  await page.getByRole("combobox", { name: "Scene" }).selectOption(id);
  await settled(page);
}

/** Takes turns. */
export async function step(page, times = 1) {
  for (let taken = 0; taken < times; taken += 1) await button(page, "Step").click();
  await settled(page);
}

/** The sentence that says what happened, with its place. */
export async function status(page) {
  await settled(page);
  return page.getByRole("status", { name: "What happened" }).innerText();
}

/** The number of the turn at which the session stands. */
export async function turn(page) {
  return Number(/^turn (\d+) /.exec(await status(page))[1]);
}

/** Waits until the session stands at a turn. */
export async function at(page, turn) {
  const marker = page.getByRole("status", { name: "What happened" }).getByText(new RegExp(`^turn ${turn} `));
  await marker.waitFor();
}

/** The hash of all that happened, as the share dialog shows it, and the link beside it. */
export async function share(page) {
  await page.getByRole("banner").getByRole("button", { name: "Share" }).click();
  const sheet = dialog(page, "Share this exact state");
  const hash = await sheet.locator("#trace-hash").getAttribute("title");
  const link = await sheet.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return { hash, link, fragment: link.slice(link.indexOf("#")) };
}

/** Waits for what was sent to be on screen: the page changes on the next tick. */
export async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
}

/** Waits until something holds, for some seconds unless something else is said. */
export async function until(holds, what, millis = 5_000) {
  for (let tried = 0; tried < millis / 50; tried += 1) {
    if (await holds()) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`it never came to this: ${what}`);
}

/** The names of elements, as they are read aloud. */
export const names = (locator) => locator.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));

/** Turns a dial as far as it goes, by keys, and waits until the run has its value. */
export async function turnUp(page, group, dial) {
  const slider = page.getByRole("group", { name: group }).getByRole("slider", { name: dial, exact: true });
  await slider.focus();
  await slider.press("End");
  const says = `${dial}: ${await slider.getAttribute("aria-valuetext")}.`;
  await page.getByRole("status", { name: "What happened" }).getByText(says).waitFor();
}

/** Opens the menu of a thing on the map and chooses from it. */
export async function choose(page, thing, item) {
  const map = page.getByRole("group", { name: "Nodes and packets" });
  await map.getByRole("button", { name: thing }).first().click();
  await page.getByRole("menu").getByRole("menuitem", { name: item, exact: true }).click();
  await settled(page);
}
