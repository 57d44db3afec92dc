// The keeper of rules sees what a change does before it takes effect, and puts it into effect in his own name.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journey } from "../lib/journey.mjs";

const KEEPER = "hd-bb-reform";
const COUNTY = "mh-bb-reform";
const CLERK = "mh-100-window";
const PACKS = process.env.XIAONENG_PACKS;

/// Edits a file of the rules; answers how to put it back.
function edit(file, change) {
  const path = join(PACKS, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  assert.notEqual(after, before, `the edit of ${file} changes something`);
  writeFileSync(path, after);
  return () => writeFileSync(path, before);
}

const read = async (page) => {
  await page.goto("/admin/packs");
  await page.getByRole("button", { name: "重新读取" }).click();
  await page.waitForURL("**/admin/packs");
};

/// The page refreshes itself until the effect is counted.
const counted = (page) => page.getByText(/^看了/).waitFor();

const holiday = (text) =>
  text.replace(
    '[[notice]]\nnumber = "国办发明电〔2015〕18号"',
    `[[notice]]\nnumber = "试〔2015〕1号"\nyear = 2015\namends = "国办发明电〔2014〕28号"\ndated = "2015-08-19"\npublished = "2015-08-19"\nurl = "http://example.invalid/"\ndays = [\n  { date = "2015-08-21", kind = "off", name = "试" },\n  { date = "2015-08-24", kind = "off", name = "试" },\n]\n\n[[notice]]\nnumber = "国办发明电〔2015〕18号"`,
  );

journey("A change of the rules is looked at before it takes effect", async (say, visit) => {
  const page = await visit.as(KEEPER);

  await say("a clerk at the window has no such page, and is told who has", async () => {
    const clerk = await visit.as(CLERK);
    await clerk.goto("/desk");
    assert.equal(await clerk.getByRole("link", { name: "规则", exact: true }).count(), 0);
    assert.equal((await clerk.goto("/admin/packs")).status(), 403);
    assert.match(await clerk.getByRole("main").innerText(), /规则管理岗/);
  });

  await say("the keeper sees the version in force, and reads its text down to a line", async () => {
    await page.goto("/desk");
    await page.getByRole("link", { name: "规则", exact: true }).click();
    await page.waitForURL("**/admin/packs");
    await visit.look(page, "rules in force");
    await page.getByRole("link", { name: "看文字" }).first().click();
    await visit.look(page, "rules files");
    await page.getByRole("searchbox").fill("XK-42-1");
    await page.getByRole("searchbox").press("Enter");
    await page.getByText(/^找到 \d+ 行/).waitFor();
    await visit.look(page, "rules search");
    await page.getByRole("link", { name: /cn\/limits\/licence\.toml:\d+/ }).first().click();
    await page.waitForURL(/#L\d+$/);
    const line = page.locator(":target");
    assert.match(await line.innerText(), /XK-42-1/);
    await visit.look(page, "rules text");
  });

  await say("a misspelt word is told with its line, and nothing can take effect", async () => {
    const back = edit("cn/procedures/promise.toml", (t) => t.replace("\nabout = ", "\nabuot = "));
    try {
      await read(page);
      const text = await page.getByRole("main").innerText();
      assert.match(text, /有错误，不能施行/);
      assert.match(text, /是不是“about”/);
      assert.equal(await page.getByRole("button", { name: /^施行/ }).count(), 0);
      await visit.look(page, "rules faulty");
      await page.getByRole("link", { name: /cn\/procedures\/promise\.toml:\d+/ }).first().click();
      assert.match(await page.locator(":target").innerText(), /abuot/);
    } finally {
      back();
    }
  });

  await say("a holiday shows which open cases it moves; every count opens its list", async () => {
    const back = edit("cn/calendar/notices.toml", holiday);
    try {
      await read(page);
      await counted(page);
      await visit.look(page, "rules effect");
      const stat = page.locator("a.stat").filter({ hasText: "会动" });
      const count = Number((await stat.innerText()).replace(/,/g, "").match(/\d+/)[0]);
      assert.ok(count > 0);
      await stat.click();
      assert.match(await page.getByRole("main").innerText(), new RegExp(`这 ${count} 件会这样`));
      assert.match(await page.getByRole("main").innerText(), /放假安排/);
      await visit.look(page, "rules cases");
      await page.goto("/admin/packs/changes");
      assert.match(await page.getByRole("main").innerText(), /新增 放假安排/);
      await visit.look(page, "rules difference");
    } finally {
      back();
    }
  });

  await say("posts that hold cases cannot be removed: the cases are named, and there is no button", async () => {
    const backs = [
      edit("cn-6302/org.toml", (t) => t.replaceAll('id = "handler"', 'id = "case-officer"')),
      edit("demo/officers.toml", (t) => t.replaceAll('.handler"', '.case-officer"')),
    ];
    try {
      await read(page);
      await counted(page);
      assert.match(await page.getByRole("main").innerText(), /不能施行：[\s\S]*被删去，还承办着办件[\s\S]*出路：/);
      assert.equal(await page.getByRole("button", { name: /^施行/ }).count(), 0);
      await visit.look(page, "rules blocked");
    } finally {
      backs.forEach((back) => back());
    }
  });

  await say("a county's keeper sees all, but the city's puts it into effect", async () => {
    edit("cn/procedures/promise.toml", (t) => t.replace(/\nabout = "/, `\nabout = "（${visit.view.name}改）`));
    const county = await visit.as(COUNTY);
    await read(county);
    await counted(county);
    assert.equal(await county.getByRole("button", { name: /^施行/ }).count(), 0);
    assert.match(await county.getByRole("main").innerText(), /施行由市级规则管理岗/);
  });

  await say("the keeper gives his reason with the keyboard alone; it is in force at once, in his name", async () => {
    await page.goto("/admin/packs");
    await counted(page);
    await visit.look(page, "rules to take effect");
    await page.getByLabel(/^施行的理由/).focus();
    await page.keyboard.type("改");
    await page.keyboard.press("Tab");
    await page.keyboard.type("东政办〔2015〕88号（演示）");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /4 到 2000 个字/);
    assert.equal(await page.getByLabel(/^依据的文件号/).inputValue(), "东政办〔2015〕88号（演示）", "what was typed is kept");
    await counted(page);
    await page.getByLabel(/^施行的理由/).fill("按市政府办公室文件修改说明");
    await page.getByRole("button", { name: /^施行/ }).press("Enter");
    await page.waitForURL(/\?done=/);
    const text = await page.getByRole("main").innerText();
    assert.match(text, /已经施行/);
    assert.match(text, /清单管理岗[^\n]*：按市政府办公室文件修改说明/);
    await visit.look(page, "rules taken effect");
  });

  await say("the other keeper's form is of rules that are past: he is told what changed", async () => {
    const county = await visit.as(COUNTY);
    await county.goto("/admin/packs");
    assert.match(await county.getByRole("main").innerText(), /按市政府办公室文件修改说明/);
    assert.match(await county.getByRole("main").innerText(), /还没有读取新的规则/);
  });
});
