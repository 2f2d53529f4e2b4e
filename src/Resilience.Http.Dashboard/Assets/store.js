// What is known of the services.

import { failure, reason } from "./format.js";

export const SECONDS = 60;
const idle = [0, 0, 0, 0, 0, 0];

export class Store {
  services = new Map();
  #offset = 0;
  #at = 0;
  #elapsed = 0;

  // The clock of the server, as far as this page knows it.
  get now() {
    return Date.now() + this.#offset;
  }

  takeSnapshot(state) {
    this.#hear(state.at);
    this.#elapsed = state.elapsed;
    this.services = new Map(state.services.map((service) => [service.live.name, this.#make(service)]));
  }

  // A service that is missing had the same second again. One that is new came with its first call. The server's time may be set back.
  takeTick(tick) {
    if (tick.elapsed <= this.#elapsed) {
      return;
    }
    const missed = Math.min(SECONDS, Math.round((tick.elapsed - this.#elapsed) / 1000) - 1);
    this.#hear(tick.at);
    this.#elapsed = tick.elapsed;
    const changed = new Map(tick.services.map((live) => [live.name, live]));
    for (const live of tick.services) {
      if (!this.services.has(live.name)) {
        this.services.set(live.name, this.#make({ live, seconds: [], transitions: [], chain: [] }));
      }
    }
    for (const service of this.services.values()) {
      for (let i = 0; i < missed; i++) {
        service.seconds.push(idle);
      }
      this.#update(service, changed.get(service.live.name));
      service.at = this.#at;
      service.seconds.push(service.live.second);
      service.seconds.splice(0, service.seconds.length - SECONDS);
    }
  }

  takeTransition(news) {
    const service = this.services.get(news.transition.service);
    if (!service) {
      return undefined;
    }
    this.#hear(news.at);
    news.transition.reason = reason(news.transition.reason);
    service.transitions.unshift(news.transition);
    service.transitions.splice(20);
    if (news.service) {
      this.#update(service, { ...news.service, second: service.live.second });
    }
    return service;
  }

  #hear(at) {
    this.#at = at;
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
