// A text of the company, changed in the browser; and the same without script.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { browser, cockpit, complaints, opened, until } from "./cockpit.mjs";

let window, deck;
before(async () => { [window, deck] = [await browser(), await cockpit(12)]; });
after(async () => { await window?.close(); deck?.end(); });

for (const javaScriptEnabled of [true, false]) {
  test(`a text is edited, with a difference first, ${javaScriptEnabled ? "with" : "without"} script`, async () => {
    const { page, wrong } = await opened(window, { javaScriptEnabled });
    const file = join(deck.folder, "company.toml");
    const before = readFileSync(file, "utf8");
    await page.goto(`${deck.address}/company`);
    await page.getByRole("link", { name: "company.toml", exact: true }).click();
    const text = page.getByLabel("Its text");
    assert.equal(await text.inputValue(), before);
    const name = `Lantern ${javaScriptEnabled}`;
    const after = before.replace(/^name = .*$/m, `name = "${name}"\nunheard_of = 1`);
    assert.notEqual(after, before);
    await text.fill(after);
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.locator("ins", { hasText: name }).waitFor();
    await page.locator("mark", { hasText: "unheard_of" }).waitFor();
    if (javaScriptEnabled) assert.deepEqual(await complaints(page), []);
    assert.equal(readFileSync(file, "utf8"), before, "nothing is written yet");

    await page.getByRole("button", { name: "Write on" }).click();
    assert.equal(await text.inputValue(), after);
    await text.fill(after.replace("unheard_of = 1\n", ""));
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByText("Nothing is written yet").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL("**/company/file?path=*");
    assert.equal(readFileSync(file, "utf8"), before.replace(/^name = .*$/m, `name = "${name}"`));
    assert.ok((await text.inputValue()).includes(name), "the page shows what was written");
    assert.deepEqual(wrong, []);
  });
}

test("what somebody else changed meanwhile is not overwritten, and both are shown", async () => {
  const { page, wrong } = await opened(window);
  const file = join(deck.folder, "company.toml");
  await page.goto(`${deck.address}/company/file?path=company.toml`);
  const before = await page.getByLabel("Its text").inputValue();
  await page.getByLabel("Its text").fill(`${before}# mine\n`);
  await page.getByRole("button", { name: "Show what would change" }).click();
  const save = page.getByRole("button", { name: "Save", exact: true });
  await save.waitFor();
  writeFileSync(file, `${before}# theirs\n`);
  await save.click();
  await page.getByText("nothing was written").waitFor();
  assert.equal(readFileSync(file, "utf8"), `${before}# theirs\n`);
  await page.locator("pre", { hasText: "# theirs" }).first().waitFor();
  assert.ok((await page.getByLabel("Its text").inputValue()).endsWith("# mine\n"), "what was written is kept");
  assert.deepEqual(await complaints(page), []);
  await page.getByLabel("Its text").fill(`${before}# theirs\n# mine\n`);
  await page.getByRole("button", { name: "Show what would change" }).click();
  await save.click();
  await page.waitForURL("**/company/file?path=*");
  assert.equal(readFileSync(file, "utf8"), `${before}# theirs\n# mine\n`);
  // A browser tells of every answer that refuses.
  assert.deepEqual(wrong.filter((line) => !line.includes("409")), []);
});

test("a query becomes a signal, and sources are read while one looks", async () => {
  const { page, wrong } = await opened(window);
  await page.goto(`${deck.address}/sql?query=${encodeURIComponent("SELECT id AS subject, 1.0 AS people, 0.1 AS share FROM projects")}`);
  await page.getByText("Save as a signal").click();
  await page.getByLabel("Its name").fill("project-there-is");
  await page.getByLabel("The duty it serves").fill("roadmap");
  await page.getByLabel("What is the matter").fill("{subject} is there");
  await page.getByLabel("What to do").fill("look at it");
  await page.getByLabel("How long").fill("3d");
  await page.getByLabel("Minutes").fill("5");
  await page.getByRole("button", { name: "Show what would be written" }).click();
  await page.locator("ins", { hasText: "-- signal: project-there-is" }).waitFor();
  await page.getByText("Nothing would be wrong with it.").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.waitForURL("**/company/file?path=*");
  await page.goto(`${deck.address}/signals`);
  await page.getByRole("cell", { name: "project-there-is" }).waitFor();

  await page.goto(`${deck.address}/sources`);
  await page.getByRole("button", { name: "Read all that is new" }).click();
  await until("it says what came", async () => /: nothing new/.test(await page.locator("#said").innerText()));
  await page.locator("#reading", { hasText: "nothing new" }).waitFor();
  assert.deepEqual(wrong, []);
});
