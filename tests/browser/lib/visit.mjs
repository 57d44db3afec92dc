// One visit: a browser of one width, the people who use it, and an eye on every page they open.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const SHOTS = fileURLToPath(new URL("../shots", import.meta.url));
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/// The password of every invented officer.
export const PASSWORD = "demo-2015";
/// A page as it comes over the wire weighs less. Styles and script are not counted: they come once and are kept.
const PAGE_BYTES_MAX = 100_000;

/// The two widths that every journey is made at.
export const VIEWS = [
  { name: "desktop", viewport: { width: 1280, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
];

/// The browser: $CHROMIUM, or Debian's.
export function launch() {
  const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((p) => p && existsSync(p));
  if (!executablePath) throw new Error("no Chromium: apt-get install chromium, or set CHROMIUM to its path");
  const args = ["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
  return chromium.launch({ executablePath, args, chromiumSandbox: process.getuid?.() !== 0 });
}

export class Visit {
  constructor(browser, view, url) {
    Object.assign(this, { browser, view, url, people: new Map(), faults: [], seen: new Set(), pictures: 0 });
  }

  /// A page in a browser of its own: nobody is signed in. `more` are options of Playwright's context.
  async stranger(more = {}) {
    const { name, ...options } = this.view;
    const context = await this.browser.newContext({ ...options, ...more, baseURL: this.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    this.watch(page);
    return page;
  }

  /// The page of somebody with an account; signs in the first time.
  async as(login) {
    if (!this.people.has(login)) this.people.set(login, await this.signIn(await this.stranger(), login));
    return this.people.get(login);
  }

  async signIn(page, login, password = PASSWORD) {
    await page.goto("/sign-in");
    await page.getByLabel("用户名").fill(login);
    await page.getByLabel("口令").fill(password);
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.waitForURL("**/desk*");
    return page;
  }

  /// The page of somebody without an account.
  async resident() {
    if (!this.people.has("")) this.people.set("", await this.stranger());
    return this.people.get("");
  }

  watch(page) {
    const fault = (what) => this.faults.push(`${new URL(page.url()).pathname}: ${what}`);
    page.on("pageerror", (error) => fault(`script error: ${error.message}`));
    page.on("dialog", (dialog) => (fault(`a dialog opened: ${dialog.message()}`), dialog.dismiss()));
    page.on("console", (said) => {
      // A refusal answers 4xx, and Chromium tells so on its console: that is no fault of the page.
      if (said.type() === "error" && !said.text().startsWith("Failed to load resource")) fault(`console: ${said.text()}`);
    });
    page.on("response", (answer) => answer.status() >= 500 && fault(`${answer.request().method()} ${answer.url()} answers ${answer.status()}`));
  }

  /// Looks the page over: axe, width, weight; takes its picture. A page of the same name is looked over once.
  async look(page, name) {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    if (this.seen.has(name)) return;
    this.seen.add(name);
    const where = `${name} (${this.view.name}, ${new URL(page.url()).pathname})`;
    for (const violation of await audit(page)) this.faults.push(`${where}: ${violation}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) this.faults.push(`${where}: the page is ${wide} px wider than the window`);
    const bytes = await page.evaluate(() => performance.getEntriesByType("navigation")[0].encodedBodySize);
    if (bytes > PAGE_BYTES_MAX) this.faults.push(`${where}: weighs ${Math.round(bytes / 1000)} KB`);
    await this.shoot(page, name);
  }

  /// A picture kept under shots/.
  async shoot(page, name) {
    const dir = join(SHOTS, this.view.name);
    mkdirSync(dir, { recursive: true });
    await page.screenshot({ path: join(dir, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.png`), fullPage: true, animations: "disabled" });
  }
}

/// What axe finds against WCAG 2.2 AA, a line for each element.
export async function audit(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: tags, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] }), WCAG);
  return violations.flatMap((v) => v.nodes.map((n) => `axe ${v.id} (${v.impact}) at ${n.target.join(" ")}: ${n.failureSummary.replaceAll(/\s+/g, " ")}`));
}
