import { keepText } from "/js/editing.js";

// Monaco is three megabytes: only the page that edits loads it, once.
const root = "_content/BlazorMonaco";
const pause = 150;
let loading = null;

const script = (src) => new Promise((done, fail) => {
  const element = Object.assign(document.createElement("script"), { src, onload: done, onerror: () => fail(new Error(`${src} did not load`)) });
  document.head.append(element);
});

export function load() {
  return loading ??= (async () => {
    const schema = fetch("/schemas/workflow.json").then((reply) => (reply.ok ? reply.json() : null), () => null);
    await script(`${root}/jsInterop.js`);
    await script(`${root}/lib/monaco-editor/min/vs/loader.js`);
    await new Promise((done, fail) => globalThis.require(["vs/editor/editor.main"], done, fail));
    define("dataflow-light", "vs", { bg: "#ffffff", gutter: "#5f6873", line: "#f3f5f7" });
    define("dataflow-dark", "vs-dark", { bg: "#15181b", gutter: "#8b949f", line: "#1a1e22" });
    const known = await schema;
    // Completion and hover come from the published schema. Its own validation is off: the engine's checker is the only one that knows what is right.
    monaco.languages.json.jsonDefaults.setDiagnosticsOptions({
      validate: false, enableSchemaRequest: false,
      schemas: known ? [{ uri: new URL("/schemas/workflow.json", location.href).href, fileMatch: ["*"], schema: known }] : [],
    });
    monaco.languages.registerCompletionItemProvider("json", { triggerCharacters: ["{", ".", " ", "|", "["], provideCompletionItems: complete });
    monaco.languages.registerCodeActionProvider("json", { provideCodeActions: actions }, { providedCodeActionKinds: ["quickfix"] });
    // From the first letter on: by the time the server has heard of a new editor, it may be away.
    monaco.editor.onDidCreateModel((model) => model.onDidChangeContent(({ isFlush }) => { if (!isFlush) keepText(model.getValue()); }));
    monaco.editor.registerCommand("dataflow.fix", (_, page, stamp, mark, fix) => ask(page, "OnFixAsync", stamp, mark, fix));
  })();
}

function define(name, base, { bg, gutter, line }) {
  monaco.editor.defineTheme(name, {
    base, inherit: true, rules: [],
    colors: {
      "editor.background": bg, "editorGutter.background": bg, "editorLineNumber.foreground": gutter,
      "editor.lineHighlightBackground": line, "editor.lineHighlightBorder": "#00000000",
    },
  });
}

const editorOf = (id) => blazorMonaco.editors.find((entry) => entry.id === id)?.editor;

// While the server is away nobody answers; what is typed is kept, see editing.js.
const ask = (page, what, ...with_) => page.invokeMethodAsync(what, ...with_).catch(() => null);

// What belongs to the text of one page, by the address of its model.
const pages = new Map();

// Answers whether the text was typed into before the page could hear of it.
export function ready(id, page) {
  dataflowTheme.paintEditors();
  // It announces through regions that it marks as landmarks; nobody can go to them.
  for (const announcer of document.querySelectorAll(".monaco-aria-container [role=complementary]")) announcer.setAttribute("role", "status");
  const editor = editorOf(id);
  if (!editor) return false;
  const model = editor.getModel();
  const own = { page, marks: [], stamp: 0, lit: editor.createDecorationsCollection() };
  pages.set(model.uri.toString(), own);
  editor.updateOptions({ quickSuggestions: { other: true, comments: false, strings: true }, suggest: { showWords: false }, lightbulb: { enabled: "on" } });
  let waiting = 0;
  editor.onDidChangeCursorPosition(({ source, position }) => {
    // Only a person moves it: what the page reveals must not come back as a choice.
    if (source !== "keyboard" && source !== "mouse") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(page, "OnCursorAsync", position.lineNumber, position.column), pause);
  });
  model.onWillDispose(() => { clearTimeout(waiting); pages.delete(model.uri.toString()); });
  const away = document.getElementById("components-reconnect-modal");
  const back = ({ detail }) => {
    if (model.isDisposed()) away.removeEventListener("components-reconnect-state-changed", back);
    else if (detail.state === "hide") ask(page, "OnBackAsync");
  };
  away?.addEventListener("components-reconnect-state-changed", back);
  return model.getVersionId() > 1;
}

async function complete(model, position) {
  const own = pages.get(model.uri.toString());
  const line = model.getLineContent(position.lineNumber);
  const before = line.slice(0, position.column - 1);
  if (!own || before.lastIndexOf("{{") <= before.lastIndexOf("}}")) return { suggestions: [] };
  const found = await ask(own.page, "CompleteAsync", position.lineNumber, position.column, line);
  if (!found) return { suggestions: [] };
  const range = new monaco.Range(position.lineNumber, found.start, position.lineNumber, found.end);
  const kinds = monaco.languages.CompletionItemKind;
  return {
    incomplete: true,
    suggestions: found.options.map(({ text, insert, type, detail, isFunction }, index) => ({
      label: { label: text, description: type }, insertText: insert, filterText: line.slice(found.start - 1, position.column - 1) || text, range,
      documentation: detail || undefined, sortText: String(index).padStart(4, "0"), kind: isFunction ? kinds.Function : kinds.Field,
    })),
  };
}

function actions(model, range) {
  const own = pages.get(model.uri.toString());
  const list = [];
  own?.marks.forEach((mark, index) => {
    if (mark.endLineNumber < range.startLineNumber || mark.startLineNumber > range.endLineNumber) return;
    mark.fixes.forEach((title, fix) => list.push({
      title, kind: "quickfix", isPreferred: fix === 0, diagnostics: monaco.editor.getModelMarkers({ resource: model.uri, owner: "engine" }).filter((marker) => marker.message === mark.message),
      command: { id: "dataflow.fix", title, arguments: [own.page, own.stamp, index, fix] },
    }));
  });
  return { actions: list, dispose() {} };
}

export function mark(id, stamp, marks) {
  const model = editorOf(id)?.getModel();
  if (!model) return;
  const own = pages.get(model.uri.toString());
  if (own) Object.assign(own, { marks, stamp });
  monaco.editor.setModelMarkers(model, "engine", marks.map(({ fixes, ...marker }) => ({ ...marker, severity: monaco.MarkerSeverity.Error })));
}

export function reveal(id, line, column) {
  const editor = editorOf(id);
  if (!editor) return;
  editor.revealLineInCenter(line);
  editor.setPosition({ lineNumber: line, column });
  editor.focus();
}

// Lights the lines of what is chosen; the cursor stays where its owner left it.
export function light(id, from, to, scroll) {
  const editor = editorOf(id);
  const own = editor && pages.get(editor.getModel()?.uri.toString());
  if (!own) return;
  own.lit.set(from === 0 ? [] : [{ range: new monaco.Range(from, 1, to, 1), options: { isWholeLine: true, className: "lit-lines", linesDecorationsClassName: "lit-edge" } }]);
  if (scroll && from > 0) editor.revealLinesInCenterIfOutsideViewport(from, Math.min(to, from + 12));
}
