// The slider is its own while somebody holds it: one move is under way at a time, and the latest wish follows it.
export function start(slider, page) {
  const stopping = new AbortController();
  const on = (name, handler) => slider.addEventListener(name, handler, { signal: stopping.signal });
  let wanted = null, sending = false, held = false, latest = null;
  const show = () => {
    if (latest === null || held || sending || wanted !== null) return;
    slider.max = latest.total;
    slider.value = latest.at;
  };
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      while (wanted !== null && !stopping.signal.aborted) {
        const at = wanted;
        wanted = null;
        await page.invokeMethodAsync("OnMovedAsync", at);
      }
    } finally {
      sending = false;
      show();
    }
  };
  on("input", () => { wanted = slider.valueAsNumber; send(); });
  on("pointerdown", () => { held = true; });
  for (const end of ["pointerup", "pointercancel", "change", "blur"]) on(end, () => { held = false; show(); });
  return { show: (at, total) => { latest = { at, total }; show(); }, stop: () => stopping.abort() };
}
