/* What one does on the page goes to the control endpoints as JSON; then the page is
   asked for anew and put in place of what stands there. Nothing is kept here. */

const { lang } = document.documentElement;
/** The page's language, as the reader's country writes dates in it. */
const language = navigator.languages.find((each) => each.startsWith(lang.slice(0, 2))) ?? lang;
const notice = document.getElementById("notice");
const seen = new WeakMap(); // What a live part looked like when it came.

async function ask(method, url, body) {
  let answer;
  try {
    answer = await fetch(url, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error(notice.dataset.unreachable);
  }
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : null;
  throw new Error(reason(text) || `${notice.dataset.failed} (${answer.status})`);
}

/** Why an endpoint refused: in words, as a business error, or by field. */
function reason(text) {
  try {
    const { detail } = JSON.parse(text);
    if (Array.isArray(detail))
      return detail.map((each) => `${each.loc.join(".")}: ${each.msg}`).join("; ");
    return detail.code ? `${detail.code} ${detail.message}` : detail;
  } catch {
    return "";
  }
}

let hiding;
function say(text, bad = false) {
  notice.textContent = text;
  notice.className = bad ? "bad shown" : "shown";
  clearTimeout(hiding);
  hiding = setTimeout(() => notice.classList.remove("shown"), bad ? 8000 : 2000);
}

/* Showing a page anew. An answer that came too late for what is wanted by now is left. */

let edition = 0;

async function load(url) {
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  edition += 1;
  const fresh = await load(location.href);
  document.title = fresh.title;
  document.querySelector("main").replaceWith(document.adoptNode(fresh.querySelector("main")));
  dress(document.querySelector("main"));
}

async function refreshPart(part) {
  const asked = edition;
  const fresh = (await load(location.href)).getElementById(part.id);
  if (asked !== edition) return;
  const there = document.getElementById(part.id);
  if (!fresh || !there || seen.get(there) === fresh.innerHTML) return;
  const focused = there.contains(document.activeElement)
    ? document.activeElement.getAttribute("href") : null;
  there.replaceWith(document.adoptNode(fresh));
  dress(fresh);
  if (focused) fresh.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

/** Times in the reader's own zone, the clock, what is live. */
function dress(part) {
  for (const live of [part, ...part.querySelectorAll("[data-live]")])
    if (live.dataset.live) seen.set(live, live.innerHTML);
  for (const time of part.querySelectorAll("time[datetime]")) tell(time);
  for (const span of part.querySelectorAll("[data-span]"))
    span.textContent = spell(Number(span.dataset.span));
}

const STYLES = {
  both: { dateStyle: "medium", timeStyle: "medium" },
  time: { timeStyle: "medium" },
  ago: { dateStyle: "short", timeStyle: "short" },
};

function tell(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.valueOf())) return;
  let how = time.dataset.how || "both";
  if (how === "ago" && at.toDateString() === new Date().toDateString()) how = "time";
  time.textContent = new Intl.DateTimeFormat(language, STYLES[how]).format(at);
  time.title = at.toISOString();
}

function spell(seconds) {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  let left = Math.round(seconds);
  const parts = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count && parts.length < 2)
      parts.push(new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count));
  }
  return parts.join(" ");
}

setInterval(() => {
  const clock = document.querySelector("[data-clock]");
  if (!clock) return;
  clock.dateTime = new Date(Date.now() + Number(clock.dataset.clock) * 1000).toISOString();
  tell(clock);
}, 1000);

/* Live parts, while somebody looks and does nothing else with them. */

const due = new Map();
setInterval(async () => {
  if (document.hidden || document.querySelector("dialog[open]")) return;
  for (const part of document.querySelectorAll("[data-live]")) {
    if (Date.now() < (due.get(part.id) ?? 0)) continue;
    due.set(part.id, Date.now() + Number(part.dataset.live));
    const selected = getSelection();
    if (selected && !selected.isCollapsed && part.contains(selected.anchorNode)) continue;
    await refreshPart(part).catch(() => {});
  }
}, 250);

/* What one does. */

function values(form) {
  const given = {};
  for (const field of form.elements) {
    if (!field.name || field.dataset.inUrl !== undefined) continue;
    if (field.dataset.ifChanged !== undefined && field.value === field.defaultValue) continue;
    if (field.dataset.listed !== undefined) {
      given[field.name] ??= [];
      if (field.checked) given[field.name].push(field.value);
    } else if (field.dataset.lines !== undefined)
      given[field.name] = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
    else if (field.dataset.nameFrom)
      given[form.elements[field.dataset.nameFrom].value] = field.value;
    else if (field.type === "checkbox") given[field.name] = field.checked;
    else if (field.type === "datetime-local") given[field.name] = new Date(field.value).toISOString();
    else if (field.value || field.dataset.skipEmpty === undefined) given[field.name] = field.value;
  }
  return given;
}

