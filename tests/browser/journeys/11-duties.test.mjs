// The duties on people: both leaves at once, B ill, the late return, the ring of transfers, the second trip, a
// complete paper refused.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { REQUIRED, SUPERVISION, WINDOW, act, actionForm, advance, fillApplicant, numberOf, openCase, says, takeIn, tick } from "../lib/desk.mjs";
import { atWork, receive } from "../lib/walk.mjs";

const A = "mh-lycy-window";
const B = "mh-lycy-handler";
const C = "mh-lycy-checker";
const CHIEF = "mh-lycy-head";
const UNIT = "民和县林业和草原局";
const POSTS = ["630222-lycy.window", "630222-lycy.handler"];

/// Goes for so many minutes; answers whether it was granted.
async function stepOut(page, minutes) {
  await page.goto("/desk/leave");
  await page.getByRole("button", { name: `${minutes} 分钟后回` }).click();
  await page.waitForLoadState("load");
  return new URL(page.url()).search.includes("done=");
}

/// The unit's rows among the leave notices.
function notices(page) {
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: "离岗告示" }) });
  return section.locator("tbody tr").filter({ hasText: UNIT });
}

async function comeBack(page) {
  await page.goto("/desk/leave");
  const back = page.getByRole("button", { name: "返岗", exact: true });
  if ((await back.count()) === 0) return;
  await back.click();
  await page.waitForURL(/done=/);
}

/// The demonstration's clock in `hours`, as a field takes it.
async function instant(page, hours) {
  const [, y, m, d, h, min] = (await page.locator("aside.demo").innerText()).match(/(\d+)年(\d+)月(\d+)日\D*(\d+):(\d+)/);
  const at = new Date(Date.UTC(+y, m - 1, +d, +h, +min) + hours * 3_600_000);
  return at.toISOString().slice(0, 16);
}

journey("A and B ask to leave at the same moment", async (say, visit) => {
  let pages;

  await say("both stand before the same button", async () => {
    pages = [await atWork(visit, A), await atWork(visit, B)];
    for (const page of pages) await page.goto("/desk/leave");
  });

  await say("one goes, the other is told who has gone and what else to do", async () => {
    const granted = await Promise.all(pages.map((page) => stepOut(page, 15)));
    assert.deepEqual([...granted].sort(), [false, true]);
    const stays = pages[granted.indexOf(false)];
    const text = await stays.getByRole("alert").innerText();
    assert.match(text, /A岗B岗不能同时离岗|离岗/);
    assert.match(text, /怎么办\s+\S+/);
    await visit.look(stays, "both leaves at once");
  });

  await say("the public sees one name, and who stands in", async () => {
    const resident = await visit.resident();
    await resident.goto("/notices?place=630222");
    assert.equal(await notices(resident).count(), 1);
    await visit.look(resident, "notices");
  });

  await say("whoever went comes back, and the board is empty", async () => {
    for (const page of pages) await comeBack(page);
    const resident = await visit.resident();
    await resident.reload();
    assert.equal(await notices(resident).count(), 0);
  });
});

