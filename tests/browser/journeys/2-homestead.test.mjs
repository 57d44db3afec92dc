// One homestead from the window to the resident's hand.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { ask } from "../lib/house.mjs";
import {
  BUREAU, CHECKER, HANDLER, HEAD, ITEM, REQUIRED, WINDOW,
  act, actionForm, fillApplicant, numberOf, openCase, says, takeIn, tick, today,
} from "../lib/desk.mjs";

const LACKING = { village: "村民小组（村）讨论同意的记录和公示情况", pledge: "建房承诺书" };

journey("A homestead goes from the window to the resident's hand", async (say, visit) => {
  const name = visit.view.name === "phone" ? "祁连月" : "祁连山";
  const resident = await visit.resident();
  let clerk, number, code, other;

  /// The resident asks where it is.
  const track = async (...words) => {
    await resident.goto(`/track?number=${number}&code=${code}`);
    await says(resident, number, ...words);
  };

  await say("the clerk finds the item in the resident's words", async () => {
    clerk = await visit.as(WINDOW);
    await visit.look(clerk, "desk of the window");
    await clerk.getByRole("link", { name: "收件" }).first().click();
    await visit.look(clerk, "intake");
    await clerk.getByRole("searchbox").fill("盖房");
    await clerk.keyboard.press("Enter");
    await clerk.waitForURL(/q=/);
    await clerk.getByRole("link", { name: "农村宅基地审批" }).click();
    await clerk.waitForURL(`**/desk/intake/${ITEM}`);
    await visit.look(clerk, "intake form");
  });

  await say("she sets the form aside as a draft, and it stands among the drafts", async () => {
    await fillApplicant(clerk, { name });
    await tick(clerk.locator("form.form"), ["application", "idcard"]);
    await clerk.getByRole("button", { name: "存草稿" }).click();
    await clerk.waitForURL("**/desk/intake");
    await says(clerk, "草稿", name);
    await visit.look(clerk, "intake with a draft");
  });

  await say("she comes back to it and nothing is lost", async () => {
    await clerk.locator("li", { hasText: name }).getByRole("link").click();
    assert.equal(await clerk.getByLabel(/^申请人（户主）/).inputValue(), name);
    assert.equal(await clerk.getByLabel(/^所在村/).inputValue(), "史纳村");
    const ticked = await clerk.locator(".mats input:checked").evaluateAll((boxes) => boxes.map((b) => b.value));
    assert.deepEqual(ticked, ["application", "idcard"]);
  });

  await say("she attaches a photograph and takes it in with two papers missing", async () => {
    await tick(clerk.locator("form.form"), REQUIRED.filter((id) => !(id in LACKING)));
    await clerk.getByLabel(/^扫描件、照片/).setInputFiles({ name: "地块照片.png", mimeType: "image/png", buffer: PIXEL });
    await clerk.getByRole("button", { name: "收件（村级讨论公示已完成）" }).click();
    await clerk.waitForURL(/\/desk\/cases\//);
    number = numberOf(clerk);
    await says(clerk, "已收件", number, "地块照片.png");
    await visit.look(clerk, "case received");
    await clerk.goto("/desk/intake");
    assert.ok(!(await clerk.getByRole("main").innerText()).includes(name), "the draft is still there");
  });

  await say("the one-time notice starts with both missing papers ticked", async () => {
    await openCase(clerk, number);
    const form = await actionForm(clerk, "一次性告知补正");
    const ticked = await form.locator(".mats input:checked").evaluateAll((boxes) => boxes.map((b) => b.value));
    assert.deepEqual(ticked.sort(), Object.keys(LACKING).sort());
    await act(clerk, "一次性告知补正", (f) => f.getByLabel(/^补正说明/).fill("村里的记录请写明公示起止日期"));
    await says(clerk, "待补正");
  });

  await say("the notice lists all that is missing, its helper and the tracking code, on one sheet of A4", async () => {
    const letter = await openLetter(visit, clerk, "一次性告知补正");
    await visit.look(letter, "letter correction");
    const text = await letter.locator("body").innerText();
    for (const words of [...Object.values(LACKING), name, number]) assert.ok(text.includes(words), words);
    code = /查询码[：:\s]*([0-9A-Z]{8})/.exec(text)?.[1];
    assert.ok(code, `no tracking code in:\n${text}`);
    assert.equal(await sheets(letter), 1);
    await letter.close();
  });

  await say("the resident reads on the web what to bring", async () => {
    await resident.goto("/track");
    await resident.getByLabel("办件编号").fill(number);
    await resident.getByLabel("查询码").fill(code);
    await resident.getByRole("button", { name: "查询" }).click();
    await resident.waitForURL(/number=/);
    await says(resident, "材料需要补正", ...Object.values(LACKING));
    await visit.look(resident, "track incomplete");
  });

  await say("the papers come, and the clerk accepts", async () => {
    await openCase(clerk, number);
    await act(clerk, "收到补正材料", (f) => tick(f, REQUIRED));
    await act(clerk, "受理");
    await says(clerk, "乡镇初审");
    await visit.look(clerk, "case accepted");
  });

  await say("the letter of acceptance names the day that five working days lead to", async () => {
    const day = await today(clerk);
    const due = ask("calendar", "add", day, "5").match(/\d{4}-\d\d-\d\d/)[0];
    if (day === "2015-08-20") assert.equal(due, "2015-08-27"); // Counted by hand, once: Friday, then Monday to Thursday.
    const [y, m, d] = due.split("-").map(Number);
    const letter = await openLetter(visit, clerk, "受理");
    await visit.look(letter, "letter acceptance");
    const text = (await letter.locator("body").innerText()).replaceAll(/\s+/g, "");
    assert.ok(text.includes(`${y}年${m}月${d}日`), text);
    assert.ok(text.includes("5个工作日"), text);
    assert.equal(await sheets(letter), 1);
    await letter.close();
    await track("乡镇正在实地查看、初审", `${y}年${m}月${d}日`);
    await visit.look(resident, "track reviewing");
  });

  await say("the handler waits for experts, and the resident sees the clock stand still and why", async () => {
    const handler = await visit.as(HANDLER);
    await visit.look(handler, "desk of the handler");
    await openCase(handler, number);
    await act(handler, "暂停计时", async (f) => {
      await f.getByLabel(/^暂停事由/).selectOption("专家评审");
      await f.getByLabel(/^预计所需工作日/).fill("3");
    });
    await visit.look(handler, "case paused");
    await track("暂停计时（专家评审）");
    await visit.look(resident, "track paused");
    const letter = await openLetter(visit, handler, "暂停计时");
    await visit.look(letter, "letter pause");
    assert.equal(await sheets(letter), 1);
    await letter.close();
    await handler.goto("/desk?tab=special");
    await visit.look(handler, "desk special");
    await says(handler, number);
  });

  await say("the clock goes on and the first review is done", async () => {
    const handler = await visit.as(HANDLER);
    await openCase(handler, number);
    await act(handler, "恢复计时");
    await act(handler, "初审通过", (f) => f.getByLabel(/^审查意见/).fill("实地看过，四至清楚，同意上报。"));
    await track("县自然资源部门正在审核");
  });

  await say("the county checks", async () => {
    const checker = await visit.as(CHECKER);
    await checker.goto("/desk");
    await says(checker, number);
    await checker.getByRole("row", { name: new RegExp(number) }).getByRole("link").first().click();
    await act(checker, "审核通过", (f) => f.getByLabel(/^审查意见/).fill("材料齐全，符合村庄规划。"));
    await track("正在等待负责人签发");
  });

  await say("a second one comes the same way, so that the head has two to sign", async () => {
    other = await takeIn(clerk, { name: "马尕让" });
    await act(clerk, "受理");
    const handler = await visit.as(HANDLER);
    await openCase(handler, other);
    await act(handler, "初审通过", (f) => f.getByLabel(/^审查意见/).fill("同意上报。"));
    const checker = await visit.as(CHECKER);
    await openCase(checker, other);
    await act(checker, "审核通过", (f) => f.getByLabel(/^审查意见/).fill("同意。"));
  });

  await say("the head sends one back from the list, which needs a reason", async () => {
    const head = await visit.as(HEAD);
    await head.goto("/desk");
    await visit.look(head, "desk of the head");
    await head.getByLabel(`选中 ${other}`).check();
    await head.getByRole("button", { name: "退回所选" }).click();
    await says(head, other, "理由");
    await head.goto("/desk");
    await head.getByLabel(`选中 ${other}`).check();
    await head.getByLabel(/^理由/).fill("附图没有标出四至，请补图后再报。");
    await head.getByRole("button", { name: "退回所选" }).click();
    await head.waitForURL(/done=/);
    assert.ok(!(await head.getByRole("main").innerText()).includes(other), "still in the list");
    const checker = await visit.as(CHECKER);
    await openCase(checker, other);
    await says(checker, "退回审核", "附图没有标出四至");
    await act(checker, "审核通过", (f) => f.getByLabel(/^审查意见/).fill("已补图。"));
  });

  await say("the head signs both from the list", async () => {
    const head = await visit.as(HEAD);
    await head.goto("/desk");
    for (const one of [number, other]) await head.getByLabel(`选中 ${one}`).check();
    await head.getByRole("button", { name: "签发所选：准予" }).click();
    await head.waitForURL(/done=/);
    await says(head, "已办理 2 件");
    await track("已经批准，正在制作批准书", "准予批准");
  });

  await say("the result is public the same day, without the applicant's name", async () => {
    await resident.goto("/notices?place=630222");
    await visit.look(resident, "notices with the result");
    const row = resident.getByRole("row").filter({ hasText: "农村宅基地审批" }).filter({ hasText: "准予批准" }).filter({ hasText: `${name[0]}` }).first();
    const text = await row.innerText();
    const [, m, d] = (await today(resident)).split("-").map(Number);
    assert.ok(text.includes(`${m}月${d}日`), text);
    assert.ok(!text.includes(name), text);
    assert.match(text, /祁\s*[*某×＊]/);
    assert.ok(!(await resident.content()).includes(name), "the whole name is on the page");
  });

  await say("it is sealed and handed to the resident", async () => {
    const bureau = await visit.as(BUREAU);
    await openCase(bureau, number);
    await act(bureau, "用印");
    await track("可以领取");
    await openCase(clerk, number);
    await act(clerk, "送达", (f) => f.getByLabel("窗口领取").check());
    await track("已经办结", "准予批准");
    await visit.look(resident, "track closed");
    await visit.look(clerk, "case closed");
  });

  await say("the decision and the receipt of delivery are one sheet each", async () => {
    for (const [step, shot] of [["签发：批准", "letter grant"], ["送达", "letter delivery"]]) {
      const letter = await openLetter(visit, clerk, step);
      await visit.look(letter, shot);
      assert.equal(await sheets(letter), 1, step);
      await letter.close();
    }
  });
});

/// The letter of a step of the timeline, in a page of its own.
async function openLetter(visit, officer, step) {
  await officer.reload();
  const entry = officer.locator("ol.tl > li").filter({ has: officer.locator(`b:text-is("${step}")`) }).first();
  const address = await entry.getByRole("link", { name: "打印文书" }).getAttribute("href");
  const page = await officer.context().newPage();
  visit.watch(page);
  await page.goto(address);
  return page;
}

/// How many sheets of A4 a page prints to.
async function sheets(page) {
  const pdf = await page.pdf({ preferCSSPageSize: true });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
}

const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