/** Put what a dialog is about into its fields. */
function fill(dialog, about) {
  for (const field of dialog.querySelectorAll("[name]")) {
    if (field.dataset.listed !== undefined)
      field.checked = about[field.name].includes(field.value);
    else field.defaultValue = field.value = about[field.name] ?? "";
  }
  for (const place of dialog.querySelectorAll("[data-filled]"))
    place.textContent = about[place.dataset.filled];
}

function filled(url, answer) {
  return url.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(answer[name]));
}

async function act(element, url, body) {
  const { method, go, token, done } = element.dataset;
  const answer = await ask(method, url, body);
  if (token) return showToken(document.getElementById(token), answer);
  if (go) return location.assign(filled(go, answer ?? {}));
  await refresh();
  if (done) say(done);
}

function showToken(dialog, answer) {
  for (const place of dialog.querySelectorAll("[data-into]")) {
    const value = answer[place.dataset.into];
    if (place.dateTime === undefined) place.textContent = value;
    else {
      place.dateTime = value;
      tell(place);
    }
  }
  for (const button of dialog.querySelectorAll("[data-into-copy]"))
    button.dataset.copy = answer[button.dataset.intoCopy];
  dialog.showModal();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS, other machines have no clipboard.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  say(notice.dataset.copied);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) {
    const link = event.target.closest("a") ?? event.target.closest("[data-row]")?.querySelector("a");
    const isRow = link && !event.target.closest("a, input, label, select");
    if (isRow && getSelection()?.isCollapsed) link.click();
    return;
  }
  const { open, copy: text, method, url, body } = button.dataset;
  if (open) {
    const dialog = document.getElementById(open);
    if (button.dataset.fill) fill(dialog, JSON.parse(button.dataset.fill));
    dialog.showModal();
  } else if (button.dataset.close !== undefined) button.closest("dialog").close();
  else if (button.dataset.reveal !== undefined) reveal(button);
  else if (text !== undefined) await copy(text);
  else if (method) {
    button.disabled = true;
    await act(button, url, body && JSON.parse(body)).catch((error) => say(error.message, true));
    button.disabled = false;
  }
});

function reveal(button) {
  const code = button.parentElement.querySelector("[data-secret]");
  const shown = code.classList.toggle("shown");
  code.textContent = shown ? code.dataset.secret : "••••••••••••";
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.filter !== undefined) {
    event.preventDefault();
    return filter(form);
  }
  if (!form.dataset.method) return;
  event.preventDefault();
  const error = form.querySelector(".error");
  const inUrl = Object.fromEntries([...form.elements]
    .filter((field) => field.dataset.inUrl !== undefined).map((field) => [field.name, field.value]));
  const bare = ["DELETE"].includes(form.dataset.method) || !form.querySelector("[name]");
  try {
    await act(form, filled(form.dataset.url, inUrl), bare ? undefined : values(form));
  } catch (failure) {
    error.textContent = failure.message;
    error.hidden = false;
  }
});

/** A switch, or a field, of a rule. */
document.addEventListener("change", async (event) => {
  const field = event.target;
  const filtering = field.closest("[data-filter]");
  if (filtering) return filter(filtering);
  const { rule, url } = field.dataset;
  if (!rule) return;
  if (!field.checkValidity()) return field.reportValidity();
  delete field.dataset.saved;
  const value = field.type === "checkbox" ? field.checked
    : field.type === "number" ? Number(field.value) : field.value || null;
  try {
    await ask("PATCH", url, { [rule]: value });
    field.dataset.saved = "";
  } catch (error) {
    say(error.message, true);
    await refresh();
  }
});

/* Searching: the list follows what is typed, and the address says what it shows. */

let typing;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-filter]");
  clearTimeout(typing);
  if (form) typing = setTimeout(() => filter(form), 200);
});

async function filter(form) {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) wanted.set(name, value);
  history.replaceState(null, "", `${location.pathname}?${wanted}`);
  edition += 1;
  const part = document.querySelector("[data-live]");
  await refreshPart(part).catch((error) => say(error.message, true));
}

document.addEventListener("keydown", (event) => {
  const field = document.querySelector("input[type=search]");
  const typed = event.target.closest?.("input, textarea, select, dialog");
  if (event.key === "/" && field && !typed) {
    event.preventDefault();
    field.focus();
  }
});

dress(document.body);
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
