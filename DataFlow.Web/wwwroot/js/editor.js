// Monaco is three megabytes: only the page that edits loads it, once.
const root = "_content/BlazorMonaco";
let loading = null;

const script = (src) => new Promise((done, fail) => {
  const element = Object.assign(document.createElement("script"), { src, onload: done, onerror: () => fail(new Error(`${src} did not load`)) });
  document.head.append(element);
});

export function load() {
  return loading ??= (async () => {
    await script(`${root}/jsInterop.js`);
    await script(`${root}/lib/monaco-editor/min/vs/loader.js`);
    await new Promise((done, fail) => globalThis.require(["vs/editor/editor.main"], done, fail));
    // Its own validation is off: the engine's checker is the only one that knows what is right.
    monaco.languages.json.jsonDefaults.setDiagnosticsOptions({ validate: false, schemas: [] });
    define("dataflow-light", "vs", { bg: "#ffffff", gutter: "#5f6873", line: "#f3f5f7" });
    define("dataflow-dark", "vs-dark", { bg: "#15181b", gutter: "#8b949f", line: "#1a1e22" });
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

export function ready() {
  dataflowTheme.paintEditors();
  // It announces through regions that it marks as landmarks; nobody can go to them.
  for (const announcer of document.querySelectorAll(".monaco-aria-container [role=complementary]")) announcer.setAttribute("role", "status");
}

export function mark(id, markers) {
  const model = editorOf(id)?.getModel();
  if (model) monaco.editor.setModelMarkers(model, "engine", markers.map((marker) => ({ ...marker, severity: monaco.MarkerSeverity.Error })));
}

export function reveal(id, line, column) {
  const editor = editorOf(id);
  if (!editor) return;
  editor.revealLineInCenter(line);
  editor.setPosition({ lineNumber: line, column });
  editor.focus();
}
