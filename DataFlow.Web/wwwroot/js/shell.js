// What a page cannot do over the circuit: the clipboard, the browser's zone, keys that must be caught before they reach a field.
import { start } from "./ticking.js";

export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

export async function copy(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* not a secure context: below */ }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

const isField = (target) => target instanceof HTMLElement
  && (target.isContentEditable || target.closest("input, textarea, select, .monaco-editor") !== null);

/** Scrolls the list of what was chosen to its line, below what sticks to the list's top, and the page to its panel where that is out of sight. */
export function revealChosen(selector) {
  revealInList(selector);
  const panel = document.querySelector("[data-panel]");
  const box = panel?.getBoundingClientRect();
  if (box && (box.top < 0 || box.top > innerHeight - 160)) panel.scrollIntoView({ block: "start" });
}

function revealInList(selector) {
  const line = document.querySelector(selector);
  const list = line?.closest("[data-list]");
  if (!list) return;
  const [box, frame] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
  const top = frame.top + (list.firstElementChild?.offsetHeight ?? 0);
  if (box.top < top) list.scrollTop -= top - box.top;
  else if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom;
}

// The keys that the open page wants to hear of, as it wrote them down itself.
const isOfPage = (key) => document.querySelector("[data-page-keys]")?.dataset.pageKeys.split(" ").includes(key) === true;

// In a list that is searched, the arrows go from the field through what was found and back.
document.addEventListener("keydown", (event) => {
  if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || !(event.target instanceof Element)) return;
  const stops = [...event.target.closest("[data-arrows]")?.querySelectorAll("input, a, button") ?? []];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (stops.length === 0) return;
  event.preventDefault();
  next?.focus();
});

// The kit gives the keyboard back after a dialog has closed to whoever had it before, even when the page has led it on meanwhile, and takes a field that the
// page has already led it to inside the new dialog for the one that had it.
let outside = null;
document.addEventListener("focusin", (event) => { if (event.target.closest?.("[role=dialog]") === null) outside = event.target; }, true);
const kit = window.mudElementRef;
if (kit) {
  kit.saveFocus = (trap) => { if (trap) trap.mudblazor_savedFocus = trap.contains(document.activeElement) ? outside : document.activeElement; };
  kit.restoreFocus = (trap) => {
    if (!trap) return;
    const now = document.activeElement;
    if (now === null || now === document.body || trap.contains(now)) trap.mudblazor_savedFocus?.focus();
    delete trap.mudblazor_savedFocus;
  };
}

// A dialog is on the page before the kit listens to its keys and before it has the keyboard: an Escape pressed meanwhile is handed on as soon as it is heard.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.isTrusted) return;
  const dialog = [...document.querySelectorAll("[role=dialog]")].at(-1);
  const isHeard = () => dialog.closest(".mud-dialog-container")?.mudKeyInterceptor !== undefined;
  if (!dialog || (isHeard() && dialog.contains(event.target))) return;
  const until = performance.now() + longest;
  const tell = () => {
    if (!dialog.isConnected || performance.now() > until) return;
    if (isHeard()) dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }));
    else requestAnimationFrame(tell);
  };
  tell();
}, true);

// Leads the keyboard to what is found, as soon as it is on the page and takes it; unless the reader has gone elsewhere or types meanwhile.
const longest = 5_000;
let led = 0;
document.addEventListener("pointerdown", () => { led++; }, true);
document.addEventListener("keydown", (event) => { if (event.key === "Tab" || isField(event.target)) led++; }, true);
export function hold(find) {
  const mine = ++led;
  const until = performance.now() + longest;
  const lead = () => {
    if (mine !== led) return;
    const target = find();
    target?.focus({ preventScroll: true });
    if ((target === null || target === undefined || target !== document.activeElement) && performance.now() < until) requestAnimationFrame(lead);
  };
  lead();
}
export const focus = (id) => hold(() => document.getElementById(id));

export function listen(page, now) {
  let leading = null;
  const stopTicking = start(now - Date.now());
  const onKey = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      if (event.target instanceof HTMLElement && event.target.closest(".monaco-editor")) return;
      event.preventDefault();
      page.invokeMethodAsync("OnShortcut", "find");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (document.querySelector("[role=dialog]") !== null) return;
    if (event.key === "?") { event.preventDefault(); page.invokeMethodAsync("OnShortcut", "shortcuts"); return; }
    if (event.key === "/") {
      const search = document.querySelector("main input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    if (leading === "g") {
      leading = null;
      page.invokeMethodAsync("OnShortcut", `go-${event.key}`);
      return;
    }
    leading = event.key === "g" ? "g" : null;
    if (isOfPage(event.key)) page.invokeMethodAsync("OnPageShortcutAsync", event.key);
  };
  // Blazor takes links into the same page for its own and only scrolls; who skips wants the keyboard there too.
  const onClick = (event) => {
    if (!(event.target instanceof Element) || event.target.closest("a.skip-link") === null) return;
    event.preventDefault();
    event.stopPropagation();
    document.getElementById("content").focus();
  };
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick, true);
  // Until now the page was a picture of itself: keys and clicks reached nobody.
  document.documentElement.dataset.interactive = "";
  return {
    stop: () => {
      stopTicking();
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("click", onClick, true);
    },
  };
}
