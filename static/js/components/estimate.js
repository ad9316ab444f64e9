/**
 * `<wb-estimate src="/estimate/">`: shows what `src` says of the stored draft, anew after each save.
 * A question that is outdated before its answer comes is dropped, here and at the server.
 */
class WbEstimate extends HTMLElement {
  #stop;
  #question;

  connectedCallback() {
    this.#stop = new AbortController();
    document.addEventListener('draft-kept', () => this.#ask(), { signal: this.#stop.signal });
    this.#ask();
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.#question?.abort();
  }

  async #ask() {
    this.#question?.abort();
    this.#question = new AbortController();
    try {
      const options = { signal: this.#question.signal, redirect: 'error' };
      const answer = await fetch(this.getAttribute('src'), options);
      if (answer.ok) this.innerHTML = await answer.text();
    } catch {
      // Outdated, or no connection: the last estimate stays, and the next save asks again.
    }
  }
}

customElements.define('wb-estimate', WbEstimate);
