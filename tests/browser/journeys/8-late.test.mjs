// A case runs late: its light turns before everybody's eyes, and every number opens into its list.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { HANDLER, SUPERVISION, WINDOW, act, advance, openCase, says, takeIn } from "../lib/desk.mjs";

const UNIT = "民和县自然资源局";
/// Five working days are promised; the seventh is late whatever the hour.
const DAYS_MAX = 7;

/// Turns the pages of a list until it says so.
async function turnTo(page, words) {
  const next = page.locator("a[rel=next]");
  while (!(await page.content()).includes(words) && (await next.count())) {
    await Promise.all([page.waitForNavigation(), next.click()]);
  }
  await says(page, words);
}

journey("A case that nobody handles turns yellow, then red", async (say, visit) => {
  let number, clerk, handler, supervisor, before;

  await say("a homestead is accepted and lies with the handler", async () => {
    clerk = await visit.as(WINDOW);
    number = await takeIn(clerk, { name: "韩冬梅" });
    await act(clerk, "受理");
    supervisor = await visit.as(SUPERVISION);
    before = await reds(supervisor);
    await visit.look(supervisor, "oversight");
  });

  await say("the clock goes on day by day: the promise's light is green, yellow, red and never back", async () => {
    handler = await visit.as(HANDLER);
    const lights = [];
    for (let day = 0; day <= DAYS_MAX; day++) {
      await openCase(handler, number);
      const limit = handler.locator("#clock-decide .limit").first();
      const light = /green|yellow|red/.exec(await limit.getAttribute("class"))?.[0];
      const words = await limit.innerText();
      assert.match(words, { green: /剩余 \d 个工作日/, yellow: /剩余 1 个工作日|今日到期/, red: /超期/ }[light]);
      if (lights.at(-1) !== light) {
        lights.push(light);
        await visit.look(handler, `case ${light}`);
      }
      await advance(handler, "workday");
    }
    assert.deepEqual(lights, ["green", "yellow", "red"]);
  });

  await say("whoever is signed in stays signed in while the clock goes on", async () => {
    await clerk.goto("/desk");
    assert.equal(new URL(clerk.url()).pathname, "/desk");
  });

  await say("the handler finds it among the warnings, red and in words", async () => {
    await handler.goto("/desk?tab=warning");
    await visit.look(handler, "desk warning");
    const row = handler.getByRole("row").filter({ hasText: number });
    assert.match(await row.locator(".limit").first().getAttribute("class"), /red/);
    assert.match(await row.innerText(), /超期 \d+ 个工作日/);
  });

  await say("its explanation opens in place and adds up", async () => {
    const row = handler.getByRole("row").filter({ hasText: number });
    await row.locator("a[data-why]").click();
    const dialog = handler.getByRole("dialog");
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /= (承诺|期限) \d+ 个工作日/);
    await visit.look(handler, "why dialog");
    await handler.keyboard.press("Escape");
    assert.equal(await handler.getByRole("dialog").count(), 0);
  });

  await say("the history says when each light turned, and that the law turned it", async () => {
    await openCase(handler, number);
    await says(handler, /“审批”/, "依法自动发生");
  });

  await say("the supervisor sees one more red at the bureau than before", async () => {
    assert.ok((await reds(supervisor)) >= before + 1);
    await visit.look(supervisor, "oversight red");
  });

  await say("each number of the bureau opens the list that it counts", async () => {
    await supervisor.goto("/oversight");
    const cells = await bureau(supervisor).locator("td a").evaluateAll((links) => links.map((a) => [a.getAttribute("href"), Number(a.textContent)]));
    assert.ok(cells.length > 0);
    for (const [href, count] of cells) {
      await supervisor.goto(href);
      assert.equal(await listed(supervisor), count, href);
    }
  });

  await say("the red number's list holds the case", async () => {
    await supervisor.goto("/oversight");
    await bureau(supervisor).locator("td").first().getByRole("link").click();
    await supervisor.waitForURL(/light=red/);
    await visit.look(supervisor, "oversight list");
    // Other journeys have let weeks pass: by now more cases may be late than a page holds.
    await turnTo(supervisor, number);
  });

  await say("what is on record is found by its duty, further back than the first page", async () => {
    await supervisor.goto("/oversight/breaches?duty=promise");
    await visit.look(supervisor, "breaches");
    await turnTo(supervisor, number);
    assert.equal((await supervisor.goto("/oversight/breaches?duty=leave-notice")).status(), 200);
    assert.equal((await supervisor.goto("/oversight/breaches?after=nonsense")).status(), 400);
    assert.equal((await supervisor.goto("/oversight/breaches?place=630224")).status(), 403);
  });

  await say("what units did stands beside the list of powers", async () => {
    await supervisor.goto("/oversight");
    await supervisor.getByRole("link", { name: "界定职能" }).click();
    await visit.look(supervisor, "functions");
    await says(supervisor, "对照权力清单");
    for (const link of await supervisor.locator("td[data-l=办件] a").all()) {
      assert.match(await link.getAttribute("href"), /^\/desk\/cases\/630222-/);
    }
  });

  await say("the sums at the top open into lists of their length too", async () => {
    await supervisor.goto("/oversight");
    const sums = await supervisor.locator("a.stat").evaluateAll((links) => links.map((a) => [a.getAttribute("href"), parseInt(a.textContent.replaceAll(",", ""), 10)]));
    assert.equal(sums.length, 4);
    for (const [href, count] of sums) {
      await supervisor.goto(href);
      assert.equal(await listed(supervisor), count, href);
    }
  });

  await say("somebody without that office is told that oversight is not his, and where his cases are", async () => {
    const answer = await clerk.goto("/oversight");
    assert.equal(answer.status(), 403);
    await says(clerk, "待办");
    await visit.look(clerk, "oversight refused");
  });
});

const bureau = (page) => page.getByRole("row").filter({ has: page.getByRole("link", { name: UNIT, exact: true }) });

/// How many red ones the bureau has on the map.
async function reds(page) {
  await page.goto("/oversight");
  return Number(await bureau(page).locator("td").first().innerText());
}

/// How many cases a list holds, over all its pages; each page says the same total.
async function listed(page) {
  const [, said] = (await page.getByRole("main").innerText()).match(/共 ([\d,]+) 件/);
  let rows = await page.locator("table.cases tbody tr").count();
  for (let next = page.locator("a[rel=next]"); (await next.count()) > 0; ) {
    await next.click();
    await page.waitForLoadState("load");
    rows += await page.locator("table.cases tbody tr").count();
  }
  assert.equal(rows, Number(said.replaceAll(",", "")));
  return rows;
}
