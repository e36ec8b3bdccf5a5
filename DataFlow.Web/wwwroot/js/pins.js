// Pinned outputs live in the browser; a full or forbidden storage is told, not thrown.
export function read(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

export function write(name, text) {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch { return false; }
}