journey("B falls ill while A is away", async (say, visit) => {
  let a, c, chief;

  async function report(page) {
    await page.goto("/desk/new/leave?way=report");
    const form = page.locator("form.intake");
    await form.locator("select[name=officer]").selectOption(B);
    await form.locator("[name=where]").first().selectOption("不在单位");
    await form.locator("[name=why]").first().selectOption("请假");
    await form.locator("[name=start]").fill(await instant(page, -0.01));
    await form.locator("[name=until]").fill(await instant(page, 6));
    await form.getByRole("button", { name: "代为登记（急病、急事）" }).click();
    await page.waitForLoadState("load");
  }

  await say("A is out for an hour", async () => {
    a = await atWork(visit, A);
    await comeBack(await atWork(visit, B));
    assert.ok(await stepOut(a, 60));
  });

  await say("the head cannot simply write B down as ill: the desk would be empty, and both ways out are named", async () => {
    chief = await atWork(visit, CHIEF);
    await chief.goto("/desk/leave");
    await visit.look(chief, "leave of a head");
    await report(chief);
    const text = await chief.getByRole("alert").innerText();
    assert.match(text, /指定临时顶岗的人/);
    assert.match(text, /召回/);
    await visit.look(chief, "report refused");
  });

  await say("she names the checker to stand in at both desks", async () => {
    await comeBack(await atWork(visit, C));
    await chief.goto("/desk/new/stand-in");
    const form = chief.locator("form.intake");
    for (const post of POSTS) await form.locator(`input[value="${post}"]`).check();
    await form.locator("select[name=deputy]").selectOption(C);
    await form.locator("[name=until]").fill(await instant(chief, 2));
    await form.locator("[name=reason]").fill("B岗突发急病");
    await visit.look(chief, "name a third");
    await form.getByRole("button", { name: "指定临时顶岗" }).click();
    await chief.waitForURL(/done=/);
  });

  await say("now B's illness is written down, and the checker acts at the window", async () => {
    await report(chief);
    await chief.waitForURL(/done=/);
    c = await visit.as(C);
    await c.goto("/desk/leave");
    const row = c.getByRole("row").filter({ hasText: "临时顶岗" }).filter({ hasText: "窗口岗" });
    assert.match(await row.innerText(), /由我办理/);
    await visit.look(c, "leave of the third");
  });

  await say("the public reads the third's name", async () => {
    const resident = await visit.resident();
    await resident.goto("/notices?place=630222");
    const rows = notices(resident);
    assert.equal(await rows.count(), 2);
    assert.ok(!(await rows.first().innerText()).includes("无人顶岗"));
  });

  await say("the head recalls B when he is well, A comes back, and the desk is theirs again", async () => {
    await chief.goto("/desk/leave");
    await chief.getByRole("link", { name: /离岗|代为登记/ }).filter({ hasText: "代为登记" }).last().waitFor();
    const open = chief.locator("section").filter({ has: chief.getByRole("heading", { name: "没有办完的离岗" }) });
    await open.getByRole("link", { name: /代为登记/ }).first().click();
    await act(chief, "召回", (form) => form.locator("[name=reason]").fill("已经痊愈"));
    await comeBack(a);
    await c.goto("/desk/leave");
    const row = c.getByRole("row").filter({ hasText: "临时顶岗" }).filter({ hasText: "窗口岗" });
    assert.match(await row.innerText(), /A岗在岗/);
    await chief.goto("/desk");
    await chief.getByRole("link", { name: /指定临时顶岗/ }).first().click();
    await act(chief, "结束顶岗", (form) => form.locator("[name=reason]").fill("A岗已经返岗"));
  });
});

journey("A does not come back in time", async (say, visit) => {
  let a, chief;

  await say("A says: back in a quarter of an hour", async () => {
    a = await atWork(visit, A);
    chief = await atWork(visit, CHIEF);
    await comeBack(await atWork(visit, B));
    assert.ok(await stepOut(a, 15));
    await advance(a, "hour");
  });

  await say("an hour later the head has it in her list, and the public sees that the time has passed", async () => {
    let row;
    for (let i = 0; i < 20; i++) {
      await chief.goto("/desk");
      row = chief.getByRole("row").filter({ hasText: "离岗" }).filter({ hasText: "逾时未归" });
      if ((await row.count()) > 0) break;
      await chief.waitForTimeout(500);
    }
    assert.equal(await row.count(), 1);
    await visit.look(chief, "desk with a late return");
    const resident = await visit.resident();
    await resident.goto("/notices?place=630222");
    assert.match(await notices(resident).innerText(), /已过时间/);
  });

  await say("A comes back; the notice comes down, the record stays", async () => {
    await comeBack(a);
    await says(a, "已经返岗");
    const supervisor = await visit.as(SUPERVISION);
    await supervisor.goto("/oversight");
    const row = supervisor.getByRole("row").filter({ hasText: UNIT }).filter({ hasText: "返岗" });
    assert.ok((await row.count()) > 0);
  });
});

