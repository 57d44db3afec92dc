// A journey: sentences told one after the other at both widths. After one fails the rest cannot be told.

import { test } from "node:test";
import assert from "node:assert/strict";
import { VIEWS, Visit, launch } from "./visit.mjs";

const STEP_MS = 120_000;

/// `tell(say, visit)` calls `await say("sentence", async () => { ... })` for each sentence.
export function journey(title, tell) {
  const url = process.env.XIAONENG_URL;
  if (!url) throw new Error("XIAONENG_URL is not set: run the journeys with `node run.mjs`");
  for (const view of VIEWS) {
    test(`${title} (${view.name})`, async (t) => {
      const browser = await launch();
      const visit = new Visit(browser, view, url);
      let broken = false;
      const say = (sentence, act) =>
        t.test(sentence, { timeout: STEP_MS, skip: broken && "an earlier sentence failed" }, async () => {
          try {
            await act();
          } catch (error) {
            broken = true;
            await stand(visit, title, sentence);
            throw error;
          }
        });
      try {
        await tell(say, visit);
        await t.test("every page seen is accessible, fits its window, is light and silent", () => assert.deepEqual(visit.faults, []));
      } finally {
        await browser.close();
      }
    });
  }
}

/// How the pages stood when a sentence failed.
async function stand(visit, title, sentence) {
  for (const [who, page] of visit.people) {
    await visit.shoot(page, `failed ${title} ${sentence} ${who || "resident"}`).catch(() => undefined);
  }
}
