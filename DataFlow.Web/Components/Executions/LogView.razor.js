// The end is followed until the reader scrolls away from it; both are told to the page, so that its button says what is true.
export function start(surface, page) {
  // It was taken off the page while this script was on its way.
  if (surface === null) return { end: () => {}, reveal: () => {}, stop: () => {} };
  const stopping = new AbortController();
  let atEnd = null, moving = false;
  const isAtEnd = () => surface.scrollHeight - surface.scrollTop - surface.clientHeight < 24;
  surface.addEventListener("scroll", () => {
    if (moving || isAtEnd() === atEnd) return;
    atEnd = isAtEnd();
    page.invokeMethodAsync("OnScrolled", atEnd);
  }, { signal: stopping.signal, passive: true });
  const to = (top) => {
    moving = true;
    surface.scrollTop = top;
    requestAnimationFrame(() => { moving = false; atEnd = isAtEnd(); });
  };
  return {
    end: () => to(surface.scrollHeight),
    reveal: (top) => to(Math.max(0, top - surface.clientHeight / 2)),
    stop: () => stopping.abort(),
  };
}
