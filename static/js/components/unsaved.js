/** `<wb-unsaved><form>…`: asks before a page is left on which something was typed and not sent; `data-changed`: it came so. */
class WbUnsaved extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    let isChanged = 'changed' in this.dataset;
    this.addEventListener('input', () => { isChanged = true; }, { signal });
    this.addEventListener('submit', () => { isChanged = false; }, { signal });
    addEventListener('beforeunload', (event) => { if (isChanged) event.preventDefault(); }, { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }
}

customElements.define('wb-unsaved', WbUnsaved);
