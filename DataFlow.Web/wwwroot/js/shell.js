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

// A dialog of the kit takes the keyboard to its own frame after it has opened, and hands it back after it has closed. What the reader needs comes after both,
// unless the reader has gone on meanwhile.
let held = 0;
for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => { held++; }, true);
export function hold(find) {
  const mine = ++held;
  for (const moment of [80, 180, 400]) setTimeout(() => { if (mine === held) find()?.focus({ preventScroll: true }); }, moment);
}
export const focus = (id) => hold(() => document.getElementById(id));

const isField = (target) => target instanceof HTMLElement
  && (target.isContentEditable || target.closest("input, textarea, select, .monaco-editor") !== null);

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
