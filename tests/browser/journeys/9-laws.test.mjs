// Whoever wants to know what the law says finds every limit, its kind of day and what silence does.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { says } from "../lib/desk.mjs";

journey("A lawyer reads what the law says about limits", async (say, visit) => {
  const page = await visit.resident();

  await say("opens the laws from the foot of the first page", async () => {
    await page.goto("/");
    await page.getByRole("contentinfo").getByRole("link", { name: "法定时限" }).click();
    await page.waitForURL("**/laws");
    await visit.look(page, "laws");
    for (const name of ["行政许可法", "信访条例", "信访工作条例", "行政复议法（2023 年修订）"]) {
      await page.getByRole("link", { name, exact: true }).waitFor();
    }
  });

  await say("sees on the demonstration's day which are not yet law and which are no longer", async () => {
    const row = (name) => page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
    assert.match(await row("信访工作条例").innerText(), /2022-05-01 起\s+尚未施行/);
    assert.match(await row("行政诉讼法（1989 年公布）").innerText(), /已失效/);
    assert.doesNotMatch(await row("行政许可法").innerText(), /施行\s*尚未|已失效/);
  });

  await say("looks for 复议 受理 and comes to the article itself", async () => {
    await page.getByRole("searchbox").fill("复议 视为受理");
    await page.getByRole("button", { name: "搜索" }).click();
    await visit.look(page, "laws found");
    const found = page.getByRole("table", { name: "找到的时限" }).getByRole("link");
    assert.equal(await found.count(), 2);
    await found.last().click();
    await page.waitForURL("**/laws/FY#FY-30");
    await visit.look(page, "law");
  });

  await say("reads how long, by what authority the days are working days, and from when silence counts", async () => {
    const card = page.locator("[id='FY-30']");
    const text = await card.innerText();
    for (const words of ["5个工作日", "行政复议机关", "第八十八条第二款", "视为受理", "从期满那天算起"]) assert.ok(text.includes(words), words);
    await card.getByRole("link", { name: /第十七条第一款/ }).click();
    await page.waitForURL("**/laws/FY17#FY17-17");
    assert.match(await page.locator("[id='FY17-17']").innerText(), /从起算那天算起/);
  });

  await say("goes from the old petition rules to the new and back", async () => {
    await page.goto("/laws/XF05");
    await page.getByRole("link", { name: "信访工作条例", exact: true }).click();
    await page.waitForURL("**/laws/XF22");
    await visit.look(page, "law petition");
    await says(page, "60日", "条例没有说明，按自然日（推论）", "系列 XF-33");
  });

  await say("is told what is doubtful, what was not read, and what is another place's", async () => {
    await page.goto("/laws/ZC");
    await visit.look(page, "law doubtful");
    await says(page, "存疑", "仲裁的办案规则没有核对到原文");
    await page.goto("/laws/YC");
    await says(page, "转引", "没有读到原文");
    await page.goto("/laws/AY");
    await visit.look(page, "law elsewhere");
    await says(page, "不约束本地");
  });

  await say("is helped on after a slip of the pen, and after an unknown law", async () => {
    await page.goto("/laws?q=复义");
    await visit.look(page, "laws none");
    await page.getByRole("link", { name: "复议", exact: true }).click();
    await page.getByRole("table", { name: "找到的时限" }).waitFor();
    const answer = await page.goto("/laws/NONE");
    assert.equal(answer.status(), 404);
    await says(page, "没有编号为“NONE”的法");
  });

  await say("comes to the law from the limit of an item", async () => {
    await page.goto("/items/630222-bdc");
    await page.getByRole("link", { name: "不动产登记暂行条例第二十条" }).click();
    await page.waitForURL("**/laws/BDC#BDC-20");
  });
});
