/**
 * `<wb-toasts>`: short messages at the bottom right. From the server by the header
 * `HX-Trigger: {"toast": {"text": "…", "kind": "ok|info|error"}}`, and for every htmx request that
 * failed. Errors stay until dismissed; never the only place of an error about a field.
 */
const STAYS = 6_000;
const MOST = 3;
export const SENTENCES = {
  400: 'The server did not understand this request. Reload the page and try again.',
  401: 'You are signed out. Sign in again in another tab; what you typed stays here.',
  403: 'You may not do this. Ask an admin of the team, or sign in again.',
  404: 'This no longer exists. Reload the page to see what is there now.',
  409: 'Somebody changed this meanwhile. Reload the page to see the newest state.',
  413: 'This is too large to send. Make it smaller and try again.',
  429: 'Too many requests. Wait a minute and try again.',
  503: 'The server is busy or restarting. Try again in a few seconds.',
};

class WbToasts extends HTMLElement {
  #box;
  #voices = {};
  #stop;

  connectedCallback() {
    this.#stop = new AbortController();
    for (const role of ['status', 'alert']) {
      this.#voices[role] = this.appendChild(Object.assign(document.createElement('div'), { role, className: 'visually-hidden' }));
    }
    this.#box = this.appendChild(Object.assign(document.createElement('div'), { className: 'toasts', popover: 'manual', role: 'region', ariaLabel: 'Notices' }));
    const on = (type, handler) => document.addEventListener(type, handler, { signal: this.#stop.signal });
    on('toast', ({ detail }) => this.show(detail.text ?? detail.value, detail.kind));
    on('htmx:responseError', ({ detail }) => this.show(sentence(detail.xhr), 'error'));
    on('htmx:sendError', () => this.show('The server did not answer. Check your connection and try again; what you typed is still here.', 'error'));
    on('htmx:timeout', () => this.show('The server took longer than 30 seconds. Try again; what you typed is still here.', 'error'));
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.replaceChildren();
  }

  /** Shows `text`, as text only. */
  show(text, kind = 'info') {
    if (!text) return;
    // What a page asks again and again may fail again and again.
    if (kind === 'error' && [...this.#box.children].some((shown) => shown.firstChild.textContent === text)) return;
    const toast = document.createElement('div');
    toast.className = `toast toast-${kind}`;
    toast.append(Object.assign(document.createElement('p'), { textContent: text }));
    toast.append(this.#dismissal(toast));
    while (this.#box.children.length >= MOST) this.#box.firstElementChild.remove();
    this.#box.append(toast);
    // Shown anew, so that it lies above a dialog opened since.
    if (this.#box.matches(':popover-open')) this.#box.hidePopover();
    this.#box.showPopover();
    this.#voices[kind === 'error' ? 'alert' : 'status'].textContent = text;
    if (kind !== 'error') setTimeout(() => this.#remove(toast), STAYS);
  }

  #dismissal(toast) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'icon-button button-small';
    button.ariaLabel = 'Dismiss';
    button.textContent = '×';
    button.addEventListener('click', () => this.#remove(toast));
    return button;
  }

  #remove(toast) {
    toast.remove();
    if (!this.#box.children.length && this.#box.matches(':popover-open')) this.#box.hidePopover();
  }
}

function sentence(xhr) {
  const isPlain = xhr.getResponseHeader('content-type')?.startsWith('text/plain');
  if (isPlain && xhr.responseText.length <= 300) return xhr.responseText.trim();
  return SENTENCES[xhr.status] ?? `The server could not do this (${xhr.status}). Try again; if it stays so, tell the person who runs it.`;
}

customElements.define('wb-toasts', WbToasts);