journey("A case goes round in a ring", async (say, visit) => {
  const FIRST = "mh-scjg-window";
  const SECOND = "mh-zwzx-window1";
  let first, second, number;

  async function offer(page, to, reason) {
    await openCase(page, number);
    await page.locator("summary").filter({ hasText: "交给别的岗位" }).click();
    await page.getByLabel("交给", { exact: true }).selectOption(to);
    await page.locator("#f-offer-reason").fill(reason);
    await page.getByRole("button", { name: "交办", exact: true }).click();
    await page.waitForLoadState("load");
  }

  await say("the first clerk asked takes it in and hands it to the hall; until it is taken over it stays hers", async () => {
    first = await atWork(visit, FIRST);
    second = await atWork(visit, SECOND);
    number = await receive(first, "630222-spjy", "收件");
    await offer(first, "630222-zwzx.window1", "属于综合窗口");
    await openCase(second, number);
    await says(second, "这个办件交给了您", "以前写明理由退回");
    await visit.look(second, "case offered");
    await second.getByRole("button", { name: "接收", exact: true }).click();
    await second.waitForLoadState("load");
    await openCase(second, number);
    await says(second, "转手 1 次", "属于综合窗口");
  });

  await say("the hall hands it back to her: the page says that it goes round", async () => {
    await offer(second, "630222-scjg.window", "还是应由市场监管办");
    await openCase(second, number);
    assert.match(await second.getByRole("alert").innerText(), /转圈/);
    await visit.look(second, "case in a ring");
  });

  await say("supervision has it on its page, with every desk it passed", async () => {
    const supervisor = await visit.as(SUPERVISION);
    await supervisor.goto("/oversight");
    const row = supervisor.getByRole("row").filter({ hasText: number });
    assert.match(await row.first().innerText(), /窗口岗（.+） → .*综合一窗（.+） → .*窗口岗/);
    await supervisor.getByRole("heading", { name: "转手", exact: true }).waitFor();
    await visit.look(supervisor, "oversight with rings");
  });
});

journey("The applicant is sent home a second time", async (say, visit) => {
  let clerk, number;

  await say("the first notice names one paper of two", async () => {
    clerk = await atWork(visit, WINDOW);
    number = await takeIn(clerk, { name: "祁二趟" }, REQUIRED.filter((m) => m !== "pledge" && m !== "site"));
    await act(clerk, "一次性告知补正", (form) => tick(form, ["site"]));
    await act(clerk, "收到补正材料", (form) => tick(form, ["site"]));
  });

  await say("the second notice for the other paper is refused, and the law is named", async () => {
    const form = await actionForm(clerk, "一次性告知补正");
    await tick(form, ["pledge"]);
    await form.locator("button[type=submit]").filter({ hasText: "一次性告知补正" }).click();
    await clerk.getByRole("alert").first().waitFor();
    await says(clerk, "首次告知书没有列出", "行政许可法 32");
    await visit.look(clerk, "second trip refused");
  });
});

