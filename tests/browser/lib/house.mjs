// The demonstration city behind a loopback address: made small, served, and taken down again.

import { execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const REPO = fileURLToPath(new URL("../../..", import.meta.url));
const PREPARE_MS = 300_000;
const OPEN_MS = 60_000;

/// The program under test: $XIAONENG_BIN, or what `cargo build -p xiaoneng` left in the target folder.
export function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(REPO, "target");
  const bin = process.env.XIAONENG_BIN ?? join(target, "debug", "xiaoneng");
  if (!existsSync(bin)) throw new Error(`${bin} is not there: run "cargo build -p xiaoneng" first, or set XIAONENG_BIN`);
  return bin;
}

/// What a command of the program prints.
export function ask(...words) {
  return execFileSync(program(), words, { encoding: "utf8", timeout: OPEN_MS }).trim();
}

/// Opens a house over a city of `cases` applications as it stood at `asOf`. Answers its address, the folder of its rules and `close()`.
export async function open({ cases, asOf = "2015-08-20T10:00", seed = 7 }) {
  const dir = mkdtempSync(join(tmpdir(), "xiaoneng-browser-"));
  const data = join(dir, "city");
  // Rules in a folder of their own: whoever keeps them can change them while the house is open.
  const packs = join(dir, "packs");
  cpSync(join(REPO, "packs"), packs, { recursive: true });
  const made = ["demo", "--prepare", "--data", data, "--pack", packs, "--as-of", asOf, "--seed", String(seed), "--cases", String(cases)];
  let server;
  const close = async () => {
    if (server && server.exitCode === null) {
      const gone = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      const hard = setTimeout(() => server.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(hard);
    }
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await promisify(execFile)(program(), made, { timeout: PREPARE_MS });
    server = spawn(program(), ["demo", "--data", data, "--pack", packs, "--port", "0", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
    const { url } = JSON.parse(await firstLine(server));
    return { url, packs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function firstLine(server) {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`the house did not open within ${OPEN_MS / 1000} seconds`)), OPEN_MS);
    server.once("error", fail);
    server.once("exit", (code) => fail(new Error(`the house closed at once (exit ${code})`)));
    createInterface({ input: server.stdout }).once("line", (line) => {
      clearTimeout(late);
      done(line);
    });
  });
}
