// Turns figures into the words of the page.

const whole = new Intl.NumberFormat("en");

export const count = (value) => whole.format(value);

export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

export function rate(perSecond) {
  return perSecond >= 10 || perSecond === 0 ? count(Math.round(perSecond)) : perSecond.toFixed(1);
}

export function milliseconds(value) {
  if (value === undefined) {
    return "–";
  }
  if (value < 1) {
    return "<1 ms";
  }
  if (value < 1000) {
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  }
  return `${(value / 1000).toFixed(value < 10000 ? 1 : 0)} s`;
}

// A time span in the two largest units that matter.
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${seconds % 60} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : plural(Math.floor(hours / 24), "day");
}

// A wait is rounded up: it is never over before it reads 0.
export const wait = (ms) => span(Math.ceil(ms / 1000) * 1000);

const seconds = (ms) => `${Math.round(ms / 100) / 10}`;

const length = (ms) => ms < 1000 ? `${Math.round(ms)} ms` : ms < 60000 ? `${seconds(ms)} s` : span(ms);

// Two times as one range: 5 to 33 s.
export function range(least, most) {
  return least >= 1000 && most < 60000 ? `${seconds(least)} to ${length(most)}` : `${length(least)} to ${length(most)}`;
}

// The app names a status as .NET does, 503 ServiceUnavailable, and a timeout by its setting, the AttemptTimeout.
export const failure = (text) => text
  ?.replace(/^\d{3} [A-Z]\w*/, (status) => status.replace(/(?<=[a-z])(?=[A-Z])/g, " "))
  .replace(/^the \w+Timeout$/, (timeout) => `no answer within ${timeout}`);

// Why a circuit changed. The texts of the circuit breaker are spelled out; a reason that a user gave stays as it is.
export function reason(text) {
  const found = text?.match(/^(\d+ consecutive failures|\d+ of \d+ .+ were failures|the trial failed|\d+ of \d+ trials failed), last (.+)$/s);
  return found ? `${found[1]}; last ${/^\d{3}\b/.test(found[2]) ? "response" : "failure"}: ${failure(found[2])}` : text;
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });

// The time of day, with the date if that is not today.
export function time(ms, now) {
  const at = new Date(ms);
  return at.toDateString() === new Date(now).toDateString() ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

// The zone of all times on the page: that of the browser.
export const zone = {
  name: Intl.DateTimeFormat().resolvedOptions().timeZone,
  short: new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(new Date()).find((part) => part.type === "timeZoneName").value,
};

export const sentence = (text) => text && text[0].toUpperCase() + text.slice(1);

export const serviceName = (name) => name === "" ? "default client" : name;

export const stateName = { closed: "Closed", half_open: "Half-open", open: "Open", isolated: "Isolated" };

// An element with text, attributes and children. Text is never parsed as markup.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children);
  return made;
}

// Writes only what differs: an unchanged text costs no layout.
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
