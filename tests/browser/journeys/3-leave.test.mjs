// A steps out, B stands in, and the public knows at once.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { HANDLER, WINDOW, act, openCase, says, takeIn } from "../lib/desk.mjs";

const A = "钱丽平";
const B = "谢学英";

journey("The clerk steps out for half an hour and the handler stands in", async (say, visit) => {
  let a, b, number;
  const resident = await visit.resident();
  const notice = () => resident.getByRole("row").filter({ hasText: "川口镇人民政府" }).filter({ hasText: A });

  await say("A leaves a case at her window and steps out with one press", async () => {
    a = await visit.as(WINDOW);
    number = await takeIn(a, { name: "冶金花" });
    await a.goto("/desk/leave");
    await visit.look(a, "leave");
    await a.getByLabel("去向").first().selectOption("会场");
    await a.getByRole("button", { name: "30 分钟后回" }).click();
    await a.waitForURL(/done=/);
    await says(a, "离岗告示已经挂出", "您正在离岗告示中");
    await visit.look(a, "leave out");
  });

  await say("the public reads at once who is away, until when and who stands in", async () => {
    await resident.goto("/notices?place=630222");
    const text = await notice().innerText();
    for (const words of ["会场", B]) assert.ok(text.includes(words), text);
    assert.match(text, /8月20日 10:[34]\d|\d+:\d\d/);
  });

  await say("B finds A's case on his own desk and acts for her", async () => {
    b = await visit.as(HANDLER);
    await b.goto("/desk");
    await says(b, number);
    await openCase(b, number);
    await visit.look(b, "case acting for another");
    await act(b, "受理");
    await says(b, new RegExp(`${B}.*代 ${A}`));
  });

  await say("B cannot leave too: he is told why and what else to do", async () => {
    await b.goto("/desk/leave");
    await visit.look(b, "leave while the other is out");
    await b.getByRole("button", { name: "15 分钟后回" }).click();
    await b.getByRole("alert").waitFor();
    await visit.look(b, "leave refused");
    const text = await b.getByRole("alert").innerText();
    assert.match(text, /规则/);
    assert.match(text, /怎么办\s+\S+/);
    assert.match(text, new RegExp(`${A}|A岗|B岗|顶岗`));
    await resident.reload();
    assert.equal(await resident.getByRole("row").filter({ hasText: "川口镇人民政府" }).filter({ hasText: "窗口岗" }).count(), 1);
  });

  await say("A comes back, the notice comes down, and her next case is hers again", async () => {
    await a.goto("/desk/leave");
    await a.getByLabel(/^交接说明/).fill("一件宅基地已代受理");
    await a.getByRole("button", { name: "返岗" }).click();
    await a.waitForURL(/done=/);
    await says(a, "已经返岗");
    await resident.reload();
    assert.equal(await notice().count(), 0);
    const next = await takeIn(a, { name: "冶秀兰" });
    await openCase(b, next);
    await says(b, "这一步不在您的岗位");
    await visit.look(b, "case of another post");
    await openCase(a, next);
    await act(a, "受理");
  });
});
