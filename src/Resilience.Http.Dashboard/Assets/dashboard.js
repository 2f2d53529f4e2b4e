// The page: takes the events of the server, keeps the cards in order, and listens to the keyboard.

import { Store } from "./store.js";
import { OBSERVED, levelMeanings, levelNames, levels, observes } from "./meaning.js";
import { verdict } from "./verdict.js";
import { element, sentence, serviceName, setText, span, stateName, time, zone } from "./format.js";
import { Card } from "./card.js";
import { createSteering } from "./steering.js";

const { base, steers, host } = document.body.dataset;
const get = (id) => document.getElementById(id);
const store = new Store();
const cards = new Map();
const settings = { base, steers: steers === "true", steer: createSteering({ base, host }, announce) };
const view = { text: "", level: "all", order: "" };
const QUIET = 3500;
const MANY = 12;
const LOST = "The app is down or restarting, the network is cut, or 16 pages watch it already. This page keeps trying.";
let heardAt = performance.now();
let source;

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const card = entry.target.card;
    card.visible = entry.isIntersecting;
    if (entry.isIntersecting) {
      card.render();
    }
  }
}, { rootMargin: "300px" });

function announce(text) {
  get("news").textContent = text;
}

function connect() {
  source?.close();
  source = new EventSource(`${base}/events`);
  source.addEventListener("snapshot", (event) => hear(() => {
    store.takeSnapshot(JSON.parse(event.data));
    const names = new Set(store.services.keys());
    for (const [name, card] of cards) {
      if (names.has(name)) {
        card.service = Object.assign(card.service, store.services.get(name));
        store.services.set(name, card.service);
      } else {
        observer.unobserve(card.node);
        card.node.remove();
        cards.delete(name);
      }
    }
    renderAll(true);
    performance.mark("resilience-first-render");
  }));
  source.addEventListener("tick", (event) => hear(() => {
    store.takeTick(JSON.parse(event.data));
    renderAll(false);
  }));
  source.addEventListener("transition", (event) => hear(() => {
    const news = JSON.parse(event.data);
    const service = store.takeTransition(news);
    const effect = service && observes(service) ? `, but ${OBSERVED}` : "";
    announce(`${serviceName(news.transition.service)}: ${stateName[news.transition.to]}${effect}. ${sentence(news.transition.reason)}`);
    renderAll(true);
  }));
  source.addEventListener("error", () => {
    showConnection();
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(connect, 5000);
    }
  });
}

function hear(take) {
  heardAt = performance.now();
  take();
  showConnection();
}

function showConnection() {
  const silent = performance.now() - heardAt;
  const state = source.readyState === EventSource.OPEN && silent < QUIET ? "live" : "lost";
  get("connection").dataset.state = state;
  setText(get("connection").lastElementChild, state === "live" ? "Live" : `No data for ${span(silent)}`);
  document.body.classList.toggle("stale", state !== "live");
  get("stale").hidden = state === "live" || silent < QUIET;
  if (state !== "live") {
    setText(get("stale"), `No data since ${store.at === 0 ? "this page was opened" : `${time(store.at, store.now)}: all below is from before`}. ${LOST}`);
  }
}

function renderAll(sort) {
  const now = store.now;
  setText(get("started"), `Running since ${time(store.startedAt, now)} (${span(now - store.startedAt)})`);
  for (const [name, service] of store.services) {
    if (!cards.has(name)) {
      const card = new Card(service, settings);
      card.visible = cards.size < MANY; // a first screen, before the observer has looked
      cards.set(name, card);
      observer.observe(card.node);
      sort = true;
    }
    cards.get(name).assess(now);
  }
  arrange(sort);
  cards.forEach((card) => card.render());
  renderVerdict(now);
  renderLevels();
}

