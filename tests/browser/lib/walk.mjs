// A case walked through its procedure: who does what, step by step, whatever the form asks for.

import assert from "node:assert/strict";
import { act, numberOf, openCase } from "./desk.mjs";

const DAY = 86_400_000;

/// Takes an item in at a window and answers the case's number. `way` is the opening action's title.
export async function receive(page, item, way, values = {}) {
  await page.goto(`/desk/intake/${item}`);
  const tab = page.locator(".tabs").getByRole("link", { name: way, exact: true });
  if ((await tab.count()) > 0) await tab.click();
  const form = page.locator("form.intake");
  await fillAll(form, values);
  for (const box of await form.locator(".mats input[type=checkbox]").all()) await box.check();
  await form.getByRole("button", { name: way, exact: true }).click();
  await page.waitForURL(/\/desk\/cases\/.*\?done=/);
  return numberOf(page);
}

/// Does the steps: `[login, action, values]`. Values are by field id; what is not given and must be is made up.
export async function walk(visit, number, steps) {
  for (const [login, title, values = {}] of steps) {
    const page = await atWork(visit, login);
    await openCase(page, number);
    try {
      await act(page, title, (form) => fillAll(form, values));
    } catch (error) {
      const said = await page.getByRole("main").innerText().catch(() => "");
      throw new Error(`${login} cannot do “${title}”: ${error.message.split("\n")[0]}\n${said.slice(0, 600)}`);
    }
  }
}

/// The page of an officer who is at his desk: in the city some are away, and come back first.
export async function atWork(visit, login) {
  const known = visit.people.has(login);
  const page = await visit.as(login);
  if (known) return page;
  await page.goto("/desk/leave");
  const back = page.getByRole("button", { name: "返岗", exact: true });
  if ((await back.count()) > 0) {
    await back.first().click();
    await page.waitForLoadState("load");
  }
  return page;
}

/// The numbers of the cases that this one opened, as its page lists them.
export async function children(page, number) {
  await openCase(page, number);
  const links = page.locator("aside .files a.num");
  return Promise.all((await links.all()).map((link) => link.innerText()));
}

async function fillAll(form, values) {
  const left = new Set(Object.keys(values));
  for (const control of await form.locator("input, select, textarea").all()) {
    const [id, type, required, tag] = await control.evaluate((c) => [c.name, c.type, c.required, c.tagName]);
    if (["hidden", "submit", "search"].includes(type)) continue;
    if (type === "file") {
      if (values.papers) await control.setInputFiles(values.papers);
      left.delete("papers");
      continue;
    }
    const given = values[id];
    if (type === "checkbox") {
      if (given === undefined) continue;
      const value = await control.getAttribute("value");
      await control.setChecked(Array.isArray(given) ? given.includes(value) : Boolean(given));
      left.delete(id);
    } else if (type === "radio") {
      const value = await control.getAttribute("value");
      const none = () => form.locator(`input[name="${id}"]:checked`).count();
      if (given === value || (given === undefined && required && (await none()) === 0)) await control.check();
      left.delete(id);
    } else if (given !== undefined || (required && (await control.inputValue()) === "")) {
      if (tag === "SELECT") await choose(control, given);
      else await control.fill(String(given ?? (await madeUp(control, id, type))));
      left.delete(id);
    }
  }
  assert.deepEqual([...left], [], "the form has no such field");
}

async function choose(control, given) {
  if (given !== undefined) return control.selectOption(given);
  const first = await control.locator("option").nth(1).getAttribute("value");
  await control.selectOption(first);
}

async function madeUp(control, id, type) {
  const page = control.page();
  const now = Date.parse(`${await today(page)}T10:00:00Z`);
  const day = (n) => new Date(now + n * DAY).toISOString().slice(0, 10);
  if (type === "date") return /by|until|due|end|to/.test(id) ? day(20) : day(0);
  if (type === "datetime-local") return `${day(1)}T10:00`;
  if (type === "tel") return "13897200042";
  if ((await control.getAttribute("inputmode")) === "numeric") return "1";
  if ((await control.getAttribute("inputmode")) === "decimal") return "100";
  if ((await control.getAttribute("autocomplete")) === "name") return "韩冬梅";
  return "写明情况（演示）";
}

async function today(page) {
  const [, y, m, d] = (await page.locator("aside.demo").innerText()).match(/(\d+)年(\d+)月(\d+)日/);
  return `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`;
}
