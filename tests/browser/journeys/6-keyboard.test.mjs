// Everything without a mouse.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { HANDLER, ITEM, REQUIRED, WINDOW, numberOf, takeIn } from "../lib/desk.mjs";

const TABS_MAX = 80;

journey("Who works by keyboard reaches everything", async (say, visit) => {
  const resident = await visit.resident();
  let clerk;

  await say("the first Tab shows the way past the navigation", async () => {
    for (const address of ["/", `/items/${ITEM}`, "/track", "/notices"]) {
      await resident.goto(address);
      await resident.locator("body").evaluate(() => document.activeElement?.blur());
      await resident.keyboard.press("Tab");
      const skip = resident.getByRole("link", { name: "跳到正文" });
      assert.ok(await skip.evaluate((a) => a === document.activeElement), address);
      const box = await skip.boundingBox();
      assert.ok(box && box.y >= 0 && box.height > 10, `${address}: the skip link is not in sight`);
      await resident.keyboard.press("Enter");
      assert.ok(await resident.getByRole("main").evaluate((m) => m === document.activeElement), address);
    }
  });

  await say("each stop of Tab on the public pages is in sight and has a mark", async () => {
    for (const address of ["/", `/items/${ITEM}`]) {
      await resident.goto(address);
      await walk(resident, async () => false);
    }
  });

  await say("j and k walk the list, Enter opens, / searches, ? explains", async () => {
    clerk = await visit.as(WINDOW);
    for (const name of ["键一", "键二"]) await takeIn(clerk, { name });
    await clerk.goto("/desk");
    const rows = clerk.locator("table.cases tbody tr");
    const at = () => rows.evaluateAll((all) => all.findIndex((r) => r.contains(document.activeElement)));
    await clerk.keyboard.press("j");
    assert.equal(await at(), 0);
    await clerk.keyboard.press("j");
    assert.equal(await at(), 1);
    await clerk.keyboard.press("k");
    assert.equal(await at(), 0);
    await clerk.keyboard.press("/");
    assert.equal(await clerk.evaluate(() => document.activeElement.name), "q");
    await clerk.locator("main").focus();
    await clerk.keyboard.press("?");
    await clerk.getByRole("dialog").waitFor();
    await visit.look(clerk, "keys dialog");
    await clerk.keyboard.press("Escape");
    await clerk.keyboard.press("j");
    await clerk.keyboard.press("Enter");
    await clerk.waitForURL(/\/desk\/cases\//);
  });

  await say("a homestead is taken in and accepted without a mouse", async () => {
    await clerk.goto(`/desk/intake/${ITEM}`);
    await reach(clerk, "#f-applicant");
    await clerk.keyboard.type("苏键盘");
    await reach(clerk, "#f-phone");
    await clerk.keyboard.type("13897200045");
    await reach(clerk, "#f-village-name");
    await clerk.keyboard.type("史纳村");
    for (const id of REQUIRED) {
      await reach(clerk, `input[name=materials][value=${id}]`);
      await clerk.keyboard.press("Space");
    }
    await reach(clerk, "form.form .btn.primary");
    await clerk.keyboard.press("Enter");
    await clerk.waitForURL(/\/desk\/cases\//);
    const number = numberOf(clerk);
    await reach(clerk, `form[action$="/act/accept"] .btn.primary`, "details.act > summary");
    await clerk.keyboard.press("Enter");
    await clerk.waitForURL(/done=.*/);
    assert.equal(numberOf(clerk), number);
    assert.match(await clerk.getByRole("status").innerText(), /受理/);
  });

  await say("what was done is announced to a screen reader", async () => {
    assert.equal(await clerk.getByRole("status").count(), 1);
    const handler = await visit.as(HANDLER);
    await handler.goto("/desk");
    assert.equal(await handler.getByRole("navigation", { name: "主导航" }).locator("[aria-current=page]").count(), 1);
  });
});

/// Presses Tab until `done` says so or the page ends; each stop must be in sight and marked.
async function walk(page, done) {
  for (let n = 0; n < TABS_MAX; n++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      const box = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      const host = getComputedStyle(e.closest("label") ?? e);
      // A date has stops of its own inside, which the browser marks.
      const marked = /^date/.test(e.type) || [style, host].some((s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none");
      return { what: e.outerHTML.slice(0, 120), seen: box.width > 0 && box.height > 0, marked };
    });
    if (!stop) return false;
    assert.ok(stop.seen, `focus on what is not to be seen: ${stop.what}`);
    assert.ok(stop.marked, `focus without a mark: ${stop.what}`);
    if (await done()) return true;
  }
  return false;
}

/// Goes on by Tab to an element; opens closed details on the way if it lies in one.
async function reach(page, target, opener) {
  const on = (selector) => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
  const inside = () => page.evaluate(([o, t]) => {
    const e = document.activeElement;
    return e.matches(o) && !e.parentElement.open && !!e.parentElement.querySelector(t);
  }, [opener, target]);
  const found = await walk(page, async () => {
    if (opener && (await inside())) await page.keyboard.press("Enter");
    return on(target);
  });
  assert.ok(found, `Tab does not lead to ${target} on ${page.url()}`);
}
