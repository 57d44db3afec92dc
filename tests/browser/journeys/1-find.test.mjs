// A resident finds what he came for without knowing its official name.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";

journey("A resident looks for how to build a house", async (say, visit) => {
  const page = await visit.resident();

  await say("types 盖房 on the first page and finds the homestead of each county", async () => {
    await page.goto("/");
    await visit.look(page, "home");
    await page.getByRole("searchbox").first().fill("盖房");
    await page.getByRole("button", { name: "搜索" }).click();
    await visit.look(page, "items found");
    assert.ok((await page.getByRole("link", { name: "农村宅基地审批" }).count()) >= 6);
  });

  await say("narrows to 民和县 and opens it", async () => {
    await page.getByLabel("在哪里办").selectOption({ label: "民和县" });
    await page.waitForURL(/place=630222/);
    const found = page.getByRole("link", { name: "农村宅基地审批" });
    assert.equal(await found.count(), 1);
    await found.click();
    await page.waitForURL("**/items/630222-zjd");
  });

  await say("reads which papers to bring, what is promised and what the county had stated", async () => {
    await visit.look(page, "item");
    const text = await page.getByRole("main").innerText();
    for (const words of ["农村宅基地和建房申请表", "申请人身份证", "户口簿", "承诺 5 个工作日", "公布 10 个工作日", "法律没有规定天数", "不收费"]) {
      assert.ok(text.includes(words), words);
    }
  });

  await say("sees the five public elements: procedure, limit, requirements, unit and officer, result", async () => {
    const text = await page.getByRole("main").innerText();
    for (const words of ["怎么办", "办理时限", "谁可以办", "谁来办", "民和县自然资源局", "办好拿到", "农村宅基地批准书"]) {
      assert.ok(text.includes(words), words);
    }
    for (const step of ["受理", "初审", "审核", "签发", "送达"]) assert.ok(text.includes(step), step);
  });

  await say("is told kindly when nothing is found, and what else to type", async () => {
    await page.goto("/items?q=zzzzqqqq");
    await visit.look(page, "items none");
    assert.match(await page.getByRole("main").innerText(), /没有找到[\s\S]*换个说法/);
  });

  await say("reads the power list and the notices without an account", async () => {
    for (const [address, name] of [["/lists/power", "power list"], ["/notices", "notices"], ["/track", "track form"], ["/sign-in", "sign-in"]]) {
      const answer = await page.goto(address);
      assert.equal(answer.status(), 200, address);
      await visit.look(page, name);
    }
  });
});
