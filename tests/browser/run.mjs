// Runs the journeys against one small city: `node run.mjs [part of a file name ...]`.

import { readdirSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { open } from "./lib/house.mjs";

const CASES = 150;
const JOURNEYS = fileURLToPath(new URL("journeys", import.meta.url));
const FILE_MS = 600_000;

const wanted = process.argv.slice(2);
const names = readdirSync(JOURNEYS).filter((n) => n.endsWith(".test.mjs")).sort();
const files = names.filter((n) => wanted.length === 0 || wanted.some((w) => n.includes(w))).map((n) => join(JOURNEYS, n));

console.log(`making a city of ${CASES} cases`);
const house = await open({ cases: CASES });
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => house.close().finally(() => process.exit(1)));
process.env.XIAONENG_URL = house.url;
console.log(`the house is open at ${house.url}`);

// One file after the other: they share the city and its clock.
const counts = { pass: 0, fail: 0 };
const told = run({ files, concurrency: 1, timeout: FILE_MS });
// A sentence is one test; the journey around it is not counted again.
told.on("test:pass", (e) => e.nesting > 0 && e.skip === undefined && counts.pass++);
told.on("test:fail", (e) => (e.nesting > 0 || e.details.error?.failureType !== "subtestsFailed") && counts.fail++);
told.compose(spec).pipe(process.stdout);
told.on("end", async () => {
  await house.close();
  console.log(`${counts.pass} passed, ${counts.fail} failed`);
  process.exitCode = counts.fail === 0 && counts.pass > 0 ? 0 : 1;
});
