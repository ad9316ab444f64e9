/**
 * `<wb-live-status run="42">` tells a screen reader how an answer is getting on: its state when that
 * changes, "Still writing, about N words" at most every 15 s. It reads `#run-42-state` (its text and
 * `data-state`) and `#run-42`, and keeps `aria-busy` of the region around it right.
 */
const EVERY = 15_000;
const RUNNING = new Set(['queued', 'connecting', 'streaming']);

class WbLiveStatus extends HTMLElement {
  #voice;
  #timer = 0;
  #state = '';
  #spoken = 0;

  connectedCallback() {
    this.#voice = document.createElement('span');
    this.#voice.className = 'visually-hidden';
    this.#voice.role = 'status';
    this.replaceChildren(this.#voice);
    this.#state = this.#element('-state')?.dataset.state ?? '';
    this.#spoken = Date.now();
    this.#busy();
    if (RUNNING.has(this.#state)) this.#timer = setInterval(() => this.#look(), 1_000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #element(suffix) {
    return document.getElementById(`run-${this.getAttribute('run')}${suffix}`);
  }

  #busy() {
    this.closest('section, article')?.setAttribute('aria-busy', String(RUNNING.has(this.#state)));
  }

  #look() {
    const element = this.#element('-state');
    const state = element?.dataset.state ?? '';
    if (state !== this.#state) {
      this.#state = state;
      this.#busy();
      this.#say(element?.dataset.spoken || element?.innerText || '');
      if (!RUNNING.has(state)) clearInterval(this.#timer);
    } else if (state === 'streaming' && Date.now() - this.#spoken >= EVERY) {
      const words = this.#element('')?.textContent.match(/\S+/g)?.length ?? 0;
      this.#say(`Still writing, about ${words} words`);
    }
  }

  #say(text) {
    this.#voice.textContent = text.trim();
    this.#spoken = Date.now();
  }
}

customElements.define('wb-live-status', WbLiveStatus);
