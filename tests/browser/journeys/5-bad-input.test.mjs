// What is wrong, too large or meant ill is refused in words, and does nothing.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { HANDLER, ITEM, REQUIRED, WINDOW, act, actionForm, fillApplicant, numberOf, openCase, says, takeIn, tick } from "../lib/desk.mjs";

const TAKE_IN = "收件（村级讨论公示已完成）";
const SCRIPT = `<script>alert(1)</script>`;
const IMAGE = `"><img src=x onerror=alert(2)>`;
const MB = 1024 * 1024;

journey("Nothing bad gets in", async (say, visit) => {
  const resident = await visit.resident();
  let clerk, number;

  await say("a form with a field missing keeps what was typed, marks the field and says how to mend it", async () => {
    clerk = await visit.as(WINDOW);
    await clerk.goto(`/desk/intake/${ITEM}`);
    await fillApplicant(clerk, { name: "才让", phone: "12", village: "史纳村" });
    await tick(clerk.locator("form.form"), ["idcard", "pledge"]);
    await submitUnchecked(clerk, TAKE_IN);
    const alert = clerk.getByRole("alert");
    await alert.waitFor();
    await visit.look(clerk, "intake refused");
    assert.equal(await clerk.getByLabel(/^申请人（户主）/).inputValue(), "才让");
    assert.equal(await clerk.getByLabel(/^联系电话/).inputValue(), "12");
    assert.equal(await clerk.getByLabel(/^联系电话/).getAttribute("aria-invalid"), "true");
    assert.deepEqual(await clerk.locator(".mats input:checked").evaluateAll((all) => all.map((b) => b.value)), ["idcard", "pledge"]);
    assert.ok(await alert.evaluate((a) => a === document.activeElement), "the summary is not focused");
    await alert.getByRole("link").first().click();
    assert.equal(new URL(clerk.url()).hash, "#f-phone");
  });

  await say("a page of HTML that calls itself a PDF is refused, and what was typed stays", async () => {
    await clerk.goto(`/desk/intake/${ITEM}`);
    await fillApplicant(clerk, { name: "才让", village: "史纳村" });
    await tick(clerk.locator("form.form"), REQUIRED);
    const html = { name: "户口簿.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html><script>alert(3)</script></html>") };
    await clerk.getByLabel(/^扫描件、照片/).setInputFiles(html);
    await clerk.getByRole("button", { name: TAKE_IN }).click();
    await clerk.getByRole("alert").waitFor();
    await says(clerk, "户口簿.pdf", "不是能收的格式");
    await visit.look(clerk, "intake paper refused");
    assert.equal(await clerk.getByLabel(/^申请人（户主）/).inputValue(), "才让");
  });

  await say("a paper of more than 20 MB is refused, and what was typed stays", async () => {
    const large = { name: "大.pdf", mimeType: "application/pdf", buffer: Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(20 * MB)]) };
    await clerk.getByLabel(/^扫描件、照片/).setInputFiles(large);
    await clerk.getByRole("button", { name: TAKE_IN }).click();
    await clerk.getByText("超过 20 MB").first().waitFor();
    assert.equal(await clerk.getByLabel(/^申请人（户主）/).inputValue(), "才让");
  });

  await say("a form of more than 64 MB is cut off, and the house stands", async () => {
    const status = await fetch(`${visit.url}/sign-in`, { method: "POST", body: new Blob([new Uint8Array(65 * MB)]) }).then((r) => r.status, () => "cut off");
    assert.ok(status === 413 || status === "cut off", `answered ${status}`);
    assert.equal((await fetch(visit.url)).status, 200);
  });

  await say("a script in every field is text in the case, the list, the letter and the track", async () => {
    await clerk.goto(`/desk/intake/${ITEM}`);
    await fillApplicant(clerk, { name: `甲${SCRIPT}`, village: IMAGE });
    for (const field of ["户籍住址", "拟用地位置"]) await clerk.getByLabel(new RegExp(`^${field}`)).fill(SCRIPT + IMAGE);
    await tick(clerk.locator("form.form"), ["application"]);
    await clerk.getByLabel(/^扫描件、照片/).setInputFiles({ name: `${IMAGE}.pdf`, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });
    await clerk.getByRole("button", { name: TAKE_IN }).click();
    await clerk.waitForURL(/\/desk\/cases\//);
    number = numberOf(clerk);
    await act(clerk, "一次性告知补正", (f) => f.getByLabel(/^补正说明/).fill(SCRIPT + IMAGE));
    await says(clerk, SCRIPT, IMAGE);
    await harmless(clerk);
    const code = await clerk.locator("dt:text-is('查询码') + dd").innerText();
    for (const address of [`/track?number=${number}&code=${code}`, `/track?number=${encodeURIComponent(SCRIPT)}&code=x`, `/items?q=${encodeURIComponent(IMAGE)}`]) {
      await resident.goto(address);
      await harmless(resident);
    }
    for (const address of ["/desk", `/desk?q=${encodeURIComponent(IMAGE)}`, `/desk?done=${encodeURIComponent(SCRIPT)}`, `/desk/intake?q=${encodeURIComponent(SCRIPT)}`]) {
      await clerk.goto(address);
      await harmless(clerk);
    }
    await openCase(clerk, number);
    await clerk.goto(await clerk.getByRole("link", { name: "打印文书" }).first().getAttribute("href"));
    assert.ok((await clerk.locator("body").innerText()).includes(SCRIPT));
    await harmless(clerk);
  });

  await say("what refuses asks for its reason", async () => {
    const one = await takeIn(clerk, { name: "无理由" });
    const form = await actionForm(clerk, "不予受理");
    await submitUnchecked(form, "不予受理");
    await clerk.getByRole("alert").waitFor();
    await visit.look(clerk, "case refusal without reason");
    await openCase(clerk, one);
    await says(clerk, "待受理");
  });

  await say("an unknown number, item, page or mark is answered in words", async () => {
    const answers = [
      [resident, "/track?number=630222-20150820-ZZZZZ&code=AAAAAAAA", 404, "没有查到"],
      [resident, `/track?number=${"9".repeat(5000)}&code=1`, 404, "没有查到"],
      [resident, "/items/630222-nothing", 404, "没有编号为"],
      [resident, "/items/%3Cscript%3E", 404, "没有编号为"],
      [resident, "/nowhere", 404, "没有这个页面"],
      [resident, "/lists/nothing", 404, ""],
      [resident, "/items?page=99999999", 200, ""],
      [resident, "/items?page=abc", 400, "请"],
      [resident, "/items?q=a&q=b", 400, "请"],
      [resident, "/notices?after=rubbish", 400, "翻页标记"],
      [clerk, "/desk?after=rubbish", 400, "翻页标记"],
      [clerk, "/desk/cases/630222-20150820-ZZZZZ", 404, "核对编号"],
      [clerk, "/desk/cases/nonsense", 404, "核对编号"],
      [clerk, `/desk/cases/${number}/letters/none`, 404, "没有文书"],
      [clerk, `/desk/cases/${number}/papers/none`, 404, "没有这份附件"],
      [clerk, "/desk/intake/nothing", 404, "没有"],
    ];
    const wrong = [];
    for (const [page, address, status, words] of answers) {
      const answer = await page.goto(address);
      const text = await page.locator("body").innerText();
      if (answer.status() !== status || !text.includes(words)) wrong.push(`${address.slice(0, 80)} answers ${answer.status()}: ${text.slice(0, 200)}`);
      else await visit.look(page, `answer ${status} ${new URL(page.url()).pathname}`);
    }
    assert.deepEqual(wrong, []);
  });

  await say("a wrong password is refused and the name stays", async () => {
    await resident.goto("/sign-in");
    await resident.getByLabel("用户名").fill("mh-bb-reform");
    await resident.getByLabel("口令").fill("wrong-password");
    await resident.getByRole("button", { name: "登录", exact: true }).click();
    await resident.getByRole("alert").waitFor();
    await visit.look(resident, "sign-in refused");
    assert.equal(await resident.getByLabel("用户名").inputValue(), "mh-bb-reform");
    assert.equal(await resident.getByLabel("口令").inputValue(), "");
  });

  await say("sign-in never leads out of the house", async () => {
    const page = await visit.stranger();
    await page.goto(`/sign-in?next=${encodeURIComponent("//evil.example/x")}`);
    await page.getByLabel("用户名").fill(HANDLER);
    await page.getByLabel("口令").fill("demo-2015");
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.waitForURL(`${visit.url}/desk`);
    await page.context().close();
  });

  await say("a form from another site, or without its token, or without a session is refused and does nothing", async () => {
    const one = await takeIn(clerk, { name: "外来表单" });
    const cookie = (await clerk.context().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const fields = await clerk.evaluate((action) => {
      const form = [...document.forms].find((f) => f.action.endsWith(action));
      return [...new FormData(form)].filter(([, v]) => typeof v === "string");
    }, `/desk/cases/${one}/act/accept`);
    const post = async (headers, drop) => {
      const body = new URLSearchParams(fields.filter(([name]) => name !== drop));
      const answer = await fetch(`${visit.url}/desk/cases/${one}/act/accept`, { method: "POST", redirect: "manual", headers, body });
      return answer.status;
    };
    assert.equal(await post({ cookie, origin: "http://evil.example" }), 403);
    assert.equal(await post({ cookie, origin: "null" }), 403);
    assert.equal(await post({ cookie }, "csrf"), 403);
    assert.equal(await post({ cookie }, "idempotency-key"), 400);
    assert.equal(await post({}), 303);
    await openCase(clerk, one);
    await says(clerk, "待受理");
    assert.equal(await post({ cookie, origin: visit.url }), 303);
    await openCase(clerk, one);
    await says(clerk, "乡镇初审");
  });

  await say("an officer of another county sees nothing of the case", async () => {
    const other = await visit.as("hz-zrzy-head");
    const answer = await other.goto(`/desk/cases/${number}`);
    assert.equal(answer.status(), 404);
  });
});

/// Sends a form past the browser's own checks.
async function submitUnchecked(scope, button) {
  const press = scope.getByRole("button", { name: button, exact: true });
  await press.evaluate((b) => (b.form.noValidate = true));
  await press.click();
}

/// Nothing that was typed has become part of the page. (A dialog would be a fault of the visit.)
async function harmless(page) {
  const found = await page.evaluate(() => ({
    images: document.querySelectorAll('img[src="x"], [onerror]').length,
    scripts: [...document.scripts].filter((s) => !s.src).length,
  }));
  assert.deepEqual(found, { images: 0, scripts: 0 }, page.url());
}
