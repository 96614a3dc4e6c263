// Keys, filters, and pages that renew themselves. Every page works without any of it.
"use strict";

const main = document.getElementById("main");
const ROW = "ol.rows > li, tbody > tr, ul.files > li";
const TYPED = "input:not([type=checkbox]), textarea, select";

const made = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

// What is said to whoever looks, and to whoever listens.
const status = document.body.appendChild(made("p", { id: "said", role: "status" }));
const say = (text) => { status.textContent = text; };

// ---- Rows ----

/** Rows that can be seen, without those of what is open within one. */
const rows = () => [...main.querySelectorAll(ROW)].filter((row) =>
  !row.hidden && row.getClientRects().length > 0 && !row.parentElement.closest(`[data-part], ${ROW}`));

let last = 0;
const place = (all) => {
  const at = all.findIndex((row) => row.contains(document.activeElement));
  return at < 0 ? -1 : (last = at);
};
const current = () => { const all = rows(); return all[place(all)] ?? null; };

const select = (row) => {
  if (!row) return;
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  last = rows().indexOf(row);
};
const move = (step) => {
  const all = rows();
  const at = place(all);
  select(all[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)]);
};

const open = () => {
  const row = current();
  const drawer = row?.querySelector("details[data-more]");
  if (drawer && !drawer.open) drawer.open = true;
  else row?.querySelector("a[href]")?.click();
};
/** To another row; as open as this one is. */
const walk = (step) => {
  const drawer = () => current()?.querySelector("details[data-more]");
  const isOpen = drawer()?.open;
  if (isOpen) drawer().open = false;
  move(step);
  if (isOpen && drawer()) drawer().open = true;
};
const back = () => {
  const opened = current()?.querySelectorAll("details[open]");
  if (opened?.length) opened.forEach((details) => { details.open = false; });
  else if (filter.value || only.value) unfilter();
  else if (!main.querySelector(".rows") && history.length > 1) history.back();
};

// ---- What is opened is fetched when it is ----

const load = async (details) => {
  const answer = await fetch(details.querySelector("a[href]").href);
  const part = answer.ok && parsed(await answer.text()).querySelector("[data-part]");
  if (!part) return;
  const before = details.querySelector(":scope > [data-part]");
  if (before) morph(before, part);
  else details.append(document.adoptNode(part));
};
document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches("details[data-more]")) load(target);
}, true);

// ---- Filter ----

const filter = made("input", { type: "search", "aria-label": "Show rows with these words", placeholder: "filter ( / )" });
// What the rows of a brief are about, as the page tells it: `person Ada|duty vendors`.
const labels = (row) => (row.dataset.labels ?? "").split("|").filter(Boolean);
const choices = made("datalist", { id: "labels" });
const only = made("input", { type: "search", list: "labels", "aria-label": "Show rows about this alone", placeholder: "only about ( f )" });
const sieve = made("div", { id: "filter", role: "search" }, only, " ", filter, choices);
main.before(sieve);
const gone = new Set();
let sought = [];
const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
const holds = (row, words) => {
  const text = words.length ? row.textContent.toLowerCase() : "";
  return words.every((word) => text.includes(word));
};

const sift = () => {
  const words = wordsOf(filter.value);
  if (words.length) sought = words;
  const about = only.value.trim().toLowerCase();
  const counts = new Map();
  for (const row of main.querySelectorAll(ROW)) {
    if (row.parentElement.closest(`[data-part], ${ROW}`)) continue;
    const own = labels(row);
    row.hidden = gone.has(row.id) || !holds(row, words) || !(about === "" || own.some((label) => label.toLowerCase().includes(about)));
    if (!gone.has(row.id)) for (const label of own) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  // The kinds in their order, of each the most frequent first.
  const kind = (label) => ["project", "person", "repository", "duty"].indexOf(label.split(" ")[0]);
  const sorted = [...counts].sort(([one, a], [other, b]) => kind(one) - kind(other) || b - a || one.localeCompare(other));
  choices.replaceChildren(...sorted.map(([label, count]) => made("option", { value: label }, `${count}`)));
  only.hidden = !counts.size;
  sieve.hidden = !filter.value && !only.value && rows().length < 2;
};
const unfilter = () => { filter.value = only.value = ""; sift(); };
for (const field of [filter, only]) {
  field.addEventListener("input", () => { sift(); say(field.value ? `${rows().length} shown` : ""); });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    if (event.key === "Escape") { field.value = ""; sift(); }
    event.preventDefault();
    event.stopPropagation();
    select(rows()[0]);
  });
}
const seek = (field) => { sieve.hidden = false; (field.hidden ? filter : field).focus(); };
/** To the next row with the words that were last looked for, round the end. */
const toMatch = (step) => {
  const all = rows();
  const from = place(all);
  const found = all.map((_, turn) => all[(((from < 0 && step < 0 ? 0 : from) + step * (turn + 1)) % all.length + all.length) % all.length])
    .find((row) => sought.length && holds(row, sought));
  if (found) select(found);
  else say(sought.length ? `No row has “${sought.join(" ")}”.` : "Nothing was looked for: / does.");
};

