// The brief by keyboard alone, and pages that renew themselves.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { browser, cockpit, opened, until } from "./cockpit.mjs";

let window, deck;
before(async () => { [window, deck] = [await browser(), await cockpit(12)]; });
after(async () => { await window?.close(); deck?.end(); });

const shown = (page) => page.locator("ol.rows > li:visible").count();
const focused = (page) => page.evaluate(() => document.activeElement.closest("ol.rows > li")?.id ?? null);

test("keys move, open, close, filter and lead to pages", async () => {
  const { page, wrong } = await opened(window);
  await page.goto(`${deck.address}/?all=1`);
  const ids = await page.locator("ol.rows > li").evaluateAll((rows) => rows.map(({ id }) => id));
  assert.ok(ids.length > 3, `${ids.length} rows`);
  await page.keyboard.press("j");
  assert.equal(await focused(page), ids[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.equal(await focused(page), ids[0]);
  await page.keyboard.press("G");
  assert.equal(await focused(page), ids.at(-1));
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  assert.equal(await focused(page), ids[0]);

  await page.keyboard.press("Enter");
  const evidence = page.locator(`[id="${ids[0]}"] [data-part]`);
  await evidence.getByText("What it rests on").waitFor();
  await evidence.getByText("Its price").waitFor();
  await page.keyboard.press("h");
  assert.equal(await evidence.isVisible(), false);

  await page.keyboard.press("s");
  assert.equal(await page.evaluate(() => document.activeElement.name), "until");
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), ids[0]);

  const word = await page.locator("ol.rows > li .title").first().innerText();
  await page.keyboard.press("/");
  await page.keyboard.type(word.replace(/^new /, ""));
  assert.equal(await shown(page), 1);
  await page.keyboard.press("Escape");
  assert.equal(await shown(page), ids.length);

  // What was looked for is found again among all rows, round the end.
  await page.keyboard.press("G");
  await page.keyboard.press("n");
  assert.equal(await focused(page), ids[0]);
  await page.keyboard.press("N");
  assert.equal(await focused(page), ids[0]);

  // Narrowed to what a row is about: all of them, and no other.
  const labels = await page.locator("ol.rows > li").evaluateAll((rows) => rows.map((row) => row.dataset.labels.split("|")));
  const duty = labels[0].find((label) => label.startsWith("duty "));
  assert.ok(duty && labels.some((own) => !own.includes(duty)), `${labels}`);
  await page.keyboard.press("f");
  await page.keyboard.type(duty);
  await page.keyboard.press("Enter");
  assert.equal(await shown(page), labels.filter((own) => own.includes(duty)).length);
  assert.equal(await focused(page), ids[0]);
  // The first closes what is open in the row.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await shown(page), ids.length);

  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("next row", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/company");
  assert.deepEqual(wrong, []);
});

test("a new moment appears, and leaves alone what is open and typed", async () => {
  const { page, wrong } = await opened(window);
  await page.goto(deck.address);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const first = page.locator("ol.rows > li").first();
  await first.locator("[data-part]").waitFor();
  await page.keyboard.press("x");
  await page.keyboard.type("because");
  appendFileSync(join(deck.folder, "vendors.toml"), "\n[vendors.lantern]\nname = \"Lantern Oil\"\nunheard_of = 1\n");
  const { page: other } = await opened(window);
  await other.goto(`${deck.address}/company`);
  await until("the complaint is on the page", () => other.getByText("unheard_of").first().isVisible());
  // The same moment has come to the page on which somebody writes.
  await page.waitForTimeout(1000);
  assert.equal(await page.evaluate(() => document.activeElement.value), "because");
  assert.equal(await first.locator("[data-part]").isVisible(), true);
  assert.deepEqual(wrong, []);
});

test("a page renews itself while it is looked at", async () => {
  const { page, wrong } = await opened(window);
  await page.goto(`${deck.address}/company`);
  assert.equal(await page.getByText("decisions/0999").count(), 0);
  await page.evaluate(() => { window.isSamePage = true; });
  writeFileSync(join(deck.folder, "projects", "half-moon.toml"), "name = \"Half Moon\"\n");
  await page.getByRole("link", { name: "half-moon.toml" }).waitFor();
  assert.equal(await page.evaluate(() => window.isSamePage), true, "it was not loaded anew");
  assert.deepEqual(wrong, []);
});

test("an answer to mail becomes a draft, and a thought an entry of the list", async () => {
  const { page, wrong } = await opened(window);
  await page.goto(`${deck.address}/?all=1`);
  const asked = page.locator("ol.rows > li", { hasText: "order book" });
  await asked.focus().catch(() => {});
  await page.keyboard.press("j");
  const id = await asked.getAttribute("id");
  for (let turn = 0; turn < 50 && await focused(page) !== id; turn += 1) await page.keyboard.press("j");
  await page.keyboard.press("a");
  await page.keyboard.type("It is on its way.");
  await asked.getByRole("button", { name: "Keep it as a draft" }).click();
  await page.getByText("draft to Philippe Dutoit").waitFor();
  const drafts = join(deck.folder, ".quarterdeck", "drafts");
  const [draft] = readdirSync(drafts);
  assert.match(readFileSync(join(drafts, draft), "utf8"), /It is on its way\./);

  await page.goto(deck.address);
  await page.keyboard.press("t");
  await page.keyboard.type("Ask Bo about the index");
  await page.keyboard.press("Enter");
  const list = page.locator("#todo");
  await list.getByText("Ask Bo about the index").waitFor();
  assert.match(deck.run("--company", deck.folder, "todo"), /Ask Bo about the index/);
  await list.getByRole("button", { name: /Done/ }).click();
  await until("it is off the list", async () => await list.getByText("Ask Bo about the index").count() === 0);
  assert.deepEqual(wrong, []);
});

test("the brief is worked by keyboard from the first row to zero", async (t) => {
  const { page, wrong } = await opened(window);
  await page.goto(deck.address);
  const first = await page.locator("ol.rows > li").first().getAttribute("id");
  let done = 0;
  await page.keyboard.press("j");
  await until("no row is left, and the command says the same", async () => {
    while (await shown(page) > 0) {
      const before = await shown(page);
      if (!await focused(page)) await page.keyboard.press("j");
      await page.keyboard.press("d");
      done += 1;
      if (before > 1) assert.ok(await focused(page), "the next row is chosen");
      assert.ok(done < 200, "it comes to an end");
    }
    // What the brief had no room for comes with the next moment.
    const brief = JSON.parse(deck.run("brief", deck.folder, "--no-sync", "--format", "json"));
    return brief.rows.length === 0 && await page.getByText("Nothing needs you now.").isVisible();
  }, 240_000);
  t.diagnostic(`${done} rows`);
  assert.ok(done >= 5, `${done} rows`);

  await page.keyboard.press("u");
  await until("the last is back", async () => await shown(page) === 1, 240_000);
  assert.notEqual(await focused(page), null);
  assert.notEqual(await focused(page), first);
  assert.deepEqual(wrong, []);
});
