// A made-up company, its cockpit, and a browser that looks at it.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What scripts/browser_check.sh found and built. */
const { QUARTERDECK: program, CHROMIUM: executablePath, MODULES: modules } = process.env;
const require = createRequire(`${modules}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Milliseconds that something may take on a machine that has much else to do. */
const PATIENCE = 120_000;

/** The success criteria of WCAG 2.2, A and AA. */
const CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A company of so many people, with its facts read, and a cockpit that listens. */
export const cockpit = async (people) => {
  const home = mkdtempSync(join(tmpdir(), "quarterdeck-browser-"));
  const folder = join(home, "company");
  const env = { PATH: process.env.PATH, HOME: home, TZ: "UTC" };
  const run = (...words) => execFileSync(program, words, { env, stdio: ["ignore", "pipe", "inherit"] }).toString();
  // The same company for all tests of a run is written once, and each works on its own copy.
  const made = join(process.env.COMPANIES, String(people));
  cpSync(made, folder, { recursive: true });
  const child = spawn(program, ["serve", "--company", folder, "--no-sync", "--port", "0"], { env, stdio: ["ignore", "pipe", "ignore"] });
  const address = await new Promise((done, failed) => {
    createInterface({ input: child.stdout }).once("line", done);
    child.once("exit", (code) => failed(new Error(`the cockpit ended with ${code}`)));
  });
  const end = () => { child.removeAllListeners(); child.kill("SIGKILL"); rmSync(home, { recursive: true, force: true, maxRetries: 3 }); };
  return { address: address.replace(/\/$/, ""), folder, run, end };
};

/** A browser without a window. */
export const browser = () => chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** A page that collects what goes wrong on it. */
export const opened = async (browser, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => { if (message.type() === "error") wrong.push(`${page.url()}: ${message.text()} ${message.location().url}`); });
  page.on("pageerror", (error) => wrong.push(`${page.url()}: ${error.message}`));
  return { page, wrong };
};

/** What axe-core complains about on a page, a line each. */
export const complaints = async (page, rules) => {
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe);
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: CRITERIA };
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }), runOnly);
  return violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`));
};

/** Waits until `question` is answered with something. */
export const until = async (what, question, patience = PATIENCE) => {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};
