/*! Canaries: the harness can fail. Each made-up page does one thing wrong, and the harness must notice. */

import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";

const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">`;
const page = (body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>canary</title>
  <link rel="icon" href="data:,">${head}</head><body><main><h1>Canary</h1>${body}</main></body></html>`;

const CANARIES = [
  ["an error in the console", page("<script>console.error('chirp')</script>"), /console error: chirp/],
  ["an uncaught error", page("<script>throw new Error('chirp')</script>"), /uncaught error: .*chirp/],
  ["a rejected promise", page("<script>Promise.reject(new Error('chirp'))</script>"), /uncaught error: .*chirp/],
  ["a request to another host", page("<img alt='' src='http://foreign.invalid/x.png'>"), /another host: http:\/\/foreign/],
  ["a file that is not there", page("<img alt='' src='/nowhere.png'>"), /status 404: .*nowhere/],
  ["an inline style under a policy", page("<p style='color: red'>chirp</p>", POLICY), /content policy violated: style-src/],
];

for (const [what, html, complaint] of CANARIES) {
  pageTest(`the harness notices ${what}`, { html, expectProblems: true }, async ({ problems, settle }) => {
    await settle();
    assert.ok(problems.some((problem) => complaint.test(problem)), JSON.stringify(problems));
  });
}

pageTest("the harness has nothing to say about a good page", { html: page("<p>silence</p>") }, async (open) => {
  await open.expectAccessible();
});

pageTest(
  "axe notices a picture without a name and a target that is too small",
  { html: page("<img src='data:,'><button>a</button><button>b</button>", "<style>button{all:unset;font-size:8px}</style>") },
  async ({ expectAccessible }) => {
    await assert.rejects(expectAccessible(), (error) => {
      assert.match(JSON.stringify(error.actual), /image-alt/);
      assert.match(JSON.stringify(error.actual), /target-size/);
      return true;
    });
  },
);
