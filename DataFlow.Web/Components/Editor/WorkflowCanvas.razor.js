// Pointer work happens here, by transforms, at the screen's own pace; the server hears only what came of it, once.
import { look as lookAt } from "./WorkflowCanvasMinimap.razor.js";
import { endsOf, targets } from "./WorkflowCanvasEdges.razor.js";
import { gestures } from "./WorkflowCanvasCard.razor.js";
import { hold } from "/js/shell.js";

const isField = (target) => target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, .monaco-editor") !== null);
const isBusy = () => document.querySelector("[role=dialog]") !== null;
const steps = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Delete: "delete", Backspace: "delete", Escape: "none", Insert: "insert", n: "insert" };
const views = { "+": "in", "=": "in", "-": "out", "0": "fit", "1": "one" };
const chords = { c: "copy", x: "cut", d: "duplicate", a: "all" };
const history = { z: "undo", Z: "redo", y: "redo", s: "save", S: "save" };
const taskType = "application/x-dataflow-task-type";
const slack = 4;

export function start(surface, page) {
  const world = surface.querySelector(".world");
  // For looking only: a card is chosen, nothing else is done.
  const readOnly = surface.dataset.readonly !== undefined;
  const stopping = new AbortController();
  const on = (target, name, handler, options = {}) => target.addEventListener(name, handler, { signal: stopping.signal, ...options });
  const tell = (action) => page.invokeMethodAsync("OnCanvasAsync", action);
  const look = lookAt(surface, world);
  const places = targets(surface, world, on);
  const { panning, choosing, pinching, banding, dragging, connecting } = gestures(surface, world, look, places, tell);
  const cardOf = (ref) => world.querySelector(`.task-card[data-ref="${CSS.escape(ref)}"]`);
  const side = (form) => document.querySelector(`#panel-side${form === undefined ? "" : `.side-form[data-form="${CSS.escape(form)}"]`} :is(input, textarea, select, button)`);
  const reveal = (element, focus) => {
    look.show(element);
    if (focus) hold(() => element?.querySelector("button") ?? element);
  };
  const change = (aspect) => aspect === "fit" ? look.fit() : look.zoomTo(aspect === "one" ? 1 : look.view.k * (aspect === "in" ? 1.25 : 0.8));
  let gesture = null, pinch = null, space = false, frame = 0, moved = null;
  const soon = (work) => { moved = work; frame ||= requestAnimationFrame(() => { frame = 0; moved?.(); }); };

  // Pointers
  const fingers = new Map();
  const drop = () => { const mine = gesture; gesture = null; mine?.end(null, true, true); };
  on(surface, "pointerdown", (event) => {
    look.measure();
    if (event.target.closest(".canvas-tools, .minimap, .edge-add, .edge-cut, .canvas-empty button") && event.button === 0) return;
    const touch = event.pointerType === "touch";
    if (touch) fingers.set(event.pointerId, event);
    if (fingers.size === 2) {
      drop();
      pinch = pinching(...fingers.values());
      return;
    }
    const card = event.target.closest(".task-card");
    const pans = event.button === 1 || (event.button === 0 && space);
    if (event.button !== 0 && !pans) return;
    const kind = pans ? panning(event)
      : event.target.closest(".port") ? connecting(event, card)
      : card?.dataset.ref ? (readOnly || touch ? choosing : dragging)(event, card)
      : event.target.closest(".end-card, .task-card") ? (touch ? panning(event) : null)
      : event.shiftKey && !readOnly ? banding(event) : panning(event);
    if (!kind) return;
    if (pans) event.preventDefault();
    gesture = { ...kind, id: event.pointerId, x: event.clientX, y: event.clientY, far: false };
    if (!card && !touch) surface.focus({ preventScroll: true });
  });
  on(window, "pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (pinch) return soon(() => pinch?.(...fingers.values()));
    if (gesture?.id !== event.pointerId) return;
    const mine = gesture;
    if (!mine.far && Math.hypot(event.clientX - mine.x, event.clientY - mine.y) < slack) return;
    if (!mine.far) { mine.far = true; try { surface.setPointerCapture(event.pointerId); } catch { /* the pointer has gone already */ } }
    soon(() => { if (gesture === mine) mine.move(event); });
  });
  const finish = (event, gone) => {
    if (fingers.delete(event.pointerId)) pinch = null;
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
    if (tool) {
      if (tool.dataset.act === "cut") tool.hidden = true;
      return tell({ kind: tool.dataset.act, ...endsOf(tool) });
    }
    const aspect = event.target.closest("[data-view]")?.dataset.view;
    if (aspect) return change(aspect);
    const end = event.target.closest("[data-end]");
    if (end) {
      tell({ kind: "end", text: end.dataset.end });
      // By the keyboard, on to its form as soon as that is drawn.
      if (event.detail === 0) hold(() => side(end.dataset.end));
      return;
    }
    const card = event.target.closest(".task-card");
    if (!card?.dataset.ref || event.detail !== 0) return;
    // Enter chooses; once more, and the keyboard is in the form.
    if (card.classList.contains("selected")) side()?.focus();
    else tell({ kind: "select", refs: [card.dataset.ref] });
  });
  on(surface, "dblclick", (event) => { if (event.target.closest(".task-card")) side()?.focus(); });
  on(surface, "wheel", (event) => {
    // Among other things to read, the wheel belongs to the page.
    if (readOnly && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      look.measure();
      return look.zoomTo(look.view.k * Math.exp(-event.deltaY * 0.0025), event.clientX - look.box().left, event.clientY - look.box().top);
    }
    look.by(event.shiftKey ? -event.deltaY : -event.deltaX, event.shiftKey ? 0 : -event.deltaY);
    soon(look.paint);
  }, { passive: false });
  on(surface, "pointerdown", (event) => {
    const map = event.target.closest(".minimap svg");
    if (!map) return;
    map.setPointerCapture(event.pointerId);
    look.jump(map, event);
  });
  on(surface, "pointermove", (event) => {
    const map = event.target.closest(".minimap svg");
    if (map && event.buttons === 1) soon(() => look.jump(map, event));
  });

  // A browser that brings something into view scrolls what hides it: here that is a move of the picture.
  on(surface, "scroll", () => {
    if (!surface.scrollLeft && !surface.scrollTop) return;
    look.by(-surface.scrollLeft, -surface.scrollTop);
    surface.scrollTo(0, 0);
    look.paint();
  });

  // From the palette
  let all = null, aim = null;
  const leave = () => { all = aim = null; places.end(); };
  on(surface, "dragover", (event) => {
    if (readOnly || !event.dataTransfer.types.includes(taskType)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    if (!all) { look.measure(); all = places.begin(); }
    aim = places.nearest(all, look.point(event), null, look.view.k);
  });
  on(surface, "dragleave", (event) => { if (!surface.contains(event.relatedTarget)) leave(); });
  on(surface, "drop", (event) => {
    const type = event.dataTransfer.getData(taskType);
    if (readOnly || !type) return;
    event.preventDefault();
    const at = aim;
    leave();
    tell({ kind: "drop", text: type, ...(at ?? {}), refs: at ? ["edge"] : [] });
  });

  // Keys
  on(surface, "keydown", (event) => {
    if (event.key === " " && event.target === surface) { event.preventDefault(); space = true; surface.classList.add("ready"); return; }
    if (gesture && event.key === "Escape") return drop();
    const chord = event.ctrlKey || event.metaKey;
    if (!chord && !event.altKey && views[event.key]) { event.preventDefault(); return change(views[event.key]); }
    const key = chord ? chords[event.key.toLowerCase()] : event.altKey ? null : steps[event.key];
    if (!key || (readOnly && (chord || key === "delete" || key === "insert"))) return;
    event.preventDefault();
    tell({ kind: "key", text: key });
  });
  on(window, "keyup", (event) => { if (event.key === " ") { space = false; surface.classList.remove("ready"); } });
  on(document, "keydown", (event) => {
    if (readOnly || isBusy()) return;
    // Out of the form, back to what it is about.
    if (event.key === "Escape" && !event.defaultPrevented && event.target.closest?.(".editor-side") && !event.target.closest("[data-open=true], .monaco-editor"))
      return (world.querySelector(".selected > button") ?? surface).focus({ preventScroll: true });
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const text = history[event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()];
    if (!text || (text !== "save" && isField(event.target))) return;
    event.preventDefault();
    // What was typed last is told to the server when its field is left, and so before the key is.
    const field = isField(event.target) && !event.target.closest(".monaco-editor") ? event.target : null;
    field?.blur();
    tell({ kind: "key", text });
    field?.focus({ preventScroll: true });
  });
  on(document, "paste", (event) => {
    if (readOnly || isField(event.target) || !surface.contains(document.activeElement)) return;
    event.preventDefault();
    tell({ kind: "paste", text: event.clipboardData.getData("text/plain") });
  });

  // A minimap comes and goes with the number of tasks.
  const watcher = new MutationObserver(() => look.paint());
  watcher.observe(surface, { childList: true });
  const sizes = new ResizeObserver(() => {
    const [was, whole] = [look.box(), surface.classList.contains("whole")];
    look.measure();
    const now = look.box();
    if (was.width === now.width && was.height === now.height) return;
    // What was seen whole stays so; of more than fits the middle stays in the middle.
    if (whole) return look.fit(0.6);
    look.by((now.width - was.width) / 2, 0);
    look.paint();
  });
  sizes.observe(surface);
  look.fit(readOnly ? 0.35 : 0.6);
  surface.classList.add("shown");
  if (!readOnly && matchMedia("(max-width: 720px)").matches) tell({ kind: "narrow" });
  return {
    open: (ref, focus) => { look.find(cardOf(ref)); reveal(cardOf(ref), focus); },
    reveal: (ref, focus) => reveal(cardOf(ref), focus),
    revealEnd: (end) => reveal(world.querySelector(`[data-end="${end}"]`), true),
    form: (of) => hold(() => side(of)),
    stop: () => { stopping.abort(); watcher.disconnect(); sizes.disconnect(); cancelAnimationFrame(frame); },
  };
}
