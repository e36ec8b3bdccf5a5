// The dialog that Blazor's client drives while the circuit is away; see ReconnectDialog.razor.
const dialog = document.getElementById("components-reconnect-modal");
const retryWhenSeen = () => { if (document.visibilityState === "visible") retry(); };

async function retry() {
  document.removeEventListener("visibilitychange", retryWhenSeen);
  try {
    // False: the server answered but no longer knows the circuit. Everything a page shows is in its address, so a reload brings it back.
    if (!await Blazor.reconnect() && !await Blazor.resumeCircuit()) location.reload();
  } catch {
    document.addEventListener("visibilitychange", retryWhenSeen);
  }
}

dialog.addEventListener("components-reconnect-state-changed", ({ detail }) => {
  if (detail.state === "show" && !dialog.open) dialog.showModal();
  else if (detail.state === "hide") dialog.close();
  else if (detail.state === "failed") document.addEventListener("visibilitychange", retryWhenSeen);
  else if (detail.state === "rejected") location.reload();
});
dialog.addEventListener("cancel", (event) => event.preventDefault());
document.getElementById("components-reconnect-button").addEventListener("click", retry);
document.getElementById("components-reload-button").addEventListener("click", () => location.reload());