// Worst first. A transition moves its card at once; what only fails more or less waits while somebody reads or aims.
function arrange(atOnce) {
  const list = get("services");
  const sorted = [...cards.values()].sort((a, b) =>
    levels.indexOf(a.level) - levels.indexOf(b.level) || serviceName(a.service.live.name).localeCompare(serviceName(b.service.live.name)));
  const order = sorted.map((card) => card.service.live.name).join("\n");
  if (order !== view.order && (atOnce || !list.matches(":hover, :focus-within"))) {
    view.order = order;
    const focused = document.activeElement;
    list.append(...sorted.map((card) => card.node));
    if (focused !== document.activeElement) {
      focused.focus({ preventScroll: true });
    }
  }
  list.classList.toggle("many", cards.size > MANY);
  let shown = 0;
  for (const card of sorted) {
    const fits = (view.level === "all" || card.level === view.level) && serviceName(card.service.live.name).toLowerCase().includes(view.text);
    card.node.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  get("none").hidden = shown > 0;
  setText(get("none"), cards.size > 0 ? "No service matches." : "This app has no resilient client. AddResilientHttpClient registers one.");
}

function renderVerdict(now) {
  const { level, headline, facts } = verdict([...store.services.values()], (service) => cards.get(service.live.name).level, now);
  get("verdict").dataset.level = level;
  setText(get("headline"), headline);
  facts.forEach((fact, i) => renderFact(get("summary").children[i], fact));
  document.title = level === "down" || level === "failing" ? `${headline} - Resilience` : "Resilience";
  const faults = [...store.services.values()].filter((service) => service.live.faults);
  get("chaos").hidden = faults.length === 0;
  setText(get("chaos"), faults.length === 0 ? "" : `Chaos is on: faults are injected on purpose. ${faults.slice(0, 5)
    .map((service) => `${serviceName(service.live.name)}: ${service.live.faults}`).join(" · ")}${faults.length > 5 ? ` · and ${faults.length - 5} more` : ""}`);
}

function renderFact(node, { label, text, note, level }) {
  node.dataset.level = level;
  [label, text, note].forEach((words, i) => setText(node.children[i], words));
}

function renderLevels() {
  const counts = Object.fromEntries(levels.map((level) => [level, 0]));
  cards.forEach((card) => counts[card.level]++);
  const group = get("levels");
  if (group.childElementCount === 0) {
    group.append(...["all", ...levels].map((level) => {
      const button = element("button", { type: "button", "data-level": level, "aria-pressed": level === "all", title: levelMeanings[level] }, `${levelNames[level] ?? "All"} `, element("b"));
      button.addEventListener("click", () => show(level));
      return button;
    }));
  }
  for (const button of group.children) {
    setText(button.lastElementChild, String(counts[button.dataset.level] ?? cards.size));
    button.classList.toggle("empty", counts[button.dataset.level] === 0 && button.dataset.level !== view.level && button !== document.activeElement);
  }
}

function show(level) {
  view.level = view.level === level ? "all" : level;
  [...get("levels").children].forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.level === view.level)));
  arrange(true);
}

function step(by) {
  const shown = [...get("services").children].filter((node) => !node.hidden);
  const at = shown.findIndex((node) => node.contains(document.activeElement));
  const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  next?.card.article.focus();
  next?.scrollIntoView({ block: "nearest" });
}

get("filter").addEventListener("input", (event) => {
  view.text = event.target.value.trim().toLowerCase();
  arrange(true);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "Escape" && event.target === get("filter")) {
    event.target.value = "";
    event.target.dispatchEvent(new Event("input"));
    event.target.blur();
  } else if (typing) {
    return;
  } else if (event.key === "/") {
    event.preventDefault();
    get("filter").focus();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  } else if (event.key === "Enter" && event.target.matches("article")) {
    event.target.parentElement.card.expand(!event.target.parentElement.card.expanded);
  }
});

const themes = ["auto", "light", "dark"];

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  setText(get("theme"), `Theme: ${theme}`);
}

function savedTheme() {
  try {
    return localStorage.getItem("resilience-theme");
  } catch {
    return null; // storage is blocked
  }
}

get("theme").addEventListener("click", () => {
  const theme = themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length];
  applyTheme(theme);
  try {
    localStorage.setItem("resilience-theme", theme);
  } catch {
    // not kept
  }
});

setText(get("zone"), `Times in ${zone.short}`);
get("zone").title = `All times are in the time zone of this browser: ${zone.name}`;
applyTheme(themes.includes(savedTheme()) ? savedTheme() : "auto");
connect();
setInterval(showConnection, 1000);