journey("A complete paper is refused", async (say, visit) => {
  let clerk, number;

  await say("all the papers are in, and the clerk asks for one again", async () => {
    clerk = await atWork(visit, WINDOW);
    number = await takeIn(clerk, { name: "马齐全" });
    const form = await actionForm(clerk, "一次性告知补正");
    await tick(form, ["site"]);
    await form.locator("button[type=submit]").filter({ hasText: "一次性告知补正" }).click();
    await clerk.getByRole("alert").first().waitFor();
    await says(clerk, "材料已经收齐", "应当受理", "行政许可法 32");
    await visit.look(clerk, "complete paper refused");
  });

  await say("with what does not conform said, it goes, and stands on record", async () => {
    await openCase(clerk, number);
    await act(clerk, "一次性告知补正", async (form) => {
      await tick(form, ["site"]);
      await form.getByLabel(/^补正说明/).fill("四至图没有盖村委会的章");
    });
    await says(clerk, "记录在案", "由人核实");
  });

  await say("a leader follows the case, and has its steps before him", async () => {
    const leader = await atWork(visit, "mh-zfb-leader");
    await leader.goto("/desk/new/follow");
    const form = leader.locator("form.intake");
    await form.locator("[name=case-title]").fill("盯一件宅基地");
    await form.locator("[name=number]").fill(number);
    await form.locator("[name=why]").fill("群众反映跑了几趟");
    await form.getByRole("button", { name: "开始跟踪" }).click();
    await leader.waitForURL(/done=/);
    await says(leader, "跟踪的一件", "待补正", "一次性告知补正");
    await visit.look(leader, "case followed");
  });

  await say("who cannot come in working hours is given an hour after them, with its own clock", async () => {
    const hall = await atWork(visit, "mh-zwzx-window1");
    await hall.goto("/desk/new/appointment");
    const form = hall.locator("form.intake");
    await form.locator("[name=case-title]").fill("下班以后来交材料");
    await form.locator("[name=applicant]").fill("马下班");
    await form.locator("[name=phone]").fill("13897200099");
    await form.locator("[name=matter]").fill("交补正材料");
    await form.locator("[name=at]").fill("2015-08-20T20:00");
    await form.locator("input[name=kind][value=下班以后延时]").check();
    await form.locator("select[name=who]").selectOption("mh-zwzx-window1");
    await form.getByRole("button", { name: "预约" }).click();
    await hall.waitForURL(/done=/);
    await says(hall, "按约接待", "20:00");
    await visit.look(hall, "appointment after hours");
  });

  await say("whoever asks at the counter gets one card, the form and a sample at one press", async () => {
    const resident = await visit.resident();
    await resident.goto("/items/630222-zjd/card");
    await says(resident, "空白申请表", "填写样例", "办理时限", "收费", "依据");
    await visit.look(resident, "card of an item");
  });
});

journey("A hands over before a longer leave", async (say, visit) => {
  const [GOES, STAYS, SIGNS] = ["mh-swj-window", "mh-swj-handler", "mh-swj-head"];
  let a, title;

  await say("A asks for the afternoon; who approves is found by the length", async () => {
    a = await atWork(visit, GOES);
    await comeBack(await atWork(visit, STAYS));
    await atWork(visit, SIGNS);
    await a.goto("/desk/leave");
    await a.locator("summary").filter({ hasText: "申请更长的离岗" }).click();
    const form = a.locator("details.act form");
    await form.locator("[name=where]").first().selectOption("会场");
    await form.locator("[name=why]").first().selectOption("开会");
    await form.locator("[name=start]").fill(await instant(a, 0.5));
    await form.locator("[name=until]").fill(await instant(a, 5));
    await form.locator("[name=handed]").fill("");
    await visit.look(a, "ask for leave");
    await form.getByRole("button", { name: "申请", exact: true }).click();
    await a.waitForURL(/done=/);
  });

  await say("nothing is handed over yet, so the page asks for it, the open cases written down already", async () => {
    await says(a, "离岗以前：交接");
    const box = a.getByLabel("交接清单").first();
    assert.ok((await box.inputValue()).length > 0);
    await box.fill("取水许可一件，等现场勘查");
    await visit.look(a, "hand over before leaving");
    await a.getByRole("button", { name: "交接", exact: true }).click();
    await a.waitForURL(/done=/);
    await says(a, "已经交接");
  });

  await say("the head approves, and when the time has come the leave begins by itself", async () => {
    const chief = await visit.as(SIGNS);
    await chief.goto("/desk");
    title = chief.getByRole("link", { name: /^离岗：/ });
    await title.first().click();
    await act(chief, "批准");
    await advance(chief, "hour");
    await chief.waitForTimeout(1000);
  });

  await say("B reads what A has left him", async () => {
    const b = await visit.as(STAYS);
    for (let i = 0; i < 20; i++) {
      await b.goto("/desk/leave");
      if ((await b.getByRole("main").innerText()).includes("交接给您的事")) break;
      await b.waitForTimeout(500);
    }
    await says(b, "交接给您的事", "取水许可一件，等现场勘查");
    await visit.look(b, "what was handed over");
  });

  await say("A comes back and writes down what she takes back", async () => {
    await a.goto("/desk/leave");
    await a.getByLabel(/^交接说明/).fill("B岗代收一件");
    await a.getByRole("button", { name: "返岗", exact: true }).click();
    await a.waitForURL(/done=/);
  });
});
