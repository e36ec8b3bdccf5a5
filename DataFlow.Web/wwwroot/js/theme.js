// Runs before the first paint: without it a chosen theme would flash in the system's.
(() => {
  const key = "dataflow.theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const read = () => { try { return localStorage.getItem(key) ?? "system"; } catch { return "system"; } };
  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && system.matches);
  const paintEditors = () => globalThis.monaco?.editor.setTheme(isDark() ? "dataflow-dark" : "dataflow-light");
  const apply = (choice) => {
    if (choice === "system") delete root.dataset.theme; else root.dataset.theme = choice;
    paintEditors();
  };
  apply(read());
  system.addEventListener("change", paintEditors);
  globalThis.dataflowTheme = {
    read,
    paintEditors,
    choose(choice) {
      try { localStorage.setItem(key, choice); } catch { /* private windows may refuse; the choice then lasts for this page */ }
      apply(choice);
    },
  };
})();
