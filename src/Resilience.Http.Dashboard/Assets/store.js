// What is known of the services.

import { failure, reason } from "./format.js";

export const SECONDS = 60;
const TOLERANCE = 2000; // as in Timestamps.AsSetNow
const idle = [0, 0, 0, 0, 0, 0];

export class Store {
  services = new Map();
  #offset = 0;
  #at = 0;
  #heard = 0; // when the server said so, on its clock that is never set
  #elapsed = 0;

  // The clock of the server, as far as this page knows it.
  get now() {
    return Date.now() + this.#offset;
  }

  // When the server last said something.
  get at() {
    return this.#at;
  }

  // When the app started; later than what it counts.
  get startedAt() {
    return this.#at - this.#heard;
  }

  takeSnapshot(state) {
    this.services.clear();
    this.#hear(state);
    this.#elapsed = state.elapsed;
    this.services = new Map(state.services.map((service) => [service.live.name, this.#make(service)]));
  }

  // A service that is missing had the same second again. One that is new comes with its history, of which this second is a part.
  takeTick(tick) {
    if (tick.elapsed <= this.#elapsed) {
      return;
    }
    const missed = Math.min(SECONDS, Math.round((tick.elapsed - this.#elapsed) / 1000) - 1);
    this.#hear(tick);
    this.#elapsed = tick.elapsed;
    const changed = new Map(tick.services.map((live) => [live.name, live]));
    for (const service of this.services.values()) {
      for (let i = 0; i < missed; i++) {
        service.seconds.push(idle);
      }
      this.#update(service, changed.get(service.live.name));
      service.at = this.#at;
      service.seconds.push(service.live.second);
      service.seconds.splice(0, service.seconds.length - SECONDS);
    }
    for (const service of tick.added ?? []) {
      if (!this.services.has(service.live.name)) {
        this.services.set(service.live.name, this.#make(service));
      }
    }
  }

  takeTransition(news) {
    const service = this.services.get(news.transition.service);
    if (!service) {
      return undefined;
    }
    this.#hear(news);
    news.transition.reason = reason(news.transition.reason);
    service.transitions.unshift(news.transition);
    service.transitions.splice(20);
    if (news.service) {
      this.#update(service, { ...news.service, second: service.live.second });
    }
    return service;
  }

  // If the server's time was set, what is known of the past is moved along. What the server says of circuits has been moved already.
  #hear({ at, elapsed }) {
    const shift = Math.round((at - this.#at - (elapsed - this.#heard)) / 1000) * 1000;
    if (Math.abs(shift) >= TOLERANCE) {
      this.services.forEach((service) => service.transitions.forEach((transition) => transition.at += shift));
    }
    this.#at = at;
    this.#heard = elapsed;
    this.#offset = at - Date.now();
  }

  #make(service) {
    const made = { ...service, seconds: [...service.seconds], at: this.#at };
    made.transitions.forEach((transition) => transition.reason = reason(transition.reason));
    this.#update(made, service.live);
    return made;
  }

  // Waits are noted as moments, so that they run on between two messages.
  #update(service, live) {
    if (!live) {
      return;
    }
    service.live = live;
    for (const circuit of live.circuits) {
      circuit.reason = reason(circuit.reason);
      circuit.openedBecause = reason(circuit.openedBecause);
      circuit.lastFailure = failure(circuit.lastFailure);
      circuit.retryAt = circuit.retryAfter === undefined ? undefined : this.#at + circuit.retryAfter;
    }
  }
}
