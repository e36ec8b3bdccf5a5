// The keys of an open list must not move the caret or leave the field; everything else stays the browser's.
const keys = new Set(["ArrowUp", "ArrowDown", "Enter", "Tab", "Escape"]);

export function attach(field) {
  field.addEventListener("keydown", (event) => {
    if (field.dataset.open === "true" && keys.has(event.key)) event.preventDefault();
    else if (event.key === " " && event.ctrlKey) event.preventDefault();
  });
}

export function caret(field) { return field.selectionStart; }

export function put(field, text, at) {
  field.value = text;
  field.focus();
  field.setSelectionRange(at, at);
}

export function reveal(id) { document.getElementById(id)?.scrollIntoView({ block: "nearest" }); }