// ---- Acting ----

const acts = JSON.parse(sessionStorage.getItem("acts") ?? "[]");
const keep = () => sessionStorage.setItem("acts", JSON.stringify(acts.slice(-50)));
let queue = Promise.resolve();

/** Sends a form; true where it did what it says. What failed is told. */
const send = async (action, fields) => {
  try {
    const answer = await fetch(action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    if (answer.type === "opaqueredirect") return true;
    const told = parsed(await answer.text()).querySelectorAll("[role=alert], [role=alert] + p");
    say([...told].map((line) => line.textContent).join(". ") || "That was not done.");
  } catch {
    say("The cockpit does not answer.");
  }
  return false;
};

/** Does something with a row: it goes away at once, and comes back where that fails. */
const act = (form) => {
  const row = form.closest("ol.rows > li");
  const fields = Object.fromEntries(new FormData(form));
  const all = rows();
  const at = all.indexOf(row);
  gone.add(row.id);
  sift();
  const next = all[at + 1] ?? all[at - 1];
  if (next) select(next);
  else { main.tabIndex = -1; main.focus(); }
  say(`${fields.verb}: ${row.querySelector(".title").textContent.trim()}`);
  queue = queue.then(async () => {
    const done = await send(form.action, fields);
    if (done) { acts.push(fields.id); keep(); await renew(); }
    gone.delete(fields.id);
    sift();
    if (!done) select(document.getElementById(fields.id));
  });
};

const undo = () => {
  const form = main.querySelector("[hidden] > form input[value=undo]")?.form;
  const id = acts.pop() ?? main.querySelector("ul.acted li:last-child")?.id ?? current()?.id;
  if (!form || !id) return say("There is nothing to take back.");
  keep();
  const fields = { ...Object.fromEntries(new FormData(form)), id };
  say("Taking it back …");
  queue = queue.then(async () => {
    if (!await send(form.action, fields)) return;
    await renew();
    say("It is back.");
    select(document.getElementById(id));
  });
};

/** Puts something on one's own list; the line is free for the next at once. */
const noted = (form) => {
  const fields = Object.fromEntries(new FormData(form));
  form.reset();
  form.closest("details").open = false;
  select(rows()[last]);
  say(`To do: ${fields.title}`);
  queue = queue.then(async () => {
    if (await send(form.action, fields)) await renew();
    else for (const name of ["title", "by"]) form.elements[name].value = fields[name];
  });
};

const formOf = (verb) => (current() ?? main).querySelector(`form input[name=verb][value=${verb}]`)?.form;
const does = (verb) => () => {
  const form = formOf(verb);
  if (!form) return;
  const field = form.querySelector(TYPED.replaceAll("input", "input:not([type=hidden])"));
  if (!field) return form.requestSubmit();
  const details = form.closest("details");
  if (details) details.open = true;
  field.focus();
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.closest("ol.rows > li") && form.elements.verb) { event.preventDefault(); act(form); }
  if (form.closest("ul.acted")) {
    event.preventDefault();
    acts.push(form.elements.id.value);
    undo();
  }
  if (form.closest("details[data-todo]")) { event.preventDefault(); noted(form); }
  if (form.matches("[data-read]")) { event.preventDefault(); send(form.action, new FormData(form)); }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-insert]");
  const query = document.getElementById("query");
  if (!link || !query) return;
  event.preventDefault();
  query.setRangeText(link.dataset.insert, query.selectionStart, query.selectionEnd, "end");
  query.focus();
});

