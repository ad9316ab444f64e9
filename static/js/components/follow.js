/**
 * `<wb-follow>`: a scrolling box that stays at its end while a stream writes into it, as long as the
 * reader is at the end; one step up, and it stays where the reader is.
 */
const NEAR = 48; // pixels from the end that still count as the end

class WbFollow extends HTMLElement {
  #stop;
  #atEnd = true;
  #isLive = false;

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.addEventListener('scroll', () => {
      this.#atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    }, { signal, passive: true });
    document.addEventListener('htmx:sseMessage', () => {
      this.#isLive = true;
      this.#follow();
    }, { signal });
    // How the run has ended is fetched after the last message.
    document.addEventListener('htmx:afterSettle', () => { if (this.#isLive) this.#follow(); }, { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #follow() {
    if (this.#atEnd) this.scrollTop = this.scrollHeight;
  }
}

customElements.define('wb-follow', WbFollow);
