// What part of the world is seen, how large; and the small map that shows where that is.
const grid = 24, least = 0.03, most = 2;
// Room for what floats over the surface.
const margin = { side: 32, top: 56, bottom: 60 };

export function look(surface, world) {
  const view = { x: 0, y: 0, k: 1 };
  const size = () => ({ width: Number(world.dataset.width), height: Number(world.dataset.height) });
  // Measured when it changes, not while something moves: reading it back makes the browser lay everything out.
  let box = surface.getBoundingClientRect();

  const paint = () => {
    world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.k})`;
    // Dots closer than the eye can part would be a grey area.
    const dots = grid * view.k * (view.k < 0.15 ? 8 : view.k < 0.45 ? 3 : 1);
    surface.style.backgroundSize = `${dots}px ${dots}px`;
    surface.style.backgroundPosition = `${view.x}px ${view.y}px`;
    const { width, height } = size();
    surface.classList.toggle("far", view.k < 0.5);
    surface.classList.toggle("map", view.k < 0.3);
    surface.classList.toggle("whole", view.x >= 0 && view.y >= 0 && view.x + width * view.k <= box.width && view.y + height * view.k <= box.height && view.k >= 0.3);
    if (world.dataset.zoom !== `${view.k}`) {
      world.dataset.zoom = view.k;
      surface.querySelector(".zoom-word").textContent = `${Math.round(view.k * 100)}%`;
    }
    const shown = surface.querySelector(".minimap .window");
    if (!shown) return;
    for (const [name, value] of Object.entries({ x: -view.x / view.k, y: -view.y / view.k, width: box.width / view.k, height: box.height / view.k })) shown.setAttribute(name, value);
  };

  const zoomTo = (wanted, px = box.width / 2, py = box.height / 2) => {
    const k = Math.min(most, Math.max(least, wanted));
    view.x = px - (px - view.x) * (k / view.k);
    view.y = py - (py - view.y) * (k / view.k);
    view.k = k;
    paint();
  };

  const fit = (smallest = least) => {
    const { width, height } = size();
    const [roomX, roomY] = [box.width - 2 * margin.side, box.height - margin.top - margin.bottom];
    view.k = Math.max(smallest, Math.min(1, roomX / width, roomY / height));
    view.x = (box.width - width * view.k) / 2;
    view.y = margin.top + Math.max(0, (roomY - height * view.k) / 2);
    // Too long to show whole and readable: it begins at its beginning.
    const first = world.querySelector('[data-end="inputs"]');
    // Read from its style: nothing is laid out yet.
    if (width * view.k > box.width && first) view.x = box.width / 2 - (parseFloat(first.style.left) + parseFloat(world.style.getPropertyValue("--card-width")) / 2) * view.k;
    paint();
  };

  /** A card that is out of sight, or under the small map, comes to the middle: what it is connected with is seen too. */
  const find = (card) => {
    if (!card) return;
    const [x, y] = [card.offsetLeft * view.k + view.x, card.offsetTop * view.k + view.y];
    const [w, h] = [card.offsetWidth * view.k, card.offsetHeight * view.k];
    const map = surface.querySelector(".minimap");
    const isCovered = map?.offsetWidth > 0 && x + w > map.offsetLeft && y + h > map.offsetTop;
    if (!isCovered && x >= 16 && y >= margin.top && x + w <= box.width - 16 && y + h <= box.height - margin.bottom) return;
    view.x += (box.width - w) / 2 - x;
    // Above the small map, which takes the lower half of a narrow surface.
    view.y += (box.height - h) / 3 - y;
    paint();
  };

  const show = (card) => {
    if (!card) return;
    const [x, y] = [card.offsetLeft * view.k + view.x, card.offsetTop * view.k + view.y];
    const [w, h] = [card.offsetWidth * view.k, card.offsetHeight * view.k];
    if (x < 16) view.x += 16 - x; else if (x + w > box.width - 16) view.x -= x + w - box.width + 16;
    if (y < margin.top) view.y += margin.top - y; else if (y + h > box.height - margin.bottom) view.y -= y + h - box.height + margin.bottom;
    paint();
  };

  return {
    view, paint, zoomTo, fit, show, find,
    by: (dx, dy) => { view.x += dx; view.y += dy; },
    box: () => box,
    measure: () => { box = surface.getBoundingClientRect(); },
    /** A place on the screen as a place in the world. */
    point: (event) => ({ x: (event.clientX - box.left - view.x) / view.k, y: (event.clientY - box.top - view.y) / view.k }),
    /** Where a card lies on the surface. */
    area: (card) => ({ left: card.offsetLeft * view.k + view.x, top: card.offsetTop * view.k + view.y, right: (card.offsetLeft + card.offsetWidth) * view.k + view.x, bottom: (card.offsetTop + card.offsetHeight) * view.k + view.y }),
    /** Goes to where the small map was pressed. */
    jump: (map, event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      [view.x, view.y] = [box.width / 2 - at.x * view.k, box.height / 2 - at.y * view.k];
      paint();
    },
  };
}
