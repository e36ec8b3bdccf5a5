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

// A dialog of the kit takes the keyboard to its own frame after it has opened; what the reader needs comes after that.
export function focus(id) { setTimeout(() => document.getElementById(id)?.focus(), 80); }

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
  document.addEventListener("keydown", onKey);
  // Until now the page was a picture of itself: keys and clicks reached nobody.
  document.documentElement.dataset.interactive = "";
  return { stop: () => document.removeEventListener("keydown", onKey) };
}
