// What a page cannot do over the circuit: the clipboard, the browser's zone, keys that must be caught before they reach a field.
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

export function listen(page) {
  let leading = null;
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
    if (leading === "g") page.invokeMethodAsync("OnShortcut", `go-${event.key}`);
    leading = event.key === "g" && leading === null ? "g" : null;
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
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("click", onClick, true);
    },
  };
}
