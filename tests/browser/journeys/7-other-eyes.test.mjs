// Night duty, weak eyes, and a browser without script.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { CHECKER, HANDLER, HEAD, ITEM, SUPERVISION, WINDOW, act, fillApplicant, openCase, takeIn, tick, REQUIRED } from "../lib/desk.mjs";

const PUBLIC = ["/", "/items", "/laws", "/laws/XK", `/items/${ITEM}`, "/track", "/notices?place=630222", "/lists/power", "/sign-in", "/nowhere"];
const DESK = ["/desk", "/desk?tab=unit", "/desk?tab=warning", "/desk?tab=done", "/desk/intake", `/desk/intake/${ITEM}`, "/desk/leave"];

journey("Other eyes and other browsers see the same", async (say, visit) => {
  const letters = [];
  let number;

  await say("every page is accessible in the dark", async () => {
    const night = { colorScheme: "dark" };
    const page = await visit.stranger(night);
    for (const address of PUBLIC) {
      await page.goto(address);
      await visit.look(page, `dark ${address}`);
    }
    await page.context().close();
    const clerk = await visit.signIn(await visit.stranger(night), WINDOW);
    for (const address of DESK) {
      await clerk.goto(address);
      await visit.look(clerk, `dark ${address}`);
    }
    number = await takeIn(clerk, { name: "夜班" }, ["application"]);
    await act(clerk, "一次性告知补正");
    await act(clerk, "收到补正材料", (f) => tick(f, REQUIRED));
    await act(clerk, "受理");
    await openCase(clerk, number);
    await visit.look(clerk, "dark case");
    for (const link of await clerk.getByRole("link", { name: "打印文书" }).all()) letters.push(await link.getAttribute("href"));
    await clerk.goto(letters[0]);
    await visit.look(clerk, "dark letter");
    await clerk.context().close();
    for (const [login, address] of [[HANDLER, `/desk/cases/${number}`], [CHECKER, "/desk"], [HEAD, "/desk"], [SUPERVISION, "/oversight"]]) {
      const officer = await visit.signIn(await visit.stranger(night), login);
      await officer.goto(address);
      await visit.look(officer, `dark ${login} ${address.split("/")[1]}`);
      await officer.context().close();
    }
  });

  await say("large type fits the window", async () => {
    const page = await visit.resident();
    await page.goto("/");
    await page.getByRole("button", { name: /大字/ }).click();
    assert.equal(await page.getByRole("button", { name: /大字/ }).getAttribute("aria-pressed"), "true");
    for (const address of PUBLIC) {
      await page.goto(address);
      assert.equal(await page.locator("html").getAttribute("data-type"), "large");
      await visit.look(page, `large ${address}`);
    }
  });

  await say("without script a resident still finds, narrows and reads", async () => {
    const page = await visit.stranger({ javaScriptEnabled: false });
    await page.goto("/");
    await page.getByRole("searchbox").first().fill("盖房");
    await page.getByRole("button", { name: "搜索" }).click();
    await page.getByLabel("在哪里办").selectOption({ label: "民和县" });
    await page.getByRole("button", { name: "筛选" }).click();
    await page.getByRole("link", { name: "农村宅基地审批" }).click();
    await page.getByText("承诺 5 个工作日").waitFor();
    await page.context().close();
  });

  await say("without script a clerk still takes in and accepts", async () => {
    const clerk = await visit.signIn(await visit.stranger({ javaScriptEnabled: false }), WINDOW);
    await clerk.goto(`/desk/intake/${ITEM}`);
    await fillApplicant(clerk, { name: "无脚本" });
    await tick(clerk.locator("form.form"), REQUIRED);
    await clerk.getByRole("button", { name: "收件（村级讨论公示已完成）" }).click();
    await clerk.waitForURL(/\/desk\/cases\/.*done=/);
    await act(clerk, "受理");
    await clerk.getByText("乡镇初审").first().waitFor();
    await clerk.context().close();
  });

  await say("who signs out is out: the page before asks for the password again", async () => {
    const clerk = await visit.as(WINDOW);
    await clerk.goto("/desk");
    await clerk.getByRole("button", { name: "退出" }).click();
    await clerk.waitForURL(`${visit.url}/`);
    await clerk.goto("/desk");
    assert.equal(new URL(clerk.url()).pathname, "/sign-in");
  });
});
