// Runs the journeys against one small city: `node run.mjs [part of a file name ...]`.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "./lib/house.mjs";

const CASES = 150;
const JOURNEYS = fileURLToPath(new URL("journeys", import.meta.url));
const FILE_MS = 600_000;

const wanted = process.argv.slice(2);
const names = readdirSync(JOURNEYS).filter((n) => n.endsWith(".test.mjs")).sort();
const chosen = names.filter((n) => wanted.length === 0 || wanted.some((w) => n.includes(w)));

console.log(`making a city of ${CASES} cases`);
const house = await open({ cases: CASES });
console.log(`the house is open at ${house.url}`);
const notes = mkdtempSync(join(tmpdir(), "xiaoneng-tap-"));
let running;
const leave = async () => {
  running?.kill("SIGKILL");
  rmSync(notes, { recursive: true, force: true });
  await house.close();
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => leave().finally(() => process.exit(1)));

// One file after the other: they share the city and its clock.
const counts = { passed: 0, failed: 0 };
try {
  for (const name of chosen) await tell(name);
} finally {
  await leave();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/// Runs one file, shown as it goes, and counts its sentences from the notes it leaves.
async function tell(name) {
  const tap = join(notes, `${name}.tap`);
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap", `--test-reporter-destination=${tap}`];
  running = spawn(process.execPath, [...reporters, join(JOURNEYS, name)], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, XIAONENG_URL: house.url, XIAONENG_PACKS: house.packs },
  });
  const late = setTimeout(() => running.kill("SIGKILL"), FILE_MS);
  const code = await new Promise((done) => running.once("exit", done));
  clearTimeout(late);
  running = undefined;
  let lines = [];
  try {
    lines = readFileSync(tap, "utf8").split("\n");
  } catch {
    // No notes: it never began, which its exit code says.
  }
  // A sentence stands one step in; the journey around it is not counted again.
  const failed = lines.filter((l) => /^ {4}not ok /.test(l)).length;
  counts.passed += lines.filter((l) => /^ {4}ok /.test(l) && !l.includes("# SKIP")).length;
  counts.failed += failed === 0 && code !== 0 ? 1 : failed;
}
