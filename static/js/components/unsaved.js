/**
 * `<wb-unsaved><form>…`: asks before a page is left on which something was typed and not sent; `data-changed`: it came
 * so. A form of htmx stays with what was typed when the session is over: htmx would go to the sign-in page.
 */
import { SENTENCES } from './toasts.js';

class WbUnsaved extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    let isChanged = 'changed' in this.dataset;
    let wasChanged;
    this.addEventListener('input', () => { isChanged = true; }, { signal });
    this.addEventListener('submit', () => { [wasChanged, isChanged] = [isChanged, false]; }, { signal });
    this.addEventListener('htmx:beforeOnLoad', (event) => {
      const { status } = event.detail.xhr;
      if (status >= 400) isChanged ||= wasChanged;
      if (status !== 401) return;
      event.preventDefault();
      document.dispatchEvent(new CustomEvent('toast', { detail: { text: SENTENCES[401], kind: 'error' } }));
    }, { signal });
    addEventListener('beforeunload', (event) => { if (isChanged) event.preventDefault(); }, { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }
}

customElements.define('wb-unsaved', WbUnsaved);
