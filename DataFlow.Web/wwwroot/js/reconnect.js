// The dialog that Blazor's client drives while the circuit is away; see ReconnectDialog.razor.
const dialog = document.getElementById("components-reconnect-modal");
// An editor keeps what is typed without the server, so nobody is kept from typing; see editing.js.
const isEditor = () => document.querySelector(".editor-page") !== null;

// show() would take the keyboard out of the field that is being typed into.
const showAs = (aside) => { if (aside) dialog.open = true; else dialog.showModal(); };

function reload() {
  try { sessionStorage.setItem("dataflow.resumed", "1"); } catch { /* the page then asks before it brings back what was typed */ }
  // The page asks before it is left with unsaved changes; here nothing is left behind.
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
  location.reload();
}

const retryWhenSeen = () => { if (document.visibilityState === "visible") retry(); };

async function retry() {
  document.removeEventListener("visibilitychange", retryWhenSeen);
  try {
    // False: the server answered but no longer knows the circuit. Everything a page shows is in its address, so a reload brings it back.
    if (!await Blazor.reconnect() && !await Blazor.resumeCircuit()) reload();
  } catch {
    document.addEventListener("visibilitychange", retryWhenSeen);
  }
}

dialog.addEventListener("components-reconnect-state-changed", ({ detail }) => {
  if (detail.state === "show" && !dialog.open) { dialog.classList.toggle("aside", isEditor()); showAs(isEditor()); }
  else if (detail.state === "hide") dialog.close();
  else if (detail.state === "failed") document.addEventListener("visibilitychange", retryWhenSeen);
  else if (detail.state === "rejected") reload();
});
dialog.addEventListener("cancel", (event) => event.preventDefault());
document.getElementById("components-reconnect-button").addEventListener("click", retry);
document.getElementById("components-reload-button").addEventListener("click", reload);
