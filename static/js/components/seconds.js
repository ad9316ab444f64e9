/**
 * `<wb-seconds from="3">3</wb-seconds>` counts seconds up, with `down` to zero, from the moment it
 * appears. A number of seconds, not a time of day: the browser's clock may be wrong.
 */
class WbSeconds extends HTMLElement {
  static observedAttributes = ['from'];
  #timer = 0;
  #start = 0;

  connectedCallback() {
    this.#timer = setInterval(() => this.#draw(), 1_000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  attributeChangedCallback() {
    this.#start = performance.now();
    this.#draw();
  }

  #draw() {
    const passed = (performance.now() - this.#start) / 1_000;
    const from = Number(this.getAttribute('from')) || 0;
    this.textContent = String(Math.round(this.hasAttribute('down') ? Math.max(0, from - passed) : from + passed));
  }
}

customElements.define('wb-seconds', WbSeconds);
