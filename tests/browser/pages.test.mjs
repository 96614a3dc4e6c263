// Every page of the bar, and one of each kind that they lead to: it opens, says nothing is wrong, and can be read by
// everybody, in light and in dark, on a wide screen and on a phone.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { browser, cockpit, complaints, opened } from "./cockpit.mjs";

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Pages of the same kind differ in what they are about, not in how they are drawn. */
const kind = ({ pathname, searchParams }) =>
  [pathname.split("/").slice(0, pathname.startsWith("/report/") ? 3 : 2).join("/"), ...searchParams.keys()].join(" ");

let window;
before(async () => { window = await browser(); });
after(() => window?.close());

for (const people of [12, 50]) {
  test(`pages of ${people} people open and can be read`, async (t) => {
    const { address, end } = await cockpit(people);
    t.after(end);
    const { page, wrong } = await opened(window, { colorScheme: "light" });
    await page.goto(address);
    const bar = await page.locator("nav a").evaluateAll((links) => links.map(({ href, textContent }) => [textContent, href]));
    assert.ok(bar.length >= 7, "the bar has pages");
    const places = new Map(bar.map(([name, href]) => [kind(new URL(href)), { name, href }]));
    const told = [];
    for (const { name, href } of places.values()) {
      const answer = await page.goto(href);
      if (answer.status() !== 200) { told.push(`${href}: ${answer.status()}`); continue; }
      await look(page, told, name, people);
      for (const link of await page.locator("main a[href]").evaluateAll((links) => links.map(({ href }) => href))) {
        const url = new URL(link);
        const isPage = url.origin === address && !/\.(csv|json)$|^\/metrics$|^\/api\//.test(url.pathname);
        if (isPage && !places.has(kind(url))) places.set(kind(url), { href: link });
      }
    }
    assert.deepEqual([...told, ...wrong], []);
    t.diagnostic(`${places.size} pages`);
  });
}

/** Holds a page against the criteria as it is read on a wide screen, in the dark, and on a phone. */
const look = async (page, told, name, people) => {
  if (name && people === 12) await picture(page, name);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details, place) => { details.open = place < 12; }));
  await page.waitForLoadState("load");
  const note = (how, found) => told.push(...found.map((line) => `${page.url()} ${how}: ${line}`));
  note("light", await complaints(page));
  if (people === 12) {
    await page.emulateMedia({ colorScheme: "dark" });
    note("dark", await complaints(page, ["color-contrast", "link-in-text-block"]));
  }
  await page.setViewportSize(PHONE);
  note("phone", await complaints(page));
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) told.push(`${page.url()} phone: ${over} px wider than the screen`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(WIDE);
};

/** A picture for the docs, where one was asked for. */
const picture = async (page, name) => {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}.png`) });
};
