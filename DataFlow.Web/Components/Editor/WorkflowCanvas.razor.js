// Pointer work happens here, by transforms, at the screen's own pace; the server hears only what came of it, once.
const isField = (target) => target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, .monaco-editor") !== null);
const steps = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Delete: "delete", Backspace: "delete", Escape: "none" };
const chords = { c: "copy", x: "cut", d: "duplicate", a: "all" };
const taskType = "application/x-dataflow-task-type";
const slack = 4;

export function start(surface, page) {
  const world = surface.querySelector(".world");
  const view = { x: 0, y: 0, k: 1 };
  // For looking only: a card is chosen, nothing else is done.
  const readOnly = surface.dataset.readonly !== undefined;
  const stopping = new AbortController();
  const on = (target, name, handler, options = {}) => target.addEventListener(name, handler, { signal: stopping.signal, ...options });
  const tell = (action) => page.invokeMethodAsync("OnCanvasAsync", action);
  let gesture = null, space = false, frame = 0, moved = null;

  // View
  const size = () => ({ width: Number(world.dataset.width), height: Number(world.dataset.height) });
  const paint = () => {
    world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.k})`;
    // Dots closer than the eye can part would be a grey area.
    const grid = 24 * view.k * (view.k < 0.15 ? 8 : view.k < 0.45 ? 3 : 1);
    surface.style.backgroundSize = `${grid}px ${grid}px`;
    surface.style.backgroundPosition = `${view.x}px ${view.y}px`;
    surface.classList.toggle("far", view.k < 0.55);
    surface.querySelector(".zoom-word").textContent = `${Math.round(view.k * 100)}%`;
    const shown = surface.querySelector(".minimap .window");
    if (!shown) return;
    const box = surface.getBoundingClientRect();
    for (const [name, value] of Object.entries({ x: -view.x / view.k, y: -view.y / view.k, width: box.width / view.k, height: box.height / view.k })) shown.setAttribute(name, value);
  };
  const soon = (work) => { moved = work; frame ||= requestAnimationFrame(() => { frame = 0; moved?.(); }); };
  const zoom = (factor, px, py) => {
    const box = surface.getBoundingClientRect();
    const [cx, cy] = [px ?? box.width / 2, py ?? box.height / 2];
    const k = Math.min(2, Math.max(0.03, view.k * factor));
    view.x = cx - (cx - view.x) * (k / view.k);
    view.y = cy - (cy - view.y) * (k / view.k);
    view.k = k;
    paint();
  };
  const fit = (least) => {
    const box = surface.getBoundingClientRect();
    const { width, height } = size();
    view.k = Math.max(least, Math.min(1, (box.width - 64) / width, (box.height - 64) / height));
    view.x = (box.width - width * view.k) / 2;
    view.y = Math.max(24, (box.height - height * view.k) / (readOnly ? 4 : 2));
    // Too long to show whole and readable: it begins at its beginning.
    const first = world.querySelector('[data-end="inputs"]');
    if (width * view.k > box.width && first) view.x = box.width / 2 - (first.offsetLeft + first.offsetWidth / 2) * view.k;
    paint();
  };
  const point = (event) => {
    const box = surface.getBoundingClientRect();
    return { x: (event.clientX - box.left - view.x) / view.k, y: (event.clientY - box.top - view.y) / view.k };
  };
  const cardOf = (ref) => world.querySelector(`.task-card[data-ref="${CSS.escape(ref)}"]`);
  const reveal = (ref, focus) => {
    const card = cardOf(ref);
    if (!card) return;
    const box = surface.getBoundingClientRect();
    const [x, y] = [card.offsetLeft * view.k + view.x, card.offsetTop * view.k + view.y];
    const [w, h] = [card.offsetWidth * view.k, card.offsetHeight * view.k];
    if (x < 16) view.x += 16 - x; else if (x + w > box.width - 16) view.x -= x + w - box.width + 16;
    if (y < 16) view.y += 16 - y; else if (y + h > box.height - 64) view.y -= y + h - box.height + 64;
    paint();
    if (focus) card.querySelector("button").focus({ preventScroll: true });
  };

  // Where something can be put: the middles of the edges.
  const edges = () => [...world.querySelectorAll(".edge-tools")].map((tools) => ({ tools, x: parseFloat(tools.style.left), y: parseFloat(tools.style.top) }));
  const endsOf = (tools) => ({ from: tools.dataset.from ?? null, to: tools.dataset.to ?? null });
  const near = (targets, at, refs) => {
    let best = null, least = 110;
    for (const target of targets) {
      const { from, to } = endsOf(target.tools);
      if (refs.includes(from) || refs.includes(to)) continue;
      const away = Math.hypot((target.x - at.x) * 0.6, target.y - at.y);
      if (away < least) [best, least] = [target, away];
    }
    return best?.tools ?? null;
  };
  const light = (tools) => {
    for (const lit of world.querySelectorAll(".edge-tools.aim")) if (lit !== tools) lit.classList.remove("aim");
    tools?.classList.add("aim");
  };

  // Gestures: each has move(event) and end(event, cancelled).
  const panning = (event) => {
    const from = { x: view.x - event.clientX, y: view.y - event.clientY };
    surface.classList.add("panning");
    return {
      move: (now) => { view.x = from.x + now.clientX; view.y = from.y + now.clientY; paint(); },
      end: (now, gone, far) => { surface.classList.remove("panning"); if (!far && !gone && event.button === 0) tell({ kind: "band", refs: [] }); },
    };
  };
  const banding = (event) => {
    const band = surface.querySelector(".band");
    const box = surface.getBoundingClientRect();
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
          const [x, y] = [card.offsetLeft * view.k + view.x, card.offsetTop * view.k + view.y];
          return x < area.right && x + card.offsetWidth * view.k > area.left && y < area.bottom && y + card.offsetHeight * view.k > area.top;
        };
        tell({ kind: "band", refs: [...world.querySelectorAll(".task-card")].filter(inside).map((card) => card.dataset.ref).filter((ref) => ref !== "") });
      },
    };
  };
  const dragging = (event, card) => {
    const ref = card.dataset.ref;
    const from = point(event);
    let targets = null, aim = null;
    return {
      move: (now) => {
        targets ??= edges();
        const at = point(now);
        card.classList.add("dragged");
        card.style.transform = `translate(${at.x - from.x}px, ${at.y - from.y}px)`;
        aim = near(targets, { x: card.offsetLeft + card.offsetWidth / 2 + at.x - from.x, y: card.offsetTop + card.offsetHeight / 2 + at.y - from.y }, [ref]);
        light(aim);
      },
      end: (now, gone, far) => {
        card.classList.remove("dragged");
        card.style.transform = "";
        light(null);
        if (gone) return;
        if (!far) tell({ kind: now.shiftKey || now.ctrlKey || now.metaKey ? "toggle" : "select", refs: [ref] });
        else if (aim) tell({ kind: "move", refs: [ref], ...endsOf(aim) });
      },
    };
  };
  const choosing = (event, card) => {
    const pan = panning(event);
    return { move: pan.move, end: (now, gone, far) => { surface.classList.remove("panning"); if (!far && !gone) tell({ kind: "select", refs: [card.dataset.ref] }); } };
  };
  const connecting = (event, card) => {
    const draft = world.querySelector(".draft");
    const [x, y] = [card.offsetLeft + card.offsetWidth / 2, card.offsetTop + card.offsetHeight];
    let over = null;
    return {
      move: (now) => {
        const at = point(now);
        draft.setAttribute("d", `M${x} ${y}C${x} ${y + 40} ${at.x} ${at.y - 40} ${at.x} ${at.y}`);
        const under = document.elementFromPoint(now.clientX, now.clientY)?.closest?.(".task-card") ?? null;
        if (under === over) return;
        over?.classList.remove("aim");
        over = under !== card && under?.dataset.ref ? under : null;
        over?.classList.add("aim");
      },
      end: (now, gone) => {
        draft.setAttribute("d", "");
        over?.classList.remove("aim");
        if (!gone && over) tell({ kind: "connect", from: card.dataset.ref, to: over.dataset.ref });
      },
    };
  };

  on(surface, "pointerdown", (event) => {
    if (event.target.closest(".canvas-tools, .minimap, .edge-tools") && event.button === 0) return;
    const card = event.target.closest(".task-card");
    const pans = event.button === 1 || (event.button === 0 && space);
    if (event.button !== 0 && !pans) return;
    const kind = pans ? panning(event)
      : event.target.closest(".port") ? connecting(event, card)
      : card?.dataset.ref ? (readOnly ? choosing : dragging)(event, card)
      : event.target.closest(".end-card, .task-card") ? null
      : event.shiftKey && !readOnly ? banding(event) : panning(event);
    if (!kind) return;
    if (pans) event.preventDefault();
    gesture = { ...kind, id: event.pointerId, x: event.clientX, y: event.clientY, far: false };
    if (!card) surface.focus({ preventScroll: true });
  });
  on(window, "pointermove", (event) => {
    if (gesture?.id !== event.pointerId) return;
    const mine = gesture;
    if (!mine.far && Math.hypot(event.clientX - mine.x, event.clientY - mine.y) < slack) return;
    if (!mine.far) { mine.far = true; try { surface.setPointerCapture(event.pointerId); } catch { /* the pointer has gone already */ } }
    soon(() => { if (gesture === mine) mine.move(event); });
  });
  const finish = (event, gone) => {
    if (gesture?.id !== event.pointerId) return;
    const mine = gesture;
    if (mine.far && !gone) mine.move(event);
    gesture = null;
    mine.end(event, gone, mine.far);
  };
  on(window, "pointerup", (event) => finish(event, false));
  on(window, "pointercancel", (event) => finish(event, true));

  // What a pointer pressed was told at its end; what is left are keys on buttons and the small buttons themselves.
  on(surface, "click", (event) => {
    const tool = event.target.closest("[data-act]");
    if (tool) return tell({ kind: tool.dataset.act, ...endsOf(tool.closest(".edge-tools")) });
    const aspect = event.target.closest("[data-view]")?.dataset.view;
    if (aspect) return aspect === "fit" ? fit(0.03) : zoom(aspect === "in" ? 1.25 : aspect === "out" ? 0.8 : 1 / view.k);
    const end = event.target.closest("[data-end]");
    if (end) return tell({ kind: "end", text: end.dataset.end });
    const card = event.target.closest(".task-card");
    if (card?.dataset.ref && event.detail === 0) tell({ kind: "select", refs: [card.dataset.ref] });
  });
  on(surface, "dblclick", (event) => { if (event.target.closest(".task-card")) document.querySelector(".editor-side input, .editor-side textarea, .editor-side select")?.focus(); });
  on(surface, "wheel", (event) => {
    // Among other things to read, the wheel belongs to the page.
    if (readOnly && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = surface.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) return zoom(Math.exp(-event.deltaY * 0.0025), event.clientX - box.left, event.clientY - box.top);
    view.x -= event.shiftKey ? event.deltaY : event.deltaX;
    view.y -= event.shiftKey ? 0 : event.deltaY;
    soon(paint);
  }, { passive: false });
  on(surface, "pointerdown", (event) => {
    const map = event.target.closest(".minimap svg");
    if (!map) return;
    const matrix = map.getScreenCTM().inverse();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const box = surface.getBoundingClientRect();
    [view.x, view.y] = [box.width / 2 - at.x * view.k, box.height / 2 - at.y * view.k];
    paint();
  });

  // From the palette
  let dropTargets = null, dropAim = null;
  on(surface, "dragover", (event) => {
    if (readOnly || !event.dataTransfer.types.includes(taskType)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    dropTargets ??= edges();
    dropAim = near(dropTargets, point(event), []);
    light(dropAim);
  });
  on(surface, "dragleave", (event) => { if (!surface.contains(event.relatedTarget)) { dropTargets = dropAim = null; light(null); } });
  on(surface, "drop", (event) => {
    const type = event.dataTransfer.getData(taskType);
    if (readOnly || !type) return;
    event.preventDefault();
    const aim = dropAim;
    dropTargets = dropAim = null;
    light(null);
    tell({ kind: "drop", text: type, ...(aim ? endsOf(aim) : {}), refs: aim ? ["edge"] : [] });
  });

  // Keys
  on(surface, "keydown", (event) => {
    if (event.key === " " && event.target === surface) { event.preventDefault(); space = true; surface.classList.add("ready"); return; }
    if (gesture && event.key === "Escape") { const mine = gesture; gesture = null; mine.end(event, true, true); return; }
    const chord = event.ctrlKey || event.metaKey;
    const key = chord ? chords[event.key.toLowerCase()] : event.altKey ? null : steps[event.key];
    if (!key || (readOnly && (chord || key === "delete"))) return;
    event.preventDefault();
    tell({ kind: "key", text: key });
  });
  on(window, "keyup", (event) => { if (event.key === " ") { space = false; surface.classList.remove("ready"); } });
  on(document, "keydown", (event) => {
    if (readOnly || !(event.ctrlKey || event.metaKey) || event.altKey || isField(event.target) || document.querySelector("[role=dialog]")) return;
    const key = event.key.toLowerCase();
    const text = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : null;
    if (!text) return;
    event.preventDefault();
    tell({ kind: "key", text });
  });
  on(document, "paste", (event) => {
    if (readOnly || isField(event.target) || !surface.contains(document.activeElement)) return;
    event.preventDefault();
    tell({ kind: "paste", text: event.clipboardData.getData("text/plain") });
  });

  // A minimap comes and goes with the number of tasks.
  const watcher = new MutationObserver(() => paint());
  watcher.observe(surface, { childList: true });
  const sizes = new ResizeObserver(() => paint());
  sizes.observe(surface);
  fit(readOnly ? 0.3 : 0.6);
  surface.classList.add("shown");
  return { reveal, fit: () => fit(0.03), stop: () => { stopping.abort(); watcher.disconnect(); sizes.disconnect(); cancelAnimationFrame(frame); } };
}

// Drafts: what was not saved survives a reload, a crash, and a restart of the server.
export function readDraft(key) { try { return localStorage.getItem(key); } catch { return null; } }
export function writeDraft(key, text) { try { localStorage.setItem(key, text); } catch { /* full or refused: the page still has it */ } }
export function dropDraft(key) { try { localStorage.removeItem(key); } catch { /* see above */ } }

// The text beside the graph follows what is chosen in it.
export function scrollText(line) {
  const editor = globalThis.blazorMonaco?.editors?.find((entry) => entry.id === "definition-editor")?.editor;
  if (!editor || editor.hasTextFocus()) return;
  editor.revealLineNearTop(line);
  editor.setPosition({ lineNumber: line, column: 1 });
}
