// Two at once: nothing is doubled, nobody overwrites another unknowingly.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { ITEM, REQUIRED, WINDOW, act, actionForm, openCase, says, takeIn } from "../lib/desk.mjs";

journey("Two act on one case at once", async (say, visit) => {
  let first, second, number;

  await say("the same case stands open in two windows", async () => {
    first = await visit.as(WINDOW);
    number = await takeIn(first, { name: "星海" });
    second = await first.context().newPage();
    visit.watch(second);
    await openCase(second, number);
  });

  await say("the first accepts; the second, who would ask for papers, is told what changed", async () => {
    await openCase(first, number);
    await act(first, "受理");
    const form = await actionForm(second, "一次性告知补正");
    await form.locator(".mats input").first().check();
    await form.getByRole("button", { name: "一次性告知补正" }).click();
    await second.getByRole("alert").waitFor();
    await says(second, "刚才有人先办了", "没有写入", "受理");
    await visit.look(second, "case changed meanwhile");
  });

  await say("only the first's act stands in the history", async () => {
    await openCase(first, number);
    assert.equal(await steps(first, "受理"), 1);
    assert.equal(await steps(first, "一次性告知补正"), 0);
  });

  await say("a form sent twice at the same instant takes in one case", async () => {
    await first.goto(`/desk/intake/${ITEM}`);
    const answers = await twice(first, `/desk/intake/${ITEM}`, (form) => {
      form.set("applicant", "双击");
      form.set("phone", "13897200043");
      form.set("village-name", "史纳村");
      for (const id of ["application", "idcard", "household", "village", "site", "pledge"]) form.append("materials", id);
    });
    const numbers = answers.map((a) => decodeURIComponent(new URL(a.url).pathname.split("/")[3] ?? a.url));
    assert.equal(answers.map((a) => a.status).join(), "200,200");
    assert.equal(numbers[0], numbers[1]);
    await first.goto("/desk?q=" + encodeURIComponent("双"));
    number = numbers[0];
    assert.equal(await first.getByRole("row").filter({ hasText: number }).count(), 1);
  });

  await say("an action sent twice happens once", async () => {
    await openCase(first, number);
    const answers = await twice(first, `/desk/cases/${number}/act/accept`, () => {});
    assert.equal(answers.map((a) => a.status).join(), "200,200");
    await openCase(first, number);
    assert.equal(await steps(first, "受理"), 1);
  });

  await say("the same key with other content is refused and changes nothing", async () => {
    await first.goto(`/desk/intake/${ITEM}`);
    const status = await first.evaluate(async ({ address, materials }) => {
      const send = (name) => {
        const form = new FormData(document.querySelector("form.form"));
        form.set("applicant", name);
        form.set("phone", "13897200044");
        form.set("village-name", "史纳村");
        for (const id of materials) form.append("materials", id);
        return fetch(address, { method: "POST", body: form });
      };
      return [(await send("张一")).status, (await send("张二")).status];
    }, { address: `/desk/intake/${ITEM}`, materials: REQUIRED });
    assert.equal(status[0], 200);
    assert.ok(status[1] >= 400 && status[1] < 500, `answered ${status[1]}`);
  });
});

/// How often a step stands in the history shown.
const steps = (page, title) => page.locator("ol.tl > li").filter({ has: page.locator(`b:text-is("${title}")`) }).count();

/// Sends the form of that address twice at the same instant.
function twice(page, address, fill) {
  return page.evaluate(async ({ address, fill }) => {
    const form = new FormData([...document.forms].find((f) => new URL(f.action).pathname === address));
    new Function("form", `(${fill})(form)`)(form);
    const send = async () => {
      const answer = await fetch(address, { method: "POST", body: form });
      return { status: answer.status, url: answer.url };
    };
    return Promise.all([send(), send()]);
  }, { address, fill: fill.toString() });
}
