// What a pointer does from where it was pressed until it is let go. Each gesture has move(event) and end(event, gone, far).
export function gestures(surface, world, look, places, tell) {
  const { view } = look;

  const panning = (event) => {
    const from = { x: view.x - event.clientX, y: view.y - event.clientY };
    surface.classList.add("panning");
    return {
      move: (now) => { view.x = from.x + now.clientX; view.y = from.y + now.clientY; look.paint(); },
      end: (now, gone, far) => { surface.classList.remove("panning"); if (!far && !gone && event.button === 0) tell({ kind: "band", refs: [] }); },
    };
  };

  // A finger moves the whole picture, wherever it is put down; a touch chooses.
  const choosing = (event, card) => {
    const pan = panning(event);
    return { move: pan.move, end: (now, gone, far) => { surface.classList.remove("panning"); if (!far && !gone) tell({ kind: "select", refs: [card.dataset.ref] }); } };
  };

  const pinching = (one, two) => {
    const box = look.box();
    const read = (a, b) => ({ x: (a.clientX + b.clientX) / 2 - box.left, y: (a.clientY + b.clientY) / 2 - box.top, away: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) });
    let last = read(one, two);
    return (a, b) => {
      const now = read(a, b);
      look.by(now.x - last.x, now.y - last.y);
      look.zoomTo(view.k * now.away / Math.max(1, last.away), now.x, now.y);
      last = now;
    };
  };

  const banding = (event) => {
    const band = surface.querySelector(".band");
    const box = look.box();
    const edge = { x: event.clientX - box.left, y: event.clientY - box.top };
    let area = null;
    return {
      move: (now) => {
        const at = { x: now.clientX - box.left, y: now.clientY - box.top };
        area = { left: Math.min(at.x, edge.x), top: Math.min(at.y, edge.y), right: Math.max(at.x, edge.x), bottom: Math.max(at.y, edge.y) };
        band.hidden = false;
        Object.assign(band.style, { left: `${area.left}px`, top: `${area.top}px`, width: `${area.right - area.left}px`, height: `${area.bottom - area.top}px` });
      },
      end: (now, gone) => {
        band.hidden = true;
        if (gone || !area) return;
        const inside = (card) => {
          const lies = look.area(card);
          return lies.left < area.right && lies.right > area.left && lies.top < area.bottom && lies.bottom > area.top;
        };
        tell({ kind: "band", refs: [...world.querySelectorAll(".task-card")].filter(inside).map((card) => card.dataset.ref).filter((ref) => ref !== "") });
      },
    };
  };

  const dragging = (event, card) => {
    const ref = card.dataset.ref;
    const from = look.point(event);
    const middle = { x: card.offsetLeft + card.offsetWidth / 2, y: card.offsetTop + card.offsetHeight / 2 };
    let all = null, aim = null;
    return {
      move: (now) => {
        if (!all) { all = places.begin(); card.classList.add("dragged"); }
        const at = look.point(now);
        card.style.transform = `translate(${at.x - from.x}px, ${at.y - from.y}px)`;
        aim = places.nearest(all, { x: middle.x + at.x - from.x, y: middle.y + at.y - from.y }, ref, view.k);
      },
      end: (now, gone, far) => {
        card.classList.remove("dragged");
        card.style.transform = "";
        places.end();
        if (gone) return;
        if (!far) tell({ kind: now.shiftKey || now.ctrlKey || now.metaKey ? "toggle" : "select", refs: [ref] });
        else if (aim) tell({ kind: "move", refs: [ref], ...aim });
      },
    };
  };

  const connecting = (event, card) => {
    const draft = world.querySelector(".draft");
    const [x, y] = [card.offsetLeft + card.offsetWidth / 2, card.offsetTop + card.offsetHeight];
    let over = null;
    surface.classList.add("connecting");
    return {
      move: (now) => {
        const at = look.point(now);
        draft.setAttribute("d", `M${x} ${y}C${x} ${y + 40} ${at.x} ${at.y - 40} ${at.x} ${at.y}`);
        const under = document.elementFromPoint(now.clientX, now.clientY)?.closest?.(".task-card") ?? null;
        if (under === over) return;
        over?.classList.remove("aim");
        over = under !== card && under?.dataset.ref ? under : null;
        over?.classList.add("aim");
      },
      end: (now, gone) => {
        surface.classList.remove("connecting");
        draft.setAttribute("d", "");
        over?.classList.remove("aim");
        if (!gone && over) tell({ kind: "connect", from: card.dataset.ref, to: over.dataset.ref });
      },
    };
  };

  return { panning, choosing, pinching, banding, dragging, connecting };
}