const address = () => (current() ?? main).querySelector("a[rel=noreferrer]");
const browse = () => {
  const link = address();
  if (link) window.open(link.href, "_blank", "noreferrer");
  else say("This row has no address.");
};
/** Opens a line of a form, and goes to it. */
const write = (details) => { details.open = true; details.querySelector("textarea, input:not([type=hidden])").focus(); };
const reply = () => {
  const line = (current() ?? main).querySelector("details[data-answer]");
  if (line) write(line);
  else if (address()) browse();
  else if (current()?.id) say("This row is answered where it was asked.");
};
const remember = () => {
  const line = main.querySelector("details[data-todo]");
  if (line) write(line);
  else location.assign("/#todo");
};
const readSources = async () => {
  const token = main.querySelector("input[name=token]")?.value;
  if (!token) location.assign("/sources");
  else if (await send("/sources/read", { token, source: "" })) say("Reading the sources …");
};

// ---- Pages renew themselves ----

const isTouched = (form) => form.contains(document.activeElement) ||
  [...form.elements].some((field) => field.matches("input, textarea") && field.value !== field.defaultValue);

/** Its own name: of a form, `id` is what it calls a field of that name. */
const nameOf = (node) => node.getAttribute?.("id");

/** Makes `old` say what `fresh` says, and leaves alone what is open, chosen or typed. */
const morph = (old, fresh) => {
  if (old.nodeName === "FORM" && isTouched(old)) return;
  const kept = new Set(["tabindex", ...(old.nodeName === "DETAILS" ? ["open"] : [])]);
  for (const { name } of [...old.attributes]) if (!kept.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (!kept.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  const part = old.matches("details[data-more]") && old.querySelector(":scope > [data-part]");
  const names = new Set([...fresh.children].map(nameOf).filter(Boolean));
  let next = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const found = match(old, next, child);
    if (!found) { old.insertBefore(document.adoptNode(child), next); continue; }
    while (next !== found) {
      const left = next;
      // What only changes its place stays where it is, and the other goes before it.
      if (left === part || names.has(nameOf(left))) { old.insertBefore(found, left); break; }
      next = left.nextSibling;
      left.remove();
    }
    if (found.nodeType === Node.ELEMENT_NODE) morph(found, child);
    else if (found.data !== child.data) found.data = child.data;
    next = found.nextSibling;
  }
  while (next) { const left = next; next = next.nextSibling; if (left !== part) left.remove(); }
};
/** Which node from `from` on is what `child` is: by its name, or else the next of its kind. */
const match = (old, from, child) => {
  const name = nameOf(child);
  if (name) {
    const named = [...old.children].find((node) => nameOf(node) === name);
    return named && (named === from || from?.compareDocumentPosition(named) & Node.DOCUMENT_POSITION_FOLLOWING) ? named : null;
  }
  return from && from.nodeName === child.nodeName && !nameOf(from) ? from : null;
};

let seen = null;
let renewing = null;
const renew = () => (renewing ??= renewed().finally(() => { renewing = null; }));
const renewed = async () => {
  // What is being written, or was asked once, stays as it is.
  if (main.querySelector("[data-still]")) return;
  let text;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    text = await answer.text();
  } catch { return; }
  if (text === seen) return;
  seen = text;
  const held = document.activeElement;
  const [id, at] = [held.closest?.("[id]")?.id, last];
  const hadRow = !!current();
  morph(main, parsed(text).getElementById("main"));
  sift();
  main.querySelectorAll("details[data-more][open]").forEach(load);
  if (hadRow && !main.contains(document.activeElement)) {
    const row = document.getElementById(id);
    select(row && !row.hidden ? row : rows()[Math.min(at, rows().length - 1)]);
  }
  main.dispatchEvent(new Event("renewed"));
};

