// Takes the README's pictures: `npm run pictures` writes docs/pictures/*.png.

import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "./lib/house.mjs";
import { Visit, launch } from "./lib/visit.mjs";
import { CHECKER, HANDLER, HEAD, ITEM, SUPERVISION, WINDOW, act, openCase, takeIn } from "./lib/desk.mjs";

const OUT = fileURLToPath(new URL("../../docs/pictures", import.meta.url));
const CASES = 1_500;
const BYTES_MAX = 250_000;

mkdirSync(OUT, { recursive: true });
const house = await open({ cases: CASES });
const browser = await launch();
try {
  const visit = new Visit(browser, { name: "desktop", viewport: { width: 1280, height: 900 } }, house.url);
  const resident = await visit.resident();
  await resident.goto("/");
  await picture(resident, "home", 900);
  await resident.goto(`/items/${ITEM}`);
  await picture(resident, "item", 1200);

  const clerk = await visit.as(WINDOW);
  const number = await takeIn(clerk, { name: "祁连山" });
  await act(clerk, "受理");
  const letter = await clerk.getByRole("link", { name: "打印文书" }).first().getAttribute("href");
  const handler = await visit.as(HANDLER);
  await openCase(handler, number);
  await act(handler, "初审通过", (f) => f.getByLabel(/^审查意见/).fill("实地看过，四至清楚，同意上报。"));
  await clerk.goto(letter);
  await picture(clerk, "letter", 1170);

  const checker = await visit.as(CHECKER);
  await openCase(checker, number);
  await picture(checker, "case", 1300);

  const head = await visit.as(HEAD);
  await head.goto("/desk?tab=unit");
  await picture(head, "desk", 900);

  const supervisor = await visit.as(SUPERVISION);
  await supervisor.goto("/oversight");
  await picture(supervisor, "oversight", 1000);
} finally {
  await browser.close();
  await house.close();
}

/// The top of a page, so many pixels of it.
async function picture(page, name, height) {
  await page.setViewportSize({ width: 1280, height });
  const path = join(OUT, `${name}.png`);
  await page.screenshot({ path, animations: "disabled" });
  const bytes = statSync(path).size;
  if (bytes > BYTES_MAX) throw new Error(`${path} has ${bytes} bytes, more than ${BYTES_MAX}`);
  console.log(`${path} ${Math.round(bytes / 1000)} KB`);
}
