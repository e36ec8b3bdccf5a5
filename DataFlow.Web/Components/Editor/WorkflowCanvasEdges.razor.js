// Where something can be put: the middles of the edges. And the one button that cuts the edge under the pointer.
const reach = 110;

export const endsOf = (button) => ({ from: button.dataset.from ?? null, to: button.dataset.to ?? null });

export function targets(surface, world, on) {
  let aim = null;
  const light = (button) => {
    if (aim !== button) aim?.classList.remove("aim");
    (aim = button)?.classList.add("aim");
  };

  // Hundreds of tooltips and cutters that nobody points at would be most of the page.
  let cut = null;
  on(surface, "pointerover", (event) => {
    const port = event.target.closest(".port");
    if (port) port.title ||= "Drag to a task that must wait for this one";
    const add = event.target.closest(".edge-add");
    if (add) add.title ||= "Add a task here";
    cut = world.querySelector(".edge-cut");
    if (!cut || event.target === cut) return;
    cut.hidden = add?.dataset.named === undefined;
    if (cut.hidden) return;
    const { from, to } = endsOf(add);
    cut.title = `${to} no longer waits for ${from}`;
    cut.setAttribute("aria-label", cut.title);
    [cut.dataset.from, cut.dataset.to] = [from, to];
    [cut.style.left, cut.style.top] = [add.style.left, add.style.top];
  });

  return {
    /** All places, as they are before something is dragged; nothing is told or drawn anew while it is. */
    begin: () => {
      surface.classList.add("dropping");
      return [...world.querySelectorAll(".edge-add")].map((button) => ({ button, x: parseFloat(button.style.left), y: parseFloat(button.style.top), ...endsOf(button) }));
    },
    /** Lights up the nearest within reach that leads neither from nor to the one that is dragged. */
    nearest: (places, at, ref, zoom) => {
      let best = null, nearest = Math.max(reach, 60 / zoom);
      for (const place of places) {
        if (ref !== null && (place.from === ref || place.to === ref)) continue;
        const away = Math.hypot((place.x - at.x) * 0.6, place.y - at.y);
        if (away < nearest) [best, nearest] = [place, away];
      }
      light(best?.button ?? null);
      best?.button.style.setProperty("--zoom", zoom);
      return best && { from: best.from, to: best.to };
    },
    end: () => { light(null); surface.classList.remove("dropping"); },
  };
}
