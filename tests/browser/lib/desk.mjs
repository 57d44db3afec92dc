// What is done at the counter, said in few words.

import assert from "node:assert/strict";

export const ITEM = "630222-zjd";
export const WINDOW = "mh-100-window";
export const HANDLER = "mh-100-handler";
export const CHECKER = "mh-zrzy-checker";
export const HEAD = "mh-zrzy-head";
export const BUREAU = "mh-zrzy-handler";
export const SUPERVISION = "mh-xnb-super1";

/// What every homestead needs.
export const REQUIRED = ["application", "idcard", "household", "village", "site", "pledge"];

/// The form of an action on a case page, opened.
export async function actionForm(page, title) {
  const summary = page.locator("summary").filter({ hasText: new RegExp(`^${title}(代|$)`) });
  const details = page.locator("details.act").filter({ has: summary });
  assert.equal(await details.count(), 1, `“${title}” is not offered on ${page.url()}`);
  if (!(await details.evaluate((d) => d.open))) await details.locator("> summary").click();
  return details;
}

/// Does an action of a case page and waits until it is done.
export async function act(page, title, fill) {
  const form = await actionForm(page, title);
  await fill?.(form);
  // Stock opinions are buttons too, and may read the same.
  await form.locator("button[type=submit]").filter({ hasText: title }).click();
  await page.waitForURL(/\?done=/);
  // The words stay in the address: gone, so that the next wait waits.
  await page.goto(new URL(page.url()).pathname);
}

/// Ticks exactly these materials of a checklist.
export async function tick(form, ids) {
  for (const box of await form.locator(".mats input[type=checkbox]").all()) {
    await box.setChecked(ids.includes(await box.getAttribute("value")));
  }
}

/// Fills in who applies.
export async function fillApplicant(page, { name, phone = "13897200042", village = "史纳村" }) {
  await page.getByLabel(/^申请人（户主）/).fill(name);
  await page.getByLabel(/^联系电话/).fill(phone);
  await page.getByLabel(/^所在村/).fill(village);
}

/// Takes a homestead in and answers its number.
export async function takeIn(page, who, materials = REQUIRED) {
  await page.goto(`/desk/intake/${ITEM}`);
  await fillApplicant(page, who);
  await tick(page.locator("form.form"), materials);
  await page.getByRole("button", { name: "收件（村级讨论公示已完成）" }).click();
  await page.waitForURL(/\/desk\/cases\/.*\?done=/);
  return numberOf(page);
}

/// The number of the case whose page is open.
export function numberOf(page) {
  return decodeURIComponent(new URL(page.url()).pathname.split("/")[3]);
}

/// Opens a case's page.
export async function openCase(page, number) {
  const answer = await page.goto(`/desk/cases/${number}`);
  assert.equal(answer.status(), 200, `${number} is not to be seen by this officer`);
}

/// The demonstration's clock goes on by `step`: hour, workday, week.
export async function advance(page, step) {
  await page.locator(`form[action="/demo/clock"] button[value="${step}"]`).click();
  await page.waitForLoadState("load");
}

/// What the demonstration's clock shows: 2015-08-20.
export async function today(page) {
  const [, y, m, d] = (await page.locator("aside.demo").innerText()).match(/(\d+)年(\d+)月(\d+)日/);
  return `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`;
}

/// Asserts that a page's main part says all these words.
export async function says(page, ...words) {
  const text = await page.getByRole("main").innerText();
  for (const word of words) assert.ok(word instanceof RegExp ? word.test(text) : text.includes(word), `${page.url()} does not say ${word}:\n${text}`);
}