let reading = null;
const heard = (progress) => {
  const box = document.getElementById("reading");
  if (progress.is_under_way) {
    const text = `Reading ${progress.at || "the sources"} …`;
    say(text);
    if (box) box.firstElementChild ? (box.firstElementChild.textContent = text) : box.append(made("p", {}, text));
  } else if (reading?.is_under_way) {
    say(progress.brought.length ? progress.brought.join(" · ") : "Everything was read.");
  }
  if (reading && reading.number !== progress.number) renew();
  reading = progress;
};
let source = null;
const listen = () => {
  source = new EventSource("/events");
  source.addEventListener("moment", renew);
  source.addEventListener("reading", (event) => heard(JSON.parse(event.data)));
};
// A browser holds few connections: what nobody looks at gives its own back.
document.addEventListener("visibilitychange", () => {
  source?.close();
  if (!document.hidden) listen();
});

// ---- Keys ----

const pages = [...document.querySelectorAll("nav a[data-key]")];
const KEYS = [
  ["j", "next row", () => move(1)],
  ["k", "row before", () => move(-1)],
  ["J", "next row, opened if this one is", () => walk(1)],
  ["K", "row before, opened if this one is", () => walk(-1)],
  ["gg", "first row", () => select(rows()[0])],
  ["G", "last row", () => select(rows().at(-1))],
  ["Enter", "open the row: its evidence, then all of it", open],
  ["l", "the same", open],
  ["h", "close it; end the filter; the page before", back],
  ["Escape", "the same", back],
  ["d", "done: it is dealt with", does("done")],
  ["a", "answer: of mail a draft, else where it was asked", reply],
  ["D", "delegate: somebody else deals with it", does("delegate")],
  ["s", "snooze: not now", does("snooze")],
  ["x", "dismiss: it need not be dealt with", does("dismiss")],
  ["u", "undo", undo],
  ["t", "put something on your list", remember],
  ["o", "open the row's address", browse],
  ["A", "every row by itself, or folded", () => location.assign(location.search.includes("all=1") ? "/" : "/?all=1")],
  ["/", "show rows with some words only", () => seek(filter)],
  ["n", "next row with the words last looked for", () => toMatch(1)],
  ["N", "row before with them", () => toMatch(-1)],
  ["f", "only rows of a project, person, repository or duty", () => seek(only)],
  ["r", "read the sources again", readSources],
  ["?", "show the keys", () => help()],
  ...pages.map((page) => [`g${page.dataset.key}`, `to ${page.textContent}`, () => page.click()]),
];
const byKey = new Map(KEYS.map(([key, , does]) => [key, does]));

let dialog = null;
const help = () => {
  if (!dialog) {
    const isOn = made("input", { type: "checkbox", id: "keys" });
    isOn.checked = !isQuiet();
    isOn.addEventListener("change", () => localStorage.setItem("keys", isOn.checked ? "on" : "off"));
    const lines = KEYS.map(([key, does]) => made("div", {}, made("dt", {}, made("kbd", {}, key)), made("dd", {}, does)));
    dialog = document.body.appendChild(made("dialog", { "aria-labelledby": "keys-title" },
      made("h2", { id: "keys-title" }, "Keys"), made("dl", {}, ...lines),
      made("p", {}, made("label", {}, isOn, " Keys work")),
      made("form", { method: "dialog" }, made("button", {}, "Close"))));
  }
  dialog.showModal();
};
const isQuiet = () => localStorage.getItem("keys") === "off";
const button = made("button", { type: "button", id: "help" }, "Keys");
button.addEventListener("click", help);
document.querySelector("header nav")?.after(button);

let begun = "";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
  const { key, target } = event;
  if (target.matches(TYPED)) {
    if (key === "Escape") (target.closest(ROW) ? select(target.closest(ROW)) : target.blur());
    return;
  }
  if (isQuiet()) return;
  if (key === "Enter" && target.matches("a, button, summary, label, input")) return;
  const pressed = byKey.has(begun + key) ? begun + key : key;
  begun = "";
  if (pressed === "g") begun = "g";
  else if (byKey.has(pressed)) { event.preventDefault(); byKey.get(pressed)(); }
});

sift();
if (location.hash === "#todo" && main.querySelector("details[data-todo]")) remember();
if (!document.hidden) listen();
