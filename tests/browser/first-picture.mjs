/*! Prints which functions of an instrumented page run before its first picture is there and at rest.
 *
 * `node first-picture.mjs FOLDER`: the page in the folder counts calls in `lightconeCalls`, by function. The output
 * has a line for each function that was called, on a wide or on a narrow screen. Must not know which functions there
 * are.
 */

import { MOUNT, launch, serve } from "./serve.mjs";

const SCREENS = [
  { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true },
];

const server = await serve(process.argv[2]);
const browser = await launch();
const called = new Set();
try {
  for (const screen of SCREENS) {
    const context = await browser.newContext(screen);
    // What waits for a second is no part of a first picture, even where the machine is slow.
    await context.addInitScript(() => {
      const start = globalThis.setTimeout;
      globalThis.setTimeout = (act, after, ...more) => (after >= 1000 ? 0 : start(act, after, ...more));
    });
    const page = await context.newPage();
    await page.goto(`${server.origin}${MOUNT}`);
    await page.waitForSelector("main h1", { state: "attached" });
    // What follows the picture in the same breath belongs to it: sizes that are observed, a frame or two.
    await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300)));
    for (const place of await page.evaluate(() => [...globalThis.lightconeCalls])) called.add(place);
    await context.close();
  }
  for (const place of [...called].sort((a, b) => a - b)) console.log(place);
} finally {
  await browser.close();
  await server.close();
}
