// What is typed and not saved is kept by the browser itself, as it is typed: a server that is away, a lost circuit or a reload loses nothing.
const prefix = "dataflow.draft.";
const store = (() => { try { return globalThis.localStorage; } catch { return null; } })();
const session = (() => { try { return globalThis.sessionStorage; } catch { return null; } })();

// A duplicated tab begins with a copy of the session's storage: an id that is marked as in use is the other tab's.
const tab = (() => {
  const known = session?.getItem("dataflow.tab");
  const id = known && !session.getItem("dataflow.tab.used") ? known : Math.random().toString(36).slice(2, 12);
  const use = () => { try { session?.setItem("dataflow.tab", id); session?.setItem("dataflow.tab.used", "1"); } catch { /* refused: drafts are then this page's only */ } };
  use();
  addEventListener("pageshow", use);
  addEventListener("pagehide", () => { write(); session?.removeItem("dataflow.tab.used"); });
  return id;
})();

let mine = null; // { key, version, text, typed, waiting }

function read(key) {
  try { return JSON.parse(store.getItem(key)); } catch { return null; }
}

function write() {
  if (!mine) return;
  clearTimeout(mine.waiting);
  mine.waiting = null;
  if (!mine.dirty) return;
  mine.dirty = false;
  try {
    if (mine.text === null && Object.keys(mine.typed).length === 0) store?.removeItem(mine.key);
    else store?.setItem(mine.key, JSON.stringify({ version: mine.version, text: mine.text, typed: mine.typed, at: Date.now() }));
  } catch { /* full or refused: the page still has it */ }
}

function soon() {
  mine.dirty = true;
  mine.waiting ??= setTimeout(write, 100);
}

// Begins to keep what is typed about a workflow; answers what earlier pages and other tabs have kept.
export function open(workflow, version, page) {
  write();
  const key = `${prefix}${workflow}.${tab}`;
  mine = { key, page, version, text: null, typed: {}, waiting: null, dirty: false };
  // What an earlier page of this tab kept is put aside before anything is written over it.
  try {
    const before = store?.getItem(key);
    if (before) { store.setItem(`${key}-${Date.now().toString(36)}`, before); store.removeItem(key); }
  } catch { /* full: the newest word wins */ }
  const resumed = session?.getItem("dataflow.resumed") === "1";
  session?.removeItem("dataflow.resumed");
  const drafts = Object.keys(store ?? {}).filter((name) => name === prefix + workflow || name.startsWith(`${prefix}${workflow}.`))
    .map((name) => ({ ...read(name), key: name, isOwn: name.startsWith(key) })).filter((draft) => draft.text || draft.typed);
  return JSON.stringify({ drafts, resumed });
}

// The page's own word: the whole text, or that nothing is unsaved. What is being typed this moment is not in it yet.
export function keep(version, text) {
  if (!mine) return;
  const at = placeOf(document.activeElement);
  mine.typed = at && at in mine.typed ? { [at]: mine.typed[at] } : {};
  Object.assign(mine, { version, text, dirty: true });
  write();
}

export function drop(key) { try { store?.removeItem(key); } catch { /* see above */ } }

// The text of the JSON editor, as it is typed.
export function keepText(text) {
  if (!mine) return;
  mine.text = text;
  soon();
}

// A place is a field itself, as the name of the workflow is, or holds one.
const valueOf = (place) => place?.matches("input, textarea") ? place : [...(place?.querySelectorAll("input, textarea") ?? [])].at(-1);

function placeOf(element) {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) || element.type === "search" || element.type === "file" || element.closest(".monaco-editor")) return null;
  const place = element.closest(".editor-page [data-at]");
  // A row with a key and a value: what is kept is the value.
  return place && valueOf(place) === element ? place.dataset.at : null;
}

addEventListener("input", (event) => {
  const at = mine && placeOf(event.target);
  if (!at) return;
  mine.typed[at] = event.target.value;
  soon();
}, true);

addEventListener("keydown", (event) => {
  if (!mine || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (!document.querySelector(".editor-page") || document.querySelector("[role=dialog]")) return;
  event.preventDefault();
  // A field tells what was typed when it is left.
  const field = document.activeElement;
  if (field instanceof HTMLElement && !field.closest(".monaco-editor")) { field.blur(); field.focus({ preventScroll: true }); }
  mine.page.invokeMethodAsync("OnSaveKeyAsync").catch(() => null);
}, true);

// The circuit is back and the server the same: it is told what was typed meanwhile.
document.getElementById("components-reconnect-modal")?.addEventListener("components-reconnect-state-changed", ({ detail }) => {
  if (detail.state !== "hide" || !mine) return;
  for (const [at, value] of Object.entries(mine.typed)) {
    const field = fieldAt(at);
    if (field && field !== document.activeElement && field.value === value) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

const fieldAt = (pointer) => valueOf(document.querySelector(`.editor-page [data-at="${CSS.escape(pointer)}"]`));

// Takes the keyboard to the field of a pointer, or to what is nearest around it.
export function focusAt(pointer) {
  const form = document.querySelector(".side-form");
  for (let at = pointer; form; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = [...form.querySelectorAll("[data-at]")].find((element) => element.dataset.at === at);
    if (place) {
      for (let part = place.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
      const field = place.querySelector("input:not([type=file]), select, textarea") ?? place.querySelector("button");
      (field ?? place).scrollIntoView({ block: "center" });
      field?.focus({ preventScroll: true });
      place.classList.remove("pointed");
      void place.offsetWidth;
      place.classList.add("pointed");
      return true;
    }
    if (!at.includes("/")) return false;
  }
  return false;
}
