/**
 * `<wb-copy for="id"><button>Copy</button></wb-copy>` copies the text (or the value) of an element,
 * with `src="/url/"` the text of that address, with `href="/url/"` the whole address, inside `.code-block` the code. Says "Copied" politely.
 */
class WbCopy extends HTMLElement {
  #status;
  #timer = 0;

  connectedCallback() {
    this.addEventListener('click', this);
  }

  async handleEvent(event) {
    const button = event.target.closest('button');
    if (!button) return;
    try {
      await navigator.clipboard.writeText(await this.#text());
      this.#say(button, 'Copied');
    } catch {
      this.#say(button, 'Not copied: select the text and copy it by hand');
    }
  }

  async #text() {
    const href = this.getAttribute('href');
    if (href) return new URL(href, location).href;
    const src = this.getAttribute('src');
    if (src) {
      const response = await fetch(src);
      if (!response.ok) throw new Error(`status ${response.status}`);
      return response.text();
    }
    const id = this.getAttribute('for');
    const source = id ? document.getElementById(id) : this.closest('.code-block')?.querySelector('pre');
    return source.value ?? source.innerText;
  }

  #say(button, text) {
    this.#status ??= this.appendChild(Object.assign(document.createElement('span'), { role: 'status', className: 'visually-hidden' }));
    this.#status.textContent = text;
    const label = button.querySelector('[data-label]') ?? (button.children.length ? null : button);
    if (label) {
      label.dataset.before ??= label.textContent;
      label.textContent = text;
    }
    button.dataset.copied = '';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (label) label.textContent = label.dataset.before;
      delete button.dataset.copied;
      this.#status.textContent = '';
    }, 2_000);
  }
}

customElements.define('wb-copy', WbCopy);
