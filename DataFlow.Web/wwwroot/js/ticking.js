// Durations and ages go on in the browser: the server says when something began, once. The words are those of TimeText.
const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
const two = (n) => String(n).padStart(2, "0");

export function lasting(ms) {
  const span = Math.max(0, Math.floor(ms / second)) * second;
  if (span < minute) return `${span / second} s`;
  if (span < hour) return `${Math.floor(span / minute)} min ${two(Math.floor(span % minute / second))} s`;
  if (span < day) return `${Math.floor(span / hour)} h ${two(Math.floor(span % hour / minute))} min`;
  return `${Math.floor(span / day)} d ${Math.floor(span % day / hour)} h`;
}

const coarse = (ms) => ms < minute ? `${Math.floor(ms / second)} s` : ms < hour ? `${Math.floor(ms / minute)} min` : ms < day ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / day)} d`;

/** Null: so long ago that the server's words, a date, stay as they are. */
export function ago(ms) {
  if (Math.abs(ms) < 5 * second) return "just now";
  if (ms < 0) return `in ${coarse(-ms)}`;
  return ms < 2 * day ? `${coarse(ms)} ago` : null;
}

const write = (element, words) => { if (words !== null && element.textContent !== words) element.firstChild.data = words; };

/** Counts on once a second. `ahead` is how many milliseconds the server's clock is before this one's. */
export function start(ahead) {
  const tick = () => {
    const now = Date.now() + ahead;
    for (const element of document.querySelectorAll("[data-since]")) write(element, lasting(now - element.dataset.since));
    for (const element of document.querySelectorAll("time[data-ago]")) write(element, ago(now - Date.parse(element.dateTime)));
  };
  const timer = setInterval(tick, second);
  return () => clearInterval(timer);
}
